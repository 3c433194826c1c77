import type { Complaint } from './complaint.ts';

/** What a file of variables says, and its lines that say nothing. */
export interface EnvText {
  readonly variables: Readonly<Record<string, string>>;
  readonly complaints: readonly Complaint[];
}

/**
 * Reads `[export ]NAME=value` lines as `util.parseEnv` does: comments, values in quotes, which may span lines, `\n` in
 * double ones. Not by it: it takes a line without `=`, or one of spaces (Node 20), or an empty value followed by a space
 * (Node 24) together with the next line, whose variable is lost. Complaints never show what stands in a line.
 */
export const parseEnvText = (text: string, name: string): EnvText => {
  const rest = text.replace(/^\uFEFF/, '').replaceAll('\r', '');
  const variables: (readonly [string, string])[] = [];
  const complaints: Complaint[] = [];
  let line = 1;
  for (let at = 0; at < rest.length;) {
    const entry = readEntry(rest, at);
    if ('problem' in entry) complaints.push({ source: `${name} line ${line}`, problem: entry.problem });
    else if (entry.variable !== undefined) variables.push(entry.variable);
    line += rest.slice(at, entry.end).split('\n').length - 1;
    at = entry.end;
  }
  return { variables: Object.fromEntries(variables), complaints };
};

type Entry =
  { readonly variable: readonly [string, string] | undefined; readonly end: number } | { readonly problem: string; readonly end: number };

/** What begins at a line's start; `end` is the start of the line after it. */
const readEntry = (text: string, at: number): Entry => {
  const end = lineEnd(text, at);
  const whole = trimmed(text.slice(at, end));
  if (whole === '' || whole.startsWith('#')) return { variable: undefined, end };
  const [, name, value] = /^(?:export[ \t]+)?([^\s=]+)[ \t]*=[ \t]*(.*)$/s.exec(whole) ?? [];
  if (name === undefined || value === undefined) return { problem: 'is neither NAME=value nor a comment', end };
  return readQuoted(text, { at: text.indexOf('=', at) + 1, lineEnd: end, name }) ?? { variable: [name, uncommented(value)], end };
};

interface Beginning {
  /** Behind the `=`. */
  readonly at: number;
  readonly lineEnd: number;
  readonly name: string;
}

/** A value in quotes; undefined where there are none, or nothing closes them. */
const readQuoted = (text: string, begin: Beginning): Entry | undefined => {
  const [opening = ''] = /^[ \t]*["'`]/.exec(text.slice(begin.at, begin.lineEnd)) ?? [];
  const quote = opening.at(-1);
  const start = begin.at + opening.length;
  const close = quote === undefined ? -1 : text.indexOf(quote, start);
  if (close === -1) return undefined;
  const end = lineEnd(text, close);
  // What follows the quotes is passed over, but not where they took in lines that were not theirs: NAME="a, OTHER="b"
  if (close >= begin.lineEnd && !/^[ \t]*(?:#.*)?\n?$/s.test(text.slice(close + 1, end))) {
    return { problem: `opens a quote (${quote}) that it does not close`, end: begin.lineEnd };
  }
  const value = text.slice(start, close);
  return { variable: [begin.name, quote === '"' ? value.replaceAll('\\n', '\n') : value], end };
};

const uncommented = (value: string): string => (/^["'`]/.test(value) ? value : trimmed(value.replace(/#.*$/s, '')));

/** Without spaces around; others than these belong to a value. */
const trimmed = (text: string): string => text.replace(/^[ \t\n]+|[ \t\n]+$/g, '');

const lineEnd = (text: string, at: number): number => {
  const newline = text.indexOf('\n', at);
  return newline === -1 ? text.length : newline + 1;
};
