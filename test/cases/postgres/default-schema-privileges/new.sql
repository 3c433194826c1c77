CREATE TABLE t (id integer);
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO pg_monitor;
COMMENT ON SCHEMA public IS 'ours';
