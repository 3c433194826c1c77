import type { Step } from '../../model/change.ts';
import type { SchemaObject } from '../../model/schema.ts';
import type { Row } from '../engine.ts';
import type { Kind, Room } from './kind.ts';

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

const aclOfSql = (
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

/**
 * Statements that give `object` the privileges of its `acl`: from those of `before`, or, when it is new, from the ones
 * that it is born with. None while privileges are not managed.
 */
export const privilegeSteps = (_kind: Kind, _object: SchemaObject, _before: SchemaObject | undefined, _room: Room): readonly Step[] => [];
