import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import process from 'node:process';

/** Who holds a lock file: enough to tell whether that process still lives. */
export interface Owner {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
  /** When the process started, in the kernel's ticks; a later process may get the same id. Empty where /proc is missing. */
  readonly started: string;
  /** Changes when the machine is started. Empty where /proc is missing. */
  readonly boot: string;
  /** Process ids mean something within one of these only. Empty where /proc is missing. */
  readonly namespace: string;
  readonly since: string;
}

/** This process, with a token that no other lock has. */
export const ourselves = (): Owner => ({
  token: randomBytes(9).toString('hex'),
  pid: process.pid,
  host: hostname(),
  started: startOf(process.pid),
  boot: read('/proc/sys/kernel/random/boot_id'),
  namespace: namespace(),
  since: new Date().toISOString(),
});

/** What a lock file says; undefined for anything else than was written by `renderOwner`. */
export const parseOwner = (text: string): Owner | undefined => {
  try {
    const found: unknown = JSON.parse(text);
    return isOwner(found) ? found : undefined;
  } catch {
    return undefined;
  }
};

export const renderOwner = (owner: Owner): string => `${JSON.stringify(owner)}\n`;

/** `process 12 on host since …`. */
export const describeOwner = (owner: Owner): string => `process ${owner.pid} on ${owner.host} since ${owner.since}`;

/** True only when it is certain, as seen from here, that the process is gone: another host or container is never judged. */
export const isGone = (owner: Owner): boolean => {
  const us = ourselves();
  if (owner.host !== us.host) return false;
  if (owner.boot !== us.boot) return true;
  if (owner.namespace !== us.namespace) return false;
  return !isAlive(owner.pid) || (owner.started !== '' && startOf(owner.pid) !== owner.started);
};

/** True when a process has this id now. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
};

const isOwner = (value: unknown): value is Owner =>
  typeof value === 'object' &&
  value !== null &&
  'pid' in value &&
  typeof value.pid === 'number' &&
  ['token', 'host', 'started', 'boot', 'namespace', 'since'].every((name) => typeof Reflect.get(value, name) === 'string');

/** Field 22 of /proc/PID/stat; the second may hold spaces and brackets. */
const startOf = (pid: number): string => {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
};

const namespace = (): string => {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
};

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
};
