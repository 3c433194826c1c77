DROP POLICY own_notes ON notes;

ALTER TABLE notes DISABLE ROW LEVEL SECURITY;

REVOKE ALL ON notes FROM pg_monitor;

REVOKE ALL (body) ON notes FROM pg_monitor;
