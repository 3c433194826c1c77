/**
 * A text that the server deparsed, in the form that it keeps when it is loaded and deparsed again. PostgreSQL says `a IN ('x')`
 * of a varchar as `(ARRAY['x'::character varying])::text[]`, and once that is loaded as `ARRAY[('x'::character varying)::text]`;
 * a view that is VALUES alone gets a space when it is loaded. Good for comparing and as SQL.
 */
export const settledText = (text: string): string => castsInside(text.replaceAll('FROM ( VALUES ', 'FROM (VALUES '));

/**
 * SQL in which a list that the server cast as a whole, `= ANY ((ARRAY['x'::character varying])::text[])`, stands without that
 * cast: it is implied, and the server keeps and shows the text as it did. With the cast it would go into each item.
 */
export const impliedCasts = (text: string): string => {
  const [found] = [...castLists(text)];
  if (found === undefined) return text;
  const { start, end, plain } = found;
  return `${text.slice(0, start)}${plain}${impliedCasts(text.slice(end))}`;
};

/** A settled text with its lists as `raw`, the text of which it was made, has them (see `impliedCasts`). */
export const asKept = (settled: string, raw: string): string =>
  [...castLists(raw)].reduce((text, { start, end, plain }) => text.replaceAll(settledText(raw.slice(start, end)), () => plain), settled);

interface CastList {
  readonly start: number;
  readonly end: number;
  /** `ANY (ARRAY[…])`, without the cast. */
  readonly plain: string;
}

/** Every `ANY (ARRAY[…]::type[])` of items that are cast themselves, in either of the forms that the server writes. */
function* castLists(text: string): Generator<CastList> {
  for (const { index, 0: head } of text.matchAll(/\b(?:ANY|ALL) \(\(?ARRAY\[/g)) {
    const open = index + head.length - 1;
    const close = closing(text, open);
    const tail = /^\)?::(?:"(?:[^"]|"")*"|[A-Za-z0-9_ .])+\[\]\)/.exec(text.slice(close + 1));
    const items = text.slice(open + 1, close);
    const isWrapped = head.endsWith('((ARRAY[');
    if (tail === null || isWrapped !== tail[0].startsWith(')') || !splitItems(items).every((item) => /^'.*'::[a-z" ]+$/s.test(item)))
      continue;
    yield { start: index, end: close + 1 + tail[0].length, plain: `${head.slice(0, 3)} (ARRAY[${items}])` };
  }
}

const castsInside = (text: string): string => {
  const start = text.indexOf('ARRAY[');
  if (start < 0) return text;
  const end = closing(text, start + 5);
  const isWrapped = text[start - 1] === '(' && text[end + 1] === ')';
  const cast = /^::((?:"(?:[^"]|"")*"|[A-Za-z0-9_ .(),])+)\[\]/.exec(text.slice(isWrapped ? end + 2 : end + 1));
  const inner = text.slice(start + 6, end);
  if (cast === null) return `${text.slice(0, start)}ARRAY[${castsInside(inner)}${castsInside(text.slice(end))}`;
  const items = splitItems(inner).map((item) => `${isWrapped ? `(${castsInside(item)})` : castsInside(item)}::${cast[1] ?? ''}`);
  const rest = text.slice((isWrapped ? end + 2 : end + 1) + cast[0].length);
  return `${text.slice(0, isWrapped ? start - 1 : start)}ARRAY[${items.join(', ')}]${castsInside(rest)}`;
};

/** Where the bracket at `open` is closed; strings and quoted names count as one. */
const closing = (text: string, open: number): number => {
  let depth = 0;
  for (let at = open; at < text.length; at = next(text, at)) {
    if (isOpening(text[at])) depth += 1;
    if (isClosing(text[at])) depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
};

const splitItems = (text: string): readonly string[] => {
  const items: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at = next(text, at)) {
    if (isOpening(text[at])) depth += 1;
    if (isClosing(text[at])) depth -= 1;
    if (text[at] !== ',' || depth > 0) continue;
    items.push(text.slice(from, at).trim());
    from = at + 1;
  }
  const last = text.slice(from).trim();
  return last === '' ? items : [...items, last];
};

const next = (text: string, at: number): number => {
  const quote = text[at];
  if (quote !== "'" && quote !== '"') return at + 1;
  const isEscaped = quote === "'" && text[at - 1] === 'E';
  let end = at + 1;
  while (end < text.length && text[end] !== quote) end += isEscaped && text[end] === '\\' ? 2 : 1;
  return end + 1;
};

const isOpening = (character: string | undefined): boolean => character === '(' || character === '[';

const isClosing = (character: string | undefined): boolean => character === ')' || character === ']';
