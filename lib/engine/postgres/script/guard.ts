import { hash } from 'node:crypto';
import { withoutHead } from '../../../sql/header.ts';
import { quoteName, quoteText } from '../../../sql/quote.ts';
import { journalColumns, journalFormat } from '../../journal-row.ts';
import type { ScriptFrame, ScriptTransaction } from '../../script.ts';
import { createSql, markOf } from '../journal-sql.ts';
import { outcomeOf } from './bare.ts';
import { doBlock } from './text.ts';

/** The journal as the statements of a script name it: its own schema if the configuration says one, else the default one. */
export const journalOf = (script: ScriptFrame): string => {
  const { schema, table } = located(script);
  return schema === undefined ? quoteName(table, 'postgres') : `${quoteName(schema, 'postgres')}.${quoteName(table, 'postgres')}`;
};

const located = ({ journal }: ScriptFrame): { readonly schema: string | undefined; readonly table: string } => {
  const dot = journal.indexOf('.');
  return dot < 0 ? { schema: undefined, table: journal } : { schema: journal.slice(0, dot), table: journal.slice(dot + 1) };
};

/**
 * What stands at the beginning of each transaction: pins what its meaning depends on, and raises an error unless the
 * database is where the script says. After an error PostgreSQL rejects all up to COMMIT, which then rolls back.
 */
export const guard = (script: ScriptFrame, transaction: ScriptTransaction): string => {
  const { number, resets, down, sees, opens } = transaction;
  const body = [
    ...(number === 1 ? [] : remembered),
    ...(resets ? resetAll(script) : []),
    ...roleChecks(script),
    ...(number === 1 ? [journalThere(script)] : []),
    pins(number === 1 ? 'current_schema()' : 'place'),
    "  PERFORM set_config('limbeck.schema', current_schema(), false);",
    ...(number === 1 ? journalKnown(script) : []),
    `  LOCK TABLE ${journalOf(script)} IN EXCLUSIVE MODE;`,
    number === 1 ? startsRight(script) : goesOn(script, number),
    ...(down === undefined ? [] : [downKnown(script, down)]),
    ...(sees === undefined ? [] : sawEffect(sees)),
    ...(opens === undefined ? [] : mayOpen(opens)),
  ];
  return doBlock(['DECLARE', number === 1 ? '  wrong text;' : '  mark text;\n  place text;', 'BEGIN', ...body, 'END'].join('\n'));
};

/** Makes the journal if it is missing. */
export const journalMade = (script: ScriptFrame): string =>
  doBlock(
    [
      'DECLARE',
      '  wrong text;',
      'BEGIN',
      ...roleChecks(script),
      journalThere(script),
      pins('current_schema()'),
      ...journalKnown(script),
      'END',
    ].join('\n'),
  );

/** What stands before a transaction writes the journal: a statement may have set these otherwise. */
export const pinnedAgain: string = doBlock(
  "BEGIN\n  PERFORM set_config('search_path', quote_ident(coalesce(nullif(current_setting('limbeck.schema', true), ''), current_schema())), true), set_config('client_encoding', 'UTF8', true);\nEND",
);

/** What stands at its end: by the mark the next one knows that this one ended, and that nobody wrote since. */
export const ending = (script: ScriptFrame, { number, opens }: ScriptTransaction): string =>
  doBlock(
    [
      'BEGIN',
      `  PERFORM set_config('limbeck.mark', '${number} ' || (${markOf(journalOf(script)).trim()}), false), set_config('limbeck.schema', current_schema(), false);`,
      ...(opens === undefined ? [] : openGate),
      'END',
    ].join('\n'),
  );

const openGate: readonly string[] = [
  "  PERFORM set_config('search_path', quote_ident(current_schema()), false);",
  "  PERFORM set_config('default_transaction_read_only', 'off', false);",
];

const raise = (message: string, hint: string, condition: string): string =>
  `  IF ${condition} THEN\n    RAISE EXCEPTION USING MESSAGE = ${message}, HINT = ${quoteText(hint, 'postgres')};\n  END IF;`;

const roleChecks = ({ role }: ScriptFrame): readonly string[] =>
  role === undefined
    ? []
    : [
        raise(
          quoteText(`limbeck: this script runs as the role ${role}; nothing was changed`, 'postgres'),
          `let the role that logs in become it: GRANT ${quoteName(role, 'postgres')} TO …`,
          `current_user <> ${quoteText(role, 'postgres')}`,
        ),
      ];

/** The first transaction says in which schema it ran, and the others run there too. */
const remembered: readonly string[] = [
  "  mark := current_setting('limbeck.mark', true);",
  "  place := coalesce(nullif(current_setting('limbeck.schema', true), ''), current_schema());",
];

/** What an earlier revision left in the session is put back, but not what the script itself needs. */
const resetAll = ({ hasBare, role }: ScriptFrame): readonly string[] => [
  '  RESET SESSION AUTHORIZATION;',
  '  RESET ALL;',
  "  PERFORM set_config('client_encoding', 'UTF8', false), set_config('limbeck.mark', mark, false), set_config('limbeck.schema', place, false);",
  ...(hasBare ? ["  PERFORM set_config('default_transaction_read_only', 'on', false);"] : []),
  ...(role === undefined ? [] : [`  SET ROLE ${quoteName(role, 'postgres')};`]),
];

