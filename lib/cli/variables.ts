import type { Complaint } from '../config/complaint.ts';
import type { ToldSetting } from '../config/config.ts';
import type { EnvFile } from '../config/env-file.ts';
import { isNumber, switchWord, switchWords, variableOf } from '../config/variable.ts';
import { near } from '../revision/near.ts';
import type { Arguments, OptionSpec } from './command.ts';

/** A command line with what the variables add to it. */
export interface Completed {
  readonly args: Arguments;
  /** Variables that say what their option cannot be told. */
  readonly complaints: readonly Complaint[];
  readonly told: readonly ToldSetting[];
}

/**
 * The arguments, where an option that the command line did not say is said by its variable (`--dry-run`:
 * `LIMBECK_DRY_RUN`), the first place first; an empty one says nothing. Checked as the option is.
 */
export const withVariables = (args: Arguments, options: readonly OptionSpec[], places: readonly EnvFile[]): Completed => {
  const values = new Map<string, readonly string[]>();
  const [complaints, told]: [Complaint[], ToldSetting[]] = [[], []];
  for (const option of options) {
    const typed = args.text(option.name);
    const said = places.flatMap(({ name, variables }) => {
      const value = variables[variableOf(option.name)] ?? '';
      return value.trim() === '' ? [] : [{ value, source: [name, variableOf(option.name)].join(' ').trim() }];
    });
    const over = said.map(({ source }) => source);
    if (typed !== undefined) {
      told.push({ setting: option.name, value: typed, source: `--${option.name}`, over });
      continue;
    }
    const [first] = said;
    if (first === undefined) continue;
    const read = readValue(option, first.value);
    if ('problem' in read) {
      complaints.push({ source: first.source, problem: read.problem });
      continue;
    }
    values.set(option.name, read.values);
    told.push({ setting: option.name, value: read.values.join(', '), source: first.source, over: over.slice(1) });
  }
  return { args: values.size === 0 ? args : overlay(args, values), complaints, told };
};

/** Variables that look as if they were for limbeck, and are for no option: each with the one that was probably meant. */
export const strangeVariables = (
  names: readonly string[],
  known: readonly string[],
): readonly { readonly name: string; readonly meant: string }[] =>
  names.flatMap((name) => {
    const [meant] = known.includes(name) ? [] : near(name, known, 1);
    return meant === undefined ? [] : [{ name, meant }];
  });

type Read = { readonly values: readonly string[] } | { readonly problem: string };

const readValue = ({ value: takesValue, choices, number, several }: OptionSpec, text: string): Read => {
  const shown = JSON.stringify(text);
  if (takesValue === undefined) {
    const word = switchWord(text);
    return word === undefined ? { problem: `should be ${switchWords}, and is ${shown}` } : { values: [String(word)] };
  }
  if (choices !== undefined && !choices.includes(text.trim())) return { problem: `should be ${choices.join(' or ')}, and is ${shown}` };
  if (number === true && !isNumber(text.trim())) return { problem: `should be a number, and is ${shown}` };
  if (choices !== undefined || number === true) return { values: [text.trim()] };
  return { values: several === true ? text.split(',').map((each) => each.trim()) : [text] };
};

const overlay = (args: Arguments, values: ReadonlyMap<string, readonly string[]>): Arguments => ({
  text: (name) => values.get(name)?.at(-1) ?? args.text(name),
  required: args.required,
  list: (name) => values.get(name) ?? args.list(name),
  flag: (name) => values.get(name)?.at(-1) === 'true' || args.flag(name),
});
