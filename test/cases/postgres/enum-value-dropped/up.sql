DROP INDEX guests_sad_idx;

ALTER TABLE guests ALTER COLUMN mood DROP DEFAULT;

-- ! may fail on rows: fails if a row holds 'odd', which the type mood loses
ALTER TYPE mood RENAME TO mood__old;

CREATE TYPE mood AS ENUM ('glad', 'sad');

-- ! rewrite: guests.mood is written anew in every row, while nobody else can read the table
-- ! may fail on rows: values of guests.mood that are no mood stop the migration
ALTER TABLE guests ALTER COLUMN mood TYPE mood USING mood::text::mood;

-- ! rewrite: guests.past is written anew in every row, while nobody else can read the table
-- ! may fail on rows: values of guests.past that are no mood[] stop the migration
ALTER TABLE guests ALTER COLUMN past TYPE mood[] USING past::text[]::mood[];

ALTER TABLE guests ALTER COLUMN mood SET DEFAULT 'glad';

CREATE INDEX guests_sad_idx ON guests (id) WHERE mood = 'sad'::mood;

DROP TYPE mood__old;
