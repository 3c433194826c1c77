import { openSources, resolveConfig } from '../config/load.ts';
import type { CommandSpec, OptionSpec } from './command.ts';
import { allCommands, commandsFor, firstWord } from './commands.ts';
import { globalOptions } from './options.ts';
import type { Place } from './settings.ts';

/** A word that could stand at the cursor, and a sentence about it. */
export interface Candidate {
  readonly word: string;
  readonly says: string;
}

/**
 * What could stand at the end of a command line; `typed` are the words behind `limbeck`, the last one unfinished. Reads
 * no more than names of files, and at most heads of files; what cannot be read leads to no candidates. Empty: the shell may offer files.
 */
export const completionsOf = async (typed: readonly string[], place: Place): Promise<readonly Candidate[]> => {
  const [current = ''] = typed.slice(-1);
  const before = typed.slice(0, -1);
  const name = firstWord(before, globalOptions);
  if (name === 'help') return startingWith(current, [...(await commands()), ...(await topics())]);
  const [command, ...others] = name === undefined ? [] : await commandsFor(before, globalOptions);
  const known = command !== undefined && others.length === 0 && command.name === name ? command : undefined;
  const options = [...globalOptions, ...(known?.options ?? [])];
  const [, glued, unfinished = ''] = /^(--[a-z-]+=)(.*)$/s.exec(current) ?? [];
  const asked = optionOf(options, glued?.slice(0, -1) ?? before.at(-1) ?? '');
  if (asked?.value !== undefined) {
    const values = await valuesOf(asked, unfinished === '' && glued === undefined ? current : unfinished, before, place);
    return values.map(({ word, says }) => ({ word: `${glued ?? ''}${word}`, says }));
  }
  if (current.startsWith('-'))
    return startingWith(
      current,
      options.map(({ name: each, summary }) => ({ word: `--${each}`, says: summary })),
    );
  if (name === undefined) return startingWith(current, [...(await commands()), { word: 'help', says: 'Help on a command or a topic' }]);
  return known === undefined ? [] : argumentsOf(known, current, before, place);
};

const commands = async (): Promise<readonly Candidate[]> =>
  (await allCommands()).map(({ name, summary }) => ({ word: name, says: summary }));

const topics = async (): Promise<readonly Candidate[]> =>
  Object.keys((await import('./docs/topics.ts')).topics).map((word) => ({ word, says: 'a topic' }));

const optionOf = (options: readonly OptionSpec[], typed: string): OptionSpec | undefined =>
  options.find(({ name, alias }) => typed === `--${name}` || (alias !== undefined && typed === `-${alias}`));

const valuesOf = async (
  { choices, value }: OptionSpec,
  current: string,
  before: readonly string[],
  place: Place,
): Promise<readonly Candidate[]> => {
  if (choices !== undefined)
    return startingWith(
      current,
      choices.map((word) => ({ word, says: '' })),
    );
  return namesRevision(value) ? revisions(current, before, place) : [];
};

const argumentsOf = async (
  command: CommandSpec,
  current: string,
  before: readonly string[],
  place: Place,
): Promise<readonly Candidate[]> => {
  const [argument] = command.arguments;
  if (command.name === 'completion')
    return startingWith(
      current,
      ['bash', 'zsh', 'fish'].map((word) => ({ word, says: '' })),
    );
  return namesRevision(argument?.name) ? revisions(current, before, place) : [];
};

/** Arguments, and values of options, that name revisions. */
const namesRevision = (name: string | undefined): boolean =>
  name !== undefined && ['target', 'revision', 'revisions', 'range', 'id', 'a:b'].includes(name);

/** What a shell would read as more than a word (a label may be `$(x)`) is not offered: bash puts it into the line as it is. */
const startingWith = (current: string, candidates: readonly Candidate[]): readonly Candidate[] =>
  candidates.filter(({ word }) => word.startsWith(current) && /^[\p{L}\p{M}\p{N}_.,:@%+=/-]+$/u.test(word));

const symbols: readonly Candidate[] = [
  { word: 'head', says: 'the newest revision' },
  { word: 'heads', says: 'all of the newest' },
  { word: 'base', says: 'before the first' },
  { word: 'current', says: 'where the database is' },
];

/** The end of a range, or what stands behind `label@`, is completed by itself. */
const revisions = async (current: string, before: readonly string[], place: Place): Promise<readonly Candidate[]> => {
  const [, start = '', end = ''] = /^(.*[:@])?([^:@]*)$/s.exec(current) ?? [];
  const candidates = [...symbols, ...(await namedRevisions(before, place))];
  return startingWith(end, candidates).map(({ word, says }) => ({ word: `${start}${word}`, says }));
};

const namedRevisions = async (before: readonly string[], { env, cwd }: Place): Promise<readonly Candidate[]> => {
  try {
    const said = (name: string): string | undefined => {
      const at = before.findLastIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
      return at < 0 ? undefined : (/=(.*)$/s.exec(before[at] ?? '')?.[1] ?? before[at + 1]);
    };
    const flags = { migrations: said('migrations'), config: said('config'), envFile: said('env-file') };
    const config = resolveConfig(await openSources({ flags, env, cwd }), flags);
    const { readFiles } = await import('../api/context.ts');
    const files = await readFiles(config);
    const labels = files.flatMap(({ labels: own, id }) => own.map((word) => ({ word, says: `the branch of ${id}` })));
    return [...labels, ...files.toReversed().map(({ id, message }) => ({ word: id, says: message.split('\n')[0] ?? '' }))];
  } catch {
    return [];
  }
};
