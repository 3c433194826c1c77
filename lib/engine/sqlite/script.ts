import type { JournalEntry } from '../engine.ts';
import { fromEntry, journalColumns, journalFormat } from '../journal-row.ts';
import { withoutHead } from '../../sql/header.ts';
import { quoteText } from '../../sql/quote.ts';
import type { JournalChange, ScriptDialect, ScriptFrame, ScriptTransaction } from '../script.ts';
import { createSql, deleteSql, insertSql, journalName, markOf, updateSql } from './journal-sql.ts';
import { forShell, scriptText } from './script-text.ts';
import { ticked } from './script-tick.ts';

/**
 * A script for the sqlite3 shell. `.bail on` stops it at the first error. A client that knows no such line and goes on
 * after an error finds, before each COMMIT, that a tick is missing (`script-tick.ts`), and `OR ROLLBACK` takes all back.
 * BEGIN takes no lock, so it cannot fail for one and leave the statements below it without a transaction.
 */
export const sqliteScript: ScriptDialect = {
  name: 'sqlite',
  opening: (script) =>
    [
      '.bail on',
      '.timeout 60000',
      ...script.remarks.map((line) => `-- ${line}`),
      '-- Each step checks first where the database is. A tick after each statement tells that it took effect; without all of them',
      '-- the step is rolled back.',
      "SELECT 'limbeck: the database must be at ' || " + `${text(script.startsAt)};`,
      drop,
      temporary,
      ...expectedRows(script),
      differences(journalName(script.journal)),
      '',
    ].join('\n'),
  transaction: (script, transaction) => {
    const journal = journalName(script.journal);
    const { foreignKeys, number, remarks } = transaction;
    const checksKeys = foreignKeys === 'off' && !transaction.allow.includes('foreign key mismatch');
    const own = [
      ...(checksKeys ? [keysHold(number)] : []),
      ...changeSql(journal, transaction.change, `EXISTS (SELECT 1 FROM temp.limbeck_step WHERE number = ${number})`),
    ];
    const { text, last } = ticked(number, transaction.statements, own);
    return [
      '',
      ...remarks.map((line) => `-- ${line}`),
      `PRAGMA foreign_keys = ${foreignKeys.toUpperCase()};`,
      'BEGIN;',
      ...(number === 1 ? [`${createIfMissing(journal)};`] : []),
      `UPDATE ${journal} SET token = token WHERE 0; -- waits for other writers`,
      ...(number === 1 ? [tellDifferences(script)] : []),
      guard(journal, script, transaction),
      ...(checksKeys ? [keysBefore(number)] : []),
      ...text,
      `INSERT OR ROLLBACK INTO temp.limbeck_end (number, whole, mark) SELECT ${number}, EXISTS (SELECT 1 FROM temp.limbeck_tick WHERE number = ${number} AND tick = ${last}), (${markOf(journal)});`,
      'COMMIT;',
      '',
    ].join('\n');
  },
  bare: (statement) => `\n${forShell(statement)};\n`,
  ensure: (script) =>
    [
      '.bail on',
      '.timeout 60000',
      ...script.remarks.map((line) => `-- ${line}`),
      `${createIfMissing(journalName(script.journal))};`,
      '',
    ].join('\n'),
  closing: () => `\n${drop}\n`,
  leavesSettings: () => false,
  refuse: (statement) => {
    if (/^rollback\b/i.test(statement)) return 'ROLLBACK TO would make an error before it go unnoticed';
    return /^(?:insert|update)\s+or\s+rollback\b/i.test(statement) ? 'OR ROLLBACK would end the transaction before its time' : undefined;
  },
  refuseBare: () => undefined,
};

const drop = ['limbeck_differs', 'limbeck_made', 'limbeck_wrote', 'limbeck_ran', 'limbeck_now', 'limbeck_last']
  .map((name) => `DROP VIEW IF EXISTS temp.${name};`)
  .concat(
    ['limbeck_expected', 'limbeck_step', 'limbeck_tick', 'limbeck_key', 'limbeck_end'].map((name) => `DROP TABLE IF EXISTS temp.${name};`),
  )
  .join('\n');

