import { isWord, lex, nameOf, significant } from '../../sql/lex.ts';
import { sqliteLexis } from '../../sql/lexis.ts';
import type { Token } from '../../sql/lex.ts';
import { quoteText } from '../../sql/quote.ts';
import { forShell } from './script-text.ts';

/**
 * The statements of one transaction, each followed by a tick: a row that is only there if the statement took effect and
 * the tick before it is there. A statement that failed leaves SQLite's transaction open and a heedless client goes on;
 * then all ticks below are missing, up to the `last`, without which the transaction is not committed.
 *
 * What tells that a statement took effect: the version of the schema moved, the object is there (or not), rows were
 * written wherever there were any to write, a query can be run. Others (PRAGMA, SAVEPOINT) are taken for done. What the script itself
 * adds (`own`) always writes a row.
 */
export const ticked = (
  number: number,
  statements: readonly string[],
  own: readonly string[],
): { readonly text: readonly string[]; readonly last: number } => {
  const text: string[] = [];
  let tick = 0;
  const add = (from: string): void => {
    tick += 1;
    text.push(
      `INSERT INTO temp.limbeck_tick SELECT number, tick, changes, version, ${from.replace('#', `number = ${number} AND tick = ${tick}`)};`,
    );
  };
  for (const statement of statements) {
    const evidence = evidenceOf(statement);
    if (evidence.kind === 'matching' || evidence.kind === 'query') add(`EXISTS (${evidence.query}) FROM temp.limbeck_ran WHERE #`);
    text.push(`${forShell(statement)};`);
    switch (evidence.kind) {
      case 'schema':
        add('NULL FROM temp.limbeck_made WHERE #');
        break;
      case 'matching':
      case 'rows':
        add('NULL FROM temp.limbeck_wrote WHERE #');
        break;
      case 'object':
        add(`NULL FROM temp.limbeck_ran WHERE # AND ${evidence.condition}`);
        break;
      case 'query':
      case 'none':
        add('NULL FROM temp.limbeck_ran WHERE #');
        break;
    }
  }
  for (const statement of own) {
    text.push(`${statement};`);
    add('NULL FROM temp.limbeck_wrote WHERE #');
  }
  return { text, last: tick };
};

/** What tells that a statement took effect. */
export type Evidence =
  | { readonly kind: 'schema' }
  | { readonly kind: 'object'; readonly condition: string }
  | { readonly kind: 'rows' }
  /** It wrote rows, unless this query finds none before. */
  | { readonly kind: 'matching'; readonly query: string }
  /** It only reads; this query fails where it does. */
  | { readonly kind: 'query'; readonly query: string }
  | { readonly kind: 'none' };

export const evidenceOf = (statement: string): Evidence => {
  const words = significant(lex(statement, sqliteLexis));
  const [first, second] = words;
  if (isWord(first, 'create', 'drop')) return objectEvidence(words);
  if (isWord(first, 'alter')) return { kind: 'schema' };
  if (isWord(first, 'insert', 'replace')) return insertEvidence(statement, words);
  if (isWord(first, 'update') && !isWord(second, 'or')) return matchingEvidence(statement, words, 1);
  if (isWord(first, 'delete')) return matchingEvidence(statement, words, 2);
  if (isWord(first, 'select')) return { kind: 'query', query: statement };
  if (isWord(first, 'with')) return withEvidence(statement, words);
  const isKnown = first === undefined || isWord(first, ...harmless) || isWord(first, 'update');
  return isKnown ? { kind: 'none' } : { kind: 'object', condition: '0' };
};

/** What begins a statement that writes no rows and makes nothing; any other word is an error anyway. */
const harmless = ['values', 'pragma', 'savepoint', 'release', 'explain', 'analyze', 'reindex', 'vacuum', 'attach', 'detach'] as const;

