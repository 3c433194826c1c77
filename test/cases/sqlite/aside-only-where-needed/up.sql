-- foreign keys: off
-- stops here unless foreign keys are off; inside a transaction the pragma would do nothing
CREATE TEMP TABLE "limbeck_guard" (
  "foreign_keys" INTEGER,
  "lost_rows" INTEGER,
  "lost_parts" INTEGER,
  "broken_before" INTEGER,
  "broken_after" INTEGER,
  CONSTRAINT "foreign keys are on: run PRAGMA foreign_keys=OFF before BEGIN" CHECK ("foreign_keys" = 0),
  CONSTRAINT "a rebuild lost rows" CHECK ("lost_rows" = 0),
  CONSTRAINT "a rebuilt table has an index or trigger that this migration does not know and would lose" CHECK ("lost_parts" = 0),
  CONSTRAINT "rows refer to nothing after the rebuild" CHECK ("broken_after" <= "broken_before")
);

INSERT INTO "limbeck_guard" ("foreign_keys") SELECT "foreign_keys" FROM pragma_foreign_keys;

UPDATE "limbeck_guard" SET "broken_before" = (SELECT count(*) FROM pragma_foreign_key_check);

DROP VIEW "broken";

-- ! rebuild: copies every row of r
-- ! rewrite: values of r.b take the affinity of the new type
-- rebuild of table r: new table, copy, drop, rename
CREATE TABLE "limbeck_new_r" (b TEXT);

INSERT OR ABORT INTO "limbeck_new_r" (rowid, "b")
SELECT "r".rowid, "r"."b"
FROM "r";

UPDATE "limbeck_guard" SET
  "lost_rows" = (SELECT count(*) FROM "r") - (SELECT count(*) FROM "limbeck_new_r"),
  "lost_parts" = (SELECT count(*) FROM "main"."sqlite_schema"
    WHERE "tbl_name" = 'r' COLLATE NOCASE AND "type" IN ('index', 'trigger') AND "sql" IS NOT NULL);

DROP TABLE "r";

ALTER TABLE "limbeck_new_r" RENAME TO "r";

CREATE VIEW broken AS SELECT * FROM nowhere;

UPDATE "limbeck_guard" SET "broken_after" = (SELECT count(*) FROM pragma_foreign_key_check);

DROP TABLE "temp"."limbeck_guard";
