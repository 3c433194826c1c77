-- ! data loss: drops column users.created
ALTER TABLE "users" DROP COLUMN "created";
