import { createHash } from 'node:crypto';
import type { Fingerprint, ObjectFingerprint } from '../../model/fingerprint.ts';
import type { ObjectKey } from '../../model/schema.ts';
import { quoteText } from '../../sql/quote.ts';
import type { Row, Scope } from '../engine.ts';
import type { Catalog, Treatment } from './fingerprint-catalog.ts';
import { catalogsLeftOut, otherCatalogs } from './fingerprint-others.ts';
import { relationCatalogs } from './fingerprint-relations.ts';
import { typeCatalogs } from './fingerprint-types.ts';
import { textOf, type Query } from './query.ts';

export interface FingerprintContext {
  /** The default schema: its objects go unqualified. */
  readonly schema: string;
  /** True where grants are managed. */
  readonly privileges?: boolean;
}

/**
 * Says what the proof compares of a schema: every column of every catalog that describes it, as the table in
 * `fingerprint-*.ts` treats it, comments, security labels and ownership of sequences. It shares nothing with `inspect`. Run
 * it in a look (pinned settings, search_path the default schema alone). A constant number of queries.
 */
export const fingerprint = async (query: Query, scope: Scope, context: FingerprintContext): Promise<Fingerprint> => {
  const present = await readColumns(query);
  const isInScope = inScope(scope);
  const found = new Map<ObjectKey, string[]>();
  const add = (row: Row, lines: readonly string[]): void => {
    if (lines.length === 0) return;
    const name = textOf(row, 'object') ?? '';
    if (!isInScope(name) || !isInScope(textOf(row, 'on_table') ?? name)) return;
    const key = keyOf(row, name);
    const known = found.get(key);
    if (known === undefined) found.set(key, [...lines]);
    else known.push(...lines);
  };
  const rare = await readUsed(
    query,
    otherCatalogs.filter(({ name }) => present.has(name)),
    context,
  );
  for (const catalog of [...relationCatalogs, ...typeCatalogs, ...rare]) {
    const columns = present.get(catalog.name);
    if (columns === undefined) continue;
    for (const row of await query(catalogSql(catalog, columns, context))) add(row, linesOf(catalog, row));
  }
  for (const row of await query(attachedSql([...relationCatalogs, ...typeCatalogs, ...rare], present, context)))
    add(row, [[textOf(row, 'part'), textOf(row, 'what'), JSON.stringify(row['text'])].filter(isText).join(' ')]);
  const objects = new Map<ObjectKey, ObjectFingerprint>();
  for (const key of [...found.keys()].sort(byCode)) objects.set(key, describe(found.get(key) ?? []));
  return {
    objects,
    whole: hash(
      [...objects].map(([key, object]) => `${key} ${object.hash}`),
      32,
    ),
  };
};

/**
 * The catalog columns of a server that the table does not treat, as `pg_class.relnew`: none on the majors that it was
 * written for. On a newer one the fingerprint works and is blind to these.
 */
export const unknownColumns = async (query: Query): Promise<readonly string[]> => {
  const known = new Map(catalogs.map((catalog) => [catalog.name, catalog.columns]));
  const unknown: string[] = [];
  for (const [catalog, columns] of await readColumns(query)) {
    if (Object.hasOwn(catalogsLeftOut, catalog)) continue;
    const treated = known.get(catalog);
    if (treated === undefined) unknown.push(catalog);
    else unknown.push(...[...columns].filter((column) => !Object.hasOwn(treated, column)).map((column) => `${catalog}.${column}`));
  }
  return unknown;
};

/** Every catalog that the fingerprint reads, with what it does with each column. */
export const catalogs: readonly Catalog[] = [...relationCatalogs, ...typeCatalogs, ...otherCatalogs];

type Present = ReadonlyMap<string, ReadonlySet<string>>;

const readColumns = async (query: Query): Promise<Present> => {
  const rows = await query(
    `SELECT c.relname AS catalog, pg_catalog.jsonb_agg(a.attname) AS columns
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' GROUP BY c.relname`,
  );
  return new Map(rows.map((row) => [String(row['catalog']), new Set(Array.isArray(row['columns']) ? row['columns'].map(String) : [])]));
};

