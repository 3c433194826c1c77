import type { WaitOptions } from '../api/wait.ts';
import type { Config } from '../config/config.ts';
import type { Flags } from '../config/load.ts';
import { isLimbeckError, LimbeckError } from '../errors.ts';
import type { OnEvent } from '../runner/event.ts';
import { version } from '../version.ts';
import type { AskRename, AskYes, Terminal } from './ask.ts';
import type { Arguments, Outcome } from './command.ts';
import { commandsFor, firstWord } from './commands.ts';
import { noHelp } from './complain.ts';
import type { Exit } from './exit.ts';
import { exitOf } from './exit.ts';
import { holdsPassword } from './mask.ts';
import { globalOptions } from './options.ts';
import type { Parsed } from './parse.ts';
import { printError } from './render/error.ts';
import { openProgress } from './render/event.ts';
import type { Progress } from './render/event.ts';
import { renderJson } from './render/json.ts';
import { listenToSignals } from './signals.ts';
import type { Signals } from './signals.ts';
import { openStreams } from './streams.ts';
import type { Streams } from './streams.ts';

/** What of a process the command line uses. */
export type Host = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'env' | 'cwd'>;

/** Runs the process's own command line and leaves its exit status in `process.exitCode`. */
export const start = async (): Promise<void> => {
  process.exitCode = await main(process.argv.slice(2), process);
};

/** Runs one command line: parses, calls the library, prints. Never throws, and never ends the process but on a second Ctrl-C. */
export const main = async (argv: readonly string[], host: Host): Promise<Exit> => {
  const said = quickLook(argv);
  const streams = openStreams(host, { color: !said.has('--no-color') });
  for (const url of knownUrls(argv, host.env)) streams.hide(url);
  const errorOptions = { debug: said.has('--debug'), json: said.has('--json') };
  const onStray = (error: unknown): void => {
    printError(streams, error, errorOptions);
    process.exit(2);
  };
  process.on('uncaughtException', onStray);
  try {
    const exit = await runCommandLine(argv, said, host, streams, errorOptions);
    const failure = await streams.flush();
    if (failure === undefined) return exit;
    printError(
      streams,
      new LimbeckError('file-unwritable', `the output cannot be written: ${failure.message}`, {
        hint: 'look where stdout goes',
        cause: failure,
      }),
      errorOptions,
    );
    return 2;
  } finally {
    process.off('uncaughtException', onStray);
  }
};

type ErrorOptions = Parameters<typeof printError>[2];

const runCommandLine = async (
  argv: readonly string[],
  said: ReadonlySet<string>,
  host: Host,
  streams: Streams,
  errorOptions: ErrorOptions,
): Promise<Exit> => {
  try {
    if (said.has('--version')) return answer(streams, `${version}\n`);
    if (said.has('--help') || said.has('-h') || argv.length === 0 || argv[0] === 'help') return answer(streams, await helpFor(argv));
    const { parse } = await import('./parse.ts');
    const commands = await commandsFor(argv, globalOptions);
    return await runParsed(parse(argv, { commands, options: globalOptions }), host, streams, errorOptions);
  } catch (error) {
    printError(streams, error, errorOptions);
    return exitOf(isLimbeckError(error) ? error.code : undefined);
  }
};

const runParsed = async ({ command, args }: Parsed, host: Host, streams: Streams, errorOptions: ErrorOptions): Promise<Exit> => {
  const { json } = errorOptions;
  const [quiet, verbose] = [args.flag('quiet') || json, args.flag('verbose')];
  const progress = openProgress(streams, { quiet, verbose, json });
  warnOfPasswords(args, progress);
  const config = await readConfig(args, host, streams);
  if (verbose && !json) tellConfig(config, streams);
  const signals = listenToSignals(
    () => progress.warn('stopping; what is under way is taken back (once more ends at once)'),
    (exit) => process.exit(exit),
  );
  try {
    const [{ signal }, onEvent] = [signals, withSignals(progress, signals)];
    if (args.flag('wait') && command.name !== 'wait') await waitFirst(args, config, { signal, onEvent });
    const outcome = await command.run({
      args,
      config,
      verbose,
      signal,
      onEvent,
      get askRename() {
        return asker(args, host, signals);
      },
      get confirm() {
        return confirmer(args, host, signals);
      },
    });
    progress.endLine();
    tellOutcome(outcome, { json, quiet }, streams, progress);
    return signals.exit() ?? outcome.exit ?? 0;
  } catch (error) {
    progress.endLine();
    printError(streams, error, errorOptions);
    return signals.exit() ?? exitOf(isLimbeckError(error) ? error.code : undefined);
  } finally {
    signals.close();
  }
};

/** `--wait`: the database must answer before the command begins. */
const waitFirst = async (args: Arguments, config: Config, options: Pick<WaitOptions, 'signal' | 'onEvent'>): Promise<void> => {
  const [{ wait }, { waitOptionsOf }] = await Promise.all([import('../api/wait.ts'), import('./duration.ts')]);
  await wait(config, { ...options, ...waitOptionsOf(args, 'wait-timeout', 'wait-interval') });
};

