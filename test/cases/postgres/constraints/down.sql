ALTER TABLE stays DROP CONSTRAINT stays_room_fkey;

ALTER TABLE stays DROP CONSTRAINT stays_during_excl;

ALTER TABLE rooms DROP CONSTRAINT rooms_beds_check;

ALTER TABLE rooms DROP CONSTRAINT rooms_beds_price_key;

ALTER TABLE rooms ALTER COLUMN beds DROP NOT NULL;
