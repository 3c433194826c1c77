import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { isLimbeckError } from '../../../errors.ts';
import { readCertificates } from './file.ts';
import type { BackendKey } from './wire.ts';
import { socketPath, type Place, type Target } from './url.ts';

/** A reason for which no connection could be made; `reason` is Node's or our own short code. */
export interface SocketFailure {
  readonly reason: string;
  readonly message: string;
}

export const isSocketFailure = (value: unknown): value is SocketFailure & Error =>
  value instanceof Error && 'reason' in value && typeof value.reason === 'string';

/**
 * A socket to a place, with TLS where `sslmode` says so, ready for the start-up message. Rejects with a
 * `SocketFailure` (`ECONNREFUSED`, `ENOTFOUND`, `timeout`, `no-tls`, `tls`, …) within the target's time.
 */
export const openSocket = async (target: Target, place: Place, signal?: AbortSignal): Promise<Socket> => {
  const socket = place.kind === 'tcp' ? connectTcp(place.port, place.address ?? place.host) : connectTcp(socketPath(place));
  socket.on('error', ignore);
  const stop = (reason: string, message: string) => () => void socket.destroy(failure(reason, message));
  const timer = setTimeout(stop('timeout', 'no answer in time'), target.connectTimeoutMs);
  const onAbort = stop('aborted', 'stopped while connecting');
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) onAbort();
  try {
    await reached(socket, 'connect');
    socket.setNoDelay(true);
    return place.kind === 'tcp' ? await withTls(socket, target, place.host) : socket;
  } catch (error) {
    socket.destroy();
    throw asFailure(error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
};

/**
 * Asks the server to cancel what a backend runs, on a connection of its own. Resolves when the server has passed
 * it on (it then closes), or cannot be reached; never rejects and takes at most `timeoutMs`.
 */
export const sendCancel = async (target: Target, place: Place, key: BackendKey, timeoutMs: number): Promise<void> => {
  try {
    const socket = await openSocket({ ...target, connectTimeoutMs: timeoutMs }, place);
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    const timer = setTimeout(() => socket.destroy(), timeoutMs);
    socket.resume();
    socket.write(words(16, 80_877_102, key.pid, key.secret));
    await closed;
    clearTimeout(timer);
  } catch {
    return;
  }
};

const ignore = (): void => undefined;

const failure = (reason: string, message: string): Error => Object.assign(new Error(message), { reason });

const asFailure = (error: unknown): unknown => {
  if (isSocketFailure(error) || isLimbeckError(error) || !(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'socket';
  const text = error instanceof AggregateError ? error.errors.map((each) => String(each?.message ?? each)).join('; ') : error.message;
  return Object.assign(failure(code, text), { cause: error });
};

const reached = (socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> =>
  new Promise((resolve, reject) => {
    const done = (error?: Error): void => {
      socket.off(event, onReached).off('error', done).off('close', onClose);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onReached = (): void => done();
    const onClose = (): void => done(failure('closed', 'the server closed the connection'));
    socket.once(event, onReached).once('error', done).once('close', onClose);
  });

const withTls = async (socket: Socket, target: Target, host: string): Promise<Socket> => {
  const { mode, rootCertificate } = target.ssl;
  if (mode === 'disable') return socket;
  socket.write(words(8, 80_877_103));
  const answer = await firstBytes(socket);
  if (answer !== 'S') {
    if (answer === 'N' && (mode === 'prefer' || mode === 'allow')) return socket;
    throw failure('no-tls', `the server does not speak TLS, and sslmode is ${mode}`);
  }
  const verify = mode === 'verify-ca' || mode === 'verify-full' || (mode === 'require' && rootCertificate !== undefined);
  const secure = connectTls({
    socket,
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(await readCertificates(target)),
    rejectUnauthorized: verify,
    ...(mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
  });
  secure.on('error', ignore);
  try {
    await reached(secure, 'secureConnect');
  } catch (error) {
    secure.destroy();
    throw failure('tls', `TLS failed: ${error instanceof Error ? error.message : String(error)}`);
  }
  return secure;
};

/** The server's answer to a request for TLS: exactly one byte, or it is not to be trusted. */
const firstBytes = (socket: Socket): Promise<string> =>
  new Promise((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      socket.pause();
      done();
      resolve(chunk.toString('latin1'));
    };
    const onEnd = (error?: unknown): void => {
      done();
      reject(error instanceof Error ? error : failure('closed', 'the server closed the connection'));
    };
    const done = (): void => void socket.off('data', onData).off('error', onEnd).off('close', onEnd);
    socket.on('data', onData).on('error', onEnd).on('close', onEnd);
  });

const words = (...values: readonly number[]): Buffer => {
  const buffer = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => buffer.writeInt32BE(value | 0, index * 4));
  return buffer;
};
