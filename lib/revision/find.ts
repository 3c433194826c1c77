import { LimbeckError } from '../errors.ts';
import { reservedNames } from './graph.ts';
import type { Graph } from './graph.ts';
import { numberOf } from './id.ts';
import { near } from './near.ts';
import type { GraphNode, Revision } from './revision.ts';

/**
 * The revision that a full id, a branch label or the beginning of an id stands for; a number also finds the file that
 * writes it with leading zeros. A beginning means one of `among` where there is such. Throws `revision-unknown` (with near ones) or
 * `revision-ambiguous` (with all of them).
 */
export const findRevision = <N extends GraphNode = Revision>(graph: Graph<N>, text: string, among?: ReadonlySet<string>): N => {
  const exact = graph.byId.get(text) ?? graph.byId.get(graph.labels.get(text) ?? '');
  if (exact !== undefined) return exact;
  const all = text === '' ? [] : graph.nodes.filter(({ id }) => id.startsWith(text) || isSameNumber(id, text));
  const inside = all.filter(({ id }) => among?.has(id) ?? true);
  const candidates = inside.length > 0 ? inside : all;
  const [only, ...others] = candidates;
  if (only === undefined) throw unknownError(graph, text);
  if (others.length > 0) throw ambiguousError(text, candidates);
  return only;
};

/** "Can't locate revision identified by 'x'", with near ids, labels and words in the hint. */
export const unknownError = <N extends GraphNode>(graph: Graph<N>, text: string): LimbeckError => {
  const known = [...reservedNames, ...graph.labels.keys(), ...graph.nodes.map(({ id }) => id)];
  const candidates = near(text, known, 5);
  const squash = graph.nodes.find(({ squashes = [] }) => text !== '' && squashes.some((id) => id.startsWith(text)));
  if (squash !== undefined) {
    return new LimbeckError('revision-unknown', `Can't locate revision identified by '${text}': revision ${squash.id} has squashed it`, {
      hint: `limbeck show ${squash.id}`,
      data: { revision: text, candidates: [squash.id] },
    });
  }
  const meant = candidates.length > 0 ? `did you mean ${candidates.join(', ')}? ` : '';
  return new LimbeckError('revision-unknown', `Can't locate revision identified by '${text}'`, {
    hint: `${meant}limbeck history lists the revisions that there are`,
    data: { revision: text, candidates },
  });
};

const ambiguousError = (text: string, candidates: readonly GraphNode[]): LimbeckError => {
  const ids = candidates.map(({ id }) => id);
  const shown = ids.length > 10 ? `${ids.slice(0, 10).join(', ')} and ${ids.length - 10} more` : ids.join(', ');
  return new LimbeckError('revision-ambiguous', `Multiple revisions start with '${text}': ${shown}`, {
    hint: 'write more of the id',
    data: { revision: text, candidates: ids },
  });
};

const isSameNumber = (id: string, text: string): boolean => {
  const number = numberOf(text);
  return number !== undefined && numberOf(id) === number;
};
