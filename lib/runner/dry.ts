import type { Lexis } from '../sql/lexis.ts';
import type { Step } from './planned.ts';
import { statementsOf } from './statement.ts';

/**
 * The SQL of a run as text: exactly the statements that would run, in order, with comments that name revision and file.
 * What limbeck itself does around them (the journal) is told in comments. Errors: those of `statementsOf`.
 */
export const renderDryRun = (steps: readonly Step[], lexis: Lexis): string => steps.map((step) => renderStep(step, lexis)).join('\n');

const renderStep = (step: Step, lexis: Lexis): string => {
  const { file, revision, direction } = step;
  const { transactional, foreignKeys } = file.header;
  const statements = statementsOf(file, lexis).map(({ sql }) => `${sql};\n`);
  const move = direction === 'up' ? `${names(revision.parents)} -> ${revision.id}` : `${revision.id} -> ${names(revision.parents)}`;
  const head = [
    `-- ${direction === 'up' ? 'upgrade' : 'downgrade'} ${move}, ${revision.slug}`,
    `-- file: ${file.path}`,
    ...(transactional ? [] : ['-- transaction: off']),
    ...(foreignKeys === 'off' ? ['-- foreign keys: off'] : []),
  ];
  const note = `-- journal: ${direction === 'up' ? 'add' : 'remove'} ${revision.id}`;
  const body = statements.length > 0 ? statements.join('') : '-- nothing to do here\n';
  return `${head.join('\n')}\n${body}${note}\n`;
};

const names = (ids: readonly string[]): string => (ids.length === 0 ? '<base>' : ids.join(', '));
