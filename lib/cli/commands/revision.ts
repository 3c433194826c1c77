import type { RevisionOptions, RevisionResult } from '../../api/types.ts';
import { LimbeckError } from '../../errors.ts';
import type { CommandSpec, Context, OptionSpec, Outcome } from '../command.ts';
import { branchOptions, identityOfArgs } from '../options-revision.ts';
import { asEngine, engineNames } from '../options.ts';

const engineOption: OptionSpec = {
  name: 'engine',
  value: 'name',
  choices: engineNames,
  summary: 'only the files of this one of two engines',
};

const identityOptions: readonly OptionSpec[] = [
  { name: 'head', value: 'revision', summary: 'what it follows; base for none (default head)' },
  ...branchOptions,
];

export const revisionCommand: CommandSpec = {
  name: 'revision',
  group: 'write',
  summary: 'Write a pair of migration files, also from models.sql',
  arguments: [],
  options: [
    { name: 'message', alias: 'm', value: 'text', summary: 'what it does; also the name of the files' },
    { name: 'autogenerate', summary: 'fill them with what changed in models.sql, proved' },
    ...identityOptions,
    { name: 'sql', summary: 'as Alembic has it; limbeck writes SQL in any case' },
    { name: 'assume-drop', summary: 'what looks like a rename is a drop and an add' },
    { name: 'online', summary: 'forms that do not block a busy table (PostgreSQL)' },
    { name: 'unproved', summary: 'write it even if it cannot be proved' },
    engineOption,
    { name: 'complete', value: 'revision', summary: 'write the files that this revision lacks, proved' },
  ],
  examples: [
    { line: 'limbeck revision --autogenerate -m "add roles"', says: 'from models.sql' },
    { line: 'limbeck revision -m "fill roles"', says: 'two files to fill in' },
    { line: 'limbeck revision --complete head', says: 'the other engine' },
  ],
  related: ['new', 'diff', 'prove', 'upgrade'],
  run: async (context) => {
    const { args } = context;
    const message = args.text('message');
    const complete = args.text('complete');
    if (complete !== undefined) return completeOne(context, complete);
    const autogenerate = args.flag('autogenerate');
    if (message === undefined || message.trim() === '') {
      throw new LimbeckError('usage', 'a revision needs a message', { hint: 'limbeck revision -m "add user roles"' });
    }
    if (autogenerate && args.flag('sql')) {
      throw new LimbeckError('usage', 'Using --sql with --autogenerate does not make any sense', {
        hint: 'limbeck diff prints the SQL and writes nothing',
      });
    }
    if (args.flag('online') && !autogenerate) throw onlyGenerated();
    return write(context, {
      message,
      autogenerate,
      assumeDrop: args.flag('assume-drop'),
      unproved: args.flag('unproved'),
      online: args.flag('online'),
      ...engineOf(context),
      ...(context.askRename === undefined ? {} : { askRename: context.askRename }),
    });
  },
};

export const newCommand: CommandSpec = {
  name: 'new',
  group: 'write',
  summary: 'Write a pair of migration files to fill in by hand',
  arguments: [{ name: 'name', arity: 'required', summary: 'what it does; also the name of the files' }],
  options: [...identityOptions, engineOption],
  examples: [
    { line: 'limbeck new fill_roles', says: '' },
    { line: 'limbeck new "fill roles" --rev-id 20260101000000', says: 'with this id' },
  ],
  related: ['revision'],
  run: (context) => write(context, { message: context.args.required('name'), autogenerate: false, ...engineOf(context) }),
};

const write = async (
  context: Context,
  wanted: Pick<RevisionOptions, 'message' | 'autogenerate' | 'assumeDrop' | 'askRename' | 'unproved' | 'online' | 'engine'>,
): Promise<Outcome> => {
  const { args, config, signal, onEvent } = context;
  const head = args.text('head');
  const { createRevision } = await import('../../api/revision.ts');
  const result = await createRevision(config, {
    ...wanted,
    ...identityOfArgs(args),
    ...(head === undefined ? {} : { head }),
    onEvent,
    signal,
  });
  return outcomeOf(result, {
    autogenerate: wanted.autogenerate,
    nothing: 'no changes: the database is what models.sql declares; nothing was written',
    target: head === undefined ? 'head' : (result.revision ?? 'heads'),
  });
};

const onlyGenerated = (): LimbeckError =>
  new LimbeckError('usage', '--online is about what --autogenerate writes', {
    hint: 'limbeck revision --autogenerate --online -m "add roles"',
  });

const completeOne = async (context: Context, revision: string): Promise<Outcome> => {
  const { args, config, signal, askRename } = context;
  if (args.flag('online')) throw onlyGenerated();
  for (const name of ['message', 'rev-id', 'head', 'branch-label', 'depends-on']) {
    if (args.text(name) === undefined) continue;
    throw new LimbeckError('usage', `--complete takes no --${name}: the revision has one`, {
      hint: `limbeck revision --complete ${revision}`,
    });
  }
  const { completeRevision } = await import('../../api/complete.ts');
  const result = await completeRevision(config, {
    revision,
    assumeDrop: args.flag('assume-drop'),
    unproved: args.flag('unproved'),
    ...engineOf(context),
    ...(askRename === undefined ? {} : { askRename }),
    signal,
  });
  return outcomeOf(result, { autogenerate: true, nothing: `revision ${revision} lacks no files; nothing was written`, target: 'head' });
};

const engineOf = ({ args }: Context): Pick<RevisionOptions, 'engine'> => {
  const engine = asEngine(args.text('engine'));
  return engine === undefined ? {} : { engine };
};

interface Words {
  readonly autogenerate: boolean;
  /** What to say when nothing was written. */
  readonly nothing: string;
  /** What to upgrade to next. */
  readonly target: string;
}

const outcomeOf = (result: RevisionResult, words: Words): Outcome => ({
  json: result,
  text: result.files.map((path) => `Generating ${path} ... done`),
  warnings: [...result.hazards.map(hazardLine), ...unprovedWarning(result, words.autogenerate)],
  talk: closingWords(result, words),
});

const hazardLine = ({ kind, text, figure }: RevisionResult['hazards'][number]): string =>
  `${kind}: ${text}${figure === undefined ? '' : ` (${figure})`}`;

const unprovedWarning = (result: RevisionResult, autogenerate: boolean): readonly string[] =>
  autogenerate && result.revision !== undefined && !result.proved ? ['it is not proved: what it does to the schema is not known'] : [];

const closingWords = (result: RevisionResult, { autogenerate, nothing, target }: Words): readonly string[] => {
  const { revision, pending, unchanged } = result;
  const notes = [...result.remarks, ...result.unmanaged.map((text) => `not managed: ${text}`)].map((text) => `note: ${text}`);
  if (revision === undefined) return [nothing, ...notes];
  const both = [
    ...unchanged.map((engine) => `nothing changes for ${engine}: its files say so`),
    ...pending.map((engine) => `pending: the ${engine} files, to be written by limbeck revision --complete ${revision}`),
  ];
  if (!autogenerate) return [...notes, ...both, `next: fill it in, then limbeck prove ${revision}`];
  const count = result.revisions.length;
  const several = count > 1 ? [`${count} revisions: each has to be committed before what follows it`] : [];
  const proved = result.proved ? ['proved: up, down and up again'] : [];
  return [...proved, ...several, ...notes, ...both, `next: read ${count > 1 ? 'them' : 'it'}, then limbeck upgrade ${target}`];
};
