CREATE SCHEMA cellar;
CREATE TABLE brewers (id integer PRIMARY KEY, best integer);
CREATE TABLE cellar.ales (
  id integer PRIMARY KEY,
  brewer integer NOT NULL REFERENCES brewers ON DELETE CASCADE,
  like_this integer REFERENCES cellar.ales
);
ALTER TABLE brewers ADD FOREIGN KEY (best) REFERENCES cellar.ales DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX ales_brewer_idx ON cellar.ales (brewer);
