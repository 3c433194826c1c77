DROP VIEW "Alle Gäste";

DROP INDEX "Odd Index";

-- ! data loss: drops column "Gäste"."select" with its values
ALTER TABLE "Gäste" DROP COLUMN "select";
