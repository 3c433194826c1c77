DROP INDEX "users_both";

ALTER TABLE "users" ADD COLUMN pin TEXT;

CREATE INDEX users_pin ON users (pin);

CREATE INDEX users_both ON users (name, pin);
