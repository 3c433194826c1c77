import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';

/** The real binary, which runs what was built into dist/; or another, such as that of an installed package. */
export const binary: string = process.env['LIMBECK_TEST_BINARY'] ?? fileURLToPath(new URL('../../bin/limbeck.js', import.meta.url));

export interface Ran {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Project {
  readonly root: string;
  readonly write: (path: string, text: string) => Promise<void>;
  /** Runs limbeck in the project folder, and makes sure that it never shows a stack. */
  readonly run: (...args: readonly string[]) => Promise<Ran>;
  readonly runWith: (options: RunOptions, ...args: readonly string[]) => Promise<Ran>;
  /** Runs a shell command in which `$L` is limbeck, under this Node or another. */
  readonly shell: (command: string, node?: string) => Promise<Ran>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Another Node than this one. */
  readonly node?: string;
  /** Run as this user; only root can. */
  readonly uid?: number;
  readonly onStart?: (child: ChildProcess) => void;
}

export type Files = Readonly<Record<string, string>>;

/** A project in a temporary folder, removed afterwards. */
export const inProject = async (files: Files, work: (project: Project) => Promise<void>): Promise<void> => {
  const root = await mkdtemp(join(tmpdir(), 'limbeck-cli-'));
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  const runWith = (options: RunOptions, ...args: readonly string[]): Promise<Ran> =>
    runIn(root, [options.node ?? process.execPath, binary, ...args], options);
  try {
    for (const [path, text] of Object.entries(files)) await write(path, text);
    await work({
      root,
      write,
      run: (...args) => runWith({}, ...args),
      runWith,
      shell: (command, node = process.execPath) => runIn(root, ['bash', '-c', command], { env: { L: `${node} ${binary}` } }),
    });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
};

/** A project as `init` leaves it, with a SQLite URL and one declared table. */
export const small: Files = {
  'limbeck.json': '{ "url": "sqlite:///./app.db" }\n',
  'migrations/.gitkeep': '',
  'schema/models.sql': 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n',
};

/** `small` with two revisions written by hand. */
export const twoRevisions: Files = {
  ...small,
  'migrations/1_users.up.sql': 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n',
  'migrations/1_users.down.sql': 'DROP TABLE users;\n',
  'migrations/2_roles.up.sql': 'CREATE TABLE roles (id INTEGER PRIMARY KEY);\n',
  'migrations/2_roles.down.sql': 'DROP TABLE roles;\n',
};

/** Checks the status and that the streams match, with all output in the message. */
export const expectRun = (ran: Ran, expected: { readonly status: number; readonly stdout?: RegExp; readonly stderr?: RegExp }): void => {
  const all = `status ${ran.status} ${ran.signal ?? ''}\n--- stdout\n${ran.stdout}\n--- stderr\n${ran.stderr}`;
  assert.is(ran.status, expected.status, all);
  if (expected.stdout !== undefined) assert.ok(expected.stdout.test(ran.stdout), `stdout should match ${String(expected.stdout)}\n${all}`);
  if (expected.stderr !== undefined) assert.ok(expected.stderr.test(ran.stderr), `stderr should match ${String(expected.stderr)}\n${all}`);
};

/** No command of a test takes this long, however busy the machine is. */
const timeLimitMs = 240_000;

const runIn = (cwd: string, command: readonly string[], options: RunOptions): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const [program = '', ...args] = command;
    const child = spawn(program, args, {
      cwd,
      env: { ...cleanEnvironment(), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    });
    const [stdout, stderr]: [string[], string[]] = [[], []];
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(
        new Error(`${command.join(' ')} did not end in ${timeLimitMs / 1000} s; so far it printed\n${stdout.join('')}\n${stderr.join('')}`),
      );
    }, timeLimitMs);
    child.stdout.setEncoding('utf8').on('data', (text: string) => stdout.push(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
    child.on('error', reject);
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      const ran = { status, signal, stdout: stdout.join(''), stderr: stderr.join('') };
      const stack = args.includes('--debug') ? null : /^\s+at .*(?:\.c?[jt]s:\d+|node:)/m.exec(`${ran.stdout}\n${ran.stderr}`);
      if (stack === null) resolve(ran);
      else reject(new Error(`a stack trace was printed by ${args.join(' ')}:\n${ran.stderr}`));
    });
    options.onStart?.(child);
  });

/** Without what would tell limbeck a URL, or colour. */
const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:LIMBECK_|APP_DATABASE_URL|DATABASE_URL|FORCE_COLOR|NO_COLOR|NODE_)/.test(name)),
  );
