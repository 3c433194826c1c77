import { isWord, lex, type Token } from '../../../sql/lex.ts';
import { postgresLexis } from '../../../sql/lexis.ts';

/**
 * A deparsed text in the form that it keeps when it is loaded again. PostgreSQL says `a IN ('x', 'y')` of a varchar as
 * `(ARRAY['x'::character varying, …])::text[]`, and once that text is loaded as `ARRAY[('x'::character varying)::text, …]`;
 * it writes a space into `(VALUES …)`, or not.
 */
export const settled = (text: string): string => {
  const plain = text.replaceAll('FROM ( VALUES ', 'FROM (VALUES ');
  return plain.includes('ARRAY[') ? pushCasts(lex(plain, postgresLexis)) : plain;
};

/** Each `(ARRAY[a, b])::t[]` as `ARRAY[(a)::t, (b)::t]`, also inside of one another. */
const pushCasts = (tokens: readonly Token[]): string => {
  let made = '';
  for (let at = 0; at < tokens.length; at += 1) {
    const array = castArrayAt(tokens, at);
    if (array === undefined) {
      made += tokens[at]?.text ?? '';
      continue;
    }
    const [before, after] = array.isWrapped ? ['(', ')'] : ['', ''];
    made += `ARRAY[${array.items.map((item) => `${before}${pushCasts(item)}${after}::${array.type}`).join(', ')}]`;
    at = array.last;
  }
  return made;
};

interface CastArray {
  readonly items: readonly (readonly Token[])[];
  /** False in the server's pretty form, which has no parentheses. */
  readonly isWrapped: boolean;
  /** Without the brackets. */
  readonly type: string;
  /** Index of its last token. */
  readonly last: number;
}

const castArrayAt = (tokens: readonly Token[], at: number): CastArray | undefined => {
  const isWrapped = tokens[at]?.text === '(';
  const open = isWrapped ? at + 2 : at + 1;
  if (!isWord(tokens[open - 1], 'array') || tokens[open]?.text !== '[') return undefined;
  const { commas, close } = insideOf(tokens, open);
  const cast = isWrapped ? close + 2 : close + 1;
  if ((isWrapped && tokens[close + 1]?.text !== ')') || tokens[cast]?.text !== '::') return undefined;
  const bracket = tokens.findIndex((token, index) => index > cast && !isOfType(token));
  if (tokens[bracket]?.text !== '[' || tokens[bracket + 1]?.text !== ']') return undefined;
  const cuts = [open, ...commas, close];
  const items = cuts.slice(1).map((cut, index) => trimmed(tokens.slice((cuts[index] ?? 0) + 1, cut)));
  return { items, isWrapped, type: joined(tokens.slice(cast + 1, bracket)), last: bracket + 1 };
};

/** The commas of the bracket at `open`, and where it is closed. */
const insideOf = (tokens: readonly Token[], open: number): { readonly commas: readonly number[]; readonly close: number } => {
  const commas: number[] = [];
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    const text = tokens[at]?.text ?? '';
    if (text === '(' || text === '[') depth += 1;
    else if (text === ')' || text === ']') depth -= 1;
    else if (text === ',' && depth === 1) commas.push(at);
    if (depth === 0) return { commas, close: at };
  }
  return { commas, close: tokens.length };
};

/** `character varying`, `app."Mood"`; a length would be one of each item's own. */
const isOfType = ({ kind, text }: Token): boolean => kind === 'word' || kind === 'name' || text === '.' || text === ' ';

const trimmed = (tokens: readonly Token[]): readonly Token[] => (tokens[0]?.kind === 'space' ? tokens.slice(1) : tokens);

const joined = (tokens: readonly Token[]): string => tokens.map(({ text }) => text).join('');
