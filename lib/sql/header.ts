import { createHash } from 'node:crypto';
import { LimbeckError } from '../errors.ts';
import { whereAt } from './frame.ts';

/** The head of a migration file (design §5). */
export interface MigrationHeader {
  /** First line: the message given to `revision -m`. */
  readonly message: string;
  readonly revision: string | undefined;
  /** Undefined: no header said so (the file follows the one before it). Empty: a base. */
  readonly parents: readonly string[] | undefined;
  readonly dependsOn: readonly string[];
  readonly labels: readonly string[];
  readonly proof: Proof | undefined;
  readonly touches: readonly Touch[];
  readonly transactional: boolean;
  readonly foreignKeys: 'on' | 'off';
  readonly byHand: string | undefined;
  readonly allow: readonly string[];
}

/** `-- proof: sqlite 3 · up, down, up · body c1:… · models c1:… · before f1:… · after f1:…` */
export interface Proof {
  readonly engine: 'sqlite' | 'postgres';
  readonly major: string;
  /** Hash of the body that was proved. */
  readonly body: string;
  /** Hash of models.sql when it was generated. */
  readonly models: string | undefined;
  /** Whole fingerprints before and after. */
  readonly before: string;
  readonly after: string;
}

/** `table users f1:5f0c→f1:91ab`; undefined stands for "not there" and is written `-`. */
export interface Touch {
  readonly key: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
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
  proof: undefined,
  touches: [],
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
    if (key === undefined) continue;
    if (!known.has(key)) {
      if (strict && line.looksKnown) fail(line, `the header line "${line.content}" is none that limbeck knows`, `known are ${[...known].join(', ')}; put a blank line above it to make it part of the body`);
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
  const lines = [
    header.message,
    line('revision', header.revision),
    header.parents === undefined ? undefined : parentsLine(header.parents),
    list('depends on', header.dependsOn),
    list('branch label', header.labels),
    header.proof === undefined ? undefined : `proof: ${renderProof(header.proof)}`,
    ...touchLines(header.touches),
    header.transactional ? undefined : 'transaction: off',
    header.foreignKeys === 'on' ? undefined : 'foreign keys: off',
    list('allow', header.allow),
    line('by hand', header.byHand),
  ];
  return lines.flatMap((each) => (each === undefined ? [] : [`-- ${each}`.trimEnd() + '\n'])).join('');
};

/** `c1:` and the first 32 hex digits of SHA-256 over the text with LF line ends. */
export const checksum = (body: string): string =>
  `c1:${createHash('sha256').update(withLineFeeds(body), 'utf8').digest('hex').slice(0, 32)}`;

interface HeaderLine {
  readonly offset: number;
  readonly length: number;
  readonly content: string;
  /** The words before the colon in lower case, if the line has the shape of a directive. */
  readonly key: string | undefined;
  readonly value: string;
  /** One or two lower-case words and a colon: meant as a directive rather than prose. */
  readonly looksKnown: boolean;
}

const known: ReadonlySet<string> = new Set([
  'revision',
  'parent',
  'parents',
  'proof',
  'touches',
  'transaction',
  'depends on',
  'branch label',
  'foreign keys',
  'by hand',
  'allow',
]);

const withLineFeeds = (text: string): string => text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');

const headerLines = (text: string): readonly HeaderLine[] => {
  const lines: HeaderLine[] = [];
  let offset = 0;
  while (text.startsWith('--', offset)) {
    const end = text.indexOf('\n', offset);
    const length = (end < 0 ? text.length : end) - offset;
    const content = text.slice(offset + 2, offset + length).trim();
    const match = /^([A-Za-z]+(?: [A-Za-z]+)?):(?:\s+(.*))?$/.exec(content);
    const key = match?.[1]?.toLowerCase();
    lines.push({ offset, length, content, key, value: match?.[2] ?? '', looksKnown: match?.[1] === key && !/[.!?]$/.test(content) });
    offset += length + 1;
  }
  return lines;
};

type Fail = (message: string, hint: string) => never;

const readDirective = (header: MigrationHeader, key: string, value: string, fail: Fail): MigrationHeader => {
  switch (key) {
    case 'revision':
      return { ...header, revision: oneId(value, fail) };
    case 'parent':
    case 'parents':
      return { ...header, parents: value === '-' || value === '<base>' ? [] : ids(value, fail) };
    case 'depends on':
      return { ...header, dependsOn: ids(value, fail) };
    case 'branch label':
      return { ...header, labels: words(value, fail) };
    case 'proof':
      return { ...header, proof: readProof(value, fail) };
    case 'touches':
      return { ...header, touches: [...header.touches, ...readTouches(value, fail)] };
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

const readSwitch = (key: string, value: string, fail: Fail): 'on' | 'off' => {
  const state = value.split(/\s/, 1)[0];
  return state === 'on' || state === 'off' ? state : fail(`"${key}: ${value}" is neither on nor off`, `write "-- ${key}: off" or leave the line out`);
};

const oneId = (value: string, fail: Fail): string => {
  const id = value.trim();
  return idShape.test(id) ? id : fail(`"${id}" is not a revision id`, 'an id is letters and digits, e.g. 20261123054512');
};

const ids = (value: string, fail: Fail): readonly string[] => words(value, fail).map((each) => oneId(each, fail));

const words = (value: string, fail: Fail): readonly string[] => {
  const found = value.split(',').map((each) => each.trim());
  return found.includes('') ? fail(`"${value}" is not a list`, 'write names with a comma between each two') : found;
};

const idShape = /^[A-Za-z0-9]+$/;
const hashShape = /^[a-z][0-9]+:[A-Za-z0-9]+$/;

const readProof = (value: string, fail: Fail): Proof => {
  const parts = value.split('·').map((part) => part.trim());
  const [engine = '', major = ''] = (parts[0] ?? '').split(/\s+/);
  const named = new Map(parts.slice(1).map((part): [string, string] => {
    const space = part.indexOf(' ');
    return [part.slice(0, space), part.slice(space + 1).trim()];
  }));
  const hash = (name: string): string => {
    const found = named.get(name) ?? '';
    return hashShape.test(found) ? found : fail(`the proof has no hash "${name}"`, unreadableProof);
  };
  if (engine !== 'sqlite' && engine !== 'postgres') return fail(`the proof names no engine ("${engine}")`, unreadableProof);
  const models = named.has('models') ? hash('models') : undefined;
  return { engine, major, body: hash('body'), models, before: hash('before'), after: hash('after') };
};

const unreadableProof = 'delete the line and run limbeck prove';

const renderProof = ({ engine, major, body, models, before, after }: Proof): string =>
  [`${engine} ${major}`, 'up, down, up', `body ${body}`, ...(models === undefined ? [] : [`models ${models}`]), `before ${before}`, `after ${after}`].join(' · ');

const readTouches = (value: string, fail: Fail): readonly Touch[] =>
  commaParts(value).map((part) => {
    const match = /^(.*\S)\s+(\S+?)→(\S+)$/s.exec(part);
    const [, key = '', before = '', after = ''] = match ?? [];
    const sides = [before, after];
    if (match === null || !sides.every((side) => side === '-' || hashShape.test(side))) {
      return fail(`"${part}" does not say what the migration touches`, 'it should be like "table users f1:5f0c→f1:91ab"; limbeck prove writes it anew');
    }
    return { key, before: before === '-' ? undefined : before, after: after === '-' ? undefined : after };
  });

/** Cuts at commas outside double quotes. */
const commaParts = (value: string): readonly string[] => {
  const parts: string[] = [];
  let from = 0;
  let inQuotes = false;
  for (let at = 0; at < value.length; at += 1) {
    if (value[at] === '"') inQuotes = !inQuotes;
    else if (value[at] === ',' && !inQuotes) {
      parts.push(value.slice(from, at).trim());
      from = at + 1;
    }
  }
  return [...parts, value.slice(from).trim()].filter((part) => part !== '');
};

const touchLines = (touches: readonly Touch[]): readonly string[] => {
  const lines: string[] = [];
  let current = '';
  for (const { key, before, after } of touches) {
    const part = `${key} ${before ?? '-'}→${after ?? '-'}`;
    if (current !== '' && current.length + part.length > 88) {
      lines.push(current);
      current = '';
    }
    current = current === '' ? part : `${current}, ${part}`;
  }
  return [...lines, ...(current === '' ? [] : [current])].map((each) => `touches: ${each}`);
};

const line = (key: string, value: string | undefined): string | undefined => (value === undefined ? undefined : `${key}: ${value}`);

const list = (key: string, values: readonly string[]): string | undefined => (values.length === 0 ? undefined : `${key}: ${values.join(', ')}`);

const parentsLine = (parents: readonly string[]): string =>
  parents.length === 0 ? 'parent: -' : `${parents.length === 1 ? 'parent' : 'parents'}: ${parents.join(', ')}`;
