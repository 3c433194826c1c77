/**
 * A deparsed text in the form that it keeps when it is loaded again. PostgreSQL says `a IN ('x', 'y')` of a varchar as
 * `(ARRAY['x'::character varying, …])::text[]`, and once that text is loaded as `ARRAY[('x'::character varying)::text, …]`; the
 * pretty form has no parentheses. A view that is VALUES alone gets a space.
 */
export const settled = (text: string): string =>
  text
    .replaceAll(castArray, (_, items: string, type: string) => `ARRAY[${castEach(items, (item) => `(${item})::${type}`)}]`)
    .replaceAll(prettyCastArray, (_, items: string, type: string) => `ARRAY[${castEach(items, (item) => `${item}::${type}`)}]`)
    .replaceAll('FROM ( VALUES ', 'FROM (VALUES ');

const castEach = (items: string, cast: (item: string) => string): string =>
  [...items.matchAll(literal)].map(([item]) => cast(item)).join(', ');

const literalSource = String.raw`(?:'(?:[^']|'')*'|NULL)::[a-z][a-z ]*(?:\(\d+\))?`;

const literal = new RegExp(literalSource, 'g');

const prettyCastArray = new RegExp(String.raw`ARRAY\[(${literalSource}(?:, ${literalSource})*)\]::([a-z][a-z ]*)\[\]`, 'g');

const castArray = new RegExp(String.raw`\(ARRAY\[(${literalSource}(?:, ${literalSource})*)\]\)::([a-z][a-z ]*)\[\]`, 'g');
