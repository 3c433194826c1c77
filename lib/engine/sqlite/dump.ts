import { foldCase, isWord, lex, nameOf, significant } from '../../sql/lex.ts';
import { sqliteLexis } from '../../sql/lexis.ts';
import type { DumpRules } from '../engine.ts';

/** How dumps are written and loaded, also those of `sqlite3 .dump`. */
export const dumpRules: DumpRules = {
  settings: [],
  adapt: (statement) => {
    const words = significant(lex(statement, sqliteLexis));
    if (isWord(words[0], 'begin', 'commit', 'end')) return undefined;
    const [name] = words.slice(1);
    const isSwitch = isWord(words[0], 'pragma') && name !== undefined && foldCase(nameOf(name) ?? '') === 'foreign_keys';
    return isSwitch ? undefined : statement;
  },
};
