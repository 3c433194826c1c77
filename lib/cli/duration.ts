import type { WaitOptions } from '../api/wait.ts';
import { LimbeckError } from '../errors.ts';
import type { Arguments } from './command.ts';

/** Reads a time: `60`, `2.5` (seconds), or as Go writes it: `90s`, `1m30s`, `500ms`. In milliseconds; undefined for anything else. */
export const readDuration = (text: string): number | undefined => {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ''] ?? 0), 0);
};

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** What options say of waiting for a database. Errors: `usage`. */
export const waitOptionsOf = (args: Arguments, timeout: string, interval: string): Pick<WaitOptions, 'timeoutMs' | 'intervalMs'> => {
  const [timeoutMs, intervalMs] = [durationOf(args, timeout), durationOf(args, interval)];
  return { ...(timeoutMs === undefined ? {} : { timeoutMs }), ...(intervalMs === undefined ? {} : { intervalMs }) };
};

const durationOf = (args: Arguments, name: string): number | undefined => {
  const text = args.text(name);
  if (text === undefined) return undefined;
  const found = readDuration(text);
  if (found !== undefined && found <= longest) return found;
  throw new LimbeckError('usage', `--${name} takes a number of seconds, and got ${JSON.stringify(text)}`, {
    hint: `for example --${name} 30, or --${name} 1m30s`,
  });
};

/** A timer waits no longer than 2³¹ ms. */
const longest = 2_000_000_000;