const withSignals =
  (progress: Progress, signals: Signals): OnEvent =>
  (event) => {
    progress.onEvent(event);
    if (event.type === 'statement') signals.yieldToSystem();
  };

const tellOutcome = (
  outcome: Outcome,
  { json, quiet }: { readonly json: boolean; readonly quiet: boolean },
  streams: Streams,
  progress: Progress,
): void => {
  const { text = [] } = outcome;
  if (json) streams.out(renderJson(outcome.json));
  else streams.out(typeof text === 'string' ? text : text.map((line) => `${line}\n`).join(''));
  for (const warning of outcome.warnings ?? []) progress.warn(warning);
  if (!quiet) for (const line of outcome.talk ?? []) streams.err(`${line}\n`);
};

const answer = (streams: Streams, text: string): Exit => {
  streams.out(text);
  return 0;
};

/** `limbeck upgrade --help`, `limbeck --help upgrade`, `limbeck help upgrade`, `limbeck help revisions`. */
const helpFor = async (argv: readonly string[]): Promise<string> => {
  const { mainHelp, commandHelp } = await import('./render/help.ts');
  const { topics, topicText } = await import('./docs/topics.ts');
  const words = argv[0] === 'help' ? argv.slice(1) : argv;
  const commands = await commandsFor(words, globalOptions);
  const [only] = commands;
  if (only !== undefined && commands.length === 1) return commandHelp(only);
  const word = firstWord(words, globalOptions);
  if (word === undefined) return mainHelp(commands, Object.keys(topics));
  const text = topicText(word);
  if (text === undefined) throw noHelp(word, commands, Object.keys(topics));
  return text;
};

/** The options that matter before the line is parsed, or when it cannot be. */
const quickLook = (argv: readonly string[]): ReadonlySet<string> => {
  const end = argv.indexOf('--');
  return new Set(end < 0 ? argv : argv.slice(0, end));
};

const knownUrls = (argv: readonly string[], env: NodeJS.ProcessEnv): readonly string[] => {
  const told = argv.map((each) => each.replace(/^--?[a-z-]+=/, ''));
  const set = Object.entries(env).flatMap(([name, value]) => (/URL$/i.test(name) && value !== undefined ? [value] : []));
  return [...told, ...set].filter(holdsPassword);
};

const warnOfPasswords = (args: Arguments, progress: Progress): void => {
  for (const name of ['url', 'from', 'to', 'scratch-url', 'direct-url']) {
    const value = args.text(name);
    if (value === undefined || !holdsPassword(value)) continue;
    const variable = name === 'scratch-url' ? 'LIMBECK_SCRATCH_URL' : name === 'direct-url' ? 'LIMBECK_DIRECT_URL' : 'LIMBECK_URL';
    progress.warn(`everyone on this machine can read the password in --${name}`, `put the URL into ${variable}, or into .env`);
  }
};

const readConfig = async (args: Arguments, host: Host, streams: Streams): Promise<Config> => {
  const { loadConfig } = await import('../config/load.ts');
  const flags: Partial<Flags> = {
    url: args.text('url'),
    env: args.text('env'),
    envFile: listOf(args, 'env-file'),
    config: args.text('config'),
    models: args.text('models'),
    migrations: args.text('migrations'),
    journal: args.text('journal'),
    exclude: listOf(args, 'exclude'),
    schemas: listOf(args, 'schema'),
    privileges: args.text('privileges'),
    scratchUrl: args.text('scratch-url'),
    directUrl: args.text('direct-url'),
    role: args.text('set-role'),
    driver: args.text('driver'),
    dumpSchema: args.flag('no-dump-schema') ? 'false' : args.text('dump-schema'),
    lockTimeout: args.text('lock-timeout'),
  };
  const config = await loadConfig({ flags, env: host.env, cwd: host.cwd() });
  for (const url of [config.url, config.scratchUrl, config.directUrl]) if (url !== undefined && holdsPassword(url)) streams.hide(url);
  return config;
};

const listOf = (args: Arguments, name: string): readonly string[] | undefined => {
  const values = args.list(name);
  return values.length === 0 ? undefined : values;
};

const tellConfig = (config: Config, streams: Streams): void => {
  streams.err(`project: ${config.directory}\n`);
  if (config.url !== undefined) streams.err(`database: ${config.url} (from ${config.urlSource ?? 'nowhere'})\n`);
};

const asker = (args: Arguments, host: Host, signals: Signals): AskRename | undefined => {
  const terminal = terminalOf(args, host, signals);
  return terminal && (async (question) => (await import('./ask.ts')).askRenameOn(terminal)(question));
};

const confirmer = (args: Arguments, host: Host, signals: Signals): AskYes | undefined => {
  const terminal = terminalOf(args, host, signals);
  return terminal && (async (question) => (await import('./ask.ts')).askYesOn(terminal)(question));
};

/** Somebody is there to be asked when both ends are terminals and the output is for people. */
const terminalOf = (args: Arguments, host: Host, signals: Signals): Terminal | undefined => {
  if (!host.stdin.isTTY || !host.stderr.isTTY || args.flag('json') || args.flag('quiet')) return undefined;
  return { input: host.stdin, output: host.stderr, signal: signals.signal, onInterrupt: signals.interrupt };
};
