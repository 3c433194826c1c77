CREATE TABLE notes (id integer PRIMARY KEY, author text NOT NULL, body text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_notes ON notes USING (author = CURRENT_USER) WITH CHECK (author = CURRENT_USER);
GRANT SELECT, INSERT ON notes TO pg_monitor;
GRANT UPDATE (body) ON notes TO pg_monitor;
