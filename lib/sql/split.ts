import { LimbeckError } from '../errors.ts';
import { bodyWatcher } from './body.ts';
import { type Position, whereAt } from './frame.ts';
import { isWord, lex, type Token } from './lex.ts';
import type { Lexis } from './lexis.ts';

/** One statement of a text. Offsets (also the tokens') are UTF-16 offsets into the whole text. */
export interface Statement {
  /** From its first to its last significant token, without the final semicolon. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** 1-based place of `start`; columns count characters. */
  readonly line: number;
  readonly column: number;
  /** All tokens from `start` to `end`, space and comments too. */
  readonly tokens: readonly Token[];
  /** Comments between the previous statement and this one, less the previous one's trailing comments. */
  readonly comments: readonly Comment[];
  /** Comments after `end`, up to the end of the line on which its semicolon stands. */
  readonly trailing: readonly Comment[];
}

/** A comment outside a statement, with the 1-based line on which it starts. */
export interface Comment extends Token {
  readonly line: number;
}

export interface SplitOptions {
  /** Treat the `\restrict` and `\unrestrict` lines of a pg_dump file as blank. */
  readonly pgDump?: boolean;
}

/** A part of a text that is a statement, or what stands between two (space, comments, semicolons). */
export interface Piece {
  readonly kind: 'statement' | 'gap';
  readonly text: string;
}

/**
 * Cuts a text into statements at the semicolons that end them; empty statements are left out. Semicolons in strings,
 * quoted names, comments, trigger bodies, BEGIN ATOMIC bodies and the parentheses of CREATE RULE end nothing.
 *
 * Throws `sql-syntax` where a quote, a comment or a body has no end, and `sql-unsupported` for what only psql or the
 * sqlite3 shell understands (meta-commands, COPY … FROM STDIN). `file` is named in those errors.
 */
export const split = (text: string, lexis: Lexis, file?: string, options: SplitOptions = {}): readonly Statement[] => {
  const source: Source = { text, file, lexis, options };
  const tokens = lex(text, lexis);
  const statements: Statement[] = [];
  const place = placer(text);
  let comments: readonly Token[] = [];
  for (let at = 0; at < tokens.length;) {
    const leading = readGap(source, tokens, at);
    comments = [...comments, ...leading.comments];
    at = leading.next;
    if (at >= tokens.length) break;
    const read = readStatement(source, tokens, at);
    at = read.next;
    const first = tokens[read.first];
    const last = tokens[read.last];
    if (first === undefined || last === undefined) break;
    const after = readTrailing(tokens, read.last + 1, read.next);
    statements.push({
      text: text.slice(first.start, last.end),
      start: first.start,
      end: last.end,
      tokens: tokens.slice(read.first, read.last + 1),
      comments: comments.map((comment) => ({ ...comment, line: place(comment.start).line })),
      ...place(first.start),
      trailing: after.comments.map((comment) => ({ ...comment, line: place(comment.start).line })),
    });
    comments = [];
    at = after.next;
  }
  return statements;
};

/** The text as statements and the gaps between; joined they are the text again. */
export const pieces = (text: string, statements: readonly Statement[]): readonly Piece[] => {
  const found: Piece[] = [];
  let at = 0;
  for (const statement of statements) {
    found.push({ kind: 'gap', text: text.slice(at, statement.start) }, { kind: 'statement', text: statement.text });
    at = statement.end;
  }
  return [...found, { kind: 'gap', text: text.slice(at) }];
};

interface Source {
  readonly text: string;
  readonly file: string | undefined;
  readonly lexis: Lexis;
  readonly options: SplitOptions;
}

interface Gap {
  readonly comments: readonly Token[];
  readonly next: number;
}

/** Space, comments and lone semicolons before a statement. */
const readGap = (source: Source, tokens: readonly Token[], from: number): Gap => {
  const comments: Token[] = [];
  let at = from;
  for (; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    refuseOpen(source, token);
    if (token.kind === 'comment') comments.push(token);
    else if (isRestrict(source, tokens, at)) at = lineEndToken(tokens, at) - 1;
    else if (token.kind !== 'space' && token.text !== ';') break;
  }
  return { comments, next: at };
};

/** Answers for offsets that only grow, in one pass over the text altogether. */
const placer = (text: string): ((offset: number) => Position) => {
  let at = 0;
  let line = 1;
  let column = 1;
  return (offset) => {
    for (; at < offset; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 10) [line, column] = [line + 1, 1];
      else if (code < 0xdc00 || code > 0xdfff) column += 1;
    }
    return { line, column };
  };
};

interface ReadStatement {
  readonly first: number;
  readonly last: number;
  /** The token after the semicolon, or the number of tokens. */
  readonly next: number;
}

