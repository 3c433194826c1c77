import type { CoverageRow } from './row.ts';

export const viewRows: readonly CoverageRow[] = [
  {
    id: 'view',
    what: 'views',
    outcome: 'managed',
    variants: [
      '',
      'CREATE VIEW v AS SELECT id, name FROM ground',
      'CREATE VIEW v AS SELECT id, name, price FROM ground WHERE id > 3',
      'CREATE VIEW v (name, id) AS SELECT name, id FROM ground',
      'CREATE VIEW v AS SELECT "select" AS "Odd one" FROM "Odd Ground"',
    ],
  },
  {
    id: 'view-on-view',
    what: 'views over views that change',
    outcome: 'managed',
    variants: [
      'CREATE VIEW vv AS SELECT id FROM ground; CREATE VIEW vw AS SELECT id FROM vv',
      'CREATE VIEW vv AS SELECT name AS id FROM ground; CREATE VIEW vw AS SELECT id FROM vv',
      "CREATE VIEW vv AS SELECT id FROM ground; CREATE VIEW vw AS SELECT id FROM vv; COMMENT ON VIEW vw IS 'x'",
    ],
  },
  {
    id: 'view-options',
    what: 'security_barrier, check_option',
    outcome: 'managed',
    variants: [
      'CREATE VIEW vo AS SELECT * FROM ground',
      'CREATE VIEW vo WITH (security_barrier) AS SELECT * FROM ground',
      'CREATE VIEW vo AS SELECT * FROM ground WHERE id > 3 WITH CASCADED CHECK OPTION',
      'CREATE VIEW vo AS SELECT * FROM ground WHERE id > 3 WITH LOCAL CHECK OPTION',
    ],
  },
  {
    id: 'view-invoker',
    what: 'security_invoker',
    outcome: 'managed',
    since: 15,
    variants: ['CREATE VIEW vi AS SELECT * FROM ground', 'CREATE VIEW vi WITH (security_invoker = true) AS SELECT * FROM ground'],
  },
  {
    id: 'view-parts',
    what: 'triggers, rules, defaults and comments of a view, put back when it is made anew',
    outcome: 'managed',
    variants: ['id', 'name'].map((column) =>
      `CREATE VIEW vp AS SELECT ${column} AS x FROM ground; CREATE TRIGGER vpt INSTEAD OF INSERT ON vp FOR EACH ROW EXECUTE FUNCTION ground_trigger(); CREATE RULE vpr AS ON DELETE TO vp DO INSTEAD NOTHING; ALTER VIEW vp ALTER COLUMN x SET DEFAULT 7; COMMENT ON COLUMN vp.x IS 'x'; COMMENT ON VIEW vp IS 'v'`.replace(
        'DEFAULT 7',
        column === 'id' ? 'DEFAULT 7' : "DEFAULT 'a'",
      ),
    ),
  },
  {
    id: 'materialized-view',
    what: 'materialized views',
    outcome: 'managed',
    variants: [
      '',
      'CREATE MATERIALIZED VIEW mv AS SELECT id, name FROM ground',
      'CREATE MATERIALIZED VIEW mv AS SELECT id, name FROM ground WHERE id > 1',
      'CREATE MATERIALIZED VIEW mv WITH (fillfactor = 70) AS SELECT id, name FROM ground',
    ],
  },
  {
    id: 'materialized-view-parts',
    what: 'indexes and comments of materialized views',
    outcome: 'managed',
    variants: [
      'CREATE MATERIALIZED VIEW mp AS SELECT id, name FROM ground',
      "CREATE MATERIALIZED VIEW mp AS SELECT id, name FROM ground; CREATE UNIQUE INDEX mpi ON mp (id); COMMENT ON MATERIALIZED VIEW mp IS 'x'; COMMENT ON COLUMN mp.id IS 'y'",
      "CREATE MATERIALIZED VIEW mp AS SELECT id, name, price FROM ground; CREATE UNIQUE INDEX mpi ON mp (id); COMMENT ON MATERIALIZED VIEW mp IS 'x'; COMMENT ON COLUMN mp.id IS 'y'",
    ],
  },
  {
    id: 'rule',
    what: 'rules',
    outcome: 'managed',
    variants: [
      '',
      'CREATE RULE r AS ON UPDATE TO ground DO ALSO NOTIFY changed',
      'CREATE RULE r AS ON UPDATE TO ground WHERE NEW.id > 3 DO INSTEAD NOTHING',
      "CREATE RULE r AS ON UPDATE TO ground DO ALSO NOTIFY changed; COMMENT ON RULE r ON ground IS 'x'",
      'CREATE RULE r AS ON UPDATE TO ground DO ALSO NOTIFY changed; ALTER TABLE ground DISABLE RULE r',
    ],
  },
  {
    id: 'policy',
    what: 'policies',
    outcome: 'managed',
    variants: [
      '',
      'CREATE POLICY p ON ground USING (id > 0)',
      'CREATE POLICY p ON ground USING (id > 1) WITH CHECK (id > 2)',
      'CREATE POLICY p ON ground AS RESTRICTIVE FOR SELECT TO CURRENT_USER USING (true)',
      'CREATE POLICY p ON ground FOR INSERT WITH CHECK (true)',
      "CREATE POLICY p ON ground USING (id > 0); COMMENT ON POLICY p ON ground IS 'x'",
    ],
  },
  {
    id: 'publication',
    what: 'publications',
    outcome: 'managed',
    variants: [
      '',
      'CREATE PUBLICATION pub',
      'CREATE PUBLICATION pub FOR TABLE ground, "Odd Ground"',
      "CREATE PUBLICATION pub FOR TABLE ground WITH (publish = 'insert', publish_via_partition_root = true)",
      'CREATE PUBLICATION pub FOR ALL TABLES',
      "CREATE PUBLICATION pub; COMMENT ON PUBLICATION pub IS 'x'",
    ],
  },
  {
    id: 'publication-filter',
    what: 'row filters, column lists and schemas of publications',
    outcome: 'managed',
    since: 15,
    variants: [
      'CREATE PUBLICATION puf FOR TABLE ground',
      'CREATE PUBLICATION puf FOR TABLE ground (id, name)',
      'CREATE PUBLICATION puf FOR TABLE ground WHERE (id > 3)',
      'CREATE SCHEMA pus; CREATE PUBLICATION puf FOR TABLES IN SCHEMA pus',
    ],
  },
];
