import { flag, ranks, step, text, type Kind } from '../object/kind.ts';
import { groundAlter, groundCreate } from './ground.ts';

/** Schemas. What is in one is dropped before it. The default one and `public` are there already, and stay. */
export const schemaKind: Kind = {
  word: 'SCHEMA',
  rank: ranks.schema,
  isTop: true,
  create: (schema) => (flag(schema, 'isGround') ? groundCreate(schema) : [step(`CREATE SCHEMA ${text(schema, 'id')}`)]),
  drop: (schema) => (flag(schema, 'isGround') ? [] : [step(`DROP SCHEMA ${text(schema, 'id')}`)]),
  alter: (input) => ({ steps: flag(input.to, 'isGround') ? groundAlter(input) : [] }),
};
