/** What the fingerprint does with a column of a system catalog. Every column of every catalog that it reads has one. */
export type Treatment =
  /** Says which object the row is about. */
  | { readonly how: 'identity' }
  /** Compared as it is, or in the normal form that `sql` gives it. */
  | { readonly how: 'value'; readonly sql?: string }
  /** A tree or a list of numbers; compared as the server writes it in SQL. */
  | { readonly how: 'deparse'; readonly sql: string }
  /** An OID or a column's number; compared as the name that it stands for. */
  | { readonly how: 'reference'; readonly sql: string }
  /** Compared only where privileges are managed. */
  | { readonly how: 'privilege'; readonly sql: string }
  | { readonly how: 'ignored'; readonly reason: string };

/** One catalog. `x` is its row in every expression; `rel` the relations in scope, each with the object that it belongs to; `%namespaces` their schemas. */
export interface Catalog {
  readonly name: string;
  /** Joins and conditions that leave the rows in scope. */
  readonly from: string;
  readonly where?: string;
  /** The top-level object: kind, name, and (for functions and the like) what follows the name. */
  readonly kind: string;
  readonly object: string;
  /** OID of the schema that the object is in; none for an object of the database. */
  readonly namespace?: string;
  readonly suffix?: string;
  /** Name of the table that the object is on (an index), for the scope. */
  readonly table?: string;
  /** Which part of the object, e.g. `column id`; none for the object itself. */
  readonly part?: string;
  /** It is only about privileges, so it is read where they are compared. */
  readonly isPrivilege?: true;
  readonly columns: Readonly<Record<string, Treatment>>;
}

export const identity: Treatment = { how: 'identity' };
export const value: Treatment = { how: 'value' };
export const valueBy = (sql: string): Treatment => ({ how: 'value', sql });
export const deparse = (sql: string): Treatment => ({ how: 'deparse', sql });
export const reference = (sql: string): Treatment => ({ how: 'reference', sql });
export const ignored = (reason: string): Treatment => ({ how: 'ignored', reason });

/** An OID column as the name of a type, relation, function, operator, collation, role. */
export const typeOf = (column: string): Treatment => reference(`nullif(x.${column}, 0)::regtype::text`);
export const relationOf = (column: string): Treatment => reference(`nullif(x.${column}, 0)::regclass::text`);
export const functionOf = (column: string): Treatment => reference(`nullif(x.${column}::oid, 0)::regprocedure::text`);
export const operatorOf = (column: string): Treatment => reference(`nullif(x.${column}::oid, 0)::regoperator::text`);
export const collationOf = (column: string): Treatment => reference(`nullif(x.${column}, 0)::regcollation::text`);

/** An OID column as the name in a catalog that has no `reg…` type. */
export const nameIn = (column: string, catalog: string, name: string): Treatment =>
  reference(`(SELECT o.${name} FROM pg_catalog.${catalog} o WHERE o.oid = x.${column})`);

/** The same for a catalog whose names are in schemas; a name of the default schema stands alone. */
export const qualifiedIn = (column: string, catalog: string, name: string, namespace: string): Treatment =>
  reference(`(SELECT ${qualified(`o.${namespace}`, `o.${name}`)} FROM pg_catalog.${catalog} o WHERE o.oid = x.${column})`);

/** SQL of a name with its schema, unless that is the default one (`%schema` is put in later). */
export const qualified = (namespace: string, name: string): string =>
  `(SELECT CASE WHEN n.nspname = %schema THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END FROM pg_catalog.pg_namespace n WHERE n.oid = ${namespace}) || pg_catalog.quote_ident(${name})`;

/** The value of an array, which most rows have not: then nothing is asked. */
const ofArray = (array: string, sql: string): string => `CASE WHEN ${array} IS NOT NULL THEN ${sql} END`;

/** An array of OIDs, each as `cast` writes it, in order. */
export const each = (array: string, cast: string): string =>
  ofArray(
    array,
    `(SELECT pg_catalog.jsonb_agg(nullif(u.o::oid, 0)::${cast}::text ORDER BY u.n) FROM pg_catalog.unnest(${array}) WITH ORDINALITY AS u(o, n))`,
  );

/** An array of OIDs, each as its name in a catalog. */
export const eachIn = (array: string, catalog: string, name: string): string =>
  ofArray(
    array,
    `(SELECT pg_catalog.jsonb_agg(${name} ORDER BY u.n) FROM pg_catalog.unnest(${array}) WITH ORDINALITY AS u(o, n) LEFT JOIN pg_catalog.${catalog} o ON o.oid = u.o)`,
  );

/** An array of column numbers as names; 0 (an expression) is empty. */
export const columnNames = (array: string, relation: string): string =>
  ofArray(
    array,
    `(SELECT pg_catalog.jsonb_agg(a.attname ORDER BY u.n) FROM pg_catalog.unnest(${array}) WITH ORDINALITY AS u(o, n) LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = ${relation} AND a.attnum = u.o)`,
  );

/** The same by name, for lists that the server keeps in the order of the table's columns, which is none of theirs. */
export const columnNamesSorted = (array: string, relation: string): string =>
  ofArray(
    array,
    `(SELECT pg_catalog.jsonb_agg(a.attname ORDER BY a.attname COLLATE "C") FROM pg_catalog.unnest(${array}) AS u(o) LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = ${relation} AND a.attnum = u.o)`,
  );

/** An array whose order says nothing, sorted. */
export const sorted = (column: string): Treatment =>
  valueBy(
    ofArray(
      `x.${column}`,
      `(SELECT pg_catalog.jsonb_agg(e::text ORDER BY e::text COLLATE "C") FROM pg_catalog.unnest(x.${column}) AS u(e))`,
    ),
  );

/** Privileges with the default ones written out and the owner as `owner`; who granted says nothing. */
export const privileges = (column: string, kind: string, owner: string): Treatment => ({
  how: 'privilege',
  sql: `(SELECT pg_catalog.jsonb_agg(pg_catalog.concat_ws(' ', CASE WHEN e.grantee = ${owner} THEN 'owner' WHEN e.grantee = 0 THEN 'public' ELSE e.grantee::regrole::text END, e.privilege_type, CASE WHEN e.is_grantable THEN 'grantable' END)
           ORDER BY e.grantee = ${owner}, e.grantee::regrole::text COLLATE "C", e.privilege_type COLLATE "C")
          FROM pg_catalog.aclexplode(coalesce(x.${column}, pg_catalog.acldefault(${kind}, ${owner}))) AS e)`,
});

export const owner: Treatment = ignored('owners are never managed');
export const number: Treatment = ignored('a number of this database; the name is compared');

/** A condition: the row of a catalog that is called `alias` is not a part of an extension. */
export const notOfExtension = (catalog: string, alias = 'x'): string =>
  `NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.${catalog}'::regclass AND e.objid = ${alias}.oid AND e.deptype = 'e')`;
