CREATE TABLE users ( -- @renamed from people
  id INTEGER PRIMARY KEY,
  name TEXT CHECK (name <> '') -- @renamed from fullname
);
CREATE INDEX by_name ON users (name);
CREATE VIEW v AS SELECT name FROM users;
