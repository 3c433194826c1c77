import { objectKey } from '../../model/schema.ts';
import { address, type Reader } from './kind.ts';
import { nameSql } from './naming.ts';
import { aclOf, aclSql } from './privileges.ts';
import { textOf } from './query.ts';

/** The schemas in scope. The default one and `public` are the ground that everything stands on, not objects. */
export const schemaReader: Reader = {
  sql: ({ namespaces, privileges }) => `
    SELECT n.oid::bigint::text AS oid, n.nspname AS name, pg_catalog.obj_description(n.oid, 'pg_namespace') AS comment,
           ${privileges ? aclSql('n.nspacl', 'n', 'n.nspowner') : 'NULL::jsonb'} AS acl
      FROM pg_catalog.pg_namespace n WHERE n.oid IN ${namespaces} ORDER BY n.nspname COLLATE "C"`,
  found: (row, context) => {
    const name = textOf(row, 'name') ?? '';
    if (name === context.schema || name === 'public') return [];
    return [
      {
        object: {
          kind: 'schema',
          key: objectKey('schema', name),
          name,
          attributes: { id: nameSql(name), comment: textOf(row, 'comment'), acl: aclOf(row) },
          needs: [],
          sql: '',
          position: 0,
        },
        addresses: [address('pg_namespace', row['oid'])],
      },
    ];
  },
};
