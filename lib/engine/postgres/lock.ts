import { setTimeout as sleep } from 'node:timers/promises';
import { LimbeckError } from '../../errors.ts';
import type { Lock, LockOptions } from '../engine.ts';
import type { Connection } from './connection/connection.ts';
import { patientPins } from './connection/settings.ts';
import { textOf } from './query.ts';
import type { Query } from './query.ts';

export interface LockPlace {
  /** A connection of its own, closed when the lock is released or cannot be had. */
  readonly connection: Connection;
  readonly major: number;
  /** Runs on different schemas do not keep each other out. */
  readonly schema: string;
  /** Called when the connection that holds the lock is lost: the run must stop. */
  readonly onLost: (error: LimbeckError) => void;
}

/**
 * Takes limbeck's advisory lock of a schema, polling (design S7: a blocking call deadlocks with CREATE INDEX
 * CONCURRENTLY; a snapshot held by the lock's transaction would make it wait for ever). Errors: `database-busy`
 * after `timeoutMs`, naming the holder; `session-lost`; `cancelled`.
 */
export const takeLock = async (place: LockPlace, options: LockOptions): Promise<Lock> => {
  const { connection } = place;
  const key = keyOf(place.schema);
  try {
    await connection.run('BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY');
    await connection.run(patientPins(place.major));
    await poll(connection, key, options);
  } catch (error) {
    await connection.close();
    throw error;
  }
  connection.onLost((error) => place.onLost(lockLost(error)));
  const heartbeat = beat(connection, () => place.onLost(lockLost(silent())));
  return {
    release: async () => {
      clearInterval(heartbeat);
      if (connection.lost() === undefined) await connection.run('ROLLBACK', [], { finishing: true }).catch(() => undefined);
      await connection.close();
    },
  };
};

/** How often the lock's connection says that it is there; less than the idle times of usual firewalls. */
const heartbeatMs = 10_000;

/** After so many beats without an answer the connection counts as lost. */
const silentBeats = 3;

const beat = (connection: Connection, onSilent: () => void): NodeJS.Timeout => {
  let unanswered = 0;
  const timer = setInterval(() => {
    if (unanswered >= silentBeats) {
      clearInterval(timer);
      onSilent();
      void connection.close();
    } else if (unanswered++ === 0) {
      void connection.run('SELECT 1').then(
        () => (unanswered = 0),
        () => undefined,
      );
    }
  }, heartbeatMs);
  return timer.unref();
};

const silent = (): LimbeckError => new LimbeckError('session-lost', 'the server does not answer on it any more');

/** Class of all our advisory locks: `limb` as a number. */
const lockClass = 0x6c_69_6d_62;

interface LockKey {
  readonly sql: string;
  readonly object: number;
}

/** Who holds limbeck's lock of a schema, as far as the server tells; undefined: nobody. */
export const lockHolder = (query: Query, schema: string): Promise<string | undefined> => holderOf({ run: query }, keyOf(schema));

const keyOf = (schema: string): LockKey => {
  let hash = 0x81_1c_9d_c5;
  for (const byte of new TextEncoder().encode(schema)) hash = Math.imul(hash ^ byte, 0x01_00_01_93);
  return { sql: `${lockClass}, ${hash | 0}`, object: hash >>> 0 };
};

const poll = async (connection: Connection, key: LockKey, options: LockOptions): Promise<void> => {
  const until = performance.now() + options.timeoutMs;
  for (let waited = false; ; waited = true) {
    const [row] = await connection.run(`SELECT pg_catalog.pg_try_advisory_xact_lock(${key.sql}) AS taken`);
    if (row?.['taken'] === true) return;
    if (performance.now() >= until) throw await busy(connection, key, options.timeoutMs);
    if (!waited) options.onWait?.(await holderOf(connection, key));
    await sleep(Math.min(100 + Math.random() * 200, Math.max(1, until - performance.now())));
  }
};

const busy = async (connection: Connection, key: LockKey, timeoutMs: number): Promise<LimbeckError> => {
  const holder = await holderOf(connection, key);
  const who = holder === undefined ? 'another limbeck run' : `another limbeck run (${holder})`;
  return new LimbeckError('database-busy', `${who} holds the lock; waited ${Math.round(timeoutMs / 1000)} s for it`, {
    hint: 'wait until it is done and run the command again; --lock-timeout waits longer',
    ...(holder === undefined ? {} : { data: { holder } }),
  });
};

const holderOf = async (connection: Pick<Connection, 'run'>, key: LockKey): Promise<string | undefined> => {
  const [row] = await connection.run(
    `SELECT l.pid, a.usename AS role, a.application_name AS program, a.client_addr AS address, pg_catalog.date_trunc('second', a.xact_start) AS since
       FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'advisory' AND l.granted AND l.classid = ${lockClass} AND l.objid = ${key.object} AND l.objsubid = 2
        AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())`,
  );
  const pid = textOf(row, 'pid');
  if (pid === undefined) return undefined;
  const parts = [textOf(row, 'program'), textOf(row, 'role'), textOf(row, 'address'), `pid ${pid}`, since(textOf(row, 'since'))];
  return parts.filter((part) => part !== undefined && part !== '').join(', ');
};

const since = (time: string | undefined): string | undefined => (time === undefined ? undefined : `since ${time}`);

const lockLost = (cause: LimbeckError): LimbeckError =>
  new LimbeckError('session-lost', `the connection that held the lock was lost, so the run stops: ${cause.message}`, {
    hint: 'what was not committed is rolled back; look with "limbeck status", and run the command again',
    cause,
    ...(cause.data === undefined ? {} : { data: cause.data }),
  });
