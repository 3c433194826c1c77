/**
 * A deparsed text in the form that it keeps when it is loaded again. PostgreSQL says `a IN ('x', 'y')` of a varchar as
 * `(ARRAY['x'::character varying, …])::text[]`, and once that text is loaded as `ARRAY[('x'::character varying)::text, …]`.
 */
export const settled = (text: string): string =>
  text.replaceAll(
    castArray,
    (_, items: string, type: string) => `ARRAY[${[...items.matchAll(literal)].map(([item]) => `(${item})::${type}`).join(', ')}]`,
  );

const literalSource = String.raw`(?:'(?:[^']|'')*'|NULL)::[a-z][a-z ]*(?:\(\d+\))?`;

const literal = new RegExp(literalSource, 'g');

const castArray = new RegExp(String.raw`\(ARRAY\[(${literalSource}(?:, ${literalSource})*)\]\)::([a-z][a-z ]*)\[\]`, 'g');
