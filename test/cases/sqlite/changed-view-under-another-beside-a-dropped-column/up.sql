DROP VIEW "w";

DROP VIEW "v";

-- ! data loss: drops column t.c
ALTER TABLE "t" DROP COLUMN "c";

CREATE VIEW v AS SELECT y FROM u;

CREATE VIEW w AS SELECT * FROM v;
