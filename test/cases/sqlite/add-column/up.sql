-- ! may fail on rows: rows of users that break this stop the migration: check (role in ( 'staff' , 'waiter' , 'admin' ))
ALTER TABLE "users" ADD COLUMN role TEXT NOT NULL DEFAULT 'waiter' CHECK (role IN ('staff', 'waiter', 'admin'));
