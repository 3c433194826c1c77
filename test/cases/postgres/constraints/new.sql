CREATE TABLE rooms (no integer PRIMARY KEY, beds integer NOT NULL CHECK (beds BETWEEN 1 AND 8), price numeric(10, 2), UNIQUE (beds, price));
CREATE TABLE stays (
  room integer REFERENCES rooms ON DELETE RESTRICT,
  during daterange,
  EXCLUDE USING gist (during WITH &&)
);
