-- ! data loss: drops column users.pin
ALTER TABLE "users" DROP COLUMN "pin";
