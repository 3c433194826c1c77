import type { Socket } from 'node:net';
import postgres, { type Notice, type ReservedSql, type ValuesRowList } from 'postgres';
import { LimbeckError } from '../../../errors.ts';
import type { Row } from '../../engine.ts';
import { connectFailed, serverErrorOf, sessionLost, statementFailed } from './failure.ts';
import { passwordFromFile } from './file.ts';
import { openSocket, sendCancel } from './socket.ts';
import { locationOf, type Place, type Target } from './url.ts';
import { watchWire, type TransactionState, type WireWatch } from './wire.ts';

export interface ConnectOptions {
  /** Aborted: what runs is cancelled on the server, and nothing more is begun. */
  readonly signal?: AbortSignal | undefined;
  readonly onNotice?: (notice: ServerNotice) => void;
}

export interface ServerNotice {
  readonly severity: string;
  readonly message: string;
}

export interface RunOptions {
  /** For what tidies up (ROLLBACK, COMMIT, unlock): runs although the session was told to stop, and is not cancelled. */
  readonly finishing?: boolean;
}

/** One backend, over postgres.js. When it is lost it stays lost: not another byte is sent, nothing connects again. */
export interface Connection {
  readonly target: Target;
  readonly pid: number;
  /** What the server last said. */
  readonly state: () => TransactionState;
  /** Why it cannot be used any more: lost, or closed. */
  readonly lost: () => LimbeckError | undefined;
  /**
   * Sends one statement and waits for it; calls queue up. Without parameters it goes by the simple protocol.
   * Errors: `sql-failed` and its kin, `session-lost`, `cancelled`, and what `stop` was given.
   */
  readonly run: (statement: string, parameters?: readonly unknown[], options?: RunOptions) => Promise<readonly Row[]>;
  /** Cancels what runs; it and every later statement that is not `finishing` rejects with `reason`. */
  readonly stop: (reason: LimbeckError) => void;
  /** Why it was told to stop, if it was. */
  readonly stopped: () => LimbeckError | undefined;
  /** Called once when the backend is lost, not when it is closed. */
  readonly onLost: (listener: (error: LimbeckError) => void) => void;
  /** Ends it within a second, whatever the server does. Never rejects. */
  readonly close: () => Promise<void>;
}

/**
 * Connects to the first place of the target that answers. Errors: `database-missing`, `database-unreadable` (no
 * server, wrong password, no such role, TLS), `database-busy` (too many clients, starting up), `cancelled`.
 */
export const connect = async (target: Target, options: ConnectOptions = {}): Promise<Connection> => {
  let failure: unknown;
  for (const place of target.places) {
    try {
      const connection = await connectTo(target, place, options);
      const unwanted = await unwantedServer(connection);
      if (unwanted === undefined) return connection;
      await connection.close();
      failure = unwanted;
    } catch (error) {
      failure = error;
      if (!(error instanceof LimbeckError) || error.data?.['sqlstate'] !== undefined || error.code === 'cancelled') throw error;
    }
  }
  throw failure;
};

/** Why a server is not of the kind that `target_session_attrs` asks for. */
const unwantedServer = async (connection: Connection): Promise<LimbeckError | undefined> => {
  const { wanted } = connection.target;
  if (wanted === 'any') return undefined;
  const [row] = await connection.run(
    `SELECT pg_catalog.pg_is_in_recovery() AS standby, pg_catalog.current_setting('transaction_read_only') = 'on' AS readonly`,
  );
  const standby = row?.['standby'] === true;
  const readonly = row?.['readonly'] === true;
  const fits = { primary: !standby, standby, 'read-write': !readonly, 'read-only': readonly }[wanted];
  if (fits) return undefined;
  return new LimbeckError('database-readonly', `no server of ${locationOf(connection.target)} is ${wanted}, as target_session_attrs asks`, {
    hint: 'correct the hosts or target_session_attrs in the URL',
  });
};

/** What belongs to one backend and is shared by the functions below. */
interface Backend {
  readonly target: Target;
  readonly place: Place;
  readonly wire: WireWatch;
  readonly client: postgres.Sql<ValueTypes>;
  socket: Socket | undefined;
  lost: LimbeckError | undefined;
  stopped: LimbeckError | undefined;
  running: { readonly reject: (error: LimbeckError) => void; readonly finishing: boolean } | undefined;
  cancelling: Promise<void> | undefined;
  readonly listeners: Set<(error: LimbeckError) => void>;
  readonly closed: Promise<void>;
}