/** Those of the catalogs that hold anything in scope: most schemas have nothing in most of them. */
const readUsed = async (query: Query, rare: readonly Catalog[], context: FingerprintContext): Promise<readonly Catalog[]> => {
  const asked = rare.map((catalog) => `EXISTS (SELECT ${fromSql(catalog)}) AS ${catalog.name}`);
  const [row] = await query(withSchema(`SELECT ${asked.join(', ')}`, context));
  return rare.filter(({ name }) => row?.[name] === true);
};

/** The relations of the default schema, each with the object that it belongs to: the index of a constraint and the sequence of an identity column are parts of their table. */
const relations = `
  rel AS MATERIALIZED (
    SELECT x.oid, x.relname AS name, ${kindSql('x.relkind')} AS own_kind, t.oid AS top_oid, t.relname AS top, ${kindSql('t.relkind')} AS kind, p.relname AS on_table
      FROM pg_catalog.pg_class x
      LEFT JOIN (SELECT c.conindid, pg_catalog.min(c.conrelid::bigint)::oid AS conrelid FROM pg_catalog.pg_constraint c
                  WHERE c.contype IN ('p', 'u', 'x') AND c.conindid <> 0 GROUP BY c.conindid) k ON k.conindid = x.oid AND x.relkind IN ('i', 'I')
      LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = x.oid AND d.objsubid = 0
            AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'i' AND x.relkind = 'S'
      LEFT JOIN pg_catalog.pg_depend e ON e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = x.oid AND e.objsubid = 0 AND e.deptype = 'e'
      LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = x.oid
      LEFT JOIN pg_catalog.pg_class p ON p.oid = i.indrelid
      JOIN pg_catalog.pg_class t ON t.oid = coalesce(k.conrelid, d.refobjid, x.oid)
     WHERE x.relnamespace = %namespace AND x.relkind IN ('r', 'p', 'v', 'm', 'f', 'i', 'I', 'S', 'c') AND e.objid IS NULL)`;

function kindSql(column: string): string {
  return `CASE ${column} WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'f' THEN 'foreign table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'type' ELSE 'index' END`;
}

const catalogSql = (catalog: Catalog, columns: ReadonlySet<string>, context: FingerprintContext): string => {
  const facts = Object.entries(catalog.columns).flatMap(([column, treatment]) => {
    const sql = columns.has(column) ? factSql(column, treatment, context) : undefined;
    return sql === undefined ? [] : [`'${column}', ${sql}`];
  });
  const sql = fromSql(catalog);
  return withSchema(
    `${sql.includes('JOIN rel ') ? `WITH ${relations}` : ''}
    SELECT ${ownerSql(catalog)}, pg_catalog.jsonb_build_object(${facts.join(', ')}) AS facts ${sql}`,
    context,
  );
};

const ownerSql = (catalog: Catalog): string =>
  `${catalog.kind} AS kind, (${catalog.object})::text AS object, ${catalog.suffix ?? 'NULL'} AS suffix, (${catalog.table ?? 'NULL'})::text AS on_table, ${catalog.part ?? 'NULL'} AS part`;

const fromSql = (catalog: Catalog): string =>
  `FROM pg_catalog.${catalog.name} x ${catalog.from}${catalog.where === undefined ? '' : ` WHERE ${catalog.where}`}`;

const factSql = (column: string, treatment: Treatment, context: FingerprintContext): string | undefined => {
  switch (treatment.how) {
    case 'identity':
    case 'ignored':
      return undefined;
    case 'value':
      return treatment.sql ?? `x.${column}`;
    case 'deparse':
    case 'reference':
      return treatment.sql;
    case 'privilege':
      return context.privileges === true ? treatment.sql : undefined;
  }
};

