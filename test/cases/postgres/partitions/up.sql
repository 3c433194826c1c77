ALTER TABLE visits ADD COLUMN drinks integer DEFAULT 0;

CREATE INDEX visits_guest_idx ON ONLY visits (guest);

CREATE INDEX visits_2025_guest_idx ON visits_2025 (guest);

ALTER INDEX visits_guest_idx ATTACH PARTITION visits_2025_guest_idx;

CREATE TABLE visits_2026 (
  at date CONSTRAINT visits_at_not_null NOT NULL,
  guest text,
  drinks integer DEFAULT 0
);

CREATE INDEX visits_2026_guest_idx ON visits_2026 (guest);

ALTER TABLE visits ATTACH PARTITION visits_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
