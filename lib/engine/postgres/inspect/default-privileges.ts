import { aclOf, aclOfSql, defaultPrivilegesKey } from '../object/privileges.ts';
import { address, type Reader } from '../object/kind.ts';
import { nameSql } from '../object/naming.ts';
import { textOf } from '../query.ts';

/**
 * What ALTER DEFAULT PRIVILEGES says. Attributes: letter (of pg_default_acl), role (as SQL; undefined for the one that migrates),
 * everywhere, grants (normal form of privileges.ts). `sql` is the schema as SQL. Nothing while privileges are not managed.
 */
export const defaultPrivilegesReader: Reader = {
  sql: ({ namespaces, privileges }) => `
    SELECT x.oid::text AS oid, x.defaclobjtype::text AS letter, n.nspname AS schema,
           CASE WHEN pg_catalog.pg_get_userbyid(x.defaclrole) <> current_user THEN x.defaclrole::pg_catalog.regrole::text END AS role,
           ${aclOfSql('x.defaclacl', 'x.defaclrole')} AS grants
      FROM pg_catalog.pg_default_acl x LEFT JOIN pg_catalog.pg_namespace n ON n.oid = x.defaclnamespace
     WHERE ${privileges ? `x.defaclnamespace = 0 OR x.defaclnamespace IN ${namespaces}` : 'false'}
     ORDER BY pg_catalog.pg_get_userbyid(x.defaclrole) COLLATE "C", n.nspname COLLATE "C", x.defaclobjtype`,
  found: (row, context) => {
    const [letter, schema, role] = [textOf(row, 'letter') ?? '', textOf(row, 'schema'), textOf(row, 'role')];
    const isDefault = schema === undefined || schema === context.schema;
    return [
      {
        object: {
          kind: 'default privileges',
          key: defaultPrivilegesKey(letter, role ?? 'owner', schema !== undefined, ...(isDefault ? [] : [schema])),
          name: `${letter} ${role ?? 'owner'}`,
          attributes: {
            letter,
            role,
            schema: isDefault ? undefined : schema,
            everywhere: schema === undefined,
            grants: aclOf(row, 'grants'),
          },
          needs: [],
          sql: schema === undefined ? '' : nameSql(schema),
          position: 0,
        },
        addresses: [address('pg_default_acl', row['oid'])],
      },
    ];
  },
};
