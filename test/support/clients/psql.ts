import postgres from 'postgres';
import { lex } from '../../../lib/sql/lex.ts';
import { postgresLexis } from '../../../lib/sql/lexis.ts';
import { split } from '../../../lib/sql/split.ts';

/** How psql is run, or what is left of it. */
export interface PsqlMode {
  /** False: its own commands are not known, so nothing stops at an error. */
  readonly knowsCommands: boolean;
  /** `-1`. */
  readonly single?: boolean;
  /** `ON_ERROR_ROLLBACK=on` in ~/.psqlrc. */
  readonly savepoints?: boolean;
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Runs a script as psql does, as far as scripts of limbeck go: one statement at a time, on one session, with its
 * variables put in, and with an error as the end only where ON_ERROR_STOP is set. Returns the errors.
 */
export const runPsql = async (url: string, script: string, mode: PsqlMode): Promise<readonly string[]> => {
  const { host, port, database } = partsOf(url);
  const sql = postgres({
    host,
    port,
    database,
    username: 'postgres',
    max: 1,
    prepare: false,
    fetch_types: false,
    onnotice: () => undefined,
  });
  const errors: string[] = [];
  await sql.unsafe('SELECT 1');
  const connection = await sql.reserve();
  let inTransaction = false;
  const send = async (text: string): Promise<void> => {
    if (/^\s*begin\b/i.test(text)) inTransaction = true;
    try {
      await connection.unsafe(text).simple();
    } finally {
      if (/^\s*(?:commit|rollback)\s*$/i.test(text)) inTransaction = false;
    }
  };
  const variables = new Map(Object.entries({ ...mode.variables, ...(mode.savepoints === true ? { ON_ERROR_ROLLBACK: 'on' } : {}) }));
  const { commands, text } = withoutCommands(script);
  if (mode.knowsCommands) for (const [name, value] of commands) variables.set(name, value);
  try {
    if (mode.single === true) await send('BEGIN');
    for (const statement of split(text, postgresLexis)) {
      const line = interpolated(statement.text, variables);
      const isWrapped = inTransaction && variables.get('ON_ERROR_ROLLBACK') === 'on' && !/^(?:begin|commit)\b/i.test(line);
      try {
        if (isWrapped) await connection.unsafe('SAVEPOINT pg_psql_temporary_savepoint').simple();
        await send(line);
        if (isWrapped) await connection.unsafe('RELEASE SAVEPOINT pg_psql_temporary_savepoint').simple();
      } catch (error) {
        errors.push(error instanceof Error ? error.message : String(error));
        if (isWrapped)
          await connection
            .unsafe('ROLLBACK TO SAVEPOINT pg_psql_temporary_savepoint')
            .simple()
            .catch(() => undefined);
        if (variables.get('ON_ERROR_STOP') === 'on') break;
      }
    }
    if (mode.single === true) await send(errors.length > 0 && variables.get('ON_ERROR_STOP') === 'on' ? 'ROLLBACK' : 'COMMIT');
  } finally {
    connection.release();
    await sql.end({ timeout: 5 });
  }
  return errors;
};

const withoutCommands = (script: string): { readonly commands: readonly (readonly [string, string])[]; readonly text: string } => {
  const commands: (readonly [string, string])[] = [];
  const lines = script.split('\n');
  while (lines[0]?.startsWith('\\') === true) {
    const [, name = '', value = ''] = /^\\set (\S+) (\S+)$/.exec(lines.shift() ?? '') ?? [];
    commands.push([name, value]);
  }
  return { commands, text: lines.join('\n') };
};

/** `:name`, `:'name'` and `:"name"` outside of quotes, where the variable is set. */
const interpolated = (text: string, variables: ReadonlyMap<string, string>): string => {
  const tokens = lex(text, postgresLexis);
  return tokens
    .map((token, at) => {
      if (token.text === ':') return variables.has(bare(tokens[at + 1]?.text ?? '')) ? '' : ':';
      return tokens[at - 1]?.text === ':' ? (variables.get(bare(token.text)) ?? token.text) : token.text;
    })
    .join('');
};

const bare = (text: string): string => text.replace(/^(['"])(.*)\1$/s, '$2');

const partsOf = (url: string): { readonly host: string; readonly port: number; readonly database: string } => {
  const found = new URL(url.replace('@/', '@localhost/'));
  return {
    host: found.searchParams.get('host') ?? found.hostname,
    port: Number(found.searchParams.get('port') ?? found.port),
    database: found.pathname.slice(1),
  };
};
