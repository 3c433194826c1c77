-- ! data loss: drops column users.role
ALTER TABLE "users" DROP COLUMN "role";
