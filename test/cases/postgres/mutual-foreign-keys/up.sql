CREATE TABLE cellar.ales (
  id integer NOT NULL,
  brewer integer NOT NULL,
  like_this integer,
  CONSTRAINT ales_pkey PRIMARY KEY (id)
);

ALTER TABLE cellar.ales ADD CONSTRAINT ales_like_this_fkey FOREIGN KEY (like_this) REFERENCES cellar.ales(id);

CREATE INDEX ales_brewer_idx ON cellar.ales (brewer);

CREATE TABLE brewers (
  id integer NOT NULL,
  best integer,
  CONSTRAINT brewers_pkey PRIMARY KEY (id)
);

ALTER TABLE cellar.ales ADD CONSTRAINT ales_brewer_fkey FOREIGN KEY (brewer) REFERENCES brewers(id) ON DELETE CASCADE;

ALTER TABLE brewers ADD CONSTRAINT brewers_best_fkey FOREIGN KEY (best) REFERENCES cellar.ales(id) DEFERRABLE INITIALLY DEFERRED;
