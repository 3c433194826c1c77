import type { Session } from '../engine/engine.ts';
import { isLimbeckError } from '../errors.ts';
import { ancestors, inOrder } from '../revision/graph.ts';
import type { Revision } from '../revision/revision.ts';
import type { Files } from './context.ts';
import { replay } from './replay.ts';

/** A scratch database that is brought to where a revision begins. */
export interface Ground {
  readonly session: () => Promise<Session>;
  /** Runs what the revision is built on, and nothing of other branches; resolves to the revision that does not run, if any. */
  readonly standBefore: (revision: Revision) => Promise<{ readonly id: string; readonly cause: unknown } | undefined>;
  /** Says which revision was added; undefined: what is there now is not known. */
  readonly leave: (added: Revision | undefined) => void;
  readonly close: () => Promise<void>;
}

/** Opens a ground on which nothing was run; `open` makes a scratch database. */
export const openGround = ({ graph }: Files, open: () => Promise<Session>): Ground => {
  let session: Session | undefined;
  let there: Set<string> | undefined = new Set();
  const broken = new Map<string, unknown>();
  const anew = async (): Promise<Session> => {
    await session?.close();
    there = new Set();
    return (session = await open());
  };
  const current = async (): Promise<Session> => session ?? anew();
  return {
    session: current,
    standBefore: async ({ parents, dependsOn }) => {
      const needed = ancestors(graph, [...parents, ...dependsOn]);
      const known = inOrder(graph, needed).find(({ id }) => broken.has(id));
      if (known !== undefined) return { id: known.id, cause: broken.get(known.id) };
      const fits = there !== undefined && [...there].every((id) => needed.has(id));
      const scratch = fits ? await current() : await anew();
      for (const each of inOrder(graph, needed)) {
        if (there?.has(each.id) === true) continue;
        try {
          await replay(scratch, [each]);
        } catch (error) {
          if (!isLimbeckError(error) || error.code !== 'scratch-failed') throw error;
          broken.set(each.id, error);
          there = undefined;
          return { id: each.id, cause: error };
        }
        there?.add(each.id);
      }
      return undefined;
    },
    leave: (added) => {
      if (added === undefined) there = undefined;
      else there?.add(added.id);
    },
    close: async () => session?.close(),
  };
};
