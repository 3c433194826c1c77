/** What the server last said of a transaction: none, open, or open and failed. */
export type TransactionState = 'none' | 'open' | 'failed';

/** Fields of an ErrorResponse, by the protocol's one-letter codes. */
export type ErrorFields = ReadonlyMap<string, string>;

/** What a backend told of itself at the start, so that what it runs can be cancelled. */
export interface BackendKey {
  readonly pid: number;
  readonly secret: number;
}

/** Reads along with what a server sends, for the things that the driver does not tell. */
export interface WireWatch {
  /** Give it every chunk, in order, before anyone else acts on it. */
  readonly feed: (chunk: Uint8Array) => void;
  readonly state: () => TransactionState;
  /** The last error with severity FATAL or PANIC: why the server closed. */
  readonly fatal: () => ErrorFields | undefined;
  readonly key: () => BackendKey | undefined;
}

/** Follows the message frames of PostgreSQL's protocol (version 3), after the start-up and any TLS exchange. */
export const watchWire = (): WireWatch => {
  let pending = new Uint8Array(0);
  let state: TransactionState = 'none';
  let fatal: ErrorFields | undefined;
  let key: BackendKey | undefined;
  let skip = 0;
  const take = (type: number, body: Uint8Array): void => {
    if (type === readyForQuery) state = stateOf(body[0]);
    if (type === backendKeyData) key = keyOf(body);
    if (type !== errorResponse) return;
    const fields = fieldsOf(body);
    if (['FATAL', 'PANIC'].includes(fields.get('V') ?? fields.get('S') ?? '')) fatal = fields;
  };
  const feed = (chunk: Uint8Array): void => {
    const data = pending.length === 0 ? chunk : joined(pending, chunk);
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    let at = 0;
    for (;;) {
      const step = Math.min(skip, data.length - at);
      skip -= step;
      at += step;
      if (data.length - at < 5) break;
      const length = view.getUint32(at + 1) + 1;
      const type = data[at] ?? 0;
      if (watched.has(type)) {
        if (data.length - at < length) break;
        take(type, data.subarray(at + 5, at + length));
      }
      skip = length;
    }
    pending = Uint8Array.from(data.subarray(at));
  };
  return { feed, state: () => state, fatal: () => fatal, key: () => key };
};

const readyForQuery = 'Z'.charCodeAt(0);
const errorResponse = 'E'.charCodeAt(0);
const backendKeyData = 'K'.charCodeAt(0);
const watched: ReadonlySet<number> = new Set([readyForQuery, errorResponse, backendKeyData]);

const keyOf = (body: Uint8Array): BackendKey => {
  const view = new DataView(body.buffer, body.byteOffset);
  return { pid: view.getInt32(0), secret: view.getInt32(4) };
};

const stateOf = (byte: number | undefined): TransactionState => {
  if (byte === 'T'.charCodeAt(0)) return 'open';
  return byte === 'E'.charCodeAt(0) ? 'failed' : 'none';
};

const joined = (first: Uint8Array, second: Uint8Array): Uint8Array => {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
};

const fieldsOf = (body: Uint8Array): ErrorFields =>
  new Map(
    new TextDecoder()
      .decode(body)
      .split('\0')
      .filter((field) => field !== '')
      .map((field) => [field.slice(0, 1), field.slice(1)]),
  );
