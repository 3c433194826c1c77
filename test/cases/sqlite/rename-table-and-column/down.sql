ALTER TABLE "users" RENAME COLUMN "name" TO "fullname";

ALTER TABLE "users" RENAME TO "people";
