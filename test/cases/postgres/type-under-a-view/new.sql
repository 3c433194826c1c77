CREATE TABLE tabs (id integer PRIMARY KEY, cents bigint NOT NULL, paid boolean NOT NULL DEFAULT false);
CREATE VIEW open_tabs AS SELECT id, cents FROM tabs WHERE NOT paid;
CREATE VIEW large_tabs AS SELECT id FROM open_tabs WHERE cents > 10000;
GRANT SELECT ON open_tabs TO pg_monitor;
COMMENT ON VIEW large_tabs IS 'worth a reminder';
