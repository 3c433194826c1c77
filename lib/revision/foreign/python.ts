/** A literal of Python: None, a text, or several values in brackets. `unknown` is anything else. */
export type PythonValue =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'several'; readonly items: readonly PythonValue[] }
  | { readonly kind: 'unknown' };

export interface PythonAssignment {
  readonly value: PythonValue;
  /** Offset of the name in the text. */
  readonly offset: number;
}

export interface PythonModule {
  /** The text that a module begins with. */
  readonly docstring: string | undefined;
  /** What is assigned to plain names at the left margin; the last one counts, as in Python. */
  readonly assignments: ReadonlyMap<string, PythonAssignment>;
}

/**
 * Reads the literals that a Python file assigns at its left margin (with or without a type), and its docstring.
 * Nothing is executed, and all else is passed over: functions, calls, what stands under an `if`. Never throws.
 */
export const readPython = (text: string): PythonModule => {
  const assignments = new Map<string, PythonAssignment>();
  let docstring: string | undefined;
  let isFirst = true;
  for (let at = 0; at < text.length;) {
    const blank = /^(?:[ \t\f]*(?:#[^\n]*)?(?:\n|$))/.exec(text.slice(at, lineEnd(text, at) + 1))?.[0];
    if (blank !== undefined) {
      at += Math.max(1, blank.length);
      continue;
    }
    if (isFirst) {
      const found = readText(text, at);
      if (found !== undefined && isEnd(text, found.next)) docstring = found.text;
    }
    isFirst = false;
    const line = text.slice(at, lineEnd(text, at));
    const [head, name] = /^([A-Za-z_]\w*)\s*(?::[^=#]+)?=(?!=)[ \t]*/.exec(line) ?? [];
    if (head !== undefined && name !== undefined) {
      const read = readValue(text, at + head.length, false);
      const value: PythonValue = isEnd(text, read.next) ? read.value : { kind: 'unknown' };
      assignments.set(name, { value, offset: at });
    }
    at = statementEnd(text, at);
  }
  return { docstring, assignments };
};

const lineEnd = (text: string, from: number): number => {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
};

const isEnd = (text: string, at: number): boolean => /^[ \t]*(?:#[^\n]*)?(?:\n|;|$)/.test(text.slice(at, lineEnd(text, at) + 1));

/** Past the line on which a statement ends that begins at `from`: brackets, texts and backslashes go on over line ends. */
const statementEnd = (text: string, from: number): number => {
  let depth = 0;
  for (let at = from; at < text.length;) {
    const found = readText(text, at);
    if (found !== undefined) {
      at = found.next;
      continue;
    }
    const character = text.charAt(at);
    if (character === '#') at = lineEnd(text, at);
    else if (character === '\\' && text.charAt(at + 1) === '\n') at += 2;
    else if (character === '\n' && depth === 0) return at + 1;
    else {
      if ('([{'.includes(character)) depth += 1;
      if (')]}'.includes(character)) depth -= 1;
      at += /^\w+/.exec(text.slice(at, at + 100))?.[0].length ?? 1;
    }
  }
  return text.length;
};

interface Read {
  readonly value: PythonValue;
  readonly next: number;
}

const readValue = (text: string, from: number, isInside: boolean): Read => {
  const at = skipSpace(text, from, isInside);
  const first = readText(text, at);
  if (first !== undefined) return readTexts(text, first, isInside);
  const character = text.charAt(at);
  if (character !== '' && '([{'.includes(character)) return readSeveral(text, at);
  if (/^None\b/.test(text.slice(at, at + 5))) return { value: { kind: 'none' }, next: at + 4 };
  return { value: { kind: 'unknown' }, next: at };
};

/** Texts that stand side by side are one. */
const readTexts = (text: string, first: FoundText, isInside: boolean): Read => {
  let whole = first.text;
  let { next } = first;
  for (;;) {
    const more = readText(text, skipSpace(text, next, isInside));
    if (more === undefined) break;
    whole = whole === undefined || more.text === undefined ? undefined : whole + more.text;
    next = more.next;
  }
  return { value: whole === undefined ? { kind: 'unknown' } : { kind: 'text', text: whole }, next };
};

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** A tuple, list or set; one value in parentheses without a comma is that value. */
const readSeveral = (text: string, from: number): Read => {
  const open = text.charAt(from);
  const items: PythonValue[] = [];
  let commas = 0;
  for (let at = from + 1; ;) {
    at = skipSpace(text, at, true);
    if (text.charAt(at) === closing[open]) {
      const only = items[0];
      const value: PythonValue = open === '(' && commas === 0 && only !== undefined ? only : { kind: 'several', items };
      return { value, next: at + 1 };
    }
    const { value, next } = readValue(text, at, true);
    if (value.kind === 'unknown') return { value, next };
    items.push(value);
    at = skipSpace(text, next, true);
    if (text.charAt(at) === ',') {
      commas += 1;
      at += 1;
    } else if (text.charAt(at) !== closing[open]) return { value: { kind: 'unknown' }, next: at };
  }
};

const skipSpace = (text: string, from: number, isInside: boolean): number => {
  let at = from;
  for (;;) {
    const space = (isInside ? /^(?:\s|\\\n|#[^\n]*(?=\n))+/ : /^(?:[ \t]|\\\n)+/).exec(text.slice(at, at + 1000))?.[0];
    if (space === undefined) return at;
    at += space.length;
  }
};

interface FoundText {
  /** Undefined where its value is not plain: an f-string, bytes. */
  readonly text: string | undefined;
  readonly next: number;
}

/** The string literal at `at`, if there is one. */
const readText = (text: string, at: number): FoundText | undefined => {
  if (/\w/.test(text.charAt(at - 1))) return undefined;
  const [head, prefix = '', quote = ''] = /^([A-Za-z]{0,2})("""|'''|"|')/.exec(text.slice(at, at + 5)) ?? [];
  if (head === undefined) return undefined;
  for (let end = at + head.length; end < text.length;) {
    if (text.charAt(end) === '\\') end += 2;
    else if (text.startsWith(quote, end)) {
      const inside = text.slice(at + head.length, end);
      return { text: plainText(inside, prefix.toLowerCase()), next: end + quote.length };
    } else if (quote.length === 1 && text.charAt(end) === '\n') return undefined;
    else end += 1;
  }
  return undefined;
};

const plainText = (inside: string, prefix: string): string | undefined => {
  if (prefix === 'r') return inside;
  if (prefix !== '' && prefix !== 'u') return undefined;
  return inside.replace(/\\(\n|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|.)/gs, (whole, code: string) => {
    const simple = escapes[code];
    if (simple !== undefined) return simple;
    if (/^[xuU]/.test(code) && code.length > 1) return characterOf(Number.parseInt(code.slice(1), 16));
    return /^[0-7]/.test(code) ? characterOf(Number.parseInt(code, 8)) : whole;
  });
};

const characterOf = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD');

const escapes: Readonly<Record<string, string>> = { '\n': '', '\\': '\\', "'": "'", '"': '"', n: '\n', r: '\r', t: '\t' };
