/** The words that a mistyped one probably meant, nearest first, at most `limit`. */
export const near = (text: string, words: readonly string[], limit: number): readonly string[] => {
  const wanted = text.toLowerCase();
  const allowed = Math.max(1, Math.floor(wanted.length / 4));
  return [...new Set(words)]
    .map((word) => ({ word, distance: distance(wanted, word.toLowerCase(), allowed) }))
    .filter((entry) => entry.distance <= allowed)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, limit)
    .map(({ word }) => word);
};

/** Edits between two words, a swap of neighbours being one; `allowed + 1` as soon as it is more than `allowed`. */
const distance = (a: string, b: string, allowed: number): number => {
  if (Math.abs(a.length - b.length) > allowed) return allowed + 1;
  let before: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? at(before, j - 2) + 1 : Infinity;
      row.push(Math.min(substitute, at(last, j) + 1, at(row, j - 1) + 1, swap));
    }
    if (Math.min(...row) > allowed + 1) return allowed + 1;
    before = last;
    last = row;
  }
  return at(last, b.length);
};

const at = (row: readonly number[], index: number): number => row[index] ?? Infinity;
