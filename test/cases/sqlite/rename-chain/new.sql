CREATE TABLE b ( -- @renamed from a
  id INTEGER PRIMARY KEY,
  y TEXT, -- @renamed from x
  z TEXT -- @renamed from y
);
CREATE TABLE c ( -- @renamed from b
  id INTEGER PRIMARY KEY,
  a_id INT REFERENCES b (id)
);
CREATE VIEW both AS SELECT b.y, c.id FROM b JOIN c ON c.a_id = b.id;
