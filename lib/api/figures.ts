import type { RowCount, Session } from '../engine/engine.ts';
import type { Hazard, RowQuestion } from '../model/change.ts';

/** A hazard, with what the live database holds of the rows that it is about where they were counted, e.g. `1,234 rows`. */
export interface ToldHazard extends Pick<Hazard, 'kind' | 'text'> {
  readonly figure?: string;
}

const limit = 100_000;

/** The hazards with what the connected database holds of the rows that they are about; no more than its first rows are read. */
export const withFigures = async (hazards: readonly Hazard[], connected: Session | undefined): Promise<readonly ToldHazard[]> => {
  const told: ToldHazard[] = [];
  for (const { kind, text, rows = [] } of hazards) {
    const figure = connected === undefined || rows.length === 0 ? undefined : await figureOf(rows, connected);
    told.push(figure === undefined ? { kind, text } : { kind, text, figure });
  }
  return told;
};

const figureOf = async (questions: readonly RowQuestion[], { probe }: Session): Promise<string | undefined> => {
  const figures: string[] = [];
  for (const question of questions) {
    const count = await probe.countSuch?.(question, limit);
    if (count === undefined) return undefined;
    const isAll = question.where === undefined && question.alike === undefined;
    const words = isAll ? wordsOfAll(count) : wordsOfSome(count);
    figures.push(questions.length === 1 ? words : `${words} in ${question.table}`);
  }
  return figures.join(', ');
};

const wordsOfAll = ({ found, isWhole }: RowCount): string => {
  if (!isWhole) return `more than ${numberOf(limit)} rows`;
  return found === 0 ? 'no rows' : `${numberOf(found)} ${found === 1 ? 'row' : 'rows'}`;
};

const wordsOfSome = ({ found, isWhole }: RowCount): string => {
  const where = isWhole ? '' : ` among the first ${numberOf(limit)} rows`;
  return found === 0 ? `no such row${where}` : `${numberOf(found)} such ${found === 1 ? 'row' : 'rows'}${where}`;
};

const numberOf = (count: number): string => count.toLocaleString('en-US');
