import type { RevisionOptions, RevisionResult } from '../../api/types.ts';
import { LimbeckError } from '../../errors.ts';
import type { CommandSpec, Context, OptionSpec, Outcome } from '../command.ts';

const identityOptions: readonly OptionSpec[] = [
  { name: 'rev-id', value: 'id', summary: 'this id instead of the time' },
  { name: 'head', value: 'revision', summary: 'the revision that it follows (default head)' },
];

export const revisionCommand: CommandSpec = {
  name: 'revision',
  summary: 'Write a pair of migration files, also from models.sql',
  arguments: [],
  options: [
    { name: 'message', alias: 'm', value: 'text', summary: 'what it does; also the name of the files' },
    { name: 'autogenerate', summary: 'fill them with what changed in models.sql, proved' },
    ...identityOptions,
    { name: 'sql', summary: 'as Alembic has it; limbeck writes SQL in any case' },
    { name: 'assume-drop', summary: 'what looks like a rename is a drop and an add' },
    { name: 'unproved', summary: 'write it even if it cannot be proved' },
  ],
  examples: [
    { line: 'limbeck revision --autogenerate -m "add roles"', says: 'from models.sql' },
    { line: 'limbeck revision -m "fill roles"', says: 'two files to fill in' },
  ],
  related: ['new', 'diff', 'prove', 'upgrade'],
  run: async (context) => {
    const { args } = context;
    const message = args.text('message');
    const autogenerate = args.flag('autogenerate');
    if (message === undefined || message.trim() === '') {
      throw new LimbeckError('usage', 'a revision needs a message', { hint: 'limbeck revision -m "add user roles"' });
    }
    if (autogenerate && args.flag('sql')) {
      throw new LimbeckError('usage', 'Using --sql with --autogenerate does not make any sense', {
        hint: 'limbeck diff prints the SQL and writes nothing',
      });
    }
    return write(context, {
      message,
      autogenerate,
      assumeDrop: args.flag('assume-drop'),
      unproved: args.flag('unproved'),
      ...(context.askRename === undefined ? {} : { askRename: context.askRename }),
    });
  },
};

export const newCommand: CommandSpec = {
  name: 'new',
  summary: 'Write a pair of migration files to fill in by hand',
  arguments: [{ name: 'name', arity: 'required', summary: 'what it does; also the name of the files' }],
  options: identityOptions,
  examples: [
    { line: 'limbeck new fill_roles', says: '' },
    { line: 'limbeck new "fill roles" --rev-id 20260101000000', says: 'with this id' },
  ],
  related: ['revision'],
  run: (context) => write(context, { message: context.args.required('name'), autogenerate: false }),
};

const write = async (
  context: Context,
  wanted: Pick<RevisionOptions, 'message' | 'autogenerate' | 'assumeDrop' | 'askRename' | 'unproved'>,
): Promise<Outcome> => {
  const { args, config, signal, onEvent } = context;
  const [revisionId, head] = [args.text('rev-id'), args.text('head')];
  const { createRevision } = await import('../../api/revision.ts');
  const result = await createRevision(config, {
    ...wanted,
    ...(revisionId === undefined ? {} : { revisionId }),
    ...(head === undefined ? {} : { head }),
    onEvent,
    signal,
  });
  return {
    json: result,
    text: result.files.map((path) => `Generating ${path} ... done`),
    warnings: [...result.hazards.map(({ kind, text }) => `${kind}: ${text}`), ...unprovedWarning(result, wanted.autogenerate)],
    talk: closingWords(result, wanted.autogenerate),
  };
};

const unprovedWarning = (result: RevisionResult, autogenerate: boolean): readonly string[] =>
  autogenerate && result.revision !== undefined && !result.proved ? ['it is not proved: what it does to the schema is not known'] : [];

const closingWords = (result: RevisionResult, autogenerate: boolean): readonly string[] => {
  const notes = [...result.remarks, ...result.unmanaged.map((text) => `not managed: ${text}`)].map((text) => `note: ${text}`);
  if (result.revision === undefined) return ['no changes: the database is what models.sql declares; nothing was written', ...notes];
  if (!autogenerate) return [...notes, `next: fill it in, then limbeck prove ${result.revision}`];
  return [...(result.proved ? ['proved: up, down and up again'] : []), ...notes, 'next: read it, then limbeck upgrade head'];
};
