import type { SchemaObject } from '../../model/schema.ts';
import type { Kind, Kinds, Reader } from './kind.ts';

/** What inspect reads, in the order in which objects are listed. */
export const readers: readonly Reader[] = [];

const kinds: Kinds = {};

/** The rules of an object's kind. Throws for a kind that PostgreSQL has not: a defect of a reader. */
export const kindOf = (object: SchemaObject): Kind => {
  const kind = kinds[object.kind];
  if (kind === undefined) throw new Error(`no kind ${object.kind}`);
  return kind;
};
