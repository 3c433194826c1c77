import { settledText } from '../object/deparsed.ts';
import { commentSql, firingOf, relationColumns, relationIn, withoutEnd } from './parts.ts';
import { address, type Reader } from '../object/kind.ts';
import { keyIn, nameSql } from '../object/naming.ts';
import { textOf } from '../query.ts';

/** Rules, but for those that make a view a view. Attributes: definition, enabled (as ALTER TABLE says it). */
export const ruleReader: Reader = {
  sql: ({ namespaces }) => `
    SELECT x.oid::text AS oid, x.rulename AS name, x.ev_enabled::text AS enabled, pg_catalog.pg_get_ruledef(x.oid, true) AS definition,
           ${commentSql('pg_rewrite', 'x.oid')} AS comment, ${relationColumns}
      FROM pg_catalog.pg_rewrite x
      JOIN pg_catalog.pg_class c ON c.oid = x.ev_class
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE x.rulename <> '_RETURN' AND c.relnamespace IN ${namespaces}
     ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", x.rulename COLLATE "C"`,
  found: (row, context) => {
    const relation = relationIn(row, context);
    const name = textOf(row, 'name') ?? '';
    const definition = withoutEnd(textOf(row, 'definition') ?? '');
    return [
      {
        object: {
          kind: 'rule',
          key: keyIn('rule', relation.schema, context.schema, relation.name, name),
          name,
          parent: relation.key,
          attributes: {
            id: nameSql(name),
            on: relation.id,
            definition: settledText(definition),
            enabled: firingOf(row, 'enabled'),
            comment: textOf(row, 'comment'),
          },
          needs: [],
          sql: definition,
          position: 0,
        },
        addresses: [address('pg_rewrite', row['oid'])],
      },
    ];
  },
};
