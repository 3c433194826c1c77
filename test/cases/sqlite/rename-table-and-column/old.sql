CREATE TABLE people (id INTEGER PRIMARY KEY, fullname TEXT CHECK (fullname <> ''));
CREATE INDEX by_name ON people (fullname);
CREATE VIEW v AS SELECT fullname FROM people;
