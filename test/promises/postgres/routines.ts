import type { CoverageRow } from './row.ts';

export const routineRows: readonly CoverageRow[] = [
  {
    id: 'function',
    what: 'functions',
    outcome: 'managed',
    variants: [
      '',
      'CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS $$ SELECT a $$',
      'CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS $$ SELECT a + 1 $$',
      'CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE plpgsql AS $f$ BEGIN RETURN $$x$$::text::integer; END $f$',
    ],
  },
  {
    id: 'function-arguments',
    what: 'arguments: names, defaults, modes, VARIADIC',
    outcome: 'managed',
    variants: [
      'CREATE FUNCTION fa(a integer, b text) RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$',
      'CREATE FUNCTION fa(x integer, b text) RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$',
      "CREATE FUNCTION fa(a integer, b text DEFAULT 'it''s') RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$",
      'CREATE FUNCTION fa(a integer, b text, OUT c integer, OUT d text) LANGUAGE sql AS $$ SELECT 1, $1::text $$',
      'CREATE FUNCTION fa(a integer, VARIADIC "B b" text[]) RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$',
    ],
  },
  {
    id: 'function-result',
    what: 'result type: scalar, SETOF, TABLE',
    outcome: 'managed',
    variants: [
      'CREATE FUNCTION fr() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$',
      'CREATE FUNCTION fr() RETURNS bigint LANGUAGE sql AS $$ SELECT 1::bigint $$',
      'CREATE FUNCTION fr() RETURNS SETOF ground LANGUAGE sql AS $$ SELECT * FROM ground $$',
      'CREATE FUNCTION fr() RETURNS TABLE (a integer, b text) LANGUAGE sql AS $$ SELECT 1, $x$y$x$::text $$',
    ],
  },
  {
    id: 'function-result-seen',
    what: 'a changed result type that views look at',
    outcome: 'managed',
    variants: ['integer', 'bigint'].map(
      (type) =>
        `CREATE FUNCTION frs() RETURNS ${type} LANGUAGE sql AS $$ SELECT 1::${type} $$; CREATE VIEW frsv AS SELECT frs() AS f; CREATE VIEW frsw AS SELECT f FROM frsv`,
    ),
  },
  {
    id: 'function-options',
    what: 'volatility, parallel, strict, security, leakproof, cost, rows, SET',
    outcome: 'managed',
    variants: [
      '',
      'IMMUTABLE',
      'STABLE PARALLEL SAFE',
      'STRICT',
      'SECURITY DEFINER SET search_path = pg_catalog, pg_temp',
      'LEAKPROOF COST 5',
      "SET work_mem = '8MB' SET \"DateStyle\" = 'ISO, DMY'",
    ].map((each) => `CREATE FUNCTION fo() RETURNS integer LANGUAGE sql ${each} AS $$ SELECT 1 $$`),
  },
  {
    id: 'function-overloads',
    what: 'overloads',
    outcome: 'managed',
    variants: [
      'CREATE FUNCTION fv(integer) RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$',
      'CREATE FUNCTION fv(integer) RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$; CREATE FUNCTION fv(text, ground_mood) RETURNS integer LANGUAGE sql AS $$ SELECT 2 $$',
    ],
  },
  {
    id: 'function-atomic',
    what: 'bodies in SQL standard form',
    outcome: 'managed',
    variants: [
      'CREATE FUNCTION fb() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM ground; END',
      'CREATE FUNCTION fb() RETURNS bigint LANGUAGE sql RETURN (SELECT max(id) FROM ground)',
      'CREATE FUNCTION fb() RETURNS bigint LANGUAGE sql AS $$ SELECT 1::bigint $$',
    ],
  },
  {
    id: 'function-comment',
    what: 'comment on a function',
    outcome: 'managed',
    variants: [
      'CREATE FUNCTION fcm(integer) RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$',
      "CREATE FUNCTION fcm(integer) RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$; COMMENT ON FUNCTION fcm(integer) IS 'x'",
    ],
  },
  {
    id: 'depends-on-extension',
    what: 'DEPENDS ON EXTENSION, of routines; also of triggers, indexes and materialized views',
    outcome: 'managed',
    variants: [
      'CREATE FUNCTION fdx() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$',
      'CREATE FUNCTION fdx() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$; ALTER FUNCTION fdx() DEPENDS ON EXTENSION plpgsql',
      'CREATE FUNCTION fdx() RETURNS integer LANGUAGE sql AS $$ SELECT 2 $$; ALTER FUNCTION fdx() DEPENDS ON EXTENSION plpgsql',
    ],
  },
  {
    id: 'procedure',
    what: 'procedures',
    outcome: 'managed',
    variants: [
      '',
      'CREATE PROCEDURE pr(a integer) LANGUAGE plpgsql AS $$ BEGIN NULL; END $$',
      'CREATE PROCEDURE pr(a integer) LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN COMMIT; END $$',
      "CREATE PROCEDURE pr(a integer) LANGUAGE plpgsql AS $$ BEGIN NULL; END $$; COMMENT ON PROCEDURE pr(integer) IS 'x'",
    ],
  },
  {
    id: 'aggregate',
    what: 'aggregates',
    outcome: 'managed',
    variants: [
      '',
      'CREATE AGGREGATE ag(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = $$0$$)',
      'CREATE AGGREGATE ag(integer) (SFUNC = int4larger, STYPE = integer, COMBINEFUNC = int4larger, PARALLEL = SAFE, SORTOP = >)',
      "CREATE AGGREGATE ag(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = $$0$$); COMMENT ON AGGREGATE ag(integer) IS 'x'",
    ],
  },
  {
    id: 'trigger',
    what: 'triggers: time, events, columns, WHEN, arguments, transition tables',
    outcome: 'managed',
    variants: [
      '',
      'BEFORE INSERT OR UPDATE ON ground FOR EACH ROW',
      'AFTER UPDATE OF name, price ON ground FOR EACH ROW WHEN (OLD.name <> NEW.name)',
      'AFTER INSERT ON ground REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT',
      'AFTER TRUNCATE ON ground',
    ].map((each) => (each === '' ? '' : `CREATE TRIGGER gtr ${each} EXECUTE FUNCTION ground_trigger('a', 'it''s')`)),
  },
  {
    id: 'trigger-state',
    what: 'triggers disabled, for replicas, always',
    outcome: 'managed',
    variants: [
      '',
      '; ALTER TABLE ground DISABLE TRIGGER gts',
      '; ALTER TABLE ground ENABLE REPLICA TRIGGER gts',
      '; ALTER TABLE ground ENABLE ALWAYS TRIGGER gts',
    ].map((each) => `CREATE TRIGGER gts BEFORE DELETE ON ground FOR EACH ROW EXECUTE FUNCTION ground_trigger()${each}`),
  },
  {
    id: 'constraint-trigger',
    what: 'constraint triggers',
    outcome: 'managed',
    variants: [
      '',
      'CREATE CONSTRAINT TRIGGER gct AFTER INSERT ON ground FOR EACH ROW EXECUTE FUNCTION ground_trigger()',
      'CREATE CONSTRAINT TRIGGER gct AFTER INSERT ON ground DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ground_trigger()',
    ],
  },
  {
    id: 'trigger-comment',
    what: 'comment on a trigger',
    outcome: 'managed',
    variants: [
      'CREATE TRIGGER gtc BEFORE DELETE ON ground FOR EACH ROW EXECUTE FUNCTION ground_trigger()',
      "CREATE TRIGGER gtc BEFORE DELETE ON ground FOR EACH ROW EXECUTE FUNCTION ground_trigger(); COMMENT ON TRIGGER gtc ON ground IS 'x'",
    ],
  },
  {
    id: 'partition-trigger',
    what: 'triggers of partitioned tables',
    outcome: 'managed',
    variants: [
      'CREATE TABLE ptr (a integer) PARTITION BY LIST (a); CREATE TABLE ptr_1 PARTITION OF ptr FOR VALUES IN (1)',
      'CREATE TABLE ptr (a integer) PARTITION BY LIST (a); CREATE TABLE ptr_1 PARTITION OF ptr FOR VALUES IN (1); CREATE TRIGGER x AFTER INSERT ON ptr FOR EACH ROW EXECUTE FUNCTION ground_trigger()',
    ],
  },
  {
    id: 'event-trigger',
    what: 'event triggers',
    outcome: 'managed',
    variants: [
      '',
      'CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION ground_event()',
      "CREATE EVENT TRIGGER et ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION ground_event()",
      'CREATE EVENT TRIGGER et ON sql_drop EXECUTE FUNCTION ground_event(); ALTER EVENT TRIGGER et DISABLE',
    ],
  },
];
