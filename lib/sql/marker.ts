import { LimbeckError } from '../errors.ts';
import { bodyWatcher } from './body.ts';
import { positionAt, whereAt } from './frame.ts';
import type { Token } from './lex.ts';
import { type Lexis, postgresLexis, sqliteLexis } from './lexis.ts';
import { scanAt } from './scan.ts';

/**
 * The text as one engine sees it (design §4): lines marked for the other engine are blanked with spaces, line breaks
 * stay, so that every offset stays. `-- @postgres` at the end of a line is for that line; alone on a line it is for the
 * whole statement below. Throws `models-invalid` for a marker that stands alone inside a statement, or ends a line that
 * starts inside a string or comment. `file` is named in those errors.
 */
export const forEngine = (text: string, engine: Lexis['dialect'], file?: string): string => {
  const ranges = readMarkers(text, file).filter((marker) => marker.engine !== engine);
  let blanked = '';
  let at = 0;
  for (const { start, end } of ranges) {
    if (end <= at) continue;
    const from = Math.max(at, start);
    blanked += text.slice(at, from) + text.slice(from, end).replace(/[^\r\n]/g, ' ');
    at = end;
  }
  return blanked + text.slice(at);
};

/** True when a marker says that a line or a statement is for one engine. */
export const hasMarkers = (text: string): boolean => readMarkers(text, undefined, 1).length > 0;

/** What a marker is for: an engine and the range of its line or statement. */
interface Marker {
  readonly engine: Lexis['dialect'];
  readonly start: number;
  readonly end: number;
}

/** The text is for two engines: PostgreSQL's lexis reads it but for statements that are marked for SQLite. */
const readMarkers = (text: string, file: string | undefined, limit = Infinity): readonly Marker[] => {
  if (!/@(?:postgres|sqlite)/.test(text)) return [];
  const markers: Marker[] = [];
  let line: Line = { start: 0, inside: undefined, blank: true };
  let body = bodyWatcher(postgresLexis);
  let inStatement = false;
  let lexis = postgresLexis;
  let lexisEnd = 0;
  for (let at = 0; at < text.length && markers.length < limit;) {
    if (at >= lexisEnd) lexis = postgresLexis;
    const { kind, end } = scanAt(text, at, lexis);
    const token = { kind, text: text.slice(at, end), start: at, end };
    const engine = kind === 'comment' ? markedEngine(token.text) : undefined;
    if (engine !== undefined && line.blank) {
      if (inStatement)
        throw misplaced(text, at, file, 'this marker stands alone inside a statement', 'put it at the end of each line that it is for');
      const statement = statementEnd(text, end, engine === 'sqlite' ? sqliteLexis : postgresLexis);
      if (engine === 'sqlite') [lexis, lexisEnd] = [sqliteLexis, statement];
      markers.push({ engine, start: at, end: statement });
    } else if (engine !== undefined) {
      if (line.inside !== undefined)
        throw misplaced(
          text,
          at,
          file,
          `the line of this marker begins inside what started on line ${positionAt(text, line.inside).line}`,
          'mark each line, or put the marker alone above the statement',
        );
      markers.push({ engine, start: line.start, end });
    }
    if (kind !== 'space' && kind !== 'comment') {
      const ends = token.text === ';' && body.ends();
      if (ends) body = bodyWatcher(lexis);
      else body.see(token);
      inStatement = !ends;
    }
    line = lineAfter(line, token);
    at = end;
  }
  return markers;
};

/** The line on which a token starts: whether it is blank so far, and which token its start is inside of. */
interface Line {
  readonly start: number;
  readonly inside: number | undefined;
  readonly blank: boolean;
}

const lineAfter = (line: Line, token: Token): Line => {
  const last = token.text.lastIndexOf('\n');
  const isSpace = token.kind === 'space';
  if (last < 0) return isSpace ? line : { ...line, blank: false };
  const endsLine = last === token.text.length - 1;
  return { start: token.start + last + 1, inside: isSpace || endsLine ? undefined : token.start, blank: isSpace };
};

const markedEngine = (comment: string): Lexis['dialect'] | undefined => {
  const name = /^--\s*(?:.*--\s*)?@(postgres|sqlite)(?:\s|$)/.exec(comment)?.[1];
  return name === 'postgres' || name === 'sqlite' ? name : undefined;
};

/** The offset after the semicolon of the statement that begins after `from`, or of the text. */
const statementEnd = (text: string, from: number, lexis: Lexis): number => {
  const body = bodyWatcher(lexis);
  let begun = false;
  for (let at = from; at < text.length;) {
    const { kind, end } = scanAt(text, at, lexis);
    if (kind !== 'space' && kind !== 'comment') {
      const token = { kind, text: text.slice(at, end), start: at, end };
      if (token.text === ';' && begun && body.ends()) return end;
      body.see(token);
      begun = true;
    }
    at = end;
  }
  return text.length;
};

const misplaced = (text: string, at: number, file: string | undefined, message: string, hint: string): LimbeckError =>
  new LimbeckError('models-invalid', message, { hint, where: whereAt(text, at, file) });
