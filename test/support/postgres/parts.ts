import { dumpRules } from '../../../lib/engine/postgres/dump.ts';
import type { Dialect } from '../../../lib/engine/engine.ts';
import { openPostgres, type EngineParts, type PostgresOptions } from '../../../lib/engine/postgres/session.ts';
import type { Query } from '../../../lib/engine/postgres/query.ts';
import type { Session } from '../../../lib/engine/engine.ts';
import { objectKey, schemaOf } from '../../../lib/model/schema.ts';
import { postgresLexis } from '../../../lib/sql/lexis.ts';
import { quoteName, quoteText } from '../../../lib/sql/quote.ts';

/** What the session's own tests need of the engine's other half: text without plans, and the names of the tables. */
export const parts: EngineParts = {
  dialect: {
    name: 'postgres',
    lexis: postgresLexis,
    capabilities: { transactionalDdl: true, foreignKeySwitch: false, onlineForms: false },
    quoteName: (name) => quoteName(name, 'postgres'),
    quoteText: (text) => quoteText(text, 'postgres'),
    plan: () => ({ steps: [], transactional: true, foreignKeys: 'on' }),
    renderRename: () => [],
    renderSchema: () => [],
    renderGroups: () => [],
    byHand: (file) => `psql -X -v ON_ERROR_STOP=1 -f '${file}'`,
    refuseInScratch: () => undefined,
    foldName: (name) => name,
    renamable: [],
    dump: dumpRules,
  } satisfies Dialect,
  inspect: async (query, _scope, { schema }) =>
    schemaOf(
      (await tableNames(query, schema)).map((name, position) => ({
        kind: 'table',
        key: objectKey('table', name),
        name,
        attributes: {},
        needs: [],
        sql: '',
        position,
      })),
    ),
  unmanaged: async () => [],
  surroundings: async () => ({ all: schemaOf([]), context: schemaOf([]) }),
  fingerprint: async (query, _scope, { schema }) => {
    const names = await tableNames(query, schema);
    const setting = String((await query(`SELECT pg_catalog.current_setting('TimeZone') AS zone`))[0]?.['zone']);
    return { objects: new Map(names.map((name) => [objectKey('table', name), { hash: name, lines: [setting] }])), whole: names.join() };
  },
};

const tableNames = async (query: Query, schema: string): Promise<readonly string[]> =>
  (
    await query(`SELECT relname FROM pg_catalog.pg_class WHERE relkind = 'r' AND relnamespace = $1::text::regnamespace ORDER BY 1`, [
      `"${schema}"`,
    ])
  ).map((row) => String(row['relname']));

/** Opens a session to write, in the folder of this repository. */
export const open = (url: string, options: Partial<PostgresOptions> = {}): Promise<Session> =>
  openPostgres(url, { mode: 'write', directory: import.meta.dirname, ...options }, parts);