const readStatement = (source: Source, tokens: readonly Token[], first: number): ReadStatement => {
  const body = bodyWatcher(source.lexis);
  const copy = copyWatcher();
  let last = first;
  for (let at = first; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    refuseOpen(source, token);
    if (token.kind === 'space' || token.kind === 'comment') continue;
    refuseShell(source, tokens, at, at === first);
    if (copy(token)) refuseCopy(source, token);
    if (token.kind === 'operator' && token.text === ';' && body.ends()) return { first, last, next: at + 1 };
    body.see(token);
    last = at;
  }
  const start = tokens[first];
  if (start !== undefined && !body.complete()) {
    fail(
      source,
      start.start,
      'sql-syntax',
      'the body of this statement has no END',
      `close it with ${source.lexis.dialect === 'sqlite' ? '; END;' : 'END;'}`,
    );
  }
  return { first, last, next: tokens.length };
};

/** Comments after a statement: all before its semicolon, and those on the semicolon's line. */
const readTrailing = (tokens: readonly Token[], from: number, next: number): Gap => {
  const comments = tokens.slice(from, next).filter(({ kind }) => kind === 'comment');
  if (next >= tokens.length && tokens[next - 1]?.text !== ';') return { comments, next };
  let at = next;
  for (; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined || token.open) break;
    if (token.kind === 'comment') comments.push(token);
    else if (token.kind !== 'space' || token.text.includes('\n')) break;
    if (token.text.includes('\n')) {
      at += 1;
      break;
    }
  }
  return { comments, next: at };
};

/** Answers true at the STDIN of COPY … FROM STDIN. */
const copyWatcher = (): ((token: Token) => boolean) => {
  let isCopy: boolean | undefined;
  let previous: Token | undefined;
  return (token) => {
    isCopy ??= isWord(token, 'copy');
    const found = isCopy && isWord(token, 'stdin') && isWord(previous, 'from');
    previous = token;
    return found;
  };
};

const isRestrict = (source: Source, tokens: readonly Token[], at: number): boolean =>
  source.options.pgDump === true &&
  tokens[at]?.text === '\\' &&
  startsLine(source.text, tokens[at]?.start ?? 0) &&
  isWord(tokens[at + 1], 'restrict', 'unrestrict');

/** The first token after `from` that holds a line break. */
const lineEndToken = (tokens: readonly Token[], from: number): number => {
  let at = from;
  while (at < tokens.length && !(tokens[at]?.kind === 'space' && tokens[at]?.text.includes('\n'))) at += 1;
  return at;
};

const startsLine = (text: string, offset: number): boolean => /^\s*$/.test(text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset));

const fail = (source: Source, offset: number, code: 'sql-syntax' | 'sql-unsupported', message: string, hint: string): never => {
  throw new LimbeckError(code, message, { hint, where: whereAt(source.text, offset, source.file) });
};

const refuseOpen = (source: Source, token: Token): void => {
  if (token.open !== true) return;
  const { kind, text } = token;
  if (kind === 'comment' && source.lexis.dialect === 'sqlite') return;
  const what = kind === 'name' ? 'quoted name' : kind === 'string' && text.startsWith('$') ? 'dollar-quoted string' : kind;
  const closing =
    kind === 'comment'
      ? '*/'
      : kind === 'name'
        ? text.startsWith('[')
          ? ']'
          : text.startsWith('`')
            ? '`'
            : '"'
        : text.startsWith('$')
          ? text.slice(0, text.indexOf('$', 1) + 1)
          : "'";
  fail(source, token.start, 'sql-syntax', `this ${what} is never closed`, `add the closing ${closing}`);
};

const refuseShell = (source: Source, tokens: readonly Token[], at: number, first: boolean): void => {
  const token = tokens[at];
  if (token?.kind !== 'operator') return;
  const command = (): string => token.text + (tokens[at + 1]?.text ?? '').trim();
  if (token.text === '\\' && (source.lexis.dialect === 'postgres' || startsLine(source.text, token.start))) {
    fail(source, token.start, 'sql-unsupported', `${command()} is a command of psql, not SQL`, 'write it as SQL, or leave it out');
  }
  if (token.text === '.' && first && source.lexis.dialect === 'sqlite') {
    fail(
      source,
      token.start,
      'sql-unsupported',
      `${command()} is a command of the sqlite3 shell, not SQL`,
      'write it as SQL, or leave it out',
    );
  }
};

const refuseCopy = (source: Source, token: Token): void => {
  fail(
    source,
    token.start,
    'sql-unsupported',
    'COPY … FROM STDIN needs psql, which feeds it the lines that follow',
    'write the rows as INSERT statements (pg_dump --inserts)',
  );
};
