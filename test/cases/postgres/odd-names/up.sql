ALTER TABLE "Gäste" ADD COLUMN "select" text DEFAULT 'it''s';

CREATE INDEX "Odd Index" ON "Gäste" ("select");

CREATE VIEW "Alle Gäste" AS
 SELECT "select" AS "from"
   FROM "Gäste";
