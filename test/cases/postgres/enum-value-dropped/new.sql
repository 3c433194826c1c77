CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE TABLE guests (id integer PRIMARY KEY, mood mood NOT NULL DEFAULT 'glad', past mood[]);
CREATE INDEX guests_sad_idx ON guests (id) WHERE mood = 'sad';
