import { hash } from 'node:crypto';
import { LimbeckError } from '../errors.ts';
import { whereAt } from './frame.ts';
import {
  type Fail,
  ids,
  oneId,
  readProof,
  readSchemas,
  readSwitch,
  readTouches,
  renderProof,
  renderSchemas,
  type Proof,
  type Touch,
  touchLines,
  words,
} from './header-values.ts';

/** The head of a migration file (design §5). */
export interface MigrationHeader {
  /** First line: the message given to `revision -m`. */
  readonly message: string;
  readonly revision: string | undefined;
  /** Undefined: no header said so (the file follows the one before it). Empty: a base. */
  readonly parents: readonly string[] | undefined;
  readonly dependsOn: readonly string[];
  readonly labels: readonly string[];
  /** Revisions that were before this one and that it now holds; none in an ordinary file. */
  readonly squashes: readonly string[];
  readonly proof: Proof | undefined;
  readonly touches: readonly Touch[];
  /** The schemas that the proof looked at, as a scope has them (empty text: the default one); empty: the default schema alone. */
  readonly schemas: readonly string[];
  /** Whether the proof looked at privileges. */
  readonly privileges: boolean;
  readonly transactional: boolean;
  readonly foreignKeys: 'on' | 'off';
  readonly byHand: string | undefined;
  readonly allow: readonly string[];
}

/** A migration file cut in two; `bodyLine` is the 1-based line of the file on which `body` starts. */
export interface ParsedMigration {
  readonly header: MigrationHeader;
  readonly body: string;
  readonly bodyLine: number;
}

/** The header of a file that has none. */
export const emptyHeader: MigrationHeader = {
  message: '',
  revision: undefined,
  parents: undefined,
  dependsOn: [],
  labels: [],
  squashes: [],
  proof: undefined,
  touches: [],
  schemas: [],
  privileges: false,
  transactional: true,
  foreignKeys: 'on',
  byHand: undefined,
  allow: [],
};

/**
 * Reads a migration file. The header is the run of `--` lines at the top; the blank line after it belongs to neither
 * part. A run in which no line is a directive is no header: then the whole text is the body. Line ends become LF and a
 * byte order mark goes. Throws `revision-invalid`, with the place, for a directive that it cannot read or does not know.
 */
export const parseHeader = (text: string, file?: string): ParsedMigration => {
  const plain = withLineFeeds(text);
  const lines = headerLines(plain);
  const directives = lines.filter(({ key }) => key !== undefined && known.has(key));
  if (directives.length === 0) return { header: emptyHeader, body: plain, bodyLine: 1 };
  const fail = (line: HeaderLine, message: string, hint: string): never => {
    throw new LimbeckError('revision-invalid', message, { hint, where: whereAt(plain, line.offset, file) });
  };
  const first = lines[0];
  const isMessage = first !== undefined && !directives.includes(first);
  let header: MigrationHeader = { ...emptyHeader, message: isMessage && first !== undefined ? first.content : '' };
  const strict = directives.some(({ key }) => key === 'revision');
  const seen = new Set<string>();
  for (const line of lines.slice(isMessage ? 1 : 0)) {
    const key = line.key;
    if (line.content.includes('\r')) fail(line, 'a carriage return stands inside this header line', 'end lines with LF or CRLF');
    if (key === undefined) continue;
    if (!known.has(key)) {
      if (strict && !line.isProse)
        fail(
          line,
          `the header line "${line.content}" is none that limbeck knows`,
          `known are ${[...known].join(', ')}; put a blank line above it to make it part of the body`,
        );
      continue;
    }
    const once = key === 'parents' ? 'parent' : key;
    if (seen.has(once) && once !== 'touches') fail(line, `the header has two "${key}:" lines`, 'keep one of them');
    seen.add(once);
    header = readDirective(header, key, line.value, (message, hint) => fail(line, message, hint));
  }
  const last = lines[lines.length - 1];
  const headerEnd = last === undefined ? 0 : Math.min(plain.length, last.offset + last.length + 1);
  const blank = /^[ \t]*\n/.exec(plain.slice(headerEnd, headerEnd + 200))?.[0].length ?? 0;
  return { header, body: plain.slice(headerEnd + blank), bodyLine: lines.length + 1 + (blank > 0 ? 1 : 0) };
};

