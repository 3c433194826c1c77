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

CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL
);

-- ! rebuild: copies every row of o
-- ! may fail on rows: rows of o that break this stop the migration: foreign key (u) references users (id) on delete cascade
-- rebuild of table o: new table, copy, drop, rename
CREATE TABLE "limbeck_new_o" (id INTEGER PRIMARY KEY, u INTEGER REFERENCES users (id) ON DELETE CASCADE);

INSERT OR ABORT INTO "limbeck_new_o" ("id", "u")
SELECT "o"."id", "o"."u"
FROM "o";

UPDATE "limbeck_guard" SET
  "lost_rows" = (SELECT count(*) FROM "o") - (SELECT count(*) FROM "limbeck_new_o"),
  "lost_parts" = (SELECT count(*) FROM "main"."sqlite_schema"
    WHERE "tbl_name" = 'o' COLLATE NOCASE AND "type" IN ('index', 'trigger') AND "sql" IS NOT NULL);

DROP TABLE "o";

ALTER TABLE "limbeck_new_o" RENAME TO "o";

UPDATE "limbeck_guard" SET "broken_after" = (SELECT count(*) FROM pragma_foreign_key_check);

DROP TABLE "temp"."limbeck_guard";
