import { foldCase, isWord, lex, significant } from '../../sql/lex.ts';
import { sqliteLexis } from '../../sql/lexis.ts';
import { quoteName, quoteText } from '../../sql/quote.ts';
import type { Dialect } from '../engine.ts';
import { dumpRules } from './dump.ts';
import { plan, renderGroups, renderRename, renderSchema } from './render.ts';

/** The pure half of the SQLite engine. */
export const sqliteDialect: Dialect = {
  name: 'sqlite',
  lexis: sqliteLexis,
  capabilities: { transactionalDdl: true, foreignKeySwitch: true, onlineForms: false },
  quoteName: (name) => quoteName(name, 'sqlite'),
  quoteText: (text) => quoteText(text, 'sqlite'),
  plan,
  renderRename,
  renderSchema,
  renderGroups,
  byHand: (file, foreignKeys, transactional) => {
    const shell = `sqlite3 -bail${foreignKeys === 'off' ? ` -cmd 'PRAGMA foreign_keys=OFF'` : ''}`;
    return transactional ? `${shell} -cmd BEGIN DATABASE ".read '${file}'" COMMIT` : `${shell} DATABASE ".read '${file}'"`;
  },
  dump: dumpRules,
  foldName: foldCase,
  renamable: ['table', 'column'],
  refuseInScratch: (statement) => {
    const [first] = significant(lex(statement, sqliteLexis));
    return isWord(first, 'attach', 'detach', 'vacuum') ? `${first?.text.toUpperCase()} reaches beyond the database` : undefined;
  },
};
