ALTER TABLE notes ENABLE ROW LEVEL SECURITY;

GRANT INSERT, SELECT ON notes TO pg_monitor;

GRANT UPDATE (body) ON notes TO pg_monitor;

CREATE POLICY own_notes ON notes
  USING (author = CURRENT_USER)
  WITH CHECK (author = CURRENT_USER);
