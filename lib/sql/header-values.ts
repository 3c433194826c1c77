/** `-- proof: sqlite 3 · up, down, up · body c1:… · models c1:… · before f1:… · after f1:… · beside 1, 2` */
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
  /** Heads of other branches that were applied, too: their objects are in the whole fingerprints. Undefined: none. */
  readonly beside?: readonly string[];
}

/** `table users f1:5f0c→f1:91ab`; undefined stands for "not there" and is written `-`. */
export interface Touch {
  readonly key: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Ends the reading of a header line with an error about it. */
export type Fail = (message: string, hint: string) => never;

/** `on` or `off`; what follows after a space is a remark. */
export const readSwitch = (key: string, value: string, fail: Fail): 'on' | 'off' => {
  const state = value.split(/\s/, 1)[0];
  return state === 'on' || state === 'off'
    ? state
    : fail(`"${key}: ${value}" is neither on nor off`, `write "-- ${key}: off" or leave the line out`);
};

/** A revision id: letters and digits. */
export const oneId = (value: string, fail: Fail): string => {
  const id = value.trim();
  return idShape.test(id) ? id : fail(`"${id}" is not a revision id`, 'an id is letters and digits, e.g. 20261123054512');
};

/** Revision ids with commas between. */
export const ids = (value: string, fail: Fail): readonly string[] => words(value, fail).map((each) => oneId(each, fail));

/** Names with commas between; none may be empty. */
export const words = (value: string, fail: Fail): readonly string[] => {
  const found = value.split(',').map((each) => each.trim());
  return found.includes('') ? fail(`"${value}" is not a list`, 'write names with a comma between each two') : found;
};

const idShape = /^[A-Za-z0-9]+$/;
const hashShape = /^[a-z][0-9]+:[A-Za-z0-9]+$/;

/** `sqlite 3 · up, down, up · body c1:… · models c1:… · before f1:… · after f1:… · beside 1, 2` */
export const readProof = (value: string, fail: Fail): Proof => {
  const parts = value.split('·').map((part) => part.trim());
  const [engine = '', major = ''] = (parts[0] ?? '').split(/\s+/);
  const named = new Map(
    parts.slice(1).map((part): [string, string] => {
      const space = part.indexOf(' ');
      return [part.slice(0, space), part.slice(space + 1).trim()];
    }),
  );
  const hash = (name: string): string => {
    const found = named.get(name) ?? '';
    return hashShape.test(found) ? found : fail(`the proof has no hash "${name}"`, unreadableProof);
  };
  if (engine !== 'sqlite' && engine !== 'postgres') return fail(`the proof names no engine ("${engine}")`, unreadableProof);
  const models = named.has('models') ? hash('models') : undefined;
  const beside = named.get('beside');
  const hashes = { body: hash('body'), models, before: hash('before'), after: hash('after') };
  return { engine, major, ...hashes, ...(beside === undefined ? {} : { beside: ids(beside, fail) }) };
};

const unreadableProof = 'delete the line and run limbeck prove';

/** What `readProof` reads. */
export const renderProof = ({ engine, major, body, models, before, after, beside = [] }: Proof): string =>
  [
    `${engine} ${major}`,
    'up, down, up',
    `body ${body}`,
    ...(models === undefined ? [] : [`models ${models}`]),
    `before ${before}`,
    `after ${after}`,
    ...(beside.length === 0 ? [] : [`beside ${beside.join(', ')}`]),
  ].join(' · ');

/** `table users f1:5f0c→f1:91ab, index i f1:77d2→-`; a key may hold commas in double quotes or parentheses. */
export const readTouches = (value: string, fail: Fail): readonly Touch[] =>
  commaParts(value).map((part) => {
    const match = /^(.*\S)\s+(\S+?)→(\S+)$/s.exec(part);
    const [, key = '', before = '', after = ''] = match ?? [];
    const sides = [before, after];
    if (match === null || !sides.every((side) => side === '-' || hashShape.test(side))) {
      return fail(
        `"${part}" does not say what the migration touches`,
        'it should be like "table users f1:5f0c→f1:91ab"; limbeck prove writes it anew',
      );
    }
    return { key: unescapeLine(key), before: before === '-' ? undefined : before, after: after === '-' ? undefined : after };
  });

/** Cuts at commas outside double quotes and parentheses. */
const commaParts = (value: string): readonly string[] => {
  const parts: string[] = [];
  let from = 0;
  let inQuotes = false;
  let depth = 0;
  for (let at = 0; at < value.length; at += 1) {
    if (value[at] === '"') inQuotes = !inQuotes;
    else if (inQuotes) continue;
    else if (value[at] === '(') depth += 1;
    else if (value[at] === ')') depth -= 1;
    else if (value[at] === ',' && depth === 0) {
      parts.push(value.slice(from, at).trim());
      from = at + 1;
    }
  }
  return [...parts, value.slice(from).trim()].filter((part) => part !== '');
};

/** What `readTouches` reads, cut into `touches:` lines of about a hundred characters. */
export const touchLines = (touches: readonly Touch[]): readonly string[] => {
  const lines: string[] = [];
  let current = '';
  for (const { key, before, after } of touches) {
    const part = `${escapeLine(key)} ${before ?? '-'}→${after ?? '-'}`;
    if (current !== '' && current.length + part.length > 88) {
      lines.push(current);
      current = '';
    }
    current = current === '' ? part : `${current}, ${part}`;
  }
  return [...lines, ...(current === '' ? [] : [current])].map((each) => `touches: ${each}`);
};

/** `default, app, "Odd, App"`: the schemas that a proof looked at, as a scope has them; the default one is the empty text there. */
export const readSchemas = (value: string, fail: Fail): readonly string[] => {
  const parts = commaParts(value);
  if (parts.length === 0) return fail(`"${value}" names no schema`, 'write names with a comma between each two, or leave the line out');
  return parts.map((part) => {
    if (part === 'default') return '';
    return part.startsWith('"') ? unescapeLine(part.slice(1, -1)).replaceAll('""', '"') : part;
  });
};

/** What `readSchemas` reads. */
export const renderSchemas = (schemas: readonly string[]): string =>
  schemas
    .map((each) => {
      if (each === '') return 'default';
      return /^[a-z_*][a-z0-9_*]*$/.test(each) && each !== 'default' ? each : `"${escapeLine(each).replaceAll('"', '""')}"`;
    })
    .join(', ');

/** A name may hold line breaks, a header line may not. */
const escapeLine = (key: string): string => key.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');

const unescapeLine = (key: string): string =>
  key.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter === 'r' ? '\r' : letter));
