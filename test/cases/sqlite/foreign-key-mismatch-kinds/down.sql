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

UPDATE "limbeck_guard" SET "broken_before" = (SELECT count(*) FROM (
  SELECT 1 FROM pragma_foreign_key_check('c') UNION ALL
  SELECT 1 FROM pragma_foreign_key_check('by_key') UNION ALL
  SELECT 1 FROM pragma_foreign_key_check('of''none')));

-- ! rebuild: copies every row of t
-- ! rewrite: values of t.a take the affinity of the new type
-- rebuild of table t: new table, copy, drop, rename
CREATE TABLE "limbeck_new_t" (a INTEGER);

INSERT OR ABORT INTO "limbeck_new_t" (rowid, "a")
SELECT "t".rowid, "t"."a"
FROM "t";

UPDATE "limbeck_guard" SET
  "lost_rows" = (SELECT count(*) FROM "t") - (SELECT count(*) FROM "limbeck_new_t"),
  "lost_parts" = (SELECT count(*) FROM "main"."sqlite_schema"
    WHERE "tbl_name" = 't' COLLATE NOCASE AND "type" IN ('index', 'trigger') AND "sql" IS NOT NULL);

DROP TABLE "t";

ALTER TABLE "limbeck_new_t" RENAME TO "t";

UPDATE "limbeck_guard" SET "broken_after" = (SELECT count(*) FROM (
  SELECT 1 FROM pragma_foreign_key_check('c') UNION ALL
  SELECT 1 FROM pragma_foreign_key_check('by_key') UNION ALL
  SELECT 1 FROM pragma_foreign_key_check('of''none')));

DROP TABLE "temp"."limbeck_guard";
