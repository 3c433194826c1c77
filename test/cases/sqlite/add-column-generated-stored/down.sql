ALTER TABLE "users" DROP COLUMN "upper_name";
