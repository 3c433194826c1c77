import { isWord, lex, significant } from '../../sql/lex.ts';
import { postgresLexis } from '../../sql/lexis.ts';
import { spelledName } from '../../sql/definition.ts';
import { quoteText } from '../../sql/quote.ts';
import { nameSql } from './object/naming.ts';
import { textOf, type Query } from './query.ts';

/**
 * CREATE EXTENSION without a version, for a database that has another one than the server installs: it stays at that, because
 * nobody said that it should move.
 */
export const versionHere = async (
  query: Query,
  statement: string,
): Promise<{ readonly sql: string; readonly note: string } | undefined> => {
  const words = significant(lex(statement, postgresLexis)).filter(({ text }) => text !== ';');
  if (!isWord(words[0], 'create') || !isWord(words[1], 'extension') || words.some((word) => isWord(word, 'version'))) return undefined;
  const name = spelledName(words[isWord(words[2], 'if') ? 5 : 2], postgresLexis);
  if (name === undefined) return undefined;
  const [row] = await query(
    `SELECT e.extversion AS version, a.default_version AS usual FROM pg_catalog.pg_extension e
       JOIN pg_catalog.pg_available_extensions a ON a.name = e.extname
      WHERE e.extname = $1 AND e.extversion <> a.default_version`,
    [name],
  );
  const [version, usual] = [textOf(row, 'version'), textOf(row, 'usual')];
  if (version === undefined || usual === undefined) return undefined;
  return {
    sql: `${statement.trimEnd().replace(/;$/, '')} VERSION ${quoteText(version, 'postgres')}`,
    note: `extension ${nameSql(name)} stays at ${version}, though the server has ${usual}: to update it, write VERSION '${usual}' into models.sql`,
  };
};
