import { ranks, step, text, type Kind } from './kind.ts';

/** Schemas but for the default one. What is in one is dropped before it. */
export const schemaKind: Kind = {
  word: 'SCHEMA',
  rank: ranks.schema,
  isTop: true,
  create: (schema) => [step(`CREATE SCHEMA ${text(schema, 'id')}`)],
  drop: (schema) => [step(`DROP SCHEMA ${text(schema, 'id')}`)],
  alter: () => ({ steps: [] }),
};
