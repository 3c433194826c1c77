import { isWord, lex, significant, type Token } from '../../sql/lex.ts';
import { postgresLexis } from '../../sql/lexis.ts';

/**
 * Why a statement must not run in scratch: it reaches beyond its database, so it would change the server that the
 * live database is on (or something outside of it). Undefined for a statement that stays inside.
 */
export const reachBeyond = (statement: string): string | undefined => {
  if (staysInside.test(statement)) return undefined;
  const words = significant(lex(statement, postgresLexis));
  if (isWord(words[1], 'user') && isWord(words[2], 'mapping')) return undefined;
  const found = shared.find((pattern) => pattern.every((choices, index) => isWord(words[index], ...choices)));
  if (found !== undefined) return `${spell(words, found.length)} reaches beyond the database, to the whole server`;
  if (isWord(words[0], 'grant', 'revoke')) return grantReach(words);
  if (isWord(words[0], 'alter') && isWord(words[1], 'database')) return 'ALTER DATABASE names the live database';
  if (isWord(words[0], 'copy') && words.some((word) => isWord(word, 'program'))) return 'COPY … PROGRAM runs a command on the server';
  if (isWord(words[0], 'copy') && words.some((word, index) => isWord(word, 'to') && words[index + 1]?.kind === 'string'))
    return 'COPY … TO writes a file of the server';
  if (
    isWord(words[0], 'comment', 'security') &&
    words.some((word, index) => isWord(word, 'on') && isWord(words[index + 1], 'role', 'database', 'tablespace', 'subscription'))
  )
    return `${words[0]?.text.toUpperCase()} on a role, database, tablespace or subscription reaches beyond the database`;
  return undefined;
};

/** Nearly all statements of a schema, told by their first words alone. */
const staysInside = /^(?:create|alter|drop)\s+(?:(?:unique\s+)?index|table|view|function|procedure|trigger|policy|type|sequence|domain)\s/i;

type Pattern = readonly (readonly string[])[];

const roles = ['role', 'user', 'group'];

/** The first words of statements about what all databases of a server share. */
const shared: readonly Pattern[] = [
  [
    ['create', 'alter', 'drop'],
    [...roles, 'tablespace', 'subscription'],
  ],
  [['alter'], ['system']],
  [['create', 'drop'], ['database']],
  [['drop', 'reassign'], ['owned']],
  [['create'], ['or'], ['replace'], ['subscription']],
  [['checkpoint']],
  [['load']],
];

/** Membership in a role, or a right to something shared; grants on the database's own objects stay inside. */
const grantReach = (words: readonly Token[]): string | undefined => {
  const on = words.findIndex((word) => isWord(word, 'on'));
  const verb = words[0]?.text.toUpperCase();
  if (on < 0) return `${verb} of a role reaches beyond the database, to the whole server`;
  return isWord(words[on + 1], 'database', 'tablespace', 'parameter')
    ? `${verb} … ON ${words[on + 1]?.text.toUpperCase()} reaches beyond the database`
    : undefined;
};

const spell = (words: readonly Token[], count: number): string =>
  words
    .slice(0, count)
    .map((word) => word.text.toUpperCase())
    .join(' ');
