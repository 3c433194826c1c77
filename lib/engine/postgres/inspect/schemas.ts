import { objectKey } from '../../../model/schema.ts';
import { address, type Reader } from '../object/kind.ts';
import { nameSql } from '../object/naming.ts';
import { aclOf, aclSql } from '../object/privileges.ts';
import { textOf } from '../query.ts';

/**
 * The schemas in scope. The default one and `public` are the ground that everything stands on: of them only the comment
 * (`description`) and the privileges (`grants`) are told, and nothing needs them. The default one has no name in its key; its
 * `sql` is the name as SQL. The comment that `public` is born with is none.
 */
export const schemaReader: Reader = {
  sql: ({ namespaces, privileges }) => `
    SELECT n.oid::bigint::text AS oid, n.nspname AS name, nullif(pg_catalog.obj_description(n.oid, 'pg_namespace'), 'standard public schema') AS comment,
           ${privileges ? aclSql('n.nspacl', 'n', 'n.nspowner') : 'NULL::jsonb'} AS acl
      FROM pg_catalog.pg_namespace n WHERE n.oid IN ${namespaces} ORDER BY n.nspname COLLATE "C"`,
  found: (row, context) => {
    const name = textOf(row, 'name') ?? '';
    const isDefault = name === context.schema;
    const known = { kind: 'schema', needs: [], position: 0 } as const;
    if (isDefault || name === 'public') {
      const own = isDefault ? '' : name;
      const attributes = { isGround: true, isDefault, description: textOf(row, 'comment'), grants: aclOf(row) };
      return [{ object: { ...known, key: objectKey('schema', own), name: own, attributes, sql: nameSql(name) }, addresses: [] }];
    }
    const attributes = { id: nameSql(name), comment: textOf(row, 'comment'), acl: aclOf(row) };
    return [
      { object: { ...known, key: objectKey('schema', name), name, attributes, sql: '' }, addresses: [address('pg_namespace', row['oid'])] },
    ];
  },
};
