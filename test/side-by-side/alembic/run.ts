import { inProject } from '../../cli/support.ts';
import { ask, files, meaningOf, recorded } from './compare.ts';
import type { Answer } from './compare.ts';
import { onPurpose } from './on-purpose.ts';
import type { Purpose } from './on-purpose.ts';

/** One command line, as both answered it. */
export interface Pair {
  readonly line: string;
  /** Its number in the list, from 1. */
  readonly number: number;
  readonly alembic: Answer;
  readonly limbeck: Answer;
  readonly isSame: boolean;
  /** Why limbeck answers otherwise, where it does. */
  readonly purpose: Purpose | undefined;
}

/** Every line with limbeck, in one project, beside what Alembic answered. */
export const sideBySide = async (): Promise<readonly Pair[]> => {
  const pairs: Pair[] = [];
  await inProject(files, async (project) => {
    for (const [at, alembic] of recorded.answers.entries()) {
      const purpose = purposeOf(at);
      const limbeck = await ask(project, alembic.line);
      pairs.push({ line: alembic.line, number: at + 1, alembic, limbeck, isSame: isSame(alembic, limbeck), purpose });
      for (const line of purpose?.afterwards ?? []) await ask(project, line);
    }
  });
  return pairs;
};

/** What is said of the line at an index. */
export const purposeOf = (at: number): Purpose | undefined => {
  const line = recorded.answers[at]?.line ?? '';
  const numbered = onPurpose[`${line} #${at + 1}`];
  const isFirst = recorded.answers.findIndex((answer) => answer.line === line) === at;
  return numbered ?? (isFirst ? onPurpose[line] : undefined);
};

const isSame = (alembic: Answer, limbeck: Answer): boolean => JSON.stringify(meaningOf(alembic)) === JSON.stringify(meaningOf(limbeck));