/** What the guards write to; a row that breaks a CHECK is how plain SQL stops. */
const temporary = `CREATE TEMP TABLE limbeck_expected (revision TEXT PRIMARY KEY, checksum TEXT);
CREATE TEMP TABLE limbeck_step (
  number INTEGER, journal_known INTEGER, starts_right INTEGER, goes_on INTEGER, keys_switched INTEGER, down_known INTEGER, keys_hold INTEGER,
  CONSTRAINT "the journal was written by a newer limbeck; nothing was changed" CHECK (journal_known),
  CONSTRAINT "the database is not where this script starts; nothing was changed" CHECK (starts_right),
  CONSTRAINT "the step before this one did not end, or someone else wrote to the journal; this step was not run" CHECK (goes_on),
  CONSTRAINT "foreign keys could not be switched: a transaction is open; nothing was changed" CHECK (keys_switched),
  CONSTRAINT "the journal recorded another down SQL than the file has: run limbeck downgrade itself" CHECK (down_known),
  CONSTRAINT "rows refer to rows that do not exist; nothing of this step is kept" CHECK (keys_hold)
);
CREATE TEMP TABLE limbeck_tick (number INTEGER, tick INTEGER, changes INTEGER, version TEXT, matched INTEGER, PRIMARY KEY (number, tick));
CREATE TEMP TABLE limbeck_key (number INTEGER, child TEXT, id INTEGER, parent TEXT, times INTEGER);
CREATE TEMP TABLE limbeck_end (
  number INTEGER PRIMARY KEY, mark TEXT, whole INTEGER,
  CONSTRAINT "a statement of this step failed; nothing of it is kept" CHECK (whole)
);
CREATE TEMP VIEW limbeck_now AS SELECT total_changes() AS changes,
  (SELECT schema_version FROM pragma_schema_version) || ' ' || (SELECT count(*) || ' ' || total(length(sql)) FROM sqlite_temp_master) AS version;
CREATE TEMP VIEW limbeck_last AS SELECT * FROM limbeck_tick ORDER BY number DESC, tick DESC LIMIT 1;
CREATE TEMP VIEW limbeck_ran AS SELECT o.number, o.tick + 1 AS tick, n.changes, n.version, NULL AS matched FROM limbeck_last AS o, limbeck_now AS n;
CREATE TEMP VIEW limbeck_made AS SELECT r.* FROM limbeck_ran AS r, limbeck_last AS o WHERE r.version <> o.version;
CREATE TEMP VIEW limbeck_wrote AS SELECT r.* FROM limbeck_ran AS r, limbeck_last AS o WHERE r.changes > o.changes + 1 OR o.matched = 0;`;

const expectedRows = ({ expected }: ScriptFrame): readonly string[] =>
  expected.length === 0
    ? []
    : [
        `INSERT INTO temp.limbeck_expected VALUES\n  ${expected.map(({ revision, checksum }) => `(${text(revision)}, ${text(checksum)})`).join(',\n  ')};`,
      ];

/** How the journal differs from what is expected, in words. */
const differences = (journal: string): string => `CREATE TEMP VIEW limbeck_differs AS
  SELECT e.revision || ' is not applied' AS told FROM limbeck_expected AS e WHERE NOT EXISTS (SELECT 1 FROM ${journal} AS j WHERE j.revision = e.revision)
  UNION ALL SELECT j.revision || ' is applied' FROM ${journal} AS j WHERE NOT EXISTS (SELECT 1 FROM limbeck_expected AS e WHERE e.revision = j.revision)
  UNION ALL SELECT j.revision || ' stopped half way' FROM ${journal} AS j WHERE j.state NOT IN ('applied', 'stamped')
  UNION ALL SELECT j.revision || ' was applied from a file with another text' FROM ${journal} AS j, limbeck_expected AS e WHERE j.revision = e.revision AND j.checksum <> e.checksum;`;

/** Prints what differs, because the message of a CHECK is always the same. */
const tellDifferences = ({ startsAt }: ScriptFrame): string =>
  `SELECT 'limbeck: this script starts at ' || ${text(startsAt)} || ', but ' || told FROM temp.limbeck_differs LIMIT 20;`;

