import { createHash } from 'node:crypto';
import type { Fingerprint, ObjectFingerprint } from '../../../model/fingerprint.ts';
import type { ObjectKey } from '../../../model/schema.ts';
import { quoteText } from '../../../sql/quote.ts';
import type { Row, Scope } from '../../engine.ts';
import type { Catalog, Treatment } from './catalog.ts';
import { settled } from './deparse.ts';
import { catalogsLeftOut, otherCatalogs } from './others.ts';
import { invalidIndexes, relationCatalogs } from './relations.ts';
import { typeCatalogs } from './types.ts';
import { textOf, type Query } from '../query.ts';
import { managedSchemas, objectFilter } from '../schemas.ts';

export interface FingerprintContext {
  /** The default schema: its objects go unqualified. */
  readonly schema: string;
}

/** What every query of one fingerprint is made for. */
interface Frame extends FingerprintContext {
  /** The schemas in scope, by OID as text. */
  readonly schemas: ReadonlyMap<string, string>;
  readonly privileges: boolean;
  /** Names of which an object that is asked for has one; undefined: every object is asked for. */
  readonly names: readonly string[] | undefined;
}

/**
 * Says what the proof compares of the schemas in scope: every column of every catalog that describes them, as the table
 * in `fingerprint-*.ts` treats it, comments, security labels and ownership of sequences. It shares nothing with `inspect`. Run
 * it in a look (pinned settings, search_path the default schema alone). A constant number of queries.
 */
