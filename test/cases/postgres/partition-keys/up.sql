-- ! may fail on rows: rows of visits that break this stop the migration: PRIMARY KEY (id, at)
ALTER TABLE visits ADD CONSTRAINT visits_pkey PRIMARY KEY (id, at);

CREATE TABLE visits_2026 (
  id bigint CONSTRAINT visits_id_not_null NOT NULL,
  at date CONSTRAINT visits_at_not_null NOT NULL
);

ALTER TABLE visits ATTACH PARTITION visits_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