const connectTo = async (target: Target, place: Place, options: ConnectOptions): Promise<Connection> => {
  const backend = await createBackend(target, place, options);
  try {
    await Promise.race([backend.client.unsafe('SELECT 1'), lossOf(backend)]);
    const reserved = await Promise.race([backend.client.reserve(), lossOf(backend)]);
    return connectionOf(backend, reserved, options.signal);
  } catch (cause) {
    await closeBackend(backend);
    if (cause instanceof LimbeckError && (cause.code === 'cancelled' || cause.code === 'file-unreadable')) throw cause;
    throw connectFailed(target, place, cause);
  }
};

const createBackend = async (target: Target, place: Place, options: ConnectOptions): Promise<Backend> => {
  const wire = watchWire();
  const password = target.password ?? (await passwordFromFile(target, place)) ?? '';
  let onClosed: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => (onClosed = resolve));
  const socket = async (): Promise<Socket> => {
    if (backend.socket !== undefined) throw backend.lost ?? closedEarly();
    const opened = await openSocket(target, place, options.signal);
    backend.socket = opened;
    opened.on('data', wire.feed);
    opened.on('close', () => {
      setImmediate(() => opened.on('error', () => undefined));
      lose(backend, sessionLost(target, wire.fatal()));
      onClosed();
    });
    opened.resume();
    return opened;
  };
  const settings = { ...driverOptions(target, place), socket, password: () => password, onnotice: noticer(options) };
  const backend: Backend = {
    target,
    place,
    wire,
    client: postgres(settings),
    socket: undefined,
    lost: undefined,
    stopped: undefined,
    running: undefined,
    cancelling: undefined,
    listeners: new Set(),
    closed,
  };
  return backend;
};

/** Everything is said, because the driver would look into the environment for what is not. */
const driverOptions = (target: Target, place: Place): postgres.Options<DriverTypes> => ({
  host: place.kind === 'tcp' ? place.host : 'localhost',
  port: place.port,
  user: target.user,
  database: target.database,
  max: 1,
  ssl: false,
  prepare: false,
  fetch_types: false,
  idle_timeout: 0,
  max_lifetime: twentyDays,
  connect_timeout: target.connectTimeoutMs / 1000,
  keep_alive: 60,
  backoff: false,
  debug: false,
  connection: { application_name: target.applicationName, ...(target.options === undefined ? {} : { options: target.options }) },
  types: {
    bigint: exact,
    date: textual(1184, [1082, 1114, 1184]),
    json: { to: 114, from: [114, 3802], serialize: String, parse: (text: string): unknown => JSON.parse(text) },
  },
});

/** In seconds; in milliseconds it still is a number that a timer takes. */
const twentyDays = 20 * 24 * 60 * 60;

type DriverTypes = {
  readonly bigint: postgres.PostgresType<number | bigint>;
  readonly date: postgres.PostgresType<string>;
  readonly json: postgres.PostgresType<unknown>;
};

type ValueTypes = { readonly bigint: number | bigint; readonly date: string; readonly json: unknown };

/** An `int8` as a number while that is exact, else as a bigint. */
const exact: postgres.PostgresType<number | bigint> = {
  to: 20,
  from: [20],
  serialize: String,
  parse: (text: string): number | bigint => (Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text)),
};

const textual = (to: number, from: readonly number[]): postgres.PostgresType<string> => ({
  to,
  from: [...from],
  serialize: String,
  parse: (text: string): string => text,
});

const noticer =
  ({ onNotice }: ConnectOptions) =>
  (notice: Notice): void =>
    onNotice?.({ severity: String(notice['severity'] ?? 'NOTICE'), message: String(notice['message'] ?? '') });

const closedEarly = (): Error => Object.assign(new Error('the server closed the connection'), { reason: 'closed' });

const lossOf = (backend: Backend): Promise<never> =>
  new Promise((_, reject) => backend.listeners.add(() => setImmediate(() => reject(closedEarly()))));

const lose = (backend: Backend, error: LimbeckError): void => {
  if (backend.lost !== undefined) return;
  backend.lost = error;
  backend.socket?.destroy();
  backend.running?.reject(backend.running.finishing ? error : (backend.stopped ?? error));
  for (const listener of backend.listeners) listener(error);
};

