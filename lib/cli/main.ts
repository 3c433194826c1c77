import type { WaitOptions } from '../api/wait.ts';
import type { Config } from '../config/config.ts';
import { switchWord, variableOf } from '../config/variable.ts';
import { isLimbeckError, LimbeckError } from '../errors.ts';
import type { OnEvent } from '../runner/event.ts';
import { version } from '../version.ts';
import type { AskRename, AskYes, Terminal } from './ask.ts';
import type { Arguments, Outcome } from './command.ts';
import { allCommands, commandsFor, firstWord } from './commands.ts';
import { noHelp } from './complain.ts';
import type { Exit } from './exit.ts';
import { exitOf } from './exit.ts';
import { holdsPassword } from './mask.ts';
import { globalOptions } from './options.ts';
import type { Parsed } from './parse.ts';
import { printError } from './render/error.ts';
import { openProgress } from './render/event.ts';
import type { Progress } from './render/event.ts';
import { renderJson, renderJsonLine } from './render/json.ts';
import type { Settled } from './settings.ts';
import type { Screen } from './render/live.ts';
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
  const said = quickLook(argv, host.env);
  const streams = openStreams(host, { color: !said('no-color') && (host.env['NO_COLOR'] ?? '') === '' });
  for (const url of knownUrls(argv, host.env)) streams.hide(url);
  const errorOptions = { debug: said('debug'), json: said('json') };
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
  said: QuickLook,
  host: Host,
  streams: Streams,
  errorOptions: ErrorOptions,
): Promise<Exit> => {
  try {
    if (argv[0] === '--get-completions') return answer(streams, await completions(argv.slice(1), host));
    if (argv.includes('--version') && said('version')) return answer(streams, `${version}\n`);
    if ((argv.includes('--help') && said('help')) || argv.includes('-h') || argv.length === 0 || argv[0] === 'help')
      return answer(streams, await helpFor(argv));
    const { parse } = await import('./parse.ts');
    const commands = await commandsFor(argv, globalOptions);
    const parsed = parse(argv, { commands, options: globalOptions });
    return await runParsed(parsed, host, streams, errorOptions);
  } catch (error) {
    printError(streams, error, errorOptions);
    return exitOf(isLimbeckError(error) ? error.code : undefined);
  }
};

