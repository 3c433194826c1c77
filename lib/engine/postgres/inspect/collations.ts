import { keyIn } from '../object/naming.ts';
import { placeOf } from './row.ts';
import { address, type InspectContext, type Reader } from '../object/kind.ts';
import { textOf } from '../query.ts';

/** The column with the locale of ICU and builtin collations: 14 keeps it where libc has its own, 17 gave it its name. */
const localeColumn = ({ major }: InspectContext): string => {
  if (major >= 17) return 'c.colllocale';
  return major >= 15 ? 'c.colliculocale' : `CASE c.collprovider WHEN 'i' THEN c.collcollate END`;
};

/** Collations of every provider: libc with `lcCollate` and `lcCtype`, ICU and builtin with `locale`, ICU with `rules`. */
export const collationReader: Reader = {
  sql: (context) => `SELECT c.oid::text AS oid, n.nspname AS schema, c.collname AS name,
      CASE c.collprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE c.collprovider::text END AS provider,
      c.collisdeterministic AS deterministic, c.collprovider = 'c' AND c.collencoding = -1 AS for_any_encoding, ${localeColumn(context)} AS locale,
      CASE c.collprovider WHEN 'c' THEN c.collcollate END AS lc_collate, CASE c.collprovider WHEN 'c' THEN c.collctype END AS lc_ctype,
      ${context.major >= 16 ? 'c.collicurules' : 'NULL'} AS rules, pg_catalog.obj_description(c.oid, 'pg_collation') AS comment
    FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
   WHERE c.collnamespace IN ${context.namespaces}
     AND c.collencoding IN (-1, (SELECT d.encoding FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()))
   ORDER BY c.oid`,
  found: (row, context) => {
    const { schema, name, id, schemaAttribute } = placeOf(row, context);
    return [
      {
        object: {
          kind: 'collation',
          key: keyIn('collation', schema, context.schema, name),
          name,
          attributes: {
            id,
            schema: schemaAttribute,
            provider: textOf(row, 'provider'),
            locale: textOf(row, 'locale'),
            lcCollate: textOf(row, 'lc_collate'),
            lcCtype: textOf(row, 'lc_ctype'),
            deterministic: row['deterministic'] === true,
            rules: textOf(row, 'rules'),
            comment: textOf(row, 'comment'),
          },
          needs: [],
          sql: '',
          position: 0,
          ...(row['for_any_encoding'] === true ? { made: 'for any encoding' } : {}),
        },
        addresses: [address('pg_collation', row['oid'])],
      },
    ];
  },
};
