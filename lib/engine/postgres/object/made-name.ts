/** The longest name that PostgreSQL keeps, in bytes. */
const longest = 63;

/**
 * The name that PostgreSQL gives what belongs to a column or table when nobody names it (makeObjectName in its source):
 * `users_id_seq`, with the longer of the two names cut until all of it fits.
 */
export const madeName = (table: string, column: string, label: string): string => {
  const room = longest - label.length - 2;
  let [first, second] = [bytes(table), bytes(column)];
  while (first + second > room) {
    if (first > second) first -= 1;
    else second -= 1;
  }
  return `${cut(table, first)}_${cut(column, second)}_${label}`;
};

/** The name that the server gives the index of a constraint of that type (ChooseIndexName in its source). */
export const madeIndexName = (table: string, type: string, columns: readonly string[]): string =>
  type === 'p' ? `${cut(table, longest - '_pkey'.length)}_pkey` : madeName(table, columns.join('_'), type === 'x' ? 'excl' : 'key');

/** A name as the server keeps it: the start of a longer one. */
export const keptName = (name: string): string => cut(name, longest);

const bytes = (text: string): number => Buffer.byteLength(text);

/** The start of a text in at most so many bytes, never half a character. */
const cut = (text: string, most: number): string => {
  let kept = '';
  let size = 0;
  for (const character of text) {
    size += bytes(character);
    if (size > most) break;
    kept += character;
  }
  return kept;
};