export const fingerprint = async (query: Query, scope: Scope, context: FingerprintContext): Promise<Fingerprint> => {
  const present = await readColumns(query);
  const managed = await managedSchemas(query, scope, context.schema);
  const frame: Frame = {
    schema: context.schema,
    schemas: new Map(managed.map(({ oid, name }) => [String(oid), name])),
    privileges: scope.privileges === true,
    names: scope.only === undefined ? undefined : [...new Set([...scope.only].flatMap(namesIn))],
  };
  const isInScope = objectFilter(scope);
  const found = new Map<ObjectKey, string[]>();
  const add = (row: Row, lines: readonly string[], among = found): void => {
    if (lines.length === 0) return;
    const name = textOf(row, 'object') ?? '';
    const schema = frame.schemas.get(textOf(row, 'namespace') ?? '');
    if (!isInScope(schema ?? '', name) || !isInScope(schema ?? '', textOf(row, 'on_table') ?? name)) return;
    const key = keyOf(row, schema === undefined || schema === frame.schema ? [name] : [schema, name]);
    const known = among.get(key);
    if (known === undefined) among.set(key, [...lines]);
    else known.push(...lines);
  };
  const rare = await readUsed(
    query,
    otherCatalogs.filter(({ name, isPrivilege }) => present.has(name) && (frame.privileges || isPrivilege !== true)),
    frame,
  );
  const read = [...relationCatalogs, invalidIndexes, ...typeCatalogs, ...rare].filter(({ name }) => present.has(name));
  const broken = new Map<ObjectKey, string[]>();
  for (const row of await query(catalogsSql(read, present, frame))) {
    const catalog = read[Number(row['catalog'])];
    if (catalog !== undefined) add(row, linesOf(catalog, row), catalog === invalidIndexes ? broken : found);
  }
  for (const row of await query(attachedSql(read, present, frame)))
    add(row, [[textOf(row, 'part'), textOf(row, 'what'), JSON.stringify(row['text'])].filter(isText).join(' ')]);
  const objects = new Map<ObjectKey, ObjectFingerprint>();
  for (const key of [...found.keys()].sort(byCode)) objects.set(key, describe(found.get(key) ?? []));
  return {
    objects,
    whole: hash(
      [
        ...[...objects].map(([key, object]) => `${key} ${object.hash}`),
        ...[...broken.keys()].sort(byCode).map((key) => `${key} is invalid`),
      ],
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
const readUsed = async (query: Query, rare: readonly Catalog[], frame: Frame): Promise<readonly Catalog[]> => {
  const asked = rare.map((catalog) => `EXISTS (SELECT ${fromSql(catalog, frame)}) AS ${catalog.name}`);
  const [row] = await query(withSchemas(`SELECT ${asked.join(', ')}`, frame));
  return rare.filter(({ name }) => row?.[name] === true);
};

/** The relations in scope, each with the object that it belongs to: the index of a constraint and the sequence of an identity column are parts of their table. */
const relations = (frame: Frame): string => `
  rel AS MATERIALIZED (
    SELECT x.oid, x.relname AS name, ${kindSql('x.relkind')} AS own_kind, t.oid AS top_oid, t.relname AS top, t.relnamespace AS namespace, x.relispartition AS is_partition, ${kindSql('t.relkind')} AS kind,
           coalesce(p.relname, s.relname) AS on_table
      FROM pg_catalog.pg_class x
      LEFT JOIN (SELECT c.conindid, pg_catalog.min(c.conrelid::bigint)::oid AS conrelid FROM pg_catalog.pg_constraint c
                  WHERE c.contype IN ('p', 'u', 'x') AND c.conindid <> 0 GROUP BY c.conindid) k ON k.conindid = x.oid AND x.relkind IN ('i', 'I')
      LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = x.oid AND d.objsubid = 0
            AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'i' AND x.relkind = 'S'
      LEFT JOIN pg_catalog.pg_depend a ON a.classid = 'pg_catalog.pg_class'::regclass AND a.objid = x.oid AND a.objsubid = 0
            AND a.refclassid = 'pg_catalog.pg_class'::regclass AND a.refobjsubid > 0 AND a.deptype = 'a' AND x.relkind = 'S'
      LEFT JOIN pg_catalog.pg_class s ON s.oid = a.refobjid
      LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = x.oid
      LEFT JOIN pg_catalog.pg_class p ON p.oid = i.indrelid
      LEFT JOIN pg_catalog.pg_class t ON t.oid = coalesce(k.conrelid, d.refobjid, x.oid)
     WHERE x.relnamespace IN (%namespaces) AND x.relkind IN ('r', 'p', 'v', 'm', 'f', 'i', 'I', 'S', 'c')${amongSql('t.relname', frame)}
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.deptype = 'e'
                                                            AND e.objid IN (x.oid, t.oid, p.oid) AND e.objsubid = 0))`;

function kindSql(column: string): string {
  return `CASE ${column} WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'f' THEN 'foreign table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'type' ELSE 'index' END`;
}

/** All catalogs in one query: which relations are in scope is asked once. Each row has the position of its catalog. */
const catalogsSql = (read: readonly Catalog[], present: Present, frame: Frame): string => {
  const rows = read.map((catalog, position) => {
    const facts = Object.entries(catalog.columns).flatMap(([column, treatment]) => {
      const sql = present.get(catalog.name)?.has(column) === true ? factSql(column, treatment, frame) : undefined;
      return sql === undefined ? [] : [`'${column}', ${sql}`];
    });
    return `SELECT ${position} AS catalog, ${ownerSql(catalog)}, pg_catalog.jsonb_build_object(${facts.join(', ')}) AS facts ${fromSql(catalog, frame)}`;
  });
  return withSchemas(`WITH ${relations(frame)}\n${rows.join('\nUNION ALL\n')}`, frame);
};

const ownerSql = (catalog: Catalog): string =>
  [
    `${catalog.kind} AS kind`,
    `(${catalog.namespace ?? 'NULL'})::text AS namespace`,
    `(${catalog.object})::text AS object`,
    `${catalog.suffix ?? 'NULL'} AS suffix`,
    `(${catalog.table ?? 'NULL'})::text AS on_table`,
    `${catalog.part ?? 'NULL'} AS part`,
  ].join(', ');

const fromSql = (catalog: Catalog, frame: Frame): string =>
  `FROM pg_catalog.${catalog.name} x ${catalog.from} WHERE (${catalog.where ?? 'true'})${amongSql(`(${catalog.object})::text`, frame)}`;

/** A condition that leaves the objects that are asked for, and perhaps some more. */
const amongSql = (name: string, { names }: Frame): string =>
  names === undefined ? '' : ` AND ${name} IN (${['', ...names].map((each) => quoteText(each, 'postgres')).join(', ')})`;

/** Every word and quoted text of a key: the object's name is one of them. */
const namesIn = (key: ObjectKey): readonly string[] =>
  [...key.matchAll(/"((?:[^"]|"")*)"|([a-z_0-9]+)/g)].map(([, quoted, plain]) => plain ?? quoted?.replaceAll('""', '"') ?? '');

const factSql = (column: string, treatment: Treatment, frame: Frame): string | undefined => {
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
      return frame.privileges ? treatment.sql : undefined;
  }
};

/** Comments, security labels, what a sequence is owned by and which extension something needs, for all catalogs at once. */
const attachedSql = (read: readonly Catalog[], present: Present, frame: Frame): string => {
  const objects = read.flatMap((catalog) => {
    if (present.get(catalog.name)?.has('oid') !== true) return [];
    return [
      `SELECT '${`pg_catalog.${catalog.name}`}'::regclass AS class, x.oid, 0 AS sub, ${ownerSql(catalog)} ${fromSql(catalog, frame)}`,
    ];
  });
  const columns = `SELECT 'pg_catalog.pg_class'::regclass, r.oid, a.attnum::integer, r.kind, r.namespace::text, r.top::text, NULL, NULL, pg_catalog.format('column %I', a.attname)
    FROM rel r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped`;
  return withSchemas(
    `WITH ${relations(frame)}, object AS MATERIALIZED (${[...objects, columns].join('\nUNION ALL\n')})
    SELECT o.kind, o.namespace, o.object, o.suffix, o.on_table, o.part, 'comment' AS what, d.description AS text
      FROM object o JOIN pg_catalog.pg_description d ON d.classoid = o.class AND d.objoid = o.oid AND d.objsubid = o.sub
     WHERE NOT (o.kind = 'schema' AND d.description = 'standard public schema')
    UNION ALL
    SELECT o.kind, o.namespace, o.object, o.suffix, o.on_table, o.part, 'security label ' || l.provider, l.label
      FROM object o JOIN pg_catalog.pg_seclabel l ON l.classoid = o.class AND l.objoid = o.oid AND l.objsubid = o.sub
    UNION ALL
    SELECT o.kind, o.namespace, o.object, o.suffix, o.on_table, o.part, CASE d.deptype WHEN 'x' THEN 'needs extension' ELSE 'owned by' END,
           CASE d.deptype WHEN 'x' THEN (SELECT e.extname::text FROM pg_catalog.pg_extension e WHERE e.oid = d.refobjid)
                ELSE (SELECT d.refobjid::regclass::text || '.' || pg_catalog.quote_ident(a.attname) FROM pg_catalog.pg_attribute a WHERE a.attrelid = d.refobjid AND a.attnum = d.refobjsubid) END
      FROM object o JOIN pg_catalog.pg_depend d ON d.classid = o.class AND d.objid = o.oid AND o.sub = 0
     WHERE d.deptype = 'x' OR (d.deptype = 'a' AND o.kind = 'sequence' AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0)`,
    frame,
  );
};

const withSchemas = (sql: string, { schema, schemas }: Frame): string => {
  const literal = quoteText(schema, 'postgres');
  const namespaces = schemas.size === 0 ? 'NULL' : [...schemas.keys()].join(', ');
  return sql.replaceAll('%namespaces', namespaces).replaceAll('%schema', () => literal);
};

/** A line a fact, so that a difference is told by its attribute; what is NULL or false is left out. The default schema is there in any case. */
const linesOf = (catalog: Catalog, row: Row): readonly string[] => {
  const facts = row['facts'];
  const part = textOf(row, 'part');
  const lead = part === undefined ? '' : `${part} `;
  const lines =
    typeof facts !== 'object' || facts === null ? [] : Object.entries(facts).filter(([, fact]) => fact !== null && fact !== false);
  const isImplied = textOf(row, 'object') === '';
  const there = isImplied ? [] : [`${lead}is in ${catalog.name}`];
  const shown = ([column, fact]: readonly [string, unknown]): string =>
    catalog.columns[column]?.how === 'deparse' ? JSON.stringify(settledFact(fact)) : JSON.stringify(fact);
  return [...there, ...lines.map((line) => `${lead}${line[0]} = ${shown(line)}`)];
};

/** A text, or a list of texts. */
const settledFact = (fact: unknown): unknown => {
  if (typeof fact === 'string') return settled(fact);
  return Array.isArray(fact) ? fact.map(settledFact) : fact;
};

const describe = (lines: readonly string[]): ObjectFingerprint => {
  const ordered = [...lines].sort(byCode);
  return { hash: hash(ordered, 16), lines: ordered };
};

const hash = (lines: readonly string[], length: number): string =>
  `f1:${createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, length)}`;

const byCode = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const isText = (text: string | undefined): text is string => text !== undefined;

const keyOf = (row: Row, path: readonly string[]): ObjectKey =>
  `${textOf(row, 'kind')} ${path.map(pathPart).join('.')}${textOf(row, 'suffix') ?? ''}`;

const pathPart = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);
