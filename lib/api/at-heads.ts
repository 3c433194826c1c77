import { LimbeckError } from '../errors.ts';
import { realHeads } from '../revision/graph.ts';
import type { History } from '../runner/history.ts';

/** Revisions of the files that the database does not have yet. */
export const pendingIds = (history: History): readonly string[] =>
  history.graph.nodes.filter(({ id }) => !history.applied.has(id)).map(({ id }) => id);

/** Autogenerate compares with a database at the heads of the files, as Alembic does. Errors: `not-up-to-date`. */
export const requireAtHeads = (history: History): void => {
  const pending = pendingIds(history);
  if (pending.length === 0) return;
  throw new LimbeckError(
    'not-up-to-date',
    `Target database is not up to date: ${pending.length} pending (${pending.slice(0, 3).join(', ')}${pending.length > 3 ? ', …' : ''})`,
    {
      hint: 'limbeck upgrade head',
      data: { pending, heads: realHeads(history.graph).map(({ id }) => id) },
    },
  );
};
