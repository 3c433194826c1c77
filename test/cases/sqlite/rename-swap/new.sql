CREATE TABLE b ( -- @renamed from a
  id INTEGER PRIMARY KEY,
  third TEXT, -- @renamed from first
  first INT, -- @renamed from second
  second BLOB -- @renamed from third
);
CREATE TABLE a (id INTEGER PRIMARY KEY, a_id INT REFERENCES b (id)); -- @renamed from b
CREATE TABLE limbeck_swap (id INTEGER PRIMARY KEY);
CREATE INDEX by_second ON b (first);
