-- ! data loss: drops column guests."Nick name" with its values
ALTER TABLE guests DROP COLUMN "Nick name";

-- ! data loss: drops column guests.arrived with its values
ALTER TABLE guests DROP COLUMN arrived;
