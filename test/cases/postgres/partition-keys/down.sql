-- ! data loss: drops table visits_2026 with all its rows
DROP TABLE visits_2026;

ALTER TABLE visits DROP CONSTRAINT visits_pkey;
