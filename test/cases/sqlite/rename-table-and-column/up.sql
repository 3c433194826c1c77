ALTER TABLE "people" RENAME TO "users";

ALTER TABLE "users" RENAME COLUMN "fullname" TO "name";
