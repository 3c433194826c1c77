const limit = 40;

/**
 * The part of a file name that says what a revision is about: the message's words in lower case, joined by `_`, letters
 * of every script kept, cut at 40 characters between words. Never empty, and safe in a path.
 */
export const slugOf = (message: string): string => {
  const words = message.normalize('NFC').match(/[\p{L}\p{M}\p{N}_]+/gu) ?? [];
  const slug = words
    .join('_')
    .toLowerCase()
    .replace(/^_+|_+$/g, '');
  return slug === '' ? 'revision' : cut([...slug]);
};

const cut = (characters: readonly string[]): string => {
  const kept = characters.slice(0, limit).join('');
  if (characters.length <= limit || characters[limit] === '_') return kept.replace(/_+$/, '');
  return kept.replace(/_+[^_]*$/, '');
};
