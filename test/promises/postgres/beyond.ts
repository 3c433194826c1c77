/** A row of docs/coverage.md that no pair of schemas shows. */
export interface BeyondRow {
  readonly id: string;
  readonly what: string;
  readonly outcome: 'managed (cases)' | 'reported' | 'left alone' | 'refused';
  /** The file that tests it. */
  readonly test?: string;
}

const engine = 'test/engine/postgres';

/** What becomes of names, of what has no place in models.sql, and of what a database holds beside its schema. */
export const beyondRows: readonly BeyondRow[] = [
  {
    id: 'rename',
    what: 'tables, columns, constraints, indexes, views, sequences, types, routines, triggers, rules, policies with `-- @renamed from`',
    outcome: 'managed (cases)',
    test: 'test/diff/rename-postgres.test.ts',
  },
  {
    id: 'rename-enum-value',
    what: "an enum's value with `-- @renamed from`",
    outcome: 'managed (cases)',
    test: 'test/diff/rename-postgres.test.ts',
  },
  { id: 'rename-schema', what: 'a schema with another name: dropped and made, never renamed', outcome: 'left alone' },
  {
    id: 'index-invalid',
    what: 'an index that a crash left invalid, also one behind a constraint: built anew, or dropped where `models.sql` has none',
    outcome: 'managed (cases)',
    test: 'test/api/leftover-postgres.test.ts',
  },
  {
    id: 'extension-version',
    what: 'VERSION of an extension; without one in `models.sql` an older one is updated, or stays, told of, where something uses it',
    outcome: 'managed (cases)',
    test: `${engine}/render/extensions.test.ts`,
  },
  {
    id: 'identity-sequence',
    what: "an identity's sequence: name, comment, grants, LOGGED",
    outcome: 'managed (cases)',
    test: `${engine}/render/columns.test.ts`,
  },
  {
    id: 'default-schema-named',
    what: 'the default schema under any name: migrations do not say it',
    outcome: 'managed (cases)',
    test: `${engine}/render/schemas.test.ts`,
  },
  { id: 'column-order', what: "the order of a table's columns: new ones come last", outcome: 'left alone' },
  {
    id: 'column-position',
    what: 'what takes columns by their position (rows of a function, a cast row), where they stand otherwise than in `models.sql`',
    outcome: 'refused',
    test: `${engine}/plan/by-position.test.ts`,
  },
  {
    id: 'online',
    what: 'CONCURRENTLY, USING INDEX and the like: ways to carry a change out, no part of a schema',
    outcome: 'left alone',
  },
  { id: 'security-label', what: 'security labels', outcome: 'reported' },
  { id: 'subscription', what: 'subscriptions; in `models.sql` they are refused', outcome: 'reported', test: `${engine}/reach.test.ts` },
  {
    id: 'of-the-server',
    what: 'roles, databases, tablespaces, settings of the server in `models.sql`',
    outcome: 'refused',
    test: `${engine}/reach.test.ts`,
  },
  {
    id: 'hidden-code',
    what: 'DO with code that cannot be told from its text',
    outcome: 'refused',
    test: 'test/diff/load-postgres.test.ts',
  },
  {
    id: 'data',
    what: 'INSERT, COPY, setval() and the like in `models.sql`: data belongs in a migration',
    outcome: 'reported',
    test: 'test/diff/load-postgres.test.ts',
  },
  { id: 'owner', what: 'owners: of a new object the role that migrates', outcome: 'left alone' },
  { id: 'unnamed-privileges', what: 'privileges, where neither `models.sql` nor `--privileges` speaks of them', outcome: 'left alone' },
  { id: 'sequence-state', what: 'where a sequence stands', outcome: 'left alone' },
  { id: 'materialized-view-data', what: 'WITH NO DATA: whether a materialized view is filled', outcome: 'left alone' },
  { id: 'large-objects', what: 'large objects, and other rows', outcome: 'left alone' },
  { id: 'planner-statistics', what: 'statistics that ANALYZE gathers', outcome: 'left alone' },
  { id: 'journals', what: "limbeck's own journal, `alembic_version`, `schema_migrations`, `flyway_schema_history`", outcome: 'left alone' },
  { id: 'other-schemas', what: 'schemas that are not in scope, and what `exclude` in the configuration names', outcome: 'left alone' },
];
