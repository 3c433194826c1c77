import type { Trace } from '../engine.ts';
import type { Query } from './query.ts';
import { outcomeOf } from './script/bare.ts';

/** What the catalog tells of a statement outside a transaction of which no record tells. */
export const traceOf = async (query: Query, statement: string): Promise<Trace | undefined> => {
  const { undone, unfinished } = outcomeOf(statement) ?? {};
  if (undone === undefined) return undefined;
  const [row] = await query(`SELECT ${undone} AS undone, ${unfinished ?? 'false'} AS unfinished`);
  if (row?.['undone'] === true) return 'undone';
  return row?.['unfinished'] === true ? 'unfinished' : undefined;
};
