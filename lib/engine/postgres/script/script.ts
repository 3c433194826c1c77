import { quoteName } from '../../../sql/quote.ts';
import type { JournalEntry } from '../../engine.ts';
import { fromEntry } from '../../journal-row.ts';
import type { JournalChange, ScriptDialect, ScriptFrame } from '../../script.ts';
import { deleteSql, insertSql, typedAs, updateSql } from '../journal-sql.ts';
import { outcomeOf } from './bare.ts';
import { ending, guard, journalMade, journalOf, pinnedAgain } from './guard.ts';
import { forShell, scriptText } from './text.ts';
import { leavesSettings } from '../statement.ts';

/**
 * A script for psql. `ON_ERROR_STOP` stops it at the first error. Without it PostgreSQL itself rejects the rest of a
 * transaction in which a statement failed, and each guard what comes after a step that did not end. A client that sets a
 * savepoint before each statement, to pass over errors (`ON_ERROR_ROLLBACK`), stays read-only: under a savepoint READ
 * WRITE is refused. What runs outside a transaction stands behind a gate: the session begins transactions read-only, and
 * only one that commits opens it.
 */
export const postgresScript: ScriptDialect = {
  name: 'postgres',
  opening: (script) =>
    [
      ...clientSettings,
      ...script.remarks.map((line) => `-- ${line}`),
      '-- Each step checks first where the database is, in its own transaction. SET TRANSACTION READ WRITE is refused where the',
      '-- client sets savepoints of its own, and would pass over an error.',
      'BEGIN;',
      "SET client_encoding = 'UTF8';",
      "SET limbeck.mark = '';",
      ...(script.hasBare ? ['SET default_transaction_read_only = on; -- what runs outside a transaction waits for its guard'] : []),
      'COMMIT;',
      ...(script.role === undefined ? [] : ['BEGIN;', `SET ROLE ${quoteName(script.role, 'postgres')};`, 'COMMIT;']),
      '',
    ].join('\n'),
  transaction: (script, transaction) =>
    [
      '',
      ...transaction.remarks.map((line) => `-- ${line}`),
      'BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY;',
      'SET TRANSACTION READ WRITE;',
      guard(script, transaction),
      ...transaction.statements.map((statement) => `${forShell(statement)};`),
      ...(transaction.statements.length === 0 ? [] : [pinnedAgain]),
      ...changeSql(script, transaction.change).map((statement) => `${statement.trim()};`),
      ending(script, transaction),
      'COMMIT;',
      '',
    ].join('\n'),
  bare: (statement) => `\n${forShell(statement)};\nSET default_transaction_read_only = on;\n`,
  ensure: (script) =>
    [
      ...clientSettings,
      ...script.remarks.map((line) => `-- ${line}`),
      'BEGIN;',
      ...(script.role === undefined ? [] : [`SET LOCAL ROLE ${quoteName(script.role, 'postgres')};`]),
      journalMade(script),
      'COMMIT;',
      '',
    ].join('\n'),
  closing: ({ hasBare, role }) =>
    [
      '',
      ...(hasBare ? ['RESET default_transaction_read_only;', 'RESET search_path;'] : []),
      ...(role === undefined ? [] : ['RESET ROLE;']),
      '',
    ].join('\n'),
  leavesSettings,
  refuse: (statement) => (/^rollback\b/i.test(statement) ? 'ROLLBACK TO would make an error before it go unnoticed' : undefined),
  refuseBare: (statement) =>
    outcomeOf(statement) === undefined ? 'a script could not tell whether it succeeded, and so not record it' : undefined,
};

/** How psql is to be, whatever ~/.psqlrc says. */
const clientSettings: readonly string[] = [
  '\\set ON_ERROR_STOP on',
  '\\set ON_ERROR_ROLLBACK off',
  '\\set AUTOCOMMIT on',
  '\\set SINGLELINE off',
];

const changeSql = (script: ScriptFrame, change: JournalChange): readonly string[] => {
  const journal = journalOf(script);
  switch (change.type) {
    case 'insert':
      return [insertSql(journal, valuesOf(change.entry))];
    case 'remove':
      return [deleteSql(journal, scriptText(change.revision))];
    case 'update':
      return [
        updateSql(journal, scriptText(change.revision), {
          statements_done: String(change.statementsDone),
          state: scriptText(change.state),
          ...(change.times ? { duration_ms: `${milliseconds('applied_at')}` } : {}),
          token: randomToken,
        }),
      ];
    case 'stamp':
      return [
        ...change.removed.map((revision) => deleteSql(journal, scriptText(revision))),
        ...change.added.map((entry) => insertSql(journal, valuesOf(entry))),
      ];
  }
};

const valuesOf = (entry: JournalEntry): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(
    Object.entries(fromEntry(entry)).map(([column, value]) => [
      column,
      value === undefined ? 'NULL' : typeof value === 'number' ? String(value) : typedAs(column, scriptText(value)),
    ]),
  ),
  duration_ms: entry.state === 'applied' ? milliseconds('pg_catalog.transaction_timestamp()') : '0',
  applied_at: 'pg_catalog.clock_timestamp()',
  applied_by: "session_user || '@' || coalesce(pg_catalog.host(pg_catalog.inet_client_addr()), 'local')",
  token: randomToken,
});

const milliseconds = (since: string): string => `(extract(epoch FROM pg_catalog.clock_timestamp() - ${since}) * 1000)::integer`;

const randomToken = 'pg_catalog.floor(pg_catalog.random() * 4294967296)::bigint';
