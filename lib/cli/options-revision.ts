import type { RevisionOptions } from '../api/types.ts';
import type { Arguments, OptionSpec } from './command.ts';

/** Where a new revision stands, and its name: `revision`, `new` and `merge`. */
export const branchOptions: readonly OptionSpec[] = [
  { name: 'rev-id', value: 'id', summary: 'this id instead of the time' },
  { name: 'splice', summary: 'follow a revision that is no head: a branch' },
  { name: 'branch-label', value: 'name', summary: 'a name for the branch that begins here' },
  { name: 'depends-on', value: 'revision', summary: 'must be applied before it, of another branch' },
];

/** What those options said. */
export const identityOfArgs = (args: Arguments): Pick<RevisionOptions, 'revisionId' | 'splice' | 'branchLabels' | 'dependsOn'> => {
  const revisionId = args.text('rev-id');
  return {
    ...(revisionId === undefined ? {} : { revisionId }),
    splice: args.flag('splice'),
    branchLabels: listed(args.list('branch-label')),
    dependsOn: listed(args.list('depends-on')),
  };
};

/** Repeated, or with commas. */
const listed = (values: readonly string[]): readonly string[] =>
  values
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');
