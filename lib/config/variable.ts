/** The environment variable that says the same as an option: `--dry-run` is `LIMBECK_DRY_RUN`. */
export const variableOf = (option: string): string => `LIMBECK_${option.replaceAll('-', '_').toUpperCase()}`;

const yes: ReadonlySet<string> = new Set(['1', 'true', 'yes', 'on']);
const no: ReadonlySet<string> = new Set(['0', 'false', 'no', 'off']);

/** What a word says to a switch; undefined: nothing that a switch understands. */
export const switchWord = (word: string): boolean | undefined => {
  const lower = word.trim().toLowerCase();
  return yes.has(lower) ? true : no.has(lower) ? false : undefined;
};

/** True for what an option that takes a number takes: not below 0, with or without a fraction. */
export const isNumber = (word: string): boolean => /^\d+(\.\d+)?$/.test(word);

/** The words for a switch, as messages name them. */
export const switchWords = '1, true, yes, on, 0, false, no or off';
