DROP TYPE mood;

CREATE TYPE mood AS ENUM ('glad', 'sad', 'odd');

CREATE TABLE guests (
  id integer NOT NULL,
  mood mood NOT NULL DEFAULT 'sad',
  CONSTRAINT guests_pkey PRIMARY KEY (id)
);
