import { objectKey } from '../../../model/schema.ts';
import { textsOf } from './row.ts';
import { address, type Reader } from '../object/kind.ts';
import { nameSql } from '../object/naming.ts';
import { textOf } from '../query.ts';

/**
 * Extensions. `version` is undefined while it is the one that CREATE EXTENSION installs; `schema` is undefined for the default schema.
 * Every extension is born with a comment, so its text is `description`, beside the `usualDescription` that it is born with.
 */
export const extensionReader: Reader = {
  sql: () => `SELECT e.oid::text AS oid, e.extname AS name, n.nspname AS schema, e.extrelocatable AS relocatable, e.extversion AS version,
      a.default_version, a.comment AS usual, pg_catalog.obj_description(e.oid, 'pg_extension') AS description,
      (SELECT pg_catalog.jsonb_agg(c.oid::pg_catalog.regclass::text ORDER BY c.oid::pg_catalog.regclass::text COLLATE "C")
         FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind IN ('r', 'p')
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
          AND d.refobjid = e.oid AND d.deptype = 'e') AS tables
    FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
    LEFT JOIN pg_catalog.pg_available_extensions a ON a.name = e.extname
   WHERE e.oid >= 16384 AND e.extname <> 'plpgsql' ORDER BY e.oid`,
  found: (row, context) => {
    const name = textOf(row, 'name') ?? '';
    const schema = textOf(row, 'schema');
    const version = textOf(row, 'version');
    return [
      {
        object: {
          kind: 'extension',
          key: objectKey('extension', name),
          name,
          attributes: {
            id: nameSql(name),
            schema: schema === context.schema ? undefined : schema,
            version: version === textOf(row, 'default_version') ? undefined : version,
            relocatable: row['relocatable'] === true,
            tables: textsOf(row, 'tables'),
            description: textOf(row, 'description'),
            usualDescription: textOf(row, 'usual'),
          },
          needs: [],
          sql: '',
          position: 0,
        },
        addresses: [address('pg_extension', row['oid'])],
      },
    ];
  },
};
