import { LimbeckError } from '../errors.ts';
import { reservedNames } from './graph.ts';

/** The time in UTC as `YYYYMMDDHHMMSS`, or the next second that no existing id has. */
export const nextRevisionId = (existing: Iterable<string>, now: Date): string => {
  const taken = new Set(existing);
  for (let time = now.getTime(); ; time += 1000) {
    const id = new Date(time).toISOString().replace(/\D/g, '').slice(0, 14);
    if (!taken.has(id)) return id;
  }
};

/** The text as a revision id: 1 to 64 letters and digits, and no word with a meaning of its own. Throws `usage`. */
export const checkRevisionId = (text: string): string => {
  const problem = idProblem(text);
  if (problem === undefined) return text;
  throw new LimbeckError('usage', `'${text}' cannot be a revision id: ${problem}`, {
    hint: 'write letters and digits, e.g. --rev-id 20261123054512',
    data: { revision: text },
  });
};

/** Why a text cannot be a revision id; undefined when it can. */
export const idProblem = (text: string): string | undefined => {
  if (text === '') return 'it is empty';
  const bad = [...new Set(text.replace(/[A-Za-z0-9]/g, ''))];
  if (bad.length > 0) return `character(s) ${bad.map((each) => `'${each}'`).join(', ')} not allowed`;
  if (text.length > 64) return 'it is longer than 64 characters';
  return reservedNames.includes(text) ? `${text} has a meaning of its own` : undefined;
};

/** Sorts ids: numbers by their value and before all others, the rest by their characters. */
export const compareIds = (a: string, b: string): number => {
  const [first, second] = [numberOf(a), numberOf(b)];
  if (first === undefined || second === undefined) {
    if (first !== second) return first === undefined ? 1 : -1;
    return compareText(a, b);
  }
  return first.length - second.length || compareText(first, second) || compareText(a, b);
};

/** The digits of a numeric id without leading zeros; undefined for any other id. */
export const numberOf = (id: string): string | undefined => (/^\d+$/.test(id) ? id.replace(/^0+(?=\d)/, '') : undefined);

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
