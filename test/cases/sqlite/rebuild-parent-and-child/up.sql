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

-- ! rebuild: copies every row of p
-- ! rewrite: values of p.a take the affinity of the new type
-- rebuild of table p: new table, copy, drop, rename
CREATE TABLE "limbeck_new_p" (id INTEGER PRIMARY KEY, a INTEGER);

INSERT OR ABORT INTO "limbeck_new_p" ("id", "a")
SELECT "p"."id", "p"."a"
FROM "p";

UPDATE "limbeck_guard" SET
  "lost_rows" = (SELECT count(*) FROM "p") - (SELECT count(*) FROM "limbeck_new_p"),
  "lost_parts" = (SELECT count(*) FROM "main"."sqlite_schema"
    WHERE "tbl_name" = 'p' COLLATE NOCASE AND "type" IN ('index', 'trigger') AND "sql" IS NOT NULL);

DROP TABLE "p";

ALTER TABLE "limbeck_new_p" RENAME TO "p";

-- ! rebuild: copies every row of c
-- ! rewrite: values of c.b take the affinity of the new type
-- rebuild of table c: new table, copy, drop, rename
CREATE TABLE "limbeck_new_c" (id INTEGER PRIMARY KEY, p_id INTEGER NOT NULL REFERENCES p (id) ON DELETE CASCADE, b BLOB);

INSERT OR ABORT INTO "limbeck_new_c" ("id", "p_id", "b")
SELECT "c"."id", "c"."p_id", "c"."b"
FROM "c";

UPDATE "limbeck_guard" SET
  "lost_rows" = (SELECT count(*) FROM "c") - (SELECT count(*) FROM "limbeck_new_c"),
  "lost_parts" = (SELECT count(*) FROM "main"."sqlite_schema"
    WHERE "tbl_name" = 'c' COLLATE NOCASE AND "type" IN ('index', 'trigger') AND "sql" IS NOT NULL);

DROP TABLE "c";

ALTER TABLE "limbeck_new_c" RENAME TO "c";

UPDATE "limbeck_guard" SET "broken_after" = (SELECT count(*) FROM pragma_foreign_key_check);

DROP TABLE "temp"."limbeck_guard";