/** The first transaction looks at the whole journal, the others at whether it is as their predecessor left it. */
const guard = (journal: string, script: ScriptFrame, { number, foreignKeys, down }: ScriptTransaction): string => {
  const checks: Readonly<Record<string, string>> = {
    ...(number === 1
      ? { journal_known: journalKnown(journal, script.journal), starts_right: 'NOT EXISTS (SELECT 1 FROM temp.limbeck_differs)' }
      : { goes_on: `coalesce((SELECT mark FROM temp.limbeck_end WHERE number = ${number - 1}) = (${markOf(journal)}), 0)` }),
    keys_switched: `(SELECT foreign_keys FROM pragma_foreign_keys) = ${foreignKeys === 'on' ? 1 : 0}`,
    ...(down === undefined ? {} : { down_known: downKnown(journal, down) }),
  };
  return [
    `INSERT INTO temp.limbeck_step (number, ${Object.keys(checks).join(', ')}) SELECT ${number}, ${Object.values(checks).join(', ')};`,
    `INSERT INTO temp.limbeck_tick SELECT ${number}, 0, changes, version, NULL FROM temp.limbeck_now WHERE EXISTS (SELECT 1 FROM temp.limbeck_step WHERE number = ${number});`,
  ].join('\n');
};

const journalKnown = (journal: string, name: string): string =>
  `(NOT EXISTS (SELECT 1 FROM pragma_table_info(${text(name)}) WHERE lower(name) NOT IN (${journalColumns.map(text).join(', ')}))` +
  ` AND (SELECT coalesce(max(format), 0) FROM ${journal}) <= ${journalFormat})`;

/** The journal has the text of the file, or none; headers may differ, since a new proof rewrites them. */
const downKnown = (journal: string, { revision, text: down }: { readonly revision: string; readonly text: string }): string =>
  `coalesce((SELECT down IS NULL OR (${recorded}) = ${scriptText(withoutHead(down))} FROM ${journal} WHERE revision = ${text(revision)}), 0)`;

/** What `withoutHead` makes of the journal's text. */
const recorded =
  'WITH RECURSIVE below (t) AS (SELECT replace(down, char(13) || char(10), char(10)) UNION ALL ' +
  "SELECT CASE instr(t, char(10)) WHEN 0 THEN '' ELSE substr(t, instr(t, char(10)) + 1) END FROM below WHERE head) SELECT t FROM below WHERE NOT head".replaceAll(
    'head',
    "(substr(t, 1, 2) = '--' OR (instr(t, char(10)) > 0 AND trim(substr(t, 1, instr(t, char(10)) - 1), ' ' || char(9)) = ''))",
  );

const brokenKeys =
  'SELECT lower("table") AS child, "rowid" AS id, lower(parent) AS parent, count(*) AS times FROM pragma_foreign_key_check GROUP BY 1, 2, 3';

const keysBefore = (number: number): string =>
  `INSERT INTO temp.limbeck_key SELECT ${number}, child, id, parent, times FROM (${brokenKeys});`;

/** No row may refer to nothing that did not before. */
const keysHold = (number: number): string =>
  `INSERT INTO temp.limbeck_step (number, keys_hold) VALUES (${number}, NOT EXISTS (SELECT 1 FROM (${brokenKeys}) AS a LEFT JOIN temp.limbeck_key AS b` +
  ` ON b.number = ${number} AND b.child = a.child AND b.id IS a.id AND b.parent = a.parent WHERE a.times > coalesce(b.times, 0)))`;

const createIfMissing = (journal: string): string => createSql(journal).replace('CREATE TABLE', 'CREATE TABLE IF NOT EXISTS');

/** What a transaction does to the journal; only inside the transaction whose guard let it pass. */
const changeSql = (journal: string, change: JournalChange, condition: string): readonly string[] => {
  switch (change.type) {
    case 'insert':
      return [insertSql(journal, valuesOf(change.entry), condition)];
    case 'remove':
      return [`${deleteSql(journal, text(change.revision))} AND ${condition}`];
    case 'update':
      return [
        `${updateSql(journal, text(change.revision), {
          statements_done: String(change.statementsDone),
          state: text(change.state),
          ...(change.times ? { duration_ms: "CAST((julianday('now') - julianday(applied_at)) * 86400000 AS INTEGER)" } : {}),
          token: randomToken,
        })} AND ${condition}`,
      ];
    case 'stamp':
      return [
        ...change.removed.map((revision) => `${deleteSql(journal, text(revision))} AND ${condition}`),
        ...change.added.map((entry) => insertSql(journal, valuesOf(entry), condition)),
      ];
  }
};

const valuesOf = (entry: JournalEntry): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(
    Object.entries(fromEntry(entry)).map(([column, value]) => [
      column,
      value === undefined ? 'NULL' : typeof value === 'number' ? String(value) : scriptText(value),
    ]),
  ),
  applied_at: "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
  applied_by: "'script'",
  token: randomToken,
});

const randomToken = '(random() & 4294967295)';

const text = (value: string): string => quoteText(value, 'sqlite');