const pins = (schema: string): string =>
  `  PERFORM set_config('search_path', quote_ident(${schema}), true), set_config('standard_conforming_strings', 'on', true);`;

/** Makes the journal, unless another schema has one that was perhaps meant. */
const journalThere = (script: ScriptFrame): string => {
  const { schema, table } = located(script);
  const place = schema === undefined ? 'current_schema()' : quoteText(schema, 'postgres');
  const name = quoteText(table, 'postgres');
  const elsewhere = `SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
       WHERE c.relname = ${name} AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND a.attname = 'limbeck_version' AND NOT a.attisdropped LIMIT 1`;
  const created = createSql(journalOf(script)).replaceAll('\n', '\n    ');
  return [
    raise(
      "'limbeck: search_path names no schema that is there; nothing was changed'",
      'SET search_path, or PGOPTIONS=-csearch_path=…',
      'current_schema() IS NULL',
    ),
    `  IF to_regclass(quote_ident(${place}) || '.' || quote_ident(${name})) IS NULL THEN`,
    ...(schema === undefined
      ? [
          `    SELECT told.nspname INTO wrong FROM (${elsewhere}) AS told WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_settings WHERE name = 'search_path' AND source IN ('client', 'session'));`,
          raise(
            "'limbeck: schema ' || current_schema() || ' has no journal, but schema ' || wrong || ' has one; nothing was changed'",
            'say which schema is meant: PGOPTIONS=-csearch_path=…',
            'wrong IS NOT NULL',
          ),
        ]
      : []),
    `    ${created};`,
    '  END IF;',
  ].join('\n');
};

const journalKnown = (script: ScriptFrame): readonly string[] => {
  const journal = quoteText(journalOf(script), 'postgres');
  const message = "'limbeck: the journal was written by a newer limbeck; nothing was changed'";
  const columns = journalColumns.map((column) => quoteText(column, 'postgres')).join(', ');
  return [
    raise(
      message,
      'make the script with that limbeck',
      `EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = ${journal}::regclass AND attnum > 0 AND NOT attisdropped AND attname <> ALL (ARRAY[${columns}]))\n    OR (SELECT max(format) FROM ${journalOf(script)}) > ${journalFormat}`,
    ),
  ];
};

const startsRight = (script: ScriptFrame): string => {
  const { expected, startsAt } = script;
  const values = expected.map(({ revision, checksum }) => `(${quoteText(revision, 'postgres')}, ${quoteText(checksum, 'postgres')})`);
  const rows =
    expected.length === 0 ? "SELECT ''::text AS revision, ''::text AS checksum WHERE false" : `VALUES\n      ${values.join(',\n      ')}`;
  return `  SELECT left(string_agg(told, '; ' ORDER BY told), 500) INTO wrong FROM (
    SELECT CASE WHEN j.revision IS NULL THEN e.revision || ' is not applied'
                WHEN e.revision IS NULL THEN j.revision || ' is applied'
                WHEN j.state NOT IN ('applied', 'stamped') THEN j.revision || ' stopped half way'
                WHEN j.checksum <> e.checksum THEN j.revision || ' was applied from a file with another text' END AS told
      FROM (${rows}) AS e (revision, checksum) FULL JOIN ${journalOf(script)} AS j ON j.revision = e.revision
  ) AS compared;
${raise(
  `${quoteText(`limbeck: the database is not where this script starts (${startsAt}): `, 'postgres')} || wrong || '; nothing was changed'`,
  'limbeck current shows where it is; make a script that starts there',
  'wrong IS NOT NULL',
)}`;
};

const goesOn = (script: ScriptFrame, number: number): string =>
  raise(
    "'limbeck: the step before this one did not end, or someone else wrote to the journal; this step was not run'",
    'limbeck current shows where the database is; make a script that starts there',
    `mark IS DISTINCT FROM '${number - 1} ' || (${markOf(journalOf(script)).trim()})`,
  );

/** Headers may differ: a new proof rewrites them. */
const downKnown = (script: ScriptFrame, { revision, text }: { readonly revision: string; readonly text: string }): string => {
  const digest = hash('sha256', withoutHead(text), 'hex');
  const recorded = `regexp_replace(replace(down, E'\\r\\n', E'\\n'), '^(--[^\\n]*(\\n|$)|[ \\t]*\\n)*', '')`;
  return raise(
    `'limbeck: the journal recorded another down SQL for ${revision} than the file has; this step was not run'`,
    'limbeck downgrade runs the one that the journal has',
    `(SELECT encode(sha256(convert_to(${recorded}, 'UTF8')), 'hex') FROM ${journalOf(script)} WHERE revision = ${quoteText(revision, 'postgres')}) <> '${digest}'`,
  );
};

const sawEffect = (statement: string): readonly string[] => {
  const after = outcomeOf(statement)?.after;
  if (after === undefined) return [];
  return [
    raise(
      "'limbeck: the statement before this did not succeed; the journal says that its revision is part done'",
      'look at what it left behind; limbeck upgrade goes on from there',
      `NOT (${after})`,
    ),
  ];
};

const mayOpen = (statement: string): readonly string[] => {
  const before = outcomeOf(statement)?.before;
  if (before === undefined) return [];
  return [
    raise("'limbeck: what the next statement makes is there already; this step was not run'", 'look at what it is', `NOT (${before})`),
  ];
};
