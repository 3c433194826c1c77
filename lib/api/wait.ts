import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { requireUrl } from '../config/url.ts';
import { maskUrl, reachServer } from '../engine/open.ts';
import { isLimbeckError, LimbeckError } from '../errors.ts';
import type { OnEvent } from '../runner/event.ts';
import { openOptionsOf } from './context.ts';
import type { WaitResult } from './types.ts';

export interface WaitOptions {
  /** Default: a minute. */
  readonly timeoutMs?: number;
  /** Default: a second. */
  readonly intervalMs?: number;
  readonly onEvent?: OnEvent;
  readonly signal?: AbortSignal;
}

/**
 * Asks again and again until the database server answers; a database that it lacks counts as an answer, as with dbmate's
 * `wait`, and a SQLite file needs no waiting. An event tells once that it waits, and why. Errors: `no-url`, `bad-url`,
 * `cancelled`, and when the time is over that of the last attempt.
 */
export const wait = async (config: Config, options: WaitOptions = {}): Promise<WaitResult> => {
  const { timeoutMs = 60_000, intervalMs = 1000, onEvent, signal } = options;
  const url = requireUrl(config);
  const location = maskUrl(url);
  const began = performance.now();
  const left = (): number => timeoutMs - (performance.now() - began);
  for (let attempts = 1; ; attempts += 1) {
    const failure = await attempt(config, url, Math.ceil(Math.max(left(), shortest)), signal);
    if (failure === undefined) return { location, attempts, durationMs: performance.now() - began };
    if (attempts === 1) onEvent?.({ type: 'waiting-for-database', location, reason: failure.message });
    if (left() <= intervalMs) throw gaveUp(failure, location, timeoutMs);
    await pause(intervalMs, location, signal);
  }
};

/** An attempt is given so long, also with a time of 0. */
const shortest = 1000;

const attempt = async (config: Config, url: string, ms: number, signal: AbortSignal | undefined): Promise<LimbeckError | undefined> => {
  const limit = AbortSignal.timeout(ms);
  try {
    const either = signal === undefined ? limit : AbortSignal.any([limit, signal]);
    await reachServer(url, { ...openOptionsOf(config, either), mode: 'read' });
    return undefined;
  } catch (error) {
    if (!isLimbeckError(error) || hopeless.has(error.code)) throw error;
    if (error.code !== 'cancelled') return error;
    if (signal?.aborted === true) throw error;
    return new LimbeckError('database-unreadable', `no answer within ${seconds(ms)}`, {
      hint: 'is the host right, and reachable from here?',
    });
  }
};

/** What no waiting can mend. */
const hopeless: ReadonlySet<string> = new Set(['bad-url', 'bad-config', 'file-unreadable']);

const pause = async (ms: number, location: string, signal: AbortSignal | undefined): Promise<void> => {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (cause) {
    throw new LimbeckError('cancelled', `stopped while waiting for ${location}`, { cause });
  }
};

const gaveUp = (last: LimbeckError, location: string, timeoutMs: number): LimbeckError =>
  new LimbeckError(last.code, `waited ${seconds(timeoutMs)} in vain for ${location}: ${last.message}`, {
    ...(last.hint === undefined ? {} : { hint: last.hint }),
    ...(last.data === undefined ? {} : { data: last.data }),
    cause: last,
  });

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;
