import type { Case } from '../pipeline.ts';
import { mutate } from './mutate.ts';
import { randomOf } from './random.ts';
import { renderModels } from './render.ts';
import { fill, whyInvalid } from './rows.ts';
import { newSpec, type Maker } from './schema.ts';
import { tidy, type Spec } from './spec.ts';

export interface Made {
  readonly seed: number;
  readonly case: Case;
  readonly features: readonly string[];
}

/** The case of a seed: a valid schema, a valid change of it, and rows. */
export const makeCase = (seed: number, binary: boolean): Made => {
  const random = randomOf(seed * 7919 + 1);
  let id = 0;
  const nextId = (): number => (id += 1);
  for (;;) {
    const features: string[] = [];
    const maker: Maker = { random: random.fork(), nextId, saw: (feature) => void features.push(feature) };
    const before = tidy(newSpec(maker));
    if (before.tables.length === 0 || whyInvalid(before) !== undefined) continue;
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const seen: string[] = [];
      const { spec: after, changes } = mutate({ ...maker, saw: (feature) => void seen.push(feature) }, before);
      if (changes.length === 0 || whyInvalid(after) !== undefined) continue;
      return { seed, case: caseOf(seed, before, after, binary), features: [...new Set([...features, ...seen, ...changes.map((change) => `change: ${change}`)])] };
    }
  }
};

/** The same rows and layout for a seed, whatever the specs. */
export const caseOf = (seed: number, before: Spec, after: Spec, binary: boolean): Case => ({
  before,
  after,
  modelsBefore: renderModels(before, randomOf(seed + 1)),
  modelsAfter: renderModels(after, randomOf(seed + 2), before),
  fill: (database) => void fill(database, before, randomOf(seed + 3), 1 + (seed % 12)),
  binary,
});
