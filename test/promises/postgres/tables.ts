import type { CoverageRow } from './row.ts';

export const tableRows: readonly CoverageRow[] = [
  { id: 'schema', what: 'schemas', outcome: 'managed', variants: ['', 'CREATE SCHEMA extra', 'CREATE SCHEMA "Extra Schema"'] },
  {
    id: 'schema-comment',
    what: 'comment on a schema',
    outcome: 'managed',
    variants: ['CREATE SCHEMA sc', "CREATE SCHEMA sc; COMMENT ON SCHEMA sc IS 'it''s'"],
  },
  { id: 'table', what: 'tables', outcome: 'managed', variants: ['', 'CREATE TABLE t (id integer)', 'CREATE TABLE "T t" (id integer)'] },
  {
    id: 'table-in-a-schema',
    what: 'tables of other schemas',
    outcome: 'managed',
    ground: 'CREATE SCHEMA other;',
    variants: ['', 'CREATE TABLE other.t (id integer PRIMARY KEY, g integer REFERENCES ground)', 'CREATE TABLE other."T" (id integer)'],
  },
  {
    id: 'table-persistence',
    what: 'UNLOGGED',
    outcome: 'managed',
    variants: ['CREATE TABLE tp (id integer)', 'CREATE UNLOGGED TABLE tp (id integer)'],
    rows: 'INSERT INTO tp VALUES (1)',
  },
  {
    id: 'table-options',
    what: 'storage parameters, those of the TOAST table too',
    outcome: 'managed',
    variants: [
      'CREATE TABLE topt (id text)',
      'CREATE TABLE topt (id text) WITH (fillfactor = 70)',
      'CREATE TABLE topt (id text) WITH (autovacuum_enabled = false, toast.autovacuum_enabled = false)',
    ],
  },
  { id: 'table-access-method', what: 'access method', outcome: 'managed', variants: ['', 'CREATE TABLE tam (id integer) USING heap'] },
  {
    id: 'table-replica-identity',
    what: 'REPLICA IDENTITY',
    outcome: 'managed',
    variants: [
      'CREATE TABLE tri (id integer NOT NULL); CREATE UNIQUE INDEX tri_i ON tri (id)',
      'CREATE TABLE tri (id integer NOT NULL); CREATE UNIQUE INDEX tri_i ON tri (id); ALTER TABLE tri REPLICA IDENTITY FULL',
      'CREATE TABLE tri (id integer NOT NULL); CREATE UNIQUE INDEX tri_i ON tri (id); ALTER TABLE tri REPLICA IDENTITY NOTHING',
      'CREATE TABLE tri (id integer NOT NULL); CREATE UNIQUE INDEX tri_i ON tri (id); ALTER TABLE tri REPLICA IDENTITY USING INDEX tri_i',
    ],
  },
  {
    id: 'table-comment',
    what: 'comment on a table',
    outcome: 'managed',
    variants: [
      'CREATE TABLE tc (id integer)',
      "CREATE TABLE tc (id integer); COMMENT ON TABLE tc IS 'a \\ b'",
      "CREATE TABLE tc (id integer); COMMENT ON TABLE tc IS 'other'",
    ],
  },
  {
    id: 'table-of-type',
    what: 'tables OF a composite type',
    outcome: 'managed',
    ground: 'CREATE TYPE tot AS (a integer, b text);',
    variants: ['', 'CREATE TABLE tott OF tot', 'CREATE TABLE tott OF tot (PRIMARY KEY (a))'],
  },
  {
    id: 'inherits',
    what: 'INHERITS',
    outcome: 'managed',
    ground: 'CREATE TABLE parent_a (a integer, CHECK (a > 0)); CREATE TABLE parent_b (b text);',
    variants: ['', 'CREATE TABLE child () INHERITS (parent_a, parent_b)', 'CREATE TABLE child (b text) INHERITS (parent_a)'],
    refused: [
      [1, 2],
      [2, 1],
    ],
  },
  {
    id: 'inherits-changed',
    what: 'tables that get a parent, another or none, or the same in another order, with columns that they declare themselves',
    outcome: 'managed',
    ground: 'CREATE TABLE parent_c (a integer, CHECK (a > 0)); CREATE TABLE parent_d (b text);',
    variants: ['', ' INHERITS (parent_c)', ' INHERITS (parent_c, parent_d)', ' INHERITS (parent_d)', ' INHERITS (parent_d, parent_c)'].map(
      (above) => `CREATE TABLE heir (a integer, b text, CONSTRAINT parent_c_a_check CHECK (a > 0))${above}`,
    ),
    rows: "INSERT INTO heir VALUES (1, 'x')",
  },
  {
    id: 'inherits-taken',
    what: 'a table that begins or ceases to have columns or checks from its parent alone',
    outcome: 'reported',
    ground: 'CREATE TABLE parent_e (a integer, CHECK (a > 0));',
    variants: [
      'CREATE TABLE taker (a integer, CONSTRAINT parent_e_a_check CHECK (a > 0))',
      'CREATE TABLE taker () INHERITS (parent_e)',
      'CREATE TABLE taker (a integer) INHERITS (parent_e)',
      'CREATE TABLE taker (CONSTRAINT parent_e_a_check CHECK (a > 0)) INHERITS (parent_e)',
    ],
  },
  {
    id: 'inherited-constraints',
    what: 'constraints that children inherit, merge with their own, or keep to the parent',
    outcome: 'managed',
    variants: [
      'CREATE TABLE ik (a integer, b text); CREATE TABLE ik_child () INHERITS (ik)',
      'CREATE TABLE ik (a integer CHECK (a > 0), b text); CREATE TABLE ik_child () INHERITS (ik)',
      'CREATE TABLE ik (a integer CHECK (a > 0), b text); CREATE TABLE ik_child (CONSTRAINT ik_a_check CHECK (a > 0)) INHERITS (ik)',
      'CREATE TABLE ik (a integer CHECK (a > 0) NO INHERIT, b text); CREATE TABLE ik_child (CHECK (b <> $$$$)) INHERITS (ik)',
      'CREATE TABLE ik (a integer NOT NULL, b text); CREATE TABLE ik_child () INHERITS (ik)',
    ],
    rows: "INSERT INTO ik VALUES (1, 'x'); INSERT INTO ik_child VALUES (1, 'x')",
    refused: [
      [1, 2],
      [2, 1],
    ],
  },
  {
    id: 'tablespace',
    what: 'tablespaces of tables, indexes, constraints and materialized views',
    outcome: 'managed',
    tablespace: 'coverage_space',
    variants: ['', ' TABLESPACE coverage_space'].map(
      (at) =>
        `CREATE TABLE tsp (id integer, k integer UNIQUE${at.replace(' ', ' USING INDEX ')})${at}; CREATE INDEX tspi ON tsp (id)${at}; CREATE MATERIALIZED VIEW tspm${at} AS SELECT 1 AS x`,
    ),
    rows: 'INSERT INTO tsp VALUES (1, 2)',
  },
  {
    id: 'inherited-columns',
    what: 'changes that reach children',
    outcome: 'managed',
    variants: [
      'CREATE TABLE ic (a integer); CREATE TABLE ic_child (z integer) INHERITS (ic)',
      'CREATE TABLE ic (a bigint, b text NOT NULL DEFAULT $$x$$); CREATE TABLE ic_child (z integer) INHERITS (ic)',
      'CREATE TABLE ic (a bigint DEFAULT 1, b text DEFAULT $$y$$); CREATE TABLE ic_child (z integer) INHERITS (ic); ALTER TABLE ic_child ALTER a SET DEFAULT 2',
    ],
    rows: 'INSERT INTO ic VALUES (1); INSERT INTO ic_child VALUES (1, 2)',
  },
  {
    id: 'partitioned',
    what: 'partitioned tables: range, list, hash',
    outcome: 'managed',
    variants: [
      '',
      'CREATE TABLE pt (id integer NOT NULL, at date) PARTITION BY RANGE (at)',
      "CREATE TABLE pt2 (id integer, k text) PARTITION BY LIST (k); CREATE TABLE pt2_a PARTITION OF pt2 FOR VALUES IN ('a', 'b'); CREATE TABLE pt2_d PARTITION OF pt2 DEFAULT",
      'CREATE TABLE pt3 (id integer) PARTITION BY HASH (id); CREATE TABLE pt3_0 PARTITION OF pt3 FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE pt3_1 PARTITION OF pt3 FOR VALUES WITH (MODULUS 2, REMAINDER 1)',
    ],
  },
  {
    id: 'partition',
    what: 'partitions: attached, detached, bounds',
    outcome: 'managed',
    variants: [
      'CREATE TABLE pa (id integer, at date NOT NULL) PARTITION BY RANGE (at); CREATE TABLE pa_1 (id integer, at date NOT NULL)',
      "CREATE TABLE pa (id integer, at date NOT NULL) PARTITION BY RANGE (at); CREATE TABLE pa_1 PARTITION OF pa FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')",
      "CREATE TABLE pa (id integer, at date NOT NULL) PARTITION BY RANGE (at); CREATE TABLE pa_1 PARTITION OF pa FOR VALUES FROM ('2026-01-01') TO ('2026-03-01')",
    ],
    rows: "INSERT INTO pa_1 VALUES (1, '2026-01-15')",
  },
  {
    id: 'sub-partition',
    what: 'partitions of partitions',
    outcome: 'managed',
    variants: [
      'CREATE TABLE sp (a integer, b integer) PARTITION BY LIST (a)',
      'CREATE TABLE sp (a integer, b integer) PARTITION BY LIST (a); CREATE TABLE sp_1 PARTITION OF sp FOR VALUES IN (1) PARTITION BY LIST (b); CREATE TABLE sp_1_1 PARTITION OF sp_1 FOR VALUES IN (1)',
    ],
  },
  {
    id: 'partition-columns',
    what: 'columns of partitioned tables, and what a partition has otherwise',
    outcome: 'managed',
    variants: [
      'CREATE TABLE pc (a integer, b text) PARTITION BY LIST (a); CREATE TABLE pc_1 PARTITION OF pc FOR VALUES IN (1)',
      'CREATE TABLE pc (a integer, b varchar(20) DEFAULT $$x$$, c date) PARTITION BY LIST (a); CREATE TABLE pc_1 PARTITION OF pc FOR VALUES IN (1)',
      'CREATE TABLE pc (a integer, b text DEFAULT $$x$$) PARTITION BY LIST (a); CREATE TABLE pc_1 PARTITION OF pc (b DEFAULT $$y$$) FOR VALUES IN (1)',
      'CREATE TABLE pc (a integer, b text) PARTITION BY LIST (a); CREATE TABLE pc_1 PARTITION OF pc (b NOT NULL, CONSTRAINT own CHECK (b <> $$$$)) FOR VALUES IN (1)',
    ],
    rows: "INSERT INTO pc VALUES (1, 'b')",
  },
  {
    id: 'partition-indexes',
    what: 'indexes of partitioned tables and of their partitions',
    outcome: 'managed',
    variants: [
      'CREATE TABLE pi (a integer, b text) PARTITION BY LIST (a); CREATE TABLE pi_1 PARTITION OF pi FOR VALUES IN (1)',
      'CREATE TABLE pi (a integer, b text) PARTITION BY LIST (a); CREATE TABLE pi_1 PARTITION OF pi FOR VALUES IN (1); CREATE INDEX pi_b ON pi (b)',
      'CREATE TABLE pi (a integer, b text) PARTITION BY LIST (a); CREATE TABLE pi_1 PARTITION OF pi FOR VALUES IN (1); CREATE INDEX mine ON pi_1 (b); CREATE INDEX pi_b ON pi (b)',
      'CREATE TABLE pi (a integer, b text) PARTITION BY LIST (a); CREATE TABLE pi_1 PARTITION OF pi FOR VALUES IN (1); CREATE INDEX mine ON pi_1 (b)',
      'CREATE TABLE pi (a integer, b text) PARTITION BY LIST (a); CREATE TABLE pi_1 PARTITION OF pi FOR VALUES IN (1); CREATE INDEX pi_b ON ONLY pi (b)',
    ],
    rows: "INSERT INTO pi VALUES (1, 'b')",
  },
  {
    id: 'partition-keys',
    what: 'primary keys, unique constraints and foreign keys of partitioned tables',
    outcome: 'managed',
    variants: [
      'CREATE TABLE pk (a integer NOT NULL, b integer NOT NULL) PARTITION BY LIST (a); CREATE TABLE pk_1 PARTITION OF pk FOR VALUES IN (1)',
      'CREATE TABLE pk (a integer NOT NULL, b integer NOT NULL, PRIMARY KEY (a, b)) PARTITION BY LIST (a); CREATE TABLE pk_1 PARTITION OF pk FOR VALUES IN (1)',
      'CREATE TABLE pk (a integer NOT NULL, b integer NOT NULL REFERENCES ground, CONSTRAINT u UNIQUE (a, b)) PARTITION BY LIST (a); CREATE TABLE pk_1 PARTITION OF pk FOR VALUES IN (1)',
      'CREATE TABLE pk (a integer NOT NULL, b integer NOT NULL, PRIMARY KEY (a, b)) PARTITION BY LIST (a); CREATE TABLE pk_1 PARTITION OF pk FOR VALUES IN (1); CREATE TABLE pk_user (x integer, y integer, FOREIGN KEY (x, y) REFERENCES pk)',
    ],
    rows: 'INSERT INTO pk VALUES (1, 2)',
  },
  {
    id: 'partition-own-keys',
    what: 'keys that a partition has from its table, has itself, or keeps when it is detached',
    outcome: 'managed',
    variants: [
      '; CREATE TABLE po_1 (a integer NOT NULL, b integer NOT NULL)',
      ', PRIMARY KEY (a, b); CREATE TABLE po_1 PARTITION OF po FOR VALUES IN (1)',
      ', PRIMARY KEY (a, b); CREATE TABLE po_1 (a integer NOT NULL, b integer NOT NULL, PRIMARY KEY (a, b))',
      '; CREATE TABLE po_1 PARTITION OF po (PRIMARY KEY (a, b)) FOR VALUES IN (1)',
      '; CREATE TABLE po_1 PARTITION OF po FOR VALUES IN (1); CREATE UNIQUE INDEX po_i ON ONLY po (a, b); ALTER TABLE po_1 ADD PRIMARY KEY (a, b); ALTER INDEX po_i ATTACH PARTITION po_1_pkey',
      ', UNIQUE (a, b); CREATE TABLE po_1 PARTITION OF po (PRIMARY KEY (a, b)) FOR VALUES IN (1)',
    ].map((rest) => {
      const [key = '', ...others] = rest.split(';');
      return `CREATE TABLE po (a integer NOT NULL, b integer NOT NULL${key}) PARTITION BY LIST (a);${others.join(';')}`;
    }),
    rows: 'INSERT INTO po_1 VALUES (1, 2)',
  },
  {
    id: 'sequence',
    what: 'sequences and their options',
    outcome: 'managed',
    variants: [
      '',
      'CREATE SEQUENCE s',
      'CREATE SEQUENCE s AS smallint INCREMENT 5 MINVALUE -10 MAXVALUE 1000 START 7 CACHE 3 CYCLE',
      'CREATE SEQUENCE s MAXVALUE 50',
    ],
  },
  {
    id: 'sequence-owner',
    what: 'OWNED BY, serial',
    outcome: 'managed',
    variants: [
      'CREATE SEQUENCE so_s; CREATE TABLE so (id integer NOT NULL)',
      'CREATE TABLE so (id integer NOT NULL); CREATE SEQUENCE so_s OWNED BY so.id',
      "CREATE SEQUENCE so_s; CREATE TABLE so (id integer NOT NULL DEFAULT nextval('so_s'))",
      'CREATE TABLE so (id serial)',
    ],
  },
  {
    id: 'row-security',
    what: 'ENABLE and FORCE ROW LEVEL SECURITY',
    outcome: 'managed',
    variants: [
      'CREATE TABLE rls (id integer)',
      'CREATE TABLE rls (id integer); ALTER TABLE rls ENABLE ROW LEVEL SECURITY',
      'CREATE TABLE rls (id integer); ALTER TABLE rls ENABLE ROW LEVEL SECURITY; ALTER TABLE rls FORCE ROW LEVEL SECURITY',
    ],
  },
];
