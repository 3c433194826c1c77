-- foreign keys: off
-- ! foreign key mismatch: a foreign key of child refers to what is neither a primary key nor unique; SQLite refuses to write where it would have to look
-- ! foreign key mismatch: a foreign key of second refers to what is neither a primary key nor unique; SQLite refuses to write where it would have to look
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

-- ! rebuild: copies every row of parent
-- rebuild of table parent: new table, copy, drop, rename
CREATE TABLE "limbeck_new_parent" (code INTEGER);

INSERT OR ABORT INTO "limbeck_new_parent" (rowid, "code")
SELECT "parent".rowid, "parent"."code"
FROM "parent";

UPDATE "limbeck_guard" SET
  "lost_rows" = (SELECT count(*) FROM "parent") - (SELECT count(*) FROM "limbeck_new_parent"),
  "lost_parts" = (SELECT count(*) FROM "main"."sqlite_schema"
    WHERE "tbl_name" = 'parent' COLLATE NOCASE AND "type" IN ('index', 'trigger') AND "sql" IS NOT NULL);

DROP TABLE "parent";

ALTER TABLE "limbeck_new_parent" RENAME TO "parent";

-- ! rebuild: copies every row of second
-- ! may fail on rows: rows of second that break this stop the migration: foreign key (code) references other (code)
-- rebuild of table second: new table, copy, drop, rename
CREATE TABLE "limbeck_new_second" (code INTEGER REFERENCES other (code));

INSERT OR ABORT INTO "limbeck_new_second" (rowid, "code")
SELECT "second".rowid, "second"."code"
FROM "second";

UPDATE "limbeck_guard" SET
  "lost_rows" = (SELECT count(*) FROM "second") - (SELECT count(*) FROM "limbeck_new_second"),
  "lost_parts" = (SELECT count(*) FROM "main"."sqlite_schema"
    WHERE "tbl_name" = 'second' COLLATE NOCASE AND "type" IN ('index', 'trigger') AND "sql" IS NOT NULL);

DROP TABLE "second";

ALTER TABLE "limbeck_new_second" RENAME TO "second";

UPDATE "limbeck_guard" SET "broken_after" = (SELECT count(*) FROM (SELECT 1 WHERE 0));

DROP TABLE "temp"."limbeck_guard";
