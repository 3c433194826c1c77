import type { CoverageRow } from './row.ts';

/** Grants go to roles that every server has. */
export const privilegeRows: readonly CoverageRow[] = [
  {
    id: 'grant-table',
    what: 'grants on tables and views',
    outcome: 'managed',
    variants: [
      'CREATE TABLE gt (id integer)',
      'CREATE TABLE gt (id integer); GRANT SELECT ON gt TO pg_monitor',
      'CREATE TABLE gt (id integer); GRANT SELECT, INSERT ON gt TO PUBLIC; GRANT UPDATE ON gt TO pg_monitor WITH GRANT OPTION',
      'CREATE TABLE gt (id integer); REVOKE DELETE ON gt FROM CURRENT_USER',
    ],
  },
  {
    id: 'grant-column',
    what: 'grants on columns',
    outcome: 'managed',
    variants: [
      'CREATE TABLE gcl (id integer, "B b" text)',
      'CREATE TABLE gcl (id integer, "B b" text); GRANT SELECT (id), UPDATE ("B b") ON gcl TO pg_monitor',
    ],
  },
  {
    id: 'grant-view-column',
    what: 'grants on columns of views and materialized views, put back when they are made anew',
    outcome: 'managed',
    variants: [
      'CREATE VIEW gvc AS SELECT id, name FROM ground',
      'CREATE VIEW gvc AS SELECT id, name FROM ground; GRANT SELECT (id), UPDATE (name) ON gvc TO pg_monitor',
      'CREATE VIEW gvc AS SELECT name, id FROM ground; GRANT SELECT (id), UPDATE (name) ON gvc TO pg_monitor',
      'CREATE MATERIALIZED VIEW gvc AS SELECT name, id FROM ground; GRANT SELECT (name) ON gvc TO pg_monitor',
    ],
  },
  {
    id: 'grant-sequence',
    what: 'grants on sequences',
    outcome: 'managed',
    variants: ['CREATE SEQUENCE gsq', 'CREATE SEQUENCE gsq; GRANT USAGE ON SEQUENCE gsq TO pg_monitor'],
  },
  {
    id: 'grant-function',
    what: 'grants on functions and procedures',
    outcome: 'managed',
    variants: [
      'CREATE FUNCTION gf(integer) RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$',
      'CREATE FUNCTION gf(integer) RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$; REVOKE EXECUTE ON FUNCTION gf(integer) FROM PUBLIC',
      'CREATE FUNCTION gf(integer) RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$; GRANT EXECUTE ON FUNCTION gf(integer) TO pg_monitor',
    ],
  },
  {
    id: 'grant-type',
    what: 'grants on types and domains',
    outcome: 'managed',
    variants: [
      "CREATE TYPE gty AS ENUM ('a'); CREATE DOMAIN gdo AS integer",
      "CREATE TYPE gty AS ENUM ('a'); CREATE DOMAIN gdo AS integer; REVOKE USAGE ON TYPE gty FROM PUBLIC; REVOKE USAGE ON DOMAIN gdo FROM PUBLIC",
    ],
  },
  {
    id: 'grant-schema',
    what: 'grants on schemas',
    outcome: 'managed',
    variants: ['CREATE SCHEMA gsc', 'CREATE SCHEMA gsc; GRANT USAGE, CREATE ON SCHEMA gsc TO pg_monitor'],
  },
  {
    id: 'grant-default-schema',
    what: 'grants on the default schema',
    outcome: 'managed',
    variants: [
      '',
      'GRANT ALL ON SCHEMA public TO PUBLIC; GRANT USAGE ON SCHEMA public TO pg_monitor WITH GRANT OPTION',
      'REVOKE ALL ON SCHEMA public FROM PUBLIC',
      'REVOKE CREATE ON SCHEMA public FROM pg_database_owner; REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO PUBLIC',
    ],
  },
  {
    id: 'default-schema-comment',
    what: 'comment on the default schema',
    outcome: 'managed',
    variants: ['', "COMMENT ON SCHEMA public IS '100 % it''s \\ $$ours$$'", "COMMENT ON SCHEMA public IS 'other'"],
  },
  {
    id: 'default-privileges',
    what: 'ALTER DEFAULT PRIVILEGES',
    outcome: 'managed',
    variants: [
      '',
      'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor',
      'ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC',
      'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO pg_monitor',
    ],
  },
  {
    id: 'grant-put-back',
    what: 'grants of a view or function that is made anew',
    outcome: 'managed',
    variants: ['id', 'name'].map(
      (column) =>
        `CREATE VIEW gv AS SELECT ${column} AS x FROM ground; GRANT SELECT ON gv TO pg_monitor; REVOKE INSERT ON gv FROM CURRENT_USER`,
    ),
  },
];
