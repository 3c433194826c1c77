import type { RunOptions, RunResult } from '../../api/types.ts';
import type { ArgumentSpec, CommandSpec, Context, OptionSpec, Outcome } from '../command.ts';
import { lockTimeout } from '../options.ts';
import { duration } from '../render/event.ts';
import { count, idsOrBase } from '../render/revision.ts';
import { rangeOf, scriptOptions, scriptOutcome } from './script.ts';

export const sharedOptions: readonly OptionSpec[] = [
  { name: 'dry-run', summary: 'print the SQL that would run, and run nothing' },
  { name: 'no-verify', summary: 'do not compare with the proofs, before and after' },
  { name: 'strict-drift', summary: 'stop if the schema is not what the journal says' },
  lockTimeout,
];

const upTarget: ArgumentSpec = { name: 'target', arity: 'required', summary: 'head, heads, +N, an id or its beginning, <id>+N' };

const downTarget: ArgumentSpec = { name: 'target', arity: 'required', summary: '-N, base, an id or its beginning, <id>-N' };

export const upgradeCommand: CommandSpec = {
  name: 'upgrade',
  group: 'move',
  summary: 'Apply revisions, each in one transaction',
  arguments: [upTarget],
  options: [
    ...scriptOptions,
    ...sharedOptions,
    { name: 'allow-out-of-order', summary: 'also what turned up in the middle of what is applied' },
  ],
  examples: [
    { line: 'limbeck upgrade head', says: 'all that is pending' },
    { line: 'limbeck upgrade head --dry-run > next.sql', says: 'only the SQL' },
    { line: 'limbeck upgrade base:head --sql > up.sql', says: 'a guarded script for a DBA' },
  ],
  events: true,
  related: ['downgrade', 'current', 'status'],
  run: async (context) => {
    if (context.args.flag('sql'))
      return scriptOutcome(await (await import('../../api/script.ts')).upgradeSql(context.config, rangeOf(context)));
    const { upgrade } = await import('../../api/upgrade.ts');
    return outcomeOf(await upgrade(context.config, runOptions(context)), 'applied');
  },
};

export const downgradeCommand: CommandSpec = {
  name: 'downgrade',
  group: 'move',
  summary: 'Take revisions back, by the down SQL in the journal',
  arguments: [downTarget],
  options: [...scriptOptions, ...sharedOptions],
  examples: [
    { line: 'limbeck downgrade -1', says: 'the last one' },
    { line: 'limbeck downgrade base', says: 'all' },
    { line: 'limbeck downgrade head:-1 --sql > down.sql', says: 'a guarded script for a DBA' },
  ],
  events: true,
  related: ['upgrade', 'history'],
  run: async (context) => {
    if (context.args.flag('sql'))
      return scriptOutcome(await (await import('../../api/script.ts')).downgradeSql(context.config, rangeOf(context)));
    const { downgrade } = await import('../../api/downgrade.ts');
    return outcomeOf(await downgrade(context.config, runOptions(context)), 'reverted');
  },
};

/** What the command line says of a run. */
export const runOptions = ({ args, onEvent, signal }: Context): RunOptions => ({
  target: args.required('target'),
  verify: !args.flag('no-verify'),
  allowOutOfOrder: args.flag('allow-out-of-order'),
  strictDrift: args.flag('strict-drift'),
  dryRun: args.flag('dry-run'),
  onEvent,
  signal,
});

/** What a run comes to, as lines. */
export const outcomeOf = (result: RunResult, verb: 'applied' | 'reverted'): Outcome => {
  const { steps, from, to, sql, durationMs, schemaFile } = result;
  const move = `${idsOrBase(from)} -> ${idsOrBase(to)}`;
  if (steps.length === 0) return { json: result, text: sql ?? [], talk: [`nothing to do: ${result.location} is at ${idsOrBase(from)}`] };
  const revisions = count(steps.length, 'revision');
  if (sql !== undefined) return { json: result, text: sql, talk: [`nothing was run; this would have ${verb} ${revisions} (${move})`] };
  const written = schemaFile === undefined ? [] : [`wrote ${schemaFile}`];
  return { json: result, talk: [`${verb} ${revisions} (${move}) in ${duration(durationMs)}`, ...written] };
};
