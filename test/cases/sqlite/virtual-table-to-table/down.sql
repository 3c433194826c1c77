-- ! data loss: drops table notes
DROP TABLE "notes";

CREATE VIRTUAL TABLE notes USING fts4(body);
