import type { Config } from '../config/config.ts';
import type { EngineName, Scope, Session } from '../engine/engine.ts';
import type { NewMigration } from '../revision/directory.ts';
import { split } from '../sql/split.ts';
import { fileHalf, generateHalves } from './half.ts';
import type { Identity } from './identity.ts';
import { preamble, textOfSchema } from './pull.ts';

/** What a pair from nothing to a schema is made of. */
export interface BaselineInput {
  /** A database that has the schema. */
  readonly state: Session;
  readonly scope: Scope;
  /** Names what `state` has and no text brings along. */
  readonly unmanaged: readonly string[];
  readonly identity: Identity;
  /** Undefined: one pair for every engine. */
  readonly engine: EngineName | undefined;
}

export interface Baseline {
  /** Undefined: the schema is empty. */
  readonly migration: NewMigration | undefined;
  /** The schema as the text of a models file. */
  readonly models: string;
}

/**
 * The pair that makes the schema of `state` of nothing, and takes it away again, proved as any generated one.
 * Errors: those of `generate`, `scratch-failed`.
 */
export const makeBaseline = async (config: Config, input: BaselineInput): Promise<Baseline> => {
  const { state, scope, identity } = input;
  const { text } = await textOfSchema(state, scope);
  const models = preamble(state, input.unmanaged) + text;
  if (split(text, state.dialect.lexis).length === 0) return { migration: undefined, models };
  const empty = await state.scratch();
  try {
    const task = { engine: state.dialect.name, live: empty, models: { text: models, file: 'the pulled schema' }, scope };
    const [half] = await generateHalves(config, [task], {
      answers: { assumeDrop: true },
      requireProof: true,
      given: [],
      evenIfSame: false,
    });
    return { migration: half && fileHalf(config, identity, half, { engine: input.engine, beside: [] }), models };
  } finally {
    await empty.close();
  }
};

/** The migration with other revisions noted in its headers as held by it. */
export const withSquashes = (migration: NewMigration, squashes: readonly string[]): NewMigration => ({
  ...migration,
  up: { ...migration.up, header: { ...migration.up.header, squashes } },
  down: migration.down && { ...migration.down, header: { ...migration.down.header, squashes } },
});
