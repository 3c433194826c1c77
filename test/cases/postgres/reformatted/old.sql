CREATE TABLE t (id integer CHECK (id > 0), at timestamptz DEFAULT now());
CREATE VIEW v AS SELECT id FROM t WHERE id IN (1, 2);
