import { type Case, runCase } from '../pipeline.ts';
import { caseOf, type Made, type Specs } from './case.ts';
import { whyInvalid } from './rows.ts';
import { emptySpec, tidy, type Spec } from './spec.ts';

interface Failure {
  readonly stage: string;
  readonly detail: string;
}

/** Takes parts out of all schemas, one at a time, as long as the case still fails in the same way. */
export const shrink = async (made: Made, failure: Failure, folder: string): Promise<Case> => {
  let specs = made.specs;
  let budget = 250;
  const stillFails = async (candidate: Specs): Promise<boolean> => {
    const { past, before, after } = candidate;
    if (budget <= 0 || before.tables.length === 0 || weightOf(candidate) >= weightOf(specs)) return false;
    if ([past, before, after].some((spec) => spec !== undefined && whyInvalid(spec) !== undefined)) return false;
    budget -= 1;
    const outcome = await runCase(folder, caseOf(made.seed, candidate, made.case.binary));
    return outcome.kind === 'failed' && outcome.stage === failure.stage && kindOf(outcome.detail) === kindOf(failure.detail);
  };
  if (specs.past !== undefined && (await stillFails({ ...specs, past: undefined }))) specs = { ...specs, past: undefined };
  for (let progress = true; progress;) {
    progress = false;
    for (const id of idsOf(specs.past ?? emptySpec, specs.before, specs.after)) {
      for (const candidate of candidatesOf(specs, id)) {
        if (!(await stillFails(candidate))) continue;
        specs = candidate;
        progress = true;
      }
    }
  }
  return caseOf(made.seed, specs, made.case.binary);
};

const kindOf = (detail: string): string => detail.replace(/["'`[].*$/s, '').slice(0, 25);

/** How much there is to read: every part, and more for each that changes. */
const weightOf = ({ past, before, after }: Specs): number => {
  const [first, second, third] = [partsOf(past ?? emptySpec), partsOf(before), partsOf(after)];
  const changed = (a: readonly string[], b: readonly string[]): number =>
    a.filter((part) => !b.includes(part)).length + b.filter((part) => !a.includes(part)).length;
  return first.length + second.length + third.length + 3 * ((past === undefined ? 0 : changed(first, second)) + changed(second, third));
};

const partsOf = (spec: Spec): readonly string[] =>
  [
    ...spec.tables.flatMap((table) => [{ ...table, columns: [], constraints: [] }, ...table.columns, ...table.constraints]),
    ...spec.indexes,
    ...spec.views,
    ...spec.triggers,
    ...spec.virtuals,
  ].map((part) => JSON.stringify(part));

const idsOf = (...specs: readonly Spec[]): readonly number[] => [
  ...new Set(
    specs.flatMap((spec) => [
      ...[...spec.triggers, ...spec.views, ...spec.indexes, ...spec.virtuals, ...spec.tables].map(({ id }) => id),
      ...spec.tables.flatMap((table) => [...table.constraints, ...table.columns].map(({ id }) => id)),
    ]),
  ),
];

/** Without the part everywhere; with the part unchanged; with it as it was from the start. */
const candidatesOf = ({ past, before, after }: Specs, id: number): readonly Specs[] => [
  { past: past && tidy(dropPart(past, id)), before: tidy(dropPart(before, id)), after: tidy(dropPart(after, id)) },
  { past, before, after: tidy(revertPart(before, after, id)) },
  ...(past === undefined ? [] : [{ past: tidy(revertPart(before, past, id)), before, after }]),
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
    return old === undefined || table.id === id
      ? table
      : { ...table, columns: back(old.columns, table.columns), constraints: back(old.constraints, table.constraints) };
  });
  return {
    tables,
    indexes: back(before.indexes, after.indexes),
    views: back(before.views, after.views),
    triggers: back(before.triggers, after.triggers),
    virtuals: back(before.virtuals, after.virtuals),
  };
};
