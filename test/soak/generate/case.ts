import type { Case } from '../pipeline.ts';
import { mutate } from './mutate.ts';
import { randomOf } from './random.ts';
import { renderModels } from './render.ts';
import { excludedBy } from './excluded.ts';
import { fill, whyInvalid } from './rows.ts';
import { newSpec, type Maker } from './schema.ts';
import { tidy, type Spec } from './spec.ts';

export interface Specs {
  readonly past: Spec | undefined;
  readonly before: Spec;
  readonly after: Spec;
}

export interface Made {
  readonly seed: number;
  readonly specs: Specs;
  readonly case: Case;
  readonly features: readonly string[];
}

/** The case of a seed: a valid schema, which may have a past, a valid change of it, and rows. */
export const makeCase = (seed: number, binary: boolean): Made => {
  const random = randomOf(seed * 7919 + 1);
  let id = 0;
  const nextId = (): number => (id += 1);
  for (;;) {
    const features: string[] = [];
    const maker: Maker = { random: random.fork(), nextId, saw: (feature) => void features.push(feature) };
    const first = tidy(newSpec(maker));
    if (first.tables.length === 0 || whyInvalid(first) !== undefined) continue;
    const second = random.chance(0.4) ? changed(maker, first) : undefined;
    const before = second?.spec ?? first;
    const after = changed(maker, before);
    if (after === undefined) continue;
    const changes = [...(second?.changes ?? []), ...after.changes].map((change) => `change: ${change}`);
    const specs = { past: second === undefined ? undefined : first, before, after: after.spec };
    return { seed, specs, case: caseOf(seed, specs, binary), features: [...new Set([...features, ...changes])] };
  }
};

const changed = (maker: Maker, from: Spec): ReturnType<typeof mutate> | undefined => {
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const made = mutate(maker, from);
    if (made.changes.length > 0 && whyInvalid(made.spec) === undefined) return made;
  }
  return undefined;
};

/** The same rows and layout for a seed, whatever the specs. */
export const caseOf = (seed: number, { past, before, after }: Specs, binary: boolean): Case => ({
  modelsPast: past === undefined ? undefined : renderModels(past, randomOf(seed + 4)),
  before,
  after,
  modelsBefore: renderModels(before, randomOf(seed + 1), past),
  modelsAfter: renderModels(after, randomOf(seed + 2), before, past),
  excluded: excludedBy(before, randomOf(seed + 5)),
  fill: (database) => void fill(database, before, randomOf(seed + 3), 1 + (seed % 12)),
  binary,
});
