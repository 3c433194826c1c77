-- ! may fail on rows: rows with NULL in rooms.beds stop the migration
ALTER TABLE rooms ALTER COLUMN beds SET NOT NULL;

-- ! may fail on rows: rows of rooms that break this stop the migration: UNIQUE (beds, price)
ALTER TABLE rooms ADD CONSTRAINT rooms_beds_price_key UNIQUE (beds, price);

-- ! may fail on rows: rows of rooms that break this stop the migration: CHECK ((beds >= 1) AND (beds <= 8))
ALTER TABLE rooms ADD CONSTRAINT rooms_beds_check CHECK ((beds >= 1) AND (beds <= 8));

-- ! may fail on rows: rows of stays that break this stop the migration: EXCLUDE USING gist (during WITH &&)
ALTER TABLE stays ADD CONSTRAINT stays_during_excl EXCLUDE USING gist (during WITH &&);

-- ! may fail on rows: rows of stays that break this stop the migration: FOREIGN KEY (room) REFERENCES rooms(no) ON DELETE RESTRICT
ALTER TABLE stays ADD CONSTRAINT stays_room_fkey FOREIGN KEY (room) REFERENCES rooms(no) ON DELETE RESTRICT;
