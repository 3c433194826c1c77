import type { Where } from '../errors.ts';

/** A place in a text, both 1-based; columns count characters (code points), lines end at a line feed. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The position of a UTF-16 offset; one beyond the end is the end. */
export const positionAt = (text: string, offset: number): Position => {
  const at = Math.min(Math.max(offset, 0), text.length);
  const lineStart = text.lastIndexOf('\n', at - 1) + (at === 0 ? 0 : 1);
  let line = 1;
  for (let next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', next + 1)) line += 1;
  return { line, column: countCharacters(text, at === 0 ? 0 : lineStart, at) + 1 };
};

/** The UTF-16 offset of a position; a column beyond the line is the line's end, a line beyond the text its end. */
export const offsetAt = (text: string, line: number, column: number): number => {
  let start = 0;
  for (let at = 1; at < line; at += 1) {
    const next = text.indexOf('\n', start);
    if (next < 0) return text.length;
    start = next + 1;
  }
  const end = lineEndAt(text, start);
  let offset = start;
  for (let at = 1; at < column && offset < end; at += 1) offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  return offset;
};

/**
 * The line that holds `offset`, with its number, and a caret under the offset:
 *
 *      12 | CREATE TABLE x (
 *         |        ^
 *
 * Long lines are cut to the part around the caret.
 */
export const frame = (text: string, offset: number): string => {
  const at = Math.min(Math.max(offset, 0), text.length);
  const { line } = positionAt(text, at);
  const start = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
  const end = lineEndAt(text, start);
  const from = at - start > widest ? at - widest / 2 : start;
  const shown = text.slice(from, Math.min(end, from + widest * 2));
  const before = text.slice(from, Math.min(at, end));
  const label = String(line).padStart(4);
  const pad = [...before].map((each) => (each === '\t' ? '\t' : isWide(each) ? '  ' : ' ')).join('');
  return `${label} | ${shown}\n${' '.repeat(label.length)} | ${pad}^`;
};

/** `where` of an error about `offset` in `text`. */
export const whereAt = (text: string, offset: number, file?: string): Where => ({
  ...(file === undefined ? {} : { file }),
  ...positionAt(text, offset),
  frame: frame(text, offset),
});

const widest = 100;

const isWide = (character: string): boolean =>
  /[\p{Emoji_Presentation}\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFF00-\uFF60]/u.test(character);

const lineEndAt = (text: string, start: number): number => {
  const end = text.indexOf('\n', start);
  if (end < 0) return text.length;
  return text.charAt(end - 1) === '\r' && end > start ? end - 1 : end;
};

const countCharacters = (text: string, from: number, to: number): number => {
  let count = 0;
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0xdc00 || code > 0xdfff) count += 1;
  }
  return count;
};
