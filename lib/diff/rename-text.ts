import { isWord, nameOf, significant, type Token } from '../sql/lex.ts';
import type { Lexis } from '../sql/lexis.ts';
import { split } from '../sql/split.ts';
import type { GivenRename } from './rename-given.ts';

/** The tables and columns that a migration renames, as its text says: `ALTER TABLE … RENAME [COLUMN] … TO …`. */
export const renamesIn = (body: string, lexis: Lexis): readonly GivenRename[] =>
  split(body, lexis).flatMap(({ tokens }) => {
    const words = significant(tokens);
    if (!isWord(words[0], 'alter') || !isWord(words[1], 'table')) return [];
    const at = words.findIndex((word) => isWord(word, 'rename'));
    const table = at < 3 ? undefined : spelled(words[at - 1]);
    if (table === undefined) return [];
    const rest = words.slice(isWord(words[at + 1], 'column') ? at + 2 : at + 1);
    if (isWord(rest[0], 'to') && rest.length === 2) return whole('table', table, spelled(rest[1]), undefined);
    if (isWord(rest[1], 'to') && rest.length === 3) return whole('column', spelled(rest[0]), spelled(rest[2]), table);
    return [];
  });

const whole = (
  kind: GivenRename['kind'],
  fromName: string | undefined,
  toName: string | undefined,
  table: string | undefined,
): readonly GivenRename[] => (fromName === undefined || toName === undefined ? [] : [{ kind, fromName, toName, table }]);

const spelled = (token: Token | undefined): string | undefined => (token === undefined ? undefined : nameOf(token));
