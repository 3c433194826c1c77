-- nlp training samples
-- revision: 20261123120000
-- parent: 20261102090000
-- proof: sqlite 3 · up, down, up · body c1:0ffc6ae180cc316365861b00762ebc1a · models c1:10cc61e4e8f5f52a6038dca42a3dcebb · before f1:dc1c7e456bb0224223dd8a8cb2908f75 · after f1:1c6ef1c95c6e0016400513d17455367d
-- touches: index nlp_training_samples_verified_idx -→f1:1babc549d5f275d0
-- touches: table nlp_training_samples -→f1:58017e8d7a539c82
-- by hand: sqlite3 -bail -cmd BEGIN DATABASE ".read 'migrations/20261123120000_nlp_training_samples.sqlite.up.sql'" COMMIT

CREATE TABLE nlp_training_samples (
  id           INTEGER PRIMARY KEY,
  raw_text     TEXT NOT NULL,
  intent       TEXT NOT NULL,
  entities     TEXT NOT NULL DEFAULT '[]',
  language     TEXT NOT NULL DEFAULT 'en',
  source       TEXT NOT NULL DEFAULT 'manual',
  is_verified  INTEGER NOT NULL DEFAULT 0,
  created_at   TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  CONSTRAINT nlp_training_samples_entities_is_json CHECK (json_valid(entities)),
  CONSTRAINT nlp_training_samples_is_verified_is_boolean CHECK (is_verified IN (0, 1)),
  CONSTRAINT nlp_training_samples_created_at_is_utc CHECK (created_at IS strftime('%Y-%m-%dT%H:%M:%fZ', created_at)),
  CONSTRAINT nlp_training_samples_raw_text_not_empty CHECK (raw_text <> '')
);

CREATE INDEX nlp_training_samples_verified_idx ON nlp_training_samples (intent, language) WHERE is_verified = 1;