/** Comments, security labels, what a sequence is owned by and which extension something needs, for all catalogs at once. */
const attachedSql = (read: readonly Catalog[], present: Present, context: FingerprintContext): string => {
  const objects = read.flatMap((catalog) => {
    if (present.get(catalog.name)?.has('oid') !== true) return [];
    return [`SELECT '${`pg_catalog.${catalog.name}`}'::regclass AS class, x.oid, 0 AS sub, ${ownerSql(catalog)} ${fromSql(catalog)}`];
  });
  const columns = `SELECT 'pg_catalog.pg_class'::regclass, r.oid, a.attnum::integer, r.kind, r.top::text, NULL, NULL, pg_catalog.format('column %I', a.attname)
    FROM rel r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped`;
  return withSchema(
    `WITH ${relations}, object AS MATERIALIZED (${[...objects, columns].join('\nUNION ALL\n')})
    SELECT o.kind, o.object, o.suffix, o.on_table, o.part, 'comment' AS what, d.description AS text
      FROM object o JOIN pg_catalog.pg_description d ON d.classoid = o.class AND d.objoid = o.oid AND d.objsubid = o.sub
     WHERE NOT (o.kind = 'schema' AND d.description = 'standard public schema')
    UNION ALL
    SELECT o.kind, o.object, o.suffix, o.on_table, o.part, 'security label ' || l.provider, l.label
      FROM object o JOIN pg_catalog.pg_seclabel l ON l.classoid = o.class AND l.objoid = o.oid AND l.objsubid = o.sub
    UNION ALL
    SELECT o.kind, o.object, o.suffix, o.on_table, o.part, CASE d.deptype WHEN 'x' THEN 'needs extension' ELSE 'owned by' END,
           CASE d.deptype WHEN 'x' THEN (SELECT e.extname::text FROM pg_catalog.pg_extension e WHERE e.oid = d.refobjid)
                ELSE (SELECT d.refobjid::regclass::text || '.' || pg_catalog.quote_ident(a.attname) FROM pg_catalog.pg_attribute a WHERE a.attrelid = d.refobjid AND a.attnum = d.refobjsubid) END
      FROM object o JOIN pg_catalog.pg_depend d ON d.classid = o.class AND d.objid = o.oid AND o.sub = 0
     WHERE d.deptype = 'x' OR (d.deptype = 'a' AND o.kind = 'sequence' AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0)`,
    context,
  );
};

const withSchema = (sql: string, { schema }: FingerprintContext): string => {
  const literal = quoteText(schema, 'postgres');
  return sql
    .replaceAll('%namespace', () => `(SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = ${literal})`)
    .replaceAll('%schema', () => literal);
};

/** A line a fact, so that a difference is told by its attribute; what is NULL or false is left out. */
const linesOf = (catalog: Catalog, row: Row): readonly string[] => {
  const facts = row['facts'];
  const part = textOf(row, 'part');
  const lead = part === undefined ? '' : `${part} `;
  const lines =
    typeof facts !== 'object' || facts === null ? [] : Object.entries(facts).filter(([, fact]) => fact !== null && fact !== false);
  const there = catalog.isImplied === true ? [] : [`${lead}is in ${catalog.name}`];
  return [...there, ...lines.map(([column, fact]) => `${lead}${column} = ${JSON.stringify(fact)}`)];
};

const describe = (lines: readonly string[]): ObjectFingerprint => {
  const ordered = [...lines].sort(byCode);
  return { hash: hash(ordered, 16), lines: ordered };
};

const hash = (lines: readonly string[], length: number): string =>
  `f1:${createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, length)}`;

const byCode = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const isText = (text: string | undefined): text is string => text !== undefined;

const keyOf = (row: Row, name: string): ObjectKey =>
  `${textOf(row, 'kind')} ${/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`}${textOf(row, 'suffix') ?? ''}`;

const otherJournals = ['alembic_version', 'schema_migrations', 'flyway_schema_history'];

const inScope = (scope: Scope): ((name: string) => boolean) => {
  const journals = [scope.journalTable, ...otherJournals];
  const globs = scope.exclude.map(
    (pattern) =>
      new RegExp(
        `^${pattern
          .split('*')
          .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
          .join('.*')}$`,
        's',
      ),
  );
  return (name) => !journals.includes(name) && !globs.some((glob) => glob.test(name));
};
