-- ! data loss: drops table notes
DROP TABLE "notes";

CREATE TABLE notes (body TEXT);
