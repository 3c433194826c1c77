import type { Row } from '../../engine.ts';
import { settledText } from '../object/deparsed.ts';
import { commentSql, relationColumns, relationIn } from './parts.ts';
import { textsOf } from './row.ts';
import { address, type Reader } from '../object/kind.ts';
import { keyIn, nameSql } from '../object/naming.ts';
import { textOf } from '../query.ts';

/**
 * Policies of row-level security. Attributes: permissive, command (`ALL`, `SELECT`…), roles (as SQL, sorted), using and
 * check (expressions with the server's parentheses).
 */
export const policyReader: Reader = {
  sql: ({ namespaces }) => `
    SELECT x.oid::text AS oid, x.polname AS name, x.polpermissive AS permissive, x.polcmd::text AS command,
           (SELECT pg_catalog.jsonb_agg(r.role ORDER BY r.role COLLATE "C") FROM (
              SELECT CASE WHEN u.o = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(u.o)) END AS role
                FROM pg_catalog.unnest(x.polroles) AS u(o)) AS r) AS roles,
           pg_catalog.pg_get_expr(x.polqual, x.polrelid) AS using, pg_catalog.pg_get_expr(x.polwithcheck, x.polrelid) AS check,
           ${commentSql('pg_policy', 'x.oid')} AS comment, ${relationColumns}
      FROM pg_catalog.pg_policy x
      JOIN pg_catalog.pg_class c ON c.oid = x.polrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relnamespace IN ${namespaces}
     ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", x.polname COLLATE "C"`,
  found: (row, context) => {
    const relation = relationIn(row, context);
    const name = textOf(row, 'name') ?? '';
    return [
      {
        object: {
          kind: 'policy',
          key: keyIn('policy', relation.schema, context.schema, relation.name, name),
          name,
          parent: relation.key,
          attributes: {
            id: nameSql(name),
            on: relation.id,
            permissive: row['permissive'] === true,
            command: commands[textOf(row, 'command') ?? ''] ?? 'ALL',
            roles: textsOf(row, 'roles'),
            using: settledOf(row, 'using'),
            check: settledOf(row, 'check'),
            comment: textOf(row, 'comment'),
          },
          needs: [],
          sql: '',
          position: 0,
        },
        addresses: [address('pg_policy', row['oid'])],
      },
    ];
  },
};

const settledOf = (row: Row, column: string): string | undefined => {
  const expression = textOf(row, column);
  return expression === undefined ? undefined : settledText(expression);
};

const commands: Readonly<Record<string, string>> = { r: 'SELECT', a: 'INSERT', w: 'UPDATE', d: 'DELETE' };
