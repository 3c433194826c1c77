CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  name VARCHAR(9)
);
CREATE UNIQUE INDEX users_name ON users (name) WHERE name <> '';
CREATE VIEW names AS SELECT name FROM users;
CREATE TRIGGER t AFTER DELETE ON users BEGIN SELECT CASE WHEN old.id = 1 THEN raise(ABORT, 'no; not that one') END; END;
