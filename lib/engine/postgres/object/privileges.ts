import type { Step } from '../../../model/change.ts';
import { childrenOf, objectKey, type ObjectKey, type Schema, type SchemaObject } from '../../../model/schema.ts';
import type { Row } from '../../engine.ts';
import { entryOf } from './entries.ts';
import { entriesOf, grantSql, grantsFor, intersect, parseAcl, unite, type Acl, type Grant } from './grants.ts';
import { list, step, text, type Kind, type Room } from './kind.ts';
import { nameSql } from './naming.ts';

/*
 * The normal form of privileges is a sorted list of `<grantee>=<PRIVILEGE>,<PRIVILEGE>*`, one entry a grantee: `owner`, `public` or
 * a role as SQL names it (a role whose name is owner is quoted); the privileges are sorted, with a star where they may be
 * granted on. The default privileges are written out, so that none given and the default given are the same.
 */

/** The letters of acldefault(): column, relation, sequence, function, schema, type. */
export type PrivilegeLetter = 'c' | 'r' | 's' | 'f' | 'n' | 'T';

/**
 * SQL of the privileges in an ACL column, as a jsonb list in normal form; `[]` where everything was taken away. Readers
 * ask for it when `context.privileges`, and read it with `aclOf`. `owner` is the column with the owner's OID.
 */
export const aclSql = (acl: string, letter: PrivilegeLetter, owner: string): string =>
  aclOfSql(`coalesce(${acl}, pg_catalog.acldefault('${letter}'::"char", ${owner}))`, owner);

/** The same for any expression of type aclitem[]. */
export const aclOfSql = (
  acl: string,
  owner: string,
): string => `(SELECT coalesce(pg_catalog.jsonb_agg(g.entry ORDER BY g.entry COLLATE "C"), '[]'::jsonb)
    FROM (SELECT e.grantee || '=' || pg_catalog.string_agg(e.privilege, ',' ORDER BY e.privilege COLLATE "C") AS entry
      FROM (SELECT CASE WHEN a.grantee = ${owner} THEN 'owner' WHEN a.grantee = 0 THEN 'public'
                        WHEN pg_catalog.pg_get_userbyid(a.grantee) = 'owner' THEN '"owner"'
                        ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END AS grantee,
                   a.privilege_type || CASE WHEN pg_catalog.bool_or(a.is_grantable) THEN '*' ELSE '' END AS privilege
              FROM pg_catalog.aclexplode(${acl}) AS a GROUP BY a.grantee, a.privilege_type) AS e
      GROUP BY e.grantee) AS g)`;

/** The privileges that `aclSql` gave in a column of a row; undefined where it was not asked for. */
export const aclOf = (row: Row, column = 'acl'): readonly string[] | undefined => {
  const value = row[column];
  return Array.isArray(value) ? value.map(String) : undefined;
};

/** The letters of pg_default_acl: relations, sequences, functions, types, schemas, large objects. */
export type DefaultLetter = 'r' | 'S' | 'f' | 'T' | 'n' | 'L';

/** All privileges on the objects that a letter of pg_default_acl stands for. `hasMaintain`: from PostgreSQL 17 on. */
export const allPrivileges = (letter: DefaultLetter, hasMaintain: boolean): readonly string[] =>
  letter === 'r' && hasMaintain ? [...privilegesOf.r, 'MAINTAIN'] : privilegesOf[letter];

const privilegesOf: Readonly<Record<DefaultLetter, readonly string[]>> = {
  r: ['DELETE', 'INSERT', 'REFERENCES', 'SELECT', 'TRIGGER', 'TRUNCATE', 'UPDATE'],
  S: ['SELECT', 'UPDATE', 'USAGE'],
  f: ['EXECUTE'],
  T: ['USAGE'],
  n: ['CREATE', 'USAGE'],
  L: ['SELECT', 'UPDATE'],
};

/** Whether a text is a letter of pg_default_acl that is known. */
export const isDefaultLetter = (letter: string): letter is DefaultLetter => Object.hasOwn(privilegesOf, letter);

/** What an object has where nobody granted anything: all for its owner, functions and types for everybody. */
export const bornWith = (letter: DefaultLetter, hasMaintain: boolean): Acl => {
  const all = new Map(allPrivileges(letter, hasMaintain).map((privilege) => [privilege, false]));
  return new Map([['owner', all], ...(letter === 'f' || letter === 'T' ? [['public', all] as const] : [])]);
};

/** Whether relations have MAINTAIN, told by the privileges that were read: who renders may not know the server. */
export const hasMaintain = ({ from, to, major }: Room): boolean => major >= 17 && (mentionsMaintain(to) || mentionsMaintain(from));

const maintained = new WeakMap<Schema, boolean>();

const mentionsMaintain = (schema: Schema): boolean => {
  const known = maintained.get(schema);
  if (known !== undefined) return known;
  const lists = [...schema.objects.values()].flatMap((object) => [list(object, 'acl'), list(object, 'grants')].flat());
  const found = lists.some((entry) => /[=,]MAINTAIN/.test(entry));
  maintained.set(schema, found);
  return found;
};

/**
 * Statements that give `object` the privileges of its `acl`: from those of `before`, or, when it is new, from the ones
 * that it is born with. None while privileges are not managed.
 */