const connectionOf = (backend: Backend, reserved: ReservedSql<ValueTypes>, signal: AbortSignal | undefined): Connection => {
  backend.listeners.clear();
  let tail: Promise<unknown> = Promise.resolve();
  const onAbort = (): void => stop(backend, cancelled());
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) onAbort();
  return {
    target: backend.target,
    pid: backend.wire.key()?.pid ?? 0,
    state: backend.wire.state,
    lost: () => backend.lost,
    run: (statement, parameters = [], options = {}) => {
      const turn = tail.then(() => send(backend, reserved, statement, parameters, options.finishing === true));
      tail = turn.catch(() => undefined);
      return turn;
    },
    stop: (reason) => stop(backend, reason),
    stopped: () => backend.stopped,
    onLost: (listener) => void backend.listeners.add(listener),
    close: async () => {
      signal?.removeEventListener('abort', onAbort);
      await closeBackend(backend);
    },
  };
};

const send = async (
  backend: Backend,
  reserved: ReservedSql<ValueTypes>,
  statement: string,
  parameters: readonly unknown[],
  finishing: boolean,
): Promise<readonly Row[]> => {
  if (backend.lost !== undefined) throw backend.lost;
  if (backend.stopped !== undefined && !finishing) throw backend.stopped;
  try {
    return await new Promise<readonly Row[]>((resolve, reject) => {
      backend.running = { reject, finishing };
      const sent = parameters.length === 0 ? reserved.unsafe(statement) : reserved.unsafe(statement, parameters.map(encode));
      sent.values().then((rows) => resolve(rowsOf(rows)), reject);
    });
  } catch (cause) {
    await backend.cancelling;
    throw reasonOf(backend, statement, cause, finishing);
  } finally {
    backend.running = undefined;
    await backend.cancelling;
    backend.cancelling = undefined;
  }
};

/**
 * Rows by the names of their columns. All are copies of one empty row, and no iterator goes over the columns: to grow each row by
 * column after column, or to ask for pairs, costs more than the query.
 */
const rowsOf = (rows: ValuesRowList<readonly postgres.Row[]>): readonly Row[] => {
  const names = rows.length === 0 ? [] : rows.columns.map(({ name }) => name);
  const empty: Record<string, unknown> = Object.fromEntries(names.map((name) => [name, null]));
  return Array.from(rows, (values: readonly unknown[]) => {
    const row = { ...empty };
    for (let at = 0; at < names.length; at += 1) row[names[at] ?? ''] = values[at];
    return row;
  });
};

const reasonOf = (backend: Backend, statement: string, cause: unknown, finishing: boolean): LimbeckError => {
  if (cause instanceof LimbeckError) return cause;
  const server = serverErrorOf(cause);
  if (server === undefined && (backend.lost !== undefined || backend.socket?.destroyed !== false)) {
    lose(backend, sessionLost(backend.target, backend.wire.fatal(), cause));
    return (finishing ? undefined : backend.stopped) ?? backend.lost ?? statementFailed(cause, statement);
  }
  return server?.sqlstate === '57014' && backend.stopped !== undefined ? backend.stopped : statementFailed(cause, statement);
};

const stop = (backend: Backend, reason: LimbeckError): void => {
  backend.stopped ??= reason;
  const key = backend.wire.key();
  if (backend.running === undefined || backend.running.finishing || key === undefined || backend.lost !== undefined) return;
  backend.cancelling ??= sendCancel(backend.target, backend.place, key, cancelTimeoutMs);
  const running = backend.running;
  const timer = setTimeout(() => {
    if (backend.running === running) lose(backend, reason);
  }, cancelTimeoutMs + graceMs);
  timer.unref();
};

const cancelTimeoutMs = 2000;
const graceMs = 2000;

const cancelled = (): LimbeckError =>
  new LimbeckError('cancelled', 'stopped on request', {
    hint: 'what was not committed is rolled back; "limbeck status" tells what is applied',
  });

const closeBackend = async (backend: Backend): Promise<void> => {
  backend.lost ??= new LimbeckError('session-lost', 'the session is closed');
  const ended = backend.client.end({ timeout: 0 }).catch(() => undefined);
  if (backend.socket !== undefined) {
    const timer = setTimeout(() => backend.socket?.destroy(), 1000);
    await backend.closed;
    clearTimeout(timer);
  }
  await ended;
};

/** Lists become PostgreSQL's array literals; everything else the driver writes as text. */
const encode = (value: unknown): string | number | boolean | null => {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return `{${value.map(arrayElement).join(',')}}`;
  return String(value);
};

const arrayElement = (value: unknown): string =>
  value === undefined || value === null ? 'NULL' : `"${String(value).replaceAll(/["\\]/g, '\\$&')}"`;
