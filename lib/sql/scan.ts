import type { Lexis } from './lexis.ts';

/**
 * `name` is a quoted identifier (`"a"`, on SQLite also `[a]` and `` `a` ``), `word` an unquoted one or a keyword,
 * `string` every kind of text literal with its prefix (E'', U&'', N'', $tag$…$tag$), `blob` X'' and B''.
 * A byte order mark is `space`. What the dialect does not know is an `operator` of one character.
 */
export type TokenKind = 'space' | 'comment' | 'word' | 'name' | 'string' | 'number' | 'blob' | 'parameter' | 'operator';

/** What `scanAt` found: the kind, the offset after it, and whether it lacks its closing quote or mark. */
export interface Scanned {
  readonly kind: TokenKind;
  readonly end: number;
  readonly open?: true;
}

/** The token that starts at `at` (which must be inside `text`). Total: an unterminated one goes to the end of the text. */
export const scanAt = (text: string, at: number, lexis: Lexis): Scanned => {
  const postgres = lexis.dialect === 'postgres';
  const code = text.charCodeAt(at);
  const next = text.charCodeAt(at + 1);
  if (isSpace(code) || (code === 0xfeff && (at === 0 || !postgres))) return { kind: 'space', end: spaceEnd(text, at + 1) };
  if (code === DASH && next === DASH) return { kind: 'comment', end: lineEnd(text, at, postgres) };
  if (code === SLASH && next === STAR) return postgres ? nestedComment(text, at) : flatComment(text, at);
  if (code === QUOTE) return postgres ? postgresString(text, at, 'string', 'double') : quoted(text, at, QUOTE, 'string');
  if (code === DOUBLE) return quoted(text, at, DOUBLE, 'name');
  if (isDigit(code) || (code === DOT && isDigit(next))) return { kind: 'number', end: numberEnd(text, at) };
  if (postgres) return postgresRest(text, at, code, next);
  return sqliteRest(text, at, code, next);
};

/** True for a character that can begin an unquoted name (letters, `_`, everything beyond ASCII). */
export const isWordStart = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code >= 128;

/** True for a character that can go on an unquoted name. */
export const isWordPart = (code: number): boolean => isWordStart(code) || isDigit(code) || code === DOLLAR;

const QUOTE = 39;
const DOUBLE = 34;
const DASH = 45;
const SLASH = 47;
const STAR = 42;
const DOT = 46;
const DOLLAR = 36;
const BACKSLASH = 92;
const NEWLINE = 10;
const RETURN = 13;

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);
const isHex = (code: number): boolean => isDigit(code) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70);

const spaceEnd = (text: string, from: number): number => {
  let at = from;
  while (at < text.length && isSpace(text.charCodeAt(at))) at += 1;
  return at;
};

const lineEnd = (text: string, from: number, returnEnds: boolean): number => {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === NEWLINE || (returnEnds && code === RETURN)) return at;
  }
  return text.length;
};

const flatComment = (text: string, at: number): Scanned => {
  const close = text.indexOf('*/', at + 2);
  return close < 0 ? { kind: 'comment', end: text.length, open: true } : { kind: 'comment', end: close + 2 };
};

const nestedComment = (text: string, from: number): Scanned => {
  let depth = 1;
  let at = from + 2;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === SLASH && text.charCodeAt(at + 1) === STAR) {
      depth += 1;
      at += 2;
    } else if (code === STAR && text.charCodeAt(at + 1) === SLASH) {
      depth -= 1;
      at += 2;
      if (depth === 0) return { kind: 'comment', end: at };
    } else at += 1;
  }
  return { kind: 'comment', end: text.length, open: true };
};

/** A quoted thing whose quote is doubled inside. */
const quoted = (text: string, from: number, quote: number, kind: TokenKind): Scanned => {
  const mark = String.fromCharCode(quote);
  let at = from + 1;
  for (;;) {
    const close = text.indexOf(mark, at);
    if (close < 0) return { kind, end: text.length, open: true };
    if (text.charCodeAt(close + 1) !== quote) return { kind, end: close + 1 };
    at = close + 2;
  }
};

/** How a PostgreSQL string closes: `''` is a quote, a backslash escapes as well, or the first quote is the end. */
type Escapes = 'double' | 'backslash' | 'none';

/** A PostgreSQL string from its opening quote, with the parts that go on after a line break (`'a'⏎'b'`). */
const postgresString = (text: string, open: number, kind: TokenKind, escapes: Escapes): Scanned => {
  let end = segmentEnd(text, open, escapes);
  while (end > 0) {
    const next = continuation(text, end);
    if (next < 0) return { kind, end };
    end = segmentEnd(text, next, escapes);
  }
  return { kind, end: text.length, open: true };
};

/** The offset after the closing quote, or -1. */
const segmentEnd = (text: string, open: number, escapes: Escapes): number => {
  for (let at = open + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH && escapes === 'backslash') at += 1;
    else if (code === QUOTE) {
      if (escapes === 'none' || text.charCodeAt(at + 1) !== QUOTE) return at + 1;
      at += 1;
    }
  }
  return -1;
};

/** Where the string that closed before `from` goes on: its next quote after space with a line break; or -1. */
const continuation = (text: string, from: number): number => {
  let at = from;
  let broken = false;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isSpace(code)) {
      broken ||= code === NEWLINE || code === RETURN;
      at += 1;
    } else if (code === DASH && text.charCodeAt(at + 1) === DASH) at = lineEnd(text, at, true);
    else return code === QUOTE && broken ? at : -1;
  }
  return -1;
};

