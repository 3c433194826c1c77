CREATE TABLE "Gäste" ("Key ""1""" integer PRIMARY KEY, "select" text DEFAULT 'it''s');
CREATE INDEX "Odd Index" ON "Gäste" ("select");
CREATE VIEW "Alle Gäste" AS SELECT "select" AS "from" FROM "Gäste";
