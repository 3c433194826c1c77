-- ! data loss: drops table visits_2026 with all its rows
DROP TABLE visits_2026;

DROP INDEX visits_guest_idx;

-- ! data loss: drops column visits.drinks with its values
ALTER TABLE visits DROP COLUMN drinks;
