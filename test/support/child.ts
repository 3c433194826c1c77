import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { DriverName } from './drivers.ts';

/** What a child said last. */
export interface Told {
  readonly result?: unknown;
  readonly locked?: boolean;
  readonly code?: string;
  readonly message?: string;
  readonly hint?: string;
}

export interface ChildOptions {
  readonly driver: DriverName;
  readonly folder: string;
  readonly url?: string;
  readonly action: string;
  readonly argument?: string;
  readonly uid?: number;
  /** Modules loaded first: faults that are put in. */
  readonly imports?: readonly string[];
  /** Limit of a file's size in blocks of 512 bytes (`ulimit -f`). */
  readonly fileBlocks?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Child {
  readonly process: ChildProcess;
  /** The next line that it prints; undefined when it ended. */
  readonly next: () => Promise<Told | undefined>;
  readonly ended: Promise<{ readonly status: number | null; readonly signal: string | null; readonly stderr: string }>;
}

/** Starts sqlite-child.ts under this Node. */
export const startChild = ({
  driver,
  folder,
  url = 'sqlite:///a.db',
  action,
  argument = '',
  uid,
  imports = [],
  fileBlocks,
  env: more = {},
}: ChildOptions): Child => {
  const script = fileURLToPath(new URL('sqlite-child.ts', import.meta.url));
  const args = ['--import', 'tsx', ...imports.flatMap((each) => ['--import', each]), script, driver, folder, url, action, argument];
  const { NODE_V8_COVERAGE: _, ...inherited } = process.env;
  const env = { ...inherited, ...more, ...(uid === undefined ? {} : { LIMBECK_TEST_UID: String(uid) }) };
  const child =
    fileBlocks === undefined
      ? spawn(process.execPath, args, { env })
      : spawn('sh', ['-c', `ulimit -f ${fileBlocks}; exec "$@"`, 'sh', process.execPath, ...args], { env });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let stderr = '';
  child.stderr.on('data', (data) => (stderr += String(data)));
  return {
    process: child,
    next: async () => {
      const { value, done } = await lines.next();
      return done === true ? undefined : JSON.parse(value);
    },
    ended: new Promise((resolve) => child.on('close', (status, signal) => resolve({ status, signal, stderr }))),
  };
};

/** Runs sqlite-child.ts to its end and gives what it said; its stderr is part of the message when it said nothing. */
export const runChild = async (options: ChildOptions): Promise<Told> => {
  const child = startChild(options);
  const told = await child.next();
  const { status, signal, stderr } = await child.ended;
  return told ?? { code: 'crash', message: `ended with ${status ?? signal}: ${stderr}` };
};