const numberEnd = (text: string, from: number): number => {
  const second = text.charCodeAt(from + 1) | 32;
  if (text.charCodeAt(from) === 48 && (second === 120 || second === 111 || second === 98)) {
    const end = digitsEnd(text, from + 2, isHex);
    if (end > from + 2) return end;
  }
  let at = digitsEnd(text, from, isDigit);
  if (text.charCodeAt(at) === DOT && text.charCodeAt(at + 1) !== DOT) at = digitsEnd(text, at + 1, isDigit);
  if ((text.charCodeAt(at) | 32) !== 101) return at;
  const sign = text.charCodeAt(at + 1);
  const digits = sign === 43 || sign === DASH ? at + 2 : at + 1;
  return isDigit(text.charCodeAt(digits)) ? digitsEnd(text, digits, isDigit) : at;
};

/** Digits, with single underscores between them. */
const digitsEnd = (text: string, from: number, digit: (code: number) => boolean): number => {
  let at = from;
  while (digit(text.charCodeAt(at)) || (text.charCodeAt(at) === 95 && digit(text.charCodeAt(at + 1)))) at += 1;
  return at;
};

const plainDigitsEnd = (text: string, from: number): number => {
  let at = from;
  while (isDigit(text.charCodeAt(at))) at += 1;
  return at;
};

const wordEnd = (text: string, from: number): number => {
  let at = from;
  while (at < text.length && isWordPart(text.charCodeAt(at))) at += 1;
  return at;
};

const sqliteOperators = ['->>', '->', '||', '<<', '>>', '<=', '<>', '>=', '==', '!='] as const;

const sqliteRest = (text: string, at: number, code: number, next: number): Scanned => {
  if (code === 96) return quoted(text, at, 96, 'name');
  if (code === 91) {
    const close = text.indexOf(']', at);
    return close < 0 ? { kind: 'name', end: text.length, open: true } : { kind: 'name', end: close + 1 };
  }
  if ((code | 32) === 120 && next === QUOTE) {
    const close = text.indexOf("'", at + 2);
    return close < 0 ? { kind: 'blob', end: text.length, open: true } : { kind: 'blob', end: close + 1 };
  }
  if (isWordStart(code)) return { kind: 'word', end: wordEnd(text, at + 1) };
  if (code === 63) return { kind: 'parameter', end: plainDigitsEnd(text, at + 1) };
  if ((code === 58 || code === 64 || code === 35 || code === DOLLAR) && isWordPart(next)) {
    return { kind: 'parameter', end: wordEnd(text, at + 1) };
  }
  const operator = sqliteOperators.find((candidate) => text.startsWith(candidate, at));
  return { kind: 'operator', end: at + (operator?.length ?? 1) };
};

const postgresRest = (text: string, at: number, code: number, next: number): Scanned => {
  if (next === QUOTE) {
    const letter = code | 32;
    if (letter === 101) return postgresString(text, at + 1, 'string', 'backslash');
    if (letter === 110) return postgresString(text, at + 1, 'string', 'double');
    if (letter === 98 || letter === 120) return postgresString(text, at + 1, 'blob', 'none');
  }
  if ((code | 32) === 117 && next === 38) {
    const third = text.charCodeAt(at + 2);
    if (third === QUOTE) return postgresString(text, at + 2, 'string', 'double');
    if (third === DOUBLE) return quoted(text, at + 2, DOUBLE, 'name');
  }
  if (isWordStart(code)) return { kind: 'word', end: wordEnd(text, at + 1) };
  if (code === DOLLAR) return dollar(text, at, next);
  return { kind: 'operator', end: postgresOperatorEnd(text, at) };
};

/** `$1`, a dollar quote, or a lone `$`. */
const dollar = (text: string, at: number, next: number): Scanned => {
  if (isDigit(next)) return { kind: 'parameter', end: plainDigitsEnd(text, at + 1) };
  let end = at + 1;
  if (isWordStart(next)) while (end < text.length && text.charCodeAt(end) !== DOLLAR && isWordPart(text.charCodeAt(end))) end += 1;
  if (text.charCodeAt(end) !== DOLLAR) return { kind: 'operator', end: at + 1 };
  const tag = text.slice(at, end + 1);
  const close = text.indexOf(tag, end + 1);
  return close < 0 ? { kind: 'string', end: text.length, open: true } : { kind: 'string', end: close + tag.length };
};

/** By character code: 1 for a character of operators, 2 for one that lets an operator end in + or -. */
const operatorClass = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return '~!@#^&|`?%'.includes(character) ? 2 : '+-*/<>='.includes(character) ? 1 : 0;
});

/** PostgreSQL refuses longer ones; without a limit a run of plus signs would take quadratic time. */
const longestOperator = 64;

/** PostgreSQL's rule: the longest run, cut before a comment, without a final + or - unless an odd character is in it. */
const postgresOperatorEnd = (text: string, from: number): number => {
  const pair = text.slice(from, from + 2);
  if (pair === '::' || pair === ':=' || pair === '..') return from + 2;
  let at = from;
  let odd = false;
  for (; at - from < longestOperator && (operatorClass[text.charCodeAt(at)] ?? 0) > 0; at += 1) {
    const next = text.charCodeAt(at + 1);
    const code = text.charCodeAt(at);
    if ((code === DASH && next === DASH) || (code === SLASH && next === STAR)) break;
    odd ||= operatorClass[code] === 2;
  }
  while (!odd && at > from + 1 && (text.charCodeAt(at - 1) === 43 || text.charCodeAt(at - 1) === DASH)) at -= 1;
  return Math.max(at, from + 1);
};