export const privilegeSteps = (kind: Kind, object: SchemaObject, before: SchemaObject | undefined, room: Room): readonly Step[] => {
  const acl = object.attributes['acl'];
  if (acl === undefined || (before !== undefined && before.attributes['acl'] === undefined)) return [];
  if (object.kind === 'column') return ofColumn(object, before, room);
  const letter = letterOf(object);
  if (letter === undefined) return [];
  const isMaintained = hasMaintain(room);
  const wanted = parseAcl(list(object, 'acl'));
  const [surely, perhaps] =
    before === undefined ? bornIn(object, letter, room) : [parseAcl(list(before, 'acl')), parseAcl(list(before, 'acl'))];
  const grants = grantsFor({ surely, perhaps, wanted, all: allPrivileges(letter, isMaintained) });
  return [...grants.map((grant) => step(grantSql(grant, targetOf(kind, object)))), ...onColumns(object, before, grants, room)];
};

const letterOf = (object: SchemaObject): DefaultLetter | undefined => {
  switch (object.kind) {
    case 'table':
    case 'foreign table':
    case 'view':
    case 'materialized view':
      return 'r';
    case 'sequence':
      return 'S';
    case 'function':
    case 'procedure':
    case 'aggregate':
      return 'f';
    case 'type':
      return 'T';
    case 'schema':
      return 'n';
    default:
      return undefined;
  }
};

/** What stands behind ON: `users`, `SEQUENCE s`, `FUNCTION f(integer)`. */
const targetOf = (kind: Kind, object: SchemaObject): string => {
  const id = text(object, 'id');
  switch (letterOf(object)) {
    case 'r':
      return id;
    case 'T':
      return `TYPE ${id}`;
    case 'f':
      return object.kind === 'aggregate' ? `FUNCTION ${id.replace(/\(\*\)$/, '()')}` : `${kind.word} ${id}`;
    default:
      return `${kind.word} ${id}`;
  }
};

/**
 * What a new object has in any case, and what it may have: ALTER DEFAULT PRIVILEGES of the role that makes it may stand
 * before or behind it in the plan.
 */
const bornIn = (object: SchemaObject, letter: DefaultLetter, room: Room): readonly [Acl, Acl] => {
  const schema = object.attributes['schema'];
  const states = [room.from, room.to].map(({ objects }) => {
    const everywhere = objects.get(defaultPrivilegesKey(letter, 'owner', false));
    const here = objects.get(defaultPrivilegesKey(letter, 'owner', true, ...(schema === undefined ? [] : [String(schema)])));
    return unite([
      everywhere === undefined ? bornWith(letter, hasMaintain(room)) : parseAcl(list(everywhere, 'grants')),
      parseAcl(here === undefined ? [] : list(here, 'grants')),
    ]);
  });
  return [states.reduce(intersect), unite(states)];
};

/**
 * The key of what new objects of a role are born with, in one schema (none named: the default one) or everywhere. The role
 * that migrates is `owner`.
 */
export const defaultPrivilegesKey = (letter: string, role: string, isInSchema: boolean, ...schema: readonly string[]): ObjectKey =>
  `${objectKey('default privileges', ...schema, `${letter} ${role}`)}${isInSchema ? '' : ' in every schema'}`;

const ofColumn = (column: SchemaObject, before: SchemaObject | undefined, room: Room): readonly Step[] => {
  const table = room.to.objects.get(column.parent ?? '');
  if (table === undefined) return [];
  return grantsOnColumn(table, nameSql(column.name), before === undefined ? [] : list(before, 'acl'), list(column, 'acl'));
};

const grantsOnColumn = (table: SchemaObject, column: string, before: readonly string[], after: readonly string[]): readonly Step[] => {
  const has = parseAcl(before);
  const all = ['INSERT', 'REFERENCES', 'SELECT', 'UPDATE'];
  return grantsFor({ surely: has, perhaps: has, wanted: parseAcl(after), all }).map((grant) =>
    step(grantSql(grant, text(table, 'id'), 'CURRENT_USER', ` (${column})`)),
  );
};

/**
 * Privileges on columns that are no objects (a view's), and those on a table's columns that have to be granted again: to
 * take a privilege on a relation away takes it away from every column, too.
 */
const onColumns = (relation: SchemaObject, before: SchemaObject | undefined, grants: readonly Grant[], room: Room): readonly Step[] => {
  const left = (entries: readonly string[]): readonly string[] => leftAfter(entries, grants);
  const [had, wanted] = [before === undefined ? [] : list(before, 'columnAcl'), list(relation, 'columnAcl')].map((each) =>
    each.map(entryOf),
  );
  const names = new Set([...(had ?? []), ...(wanted ?? [])].map(({ name }) => name));
  const ofView = [...names].flatMap((column) => {
    const [from, to] = [had, wanted].map((entries) => (entries ?? []).filter(({ name }) => name === column).map(({ value }) => value));
    return grantsOnColumn(relation, column, left(from ?? []), to ?? []);
  });
  if (before === undefined || !grants.some(isTaking)) return ofView;
  const again = childrenOf(room.to, relation.key).flatMap((column) => {
    const was = room.from.objects.get(column.key);
    if (column.kind !== 'column' || was === undefined || room.isCreated(column.key)) return [];
    const kept = entriesOf(intersect(parseAcl(list(was, 'acl')), parseAcl(list(column, 'acl'))));
    return grantsOnColumn(relation, nameSql(column.name), left(kept), kept);
  });
  return [...ofView, ...again];
};

const isTaking = ({ verb }: Grant): boolean => verb !== 'GRANT';

const leftAfter = (entries: readonly string[], grants: readonly Grant[]): readonly string[] => {
  const isLost = (grantee: string, privilege: string): boolean =>
    grants.some(
      (grant) =>
        isTaking(grant) && grant.grantees.includes(grantee) && (grant.privileges.length === 0 || grant.privileges.includes(privilege)),
    );
  const left = [...parseAcl(entries)].map(
    ([grantee, privileges]) => [grantee, new Map([...privileges].filter(([privilege]) => !isLost(grantee, privilege)))] as const,
  );
  return entriesOf(new Map(left));
};
