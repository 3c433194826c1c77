import { styleText } from 'node:util';
import { maskIn } from './mask.ts';

export type Paint = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** The one place through which everything is printed. */
export interface Streams {
  /** Results, to stdout, as they are. */
  readonly out: (text: string) => void;
  /** Talk, to stderr, with the passwords of URLs masked. */
  readonly err: (text: string) => void;
  /** Colours text for stderr, if that is a terminal and colour is wanted. */
  readonly paint: (paint: Paint, text: string) => string;
  /** Masks the passwords of URLs, also of those that were told with `hide`. */
  readonly mask: (text: string) => string;
  /** A URL that must never be shown as it is, however odd it looks. */
  readonly hide: (url: string) => void;
  /** Waits until all is written. Resolves to what went wrong with stdout, a closed pipe not counted. */
  readonly flush: () => Promise<Error | undefined>;
}

export interface StreamOptions {
  readonly color: boolean;
}

/**
 * Streams over a process's own; a reader that goes away (`| head -1`) is no error. Each is opened when the first is said on
 * it: Node takes a while to open one.
 */
export const openStreams = (host: Pick<NodeJS.Process, 'stdout' | 'stderr'>, options: StreamOptions): Streams => {
  const secrets: string[] = [];
  let failure: Error | undefined;
  let isClosed = false;
  const stdout = once(() =>
    host.stdout.on('error', (error: NodeJS.ErrnoException) => {
      isClosed = true;
      if (error.code !== 'EPIPE') failure ??= error;
    }),
  );
  const stderr = once(() => host.stderr.on('error', () => undefined));
  const mask = (text: string): string => maskIn(text, secrets);
  return {
    out: (text) => {
      if (!isClosed && text !== '') stdout().write(text);
    },
    err: (text) => {
      stderr().write(mask(text));
    },
    paint: (paint, text) => (options.color ? styleText(paint, text, { stream: host.stderr, validateStream: true }) : text),
    mask,
    hide: (url) => {
      if (url !== '' && !secrets.includes(url)) secrets.push(url);
    },
    flush: async () => {
      if (!isClosed && stdout.isOpen()) await new Promise<void>((resolve) => stdout().write('', () => resolve()));
      return failure;
    },
  };
};

interface Once<T> {
  (): T;
  readonly isOpen: () => boolean;
}

const once = <T>(open: () => T): Once<T> => {
  let known: T | undefined;
  return Object.assign(() => (known ??= open()), { isOpen: () => known !== undefined });
};