const runParsed = async (parsed: Parsed, host: Host, streams: Streams, errorOptions: ErrorOptions): Promise<Exit> => {
  const { command } = parsed;
  const { settle } = await import('./settings.ts');
  const settled = await orError(() => settle(command, parsed.args, { env: host.env, cwd: host.cwd() }, allCommands));
  if (isLimbeckError(settled)) return runWithout(parsed, settled, streams, errorOptions);
  const { args, config } = settled;
  const [json, verbose] = [args.flag('json'), args.flag('verbose')];
  const quiet = args.flag('quiet') || json;
  const events = json && command.events === true;
  const progress = openProgress(streams, { quiet, verbose, json, events, screen: () => screenOf(host, streams) });
  for (const url of [config.url, config.scratchUrl, config.directUrl]) if (url !== undefined && holdsPassword(url)) streams.hide(url);
  warn(parsed.args, settled, progress);
  if (verbose && !json) tellSettings(settled, streams);
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
    tellOutcome(outcome, { json, quiet, events }, streams, progress);
    return signals.exit() ?? outcome.exit ?? 0;
  } catch (error) {
    progress.endLine();
    printError(streams, error, { debug: args.flag('debug'), json });
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

const orError = async <T>(work: () => Promise<T>): Promise<T | LimbeckError> => {
  try {
    return await work();
  } catch (error) {
    if (isLimbeckError(error)) return error;
    throw error;
  }
};

/** A command that can tell something of a configuration that cannot be read. */
const runWithout = async ({ command }: Parsed, error: LimbeckError, streams: Streams, errorOptions: ErrorOptions): Promise<Exit> => {
  if (command.runWithout === undefined) throw error;
  const { json } = errorOptions;
  const outcome = await command.runWithout(error, new AbortController().signal);
  tellOutcome(outcome, { json, quiet: json, events: false }, streams, openProgress(streams, { quiet: json, verbose: false, json }));
  return outcome.exit ?? 0;
};

/** Where a line can be written over. To look whether stderr is one opens it, which takes Node a while. */
const screenOf = ({ stderr, env }: Host, streams: Streams): Screen | undefined =>
  stderr.isTTY && env['TERM'] !== 'dumb' ? { write: streams.err, columns: () => stderr.columns } : undefined;

/** A line for each word that could stand at the end of a command line, for the scripts of `limbeck completion`. */
const completions = async (typed: readonly string[], { env, cwd }: Host): Promise<string> => {
  const { completionsOf } = await import('./get-completions.ts');
  const candidates = await completionsOf(typed, { env, cwd: cwd() });
  return candidates.map(({ word, says }) => `${word}\t${says}\n`).join('');
};

const withSignals =
  (progress: Progress, signals: Signals): OnEvent =>
  (event) => {
    progress.onEvent(event);
    if (event.type === 'statement' && event.mayTakeLong !== false) signals.yieldToSystem();
  };

const tellOutcome = (
  outcome: Outcome,
  { json, quiet, events }: { readonly json: boolean; readonly quiet: boolean; readonly events: boolean },
  streams: Streams,
  progress: Progress,
): void => {
  const { text = [] } = outcome;
  if (events) {
    for (const warning of outcome.warnings ?? []) progress.warn(warning);
    return streams.out(renderJsonLine({ type: 'result', ...Object(outcome.json) }));
  }
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

/** The switches that matter before the line is parsed, or when it cannot be: the last that was typed, else the variable. */
const quickLook = (argv: readonly string[], env: NodeJS.ProcessEnv): QuickLook => {
  const end = argv.indexOf('--');
  const words = end < 0 ? argv : argv.slice(0, end);
  return (name) => {
    const typed = words.findLast((word) => word === `--${name}` || word.startsWith(`--${name}=`));
    return typed === undefined ? switchWord(env[variableOf(name)] ?? '') === true : switchWord(typed.split('=')[1] ?? 'on') !== false;
  };
};

type QuickLook = (name: string) => boolean;

const knownUrls = (argv: readonly string[], env: NodeJS.ProcessEnv): readonly string[] => {
  const told = argv.map((each) => each.replace(/^--?[a-z-]+=/, ''));
  const set = Object.entries(env).flatMap(([name, value]) => (/URL$/i.test(name) && value !== undefined ? [value] : []));
  return [...told, ...set].filter(holdsPassword);
};

const warn = (typed: Arguments, { strange }: Settled, progress: Progress): void => {
  for (const { name, meant } of strange) progress.warn(`${name} means nothing to limbeck`, `did you mean ${meant}?`);
  for (const name of ['url', 'from', 'to', 'scratch-url', 'direct-url']) {
    const value = typed.text(name);
    if (value === undefined || !holdsPassword(value)) continue;
    const variable = name === 'scratch-url' ? 'LIMBECK_SCRATCH_URL' : name === 'direct-url' ? 'LIMBECK_DIRECT_URL' : 'LIMBECK_URL';
    progress.warn(`everyone on this machine can read the password in --${name}`, `put the URL into ${variable}, or into .env`);
  }
};

/** `database: … (from LIMBECK_URL, not package.json limbeck.url)` */
const tellSettings = ({ config, told }: Settled, streams: Streams): void => {
  streams.err(`project: ${config.directory}\n`);
  for (const { setting, value, source, over } of told) {
    if (setting === 'verbose') continue;
    const name = setting === 'url' ? 'database' : setting;
    streams.err(`${name}: ${value} (from ${source}${over.length === 0 ? '' : `, not ${over.join(', ')}`})\n`);
  }
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