/** `WITH … INSERT INTO …`: what the statement behind it says, with the same WITH before the query. */
const withEvidence = (statement: string, words: readonly Token[]): Evidence => {
  const verb = topLevel(words).find((word) => isWord(word, 'insert', 'update', 'delete', 'select'));
  if (verb === undefined) return { kind: 'none' };
  const evidence = evidenceOf(statement.slice(verb.start));
  if (evidence.kind !== 'matching' && evidence.kind !== 'query') return evidence;
  return { ...evidence, query: statement.slice(0, verb.start) + evidence.query };
};

/** With IF EXISTS and IF NOT EXISTS the schema may stay as it is. */
const objectEvidence = (words: readonly Token[]): Evidence => {
  const at = words.findIndex((word, index) => index < 5 && isWord(word, 'if'));
  if (at < 0) return { kind: 'schema' };
  const start = words.findIndex((word, index) => index > at && isWord(word, 'exists')) + 1;
  const isQualified = words[start + 1]?.text === '.';
  const name = nameOf(words[isQualified ? start + 2 : start] ?? { kind: 'operator', text: '', start: 0, end: 0 });
  if (name === undefined) return { kind: 'none' };
  const found = `EXISTS (SELECT 1 FROM (SELECT name FROM sqlite_master UNION ALL SELECT name FROM sqlite_temp_master) WHERE name = ${quoteText(name, 'sqlite')} COLLATE NOCASE)`;
  return { kind: 'object', condition: isWord(words[0], 'create') ? found : `NOT ${found}` };
};

/** Rows of VALUES are always written; those of a SELECT where it finds any. What may pass over rows tells nothing. */
const insertEvidence = (statement: string, words: readonly Token[]): Evidence => {
  const top = topLevel(words);
  if (passesOver(words, top)) return { kind: 'none' };
  const source = top.find((word) => isWord(word, 'select', 'values', 'default', 'with'));
  if (isWord(source, 'values', 'default')) return { kind: 'rows' };
  const returning = top.some((word) => isWord(word, 'returning', 'with'));
  if (source === undefined || !isWord(source, 'select') || returning) return { kind: 'none' };
  return { kind: 'matching', query: statement.slice(source.start) };
};

const passesOver = (words: readonly Token[], top: readonly Token[]): boolean =>
  (isWord(words[1], 'or') && isWord(words[2], 'ignore', 'replace', 'fail')) ||
  isWord(words[0], 'replace') ||
  top.some((word, at) => isWord(word, 'on') && isWord(top[at + 1], 'conflict'));

/** `UPDATE t SET … WHERE …`, `DELETE FROM t WHERE …`: the rows that it is about are looked for before. */
const matchingEvidence = (statement: string, words: readonly Token[], tableAt: number): Evidence => {
  const top = topLevel(words);
  const end = words[tableAt + 1]?.text === '.' ? tableAt + 3 : tableAt + 1;
  const from = top.findIndex((word) => isWord(word, 'where'));
  const strange = top.slice(end).some((word) => isWord(word, 'from', 'returning', 'order', 'limit', 'indexed'));
  const afterTable = words[end];
  const expected = tableAt === 1 ? isWord(afterTable, 'set') : afterTable === undefined || isWord(afterTable, 'where');
  const [first, last] = [words[tableAt], words[end - 1]];
  if (strange || !expected || first === undefined || last === undefined) return { kind: 'none' };
  const where = top[from];
  return {
    kind: 'matching',
    query: `SELECT 1 FROM ${statement.slice(first.start, last.end)}${where === undefined ? '' : ` ${statement.slice(where.start)}`}`,
  };
};

/** The tokens outside of parentheses. */
const topLevel = (words: readonly Token[]): readonly Token[] => {
  let depth = 0;
  return words.filter(({ kind, text }) => {
    if (kind !== 'operator') return depth === 0;
    if (text === ')') depth -= 1;
    const isTop = depth === 0;
    if (text === '(') depth += 1;
    return isTop;
  });
};
