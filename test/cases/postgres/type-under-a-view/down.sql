DROP VIEW large_tabs;

DROP VIEW open_tabs;

-- ! rewrite: tabs.cents is written anew in every row, while nobody else can read the table
-- ! may fail on rows: values of tabs.cents that are no integer stop the migration
ALTER TABLE tabs ALTER COLUMN cents TYPE integer;

CREATE VIEW open_tabs AS
 SELECT id,
    cents
   FROM tabs
  WHERE NOT paid;

GRANT SELECT ON open_tabs TO pg_monitor;

CREATE VIEW large_tabs AS
 SELECT id
   FROM open_tabs
  WHERE cents > 10000;

COMMENT ON VIEW large_tabs IS 'worth a reminder';