/** The header as text, with its final newline; `parseHeader` reads back what it was given. A file is this, an empty line, and the body. */
export const renderHeader = (header: MigrationHeader): string => {
  const message = oneLine(header.message);
  const directives = [
    line('revision', header.revision),
    header.parents === undefined ? undefined : parentsLine(header.parents),
    list('depends on', header.dependsOn),
    list('branch label', header.labels),
    list('squashes', header.squashes),
    header.proof === undefined ? undefined : `proof: ${renderProof(header.proof)}`,
    header.schemas.length === 0 ? undefined : `schemas: ${renderSchemas(header.schemas)}`,
    header.privileges ? 'privileges: on' : undefined,
    ...touchLines(header.touches),
    header.transactional ? undefined : 'transaction: off',
    header.foreignKeys === 'on' ? undefined : 'foreign keys: off',
    list('allow', header.allow),
    line('by hand', header.byHand === undefined ? undefined : oneLine(header.byHand)),
  ].filter((each) => each !== undefined);
  const isPlain = directives.length > 0 && !known.has(readLine(`-- ${message}`, 0).key ?? '');
  const first = message === '' ? [] : [isPlain ? message : `message: ${message}`];
  return [...first, ...directives].map((each) => `-- ${each}\n`).join('');
};

/** `c1:` and the first 32 hex digits of SHA-256 over the text with LF line ends. */
export const checksum = (body: string): string => `c1:${hash('sha256', withLineFeeds(body), 'hex').slice(0, 32)}`;

/**
 * The text without the comment lines and blank lines at its top, with LF line ends: what two texts of a file have in common
 * whose headers differ. Scripts do the same to the journal's text, in plain SQL.
 */
export const withoutHead = (text: string): string => text.replaceAll('\r\n', '\n').replace(/^(?:--[^\n]*(?:\n|$)|[ \t]*\n)*/, '');

interface HeaderLine {
  readonly offset: number;
  readonly length: number;
  readonly content: string;
  /** The words before the colon in lower case, if the line has the shape of a directive. */
  readonly key: string | undefined;
  readonly value: string;
  readonly isProse: boolean;
}

const known: ReadonlySet<string> = new Set([
  'message',
  'revision',
  'parent',
  'parents',
  'proof',
  'touches',
  'schemas',
  'privileges',
  'transaction',
  'depends on',
  'branch label',
  'squashes',
  'foreign keys',
  'by hand',
  'allow',
]);

const withLineFeeds = (text: string): string => text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');

const headerLines = (text: string): readonly HeaderLine[] => {
  const lines: HeaderLine[] = [];
  let offset = 0;
  while (text.startsWith('--', offset)) {
    const end = text.indexOf('\n', offset);
    const found = readLine(text.slice(offset, end < 0 ? text.length : end), offset);
    lines.push(found);
    offset += found.length + 1;
  }
  return lines;
};

const readLine = (line: string, offset: number): HeaderLine => {
  const content = line.slice(2).trim();
  const [, key, value = ''] = /^([A-Za-z]+(?:[ _-][A-Za-z]+)?):(?:\s+(.*))?$/s.exec(content) ?? [];
  return { offset, length: line.length, content, key: key?.toLowerCase(), value, isProse: key !== key?.toLowerCase() || isProse(value) };
};

/** A remark rather than a directive that someone misspelt: a sentence, or words without a hash. */
const isProse = (value: string): boolean => /[.!?]$/.test(value) || (value.split(/\s+/).length > 3 && !/→|\b[a-z]\d:/.test(value));

const oneLine = (text: string): string => text.replace(/\s*[\r\n]\s*/g, ' ').trim();

const readDirective = (header: MigrationHeader, key: string, value: string, fail: Fail): MigrationHeader => {
  switch (key) {
    case 'message':
      return { ...header, message: value };
    case 'revision':
      return { ...header, revision: oneId(value, fail) };
    case 'parent':
    case 'parents':
      return { ...header, parents: value === '-' || value === '<base>' ? [] : ids(value, fail) };
    case 'depends on':
      return { ...header, dependsOn: ids(value, fail) };
    case 'branch label':
      return { ...header, labels: words(value, fail) };
    case 'squashes':
      return { ...header, squashes: ids(value, fail) };
    case 'proof':
      return { ...header, proof: readProof(value, fail) };
    case 'touches':
      return { ...header, touches: [...header.touches, ...readTouches(value, fail)] };
    case 'schemas':
      return { ...header, schemas: readSchemas(value, fail) };
    case 'privileges':
      return { ...header, privileges: readSwitch(key, value, fail) === 'on' };
    case 'transaction':
      return { ...header, transactional: readSwitch(key, value, fail) === 'on' };
    case 'foreign keys':
      return { ...header, foreignKeys: readSwitch(key, value, fail) };
    case 'by hand':
      return { ...header, byHand: value };
    default:
      return { ...header, allow: words(value, fail) };
  }
};

const line = (key: string, value: string | undefined): string | undefined => (value === undefined ? undefined : `${key}: ${value}`);

const list = (key: string, values: readonly string[]): string | undefined =>
  values.length === 0 ? undefined : `${key}: ${values.join(', ')}`;

const parentsLine = (parents: readonly string[]): string =>
  parents.length === 0 ? 'parent: -' : `${parents.length === 1 ? 'parent' : 'parents'}: ${parents.join(', ')}`;
