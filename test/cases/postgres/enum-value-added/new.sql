CREATE TYPE mood AS ENUM ('glad', 'sad', 'odd');
CREATE TABLE guests (id integer PRIMARY KEY, mood mood NOT NULL DEFAULT 'sad');
