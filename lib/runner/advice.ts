import { goOnCommand } from './history.ts';
import type { Step } from './planned.ts';

/** After a statement of a revision that runs in one transaction. */
export const afterWhole = (step: Step): string => {
  if (step.direction === 'up' || step.corrected === 'by file') return nothingKept;
  if (step.corrected === 'by proof')
    return `nothing of this revision is kept; correct the down file, then limbeck prove ${step.revision.id} (until then the SQL that the journal recorded runs), then run it again`;
  return `nothing of this revision is kept; the SQL that the journal recorded runs, whatever the files say: change what stands in its way, or take the revision back by hand, then ${stampBefore(step)}`;
};

/** After a statement of a revision that runs by statement (`transaction: off`); `done` of them are kept. */
export const afterStatement = (step: Step, done: number, isTakenBack: boolean): string => {
  if (isTakenBack) return afterWhole(step);
  const kept = done === 0 ? '' : `${done === 1 ? 'the statement' : `the ${done} statements`} before it ${done === 1 ? 'is' : 'are'} kept; `;
  const goOn = `once it can succeed as it stands, ${goOnWith(step)} goes on with it`;
  return step.direction === 'up'
    ? `${kept}${goOn}; to change it, ${undo(done)}${stampBefore(step)}, correct the file, then run it again`
    : `${kept}${goOn}; or complete by hand what the file does, then ${stampBefore(step)}`;
};

/** How to let a file run that was edited after some of its statements had run. */
export const afterEdit = (
  step: { readonly revision: { readonly id: string; readonly parents: readonly string[] } },
  done: number,
): string =>
  `put the file back as it was, and limbeck upgrade ${step.revision.id} goes on; or ${undo(done)}${stampBefore(step)}, and run the file as it is now`;

const nothingKept = 'nothing of this revision is kept; correct the file, then run it again';

const undo = (done: number): string =>
  done === 0
    ? 'see that nothing of it took effect, then '
    : `undo by hand what ${done === 1 ? 'its first statement' : `its first ${done} statements`} did, then `;

/** The command that goes on with a step that stopped half way. */
export const goOnWith = ({ direction, revision: { id } }: Step): string =>
  goOnCommand({ state: direction === 'up' ? 'running' : 'reverting', revision: id });

const stampBefore = ({ revision: { parents } }: { readonly revision: { readonly parents: readonly string[] } }): string =>
  parents.length === 0 ? 'limbeck stamp with what was applied before it (base, if nothing was)' : `limbeck stamp ${parents.join(' ')}`;
