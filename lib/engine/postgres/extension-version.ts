import { isWord, lex, significant } from '../../sql/lex.ts';
import { postgresLexis } from '../../sql/lexis.ts';
import { spelledName } from '../../sql/definition.ts';
import { quoteText } from '../../sql/quote.ts';
import { nameSql } from './object/naming.ts';
import { textOf, type Query } from './query.ts';

/**
 * CREATE EXTENSION without a version, for a database that has another one than the server installs. Where something uses the extension
 * or it has tables of its own, it stays at that: an update could be taken back only by DROP EXTENSION. Else the models mean what the
 * statement would install, and it is undefined.
 */
export const versionHere = async (
  query: Query,
  statement: string,
): Promise<{ readonly sql: string; readonly note: string } | undefined> => {
  const words = significant(lex(statement, postgresLexis)).filter(({ text }) => text !== ';');
  if (!isWord(words[0], 'create') || !isWord(words[1], 'extension') || words.some((word) => isWord(word, 'version'))) return undefined;
  const name = spelledName(words[isWord(words[2], 'if') ? 5 : 2], postgresLexis);
  if (name === undefined) return undefined;
  const [row] = await query(held, [name]);
  const [version, usual] = [textOf(row, 'version'), textOf(row, 'usual')];
  if (version === undefined || usual === undefined) return undefined;
  return {
    sql: `${statement.trimEnd().replace(/;$/, '')} VERSION ${quoteText(version, 'postgres')}`,
    note: `extension ${nameSql(name)} stays at ${version}, though the server has ${usual}: it is in use, and an update could not be taken back; a migration by hand can: ALTER EXTENSION ${nameSql(name)} UPDATE`,
  };
};

/** `own` is the extension with its members and what is part of them: types of rows and arrays, rules of views. */
const held = `
  WITH RECURSIVE own AS (
    SELECT 'pg_catalog.pg_extension'::pg_catalog.regclass::pg_catalog.oid AS classid, x.oid AS objid FROM pg_catalog.pg_extension x WHERE x.extname = $1
    UNION
    SELECT d.classid, d.objid FROM own o JOIN pg_catalog.pg_depend d ON d.refclassid = o.classid AND d.refobjid = o.objid AND d.deptype IN ('e', 'i'))
  SELECT e.extversion AS version, a.default_version AS usual FROM pg_catalog.pg_extension e
    JOIN pg_catalog.pg_available_extensions a ON a.name = e.extname
   WHERE e.extname = $1 AND e.extversion <> a.default_version
     AND (EXISTS (SELECT FROM own o JOIN pg_catalog.pg_class c ON c.oid = o.objid AND c.relkind IN ('r', 'p', 'S')
                   WHERE o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass)
       OR EXISTS (SELECT FROM own o JOIN pg_catalog.pg_depend d ON d.refclassid = o.classid AND d.refobjid = o.objid
                   WHERE (d.classid, d.objid) NOT IN (SELECT w.classid, w.objid FROM own w)))`;
