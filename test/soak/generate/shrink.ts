import { type Case, runCase } from '../pipeline.ts';
import { caseOf, type Made } from './case.ts';
import { whyInvalid } from './rows.ts';
import { tidy, type Spec } from './spec.ts';

interface Failure {
  readonly stage: string;
  readonly detail: string;
}

/** Takes parts out of both schemas, one at a time, as long as the case still fails in the same way. */
export const shrink = async (made: Made, failure: Failure, folder: string): Promise<Case> => {
  let { before, after } = made.case;
  let budget = 150;
  for (let progress = true; progress; ) {
    progress = false;
    for (const id of idsOf(before, after)) {
      for (const candidate of candidatesOf(before, after, id)) {
        if (budget <= 0) return caseOf(made.seed, before, after, made.case.binary);
        if (candidate.before.tables.length === 0 || same(candidate, { before, after })) continue;
        if (whyInvalid(candidate.before) !== undefined || whyInvalid(candidate.after) !== undefined) continue;
        budget -= 1;
        const outcome = await runCase(folder, caseOf(made.seed, candidate.before, candidate.after, made.case.binary));
        if (outcome.kind !== 'failed' || outcome.stage !== failure.stage || kindOf(outcome.detail) !== kindOf(failure.detail)) continue;
        ({ before, after } = candidate);
        progress = true;
      }
    }
  }
  return caseOf(made.seed, before, after, made.case.binary);
};

const kindOf = (detail: string): string => detail.replace(/["'`[].*$/s, '').slice(0, 25);

const same = (a: Pair, b: Pair): boolean => JSON.stringify([a.before, a.after]) === JSON.stringify([b.before, b.after]);

interface Pair {
  readonly before: Spec;
  readonly after: Spec;
}

const idsOf = (...specs: readonly Spec[]): readonly number[] => [
  ...new Set(
    specs.flatMap((spec) => [
      ...[...spec.triggers, ...spec.views, ...spec.indexes, ...spec.virtuals, ...spec.tables].map(({ id }) => id),
      ...spec.tables.flatMap((table) => [...table.constraints, ...table.columns].map(({ id }) => id)),
    ]),
  ),
];

/** Without the part on both sides; with the part unchanged. */
const candidatesOf = (before: Spec, after: Spec, id: number): readonly Pair[] => [
  { before: tidy(dropPart(before, id)), after: tidy(dropPart(after, id)) },
  { before, after: tidy(revertPart(before, after, id)) },
];

const dropPart = (spec: Spec, id: number): Spec => {
  const rest = <T extends { readonly id: number }>(list: readonly T[]): readonly T[] => list.filter((each) => each.id !== id);
  const tables = rest(spec.tables).map((table) => ({ ...table, columns: rest(table.columns), constraints: rest(table.constraints) }));
  return { tables, indexes: rest(spec.indexes), views: rest(spec.views), triggers: rest(spec.triggers), virtuals: rest(spec.virtuals) };
};

const revertPart = (before: Spec, after: Spec, id: number): Spec => {
  const back = <T extends { readonly id: number }>(old: readonly T[], now: readonly T[]): readonly T[] => {
    const was = old.find((each) => each.id === id);
    if (was === undefined) return now.filter((each) => each.id !== id);
    return now.some((each) => each.id === id) ? now.map((each) => (each.id === id ? was : each)) : [...now, was];
  };
  const tables = back(before.tables, after.tables).map((table) => {
    const old = before.tables.find((each) => each.id === table.id);
    return old === undefined || table.id === id ? table : { ...table, columns: back(old.columns, table.columns), constraints: back(old.constraints, table.constraints) };
  });
  return {
    tables,
    indexes: back(before.indexes, after.indexes),
    views: back(before.views, after.views),
    triggers: back(before.triggers, after.triggers),
    virtuals: back(before.virtuals, after.virtuals),
  };
};
