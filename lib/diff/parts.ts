import type { RenderOptions, Scope, Session } from '../engine/engine.ts';
import { LimbeckError } from '../errors.ts';
import type { Plan, Step } from '../model/change.ts';
import { compareFingerprints, type Fingerprint } from '../model/fingerprint.ts';
import { leftoversOf, soundSchema, withLeftovers, type Schema, type SchemaObject } from '../model/schema.ts';
import type { Touch } from '../sql/header-values.ts';
import { renderBody, type Body } from './body.ts';
import { compare } from './compare.ts';
import { prove, touchesBetween } from './prove.ts';

/** One pair of a way that may take several. */
export interface Part {
  readonly upPlan: Plan;
  readonly up: Body;
  readonly down: Body;
  /** Undefined: not proved. */
  readonly proof: { readonly before: Fingerprint; readonly after: Fingerprint; readonly touches: readonly Touch[] } | undefined;
}

export interface PartsInput {
  /** At the state before; left at the state after. */
  readonly scratch: Session;
  readonly scope: Scope;
  /** The schema before, with the renames already in it. */
  readonly from: Schema;
  readonly to: Schema;
  readonly expected: Fingerprint;
  /** The renames, which the first part begins with, and its down ends with. */
  readonly naming: { readonly up: readonly Step[]; readonly down: readonly Step[] };
  readonly render: RenderOptions;
}

/**
 * A proved pair for everything that must be committed before the rest, in order, and one for the rest if there is any. Between two parts
 * the schema is read again: only the database knows what a statement really made. Errors: those of `prove`.
 */
export const proveParts = async (input: PartsInput): Promise<{ readonly ahead: readonly Part[]; readonly last: Part }> => {
  const { scratch, to, expected, render } = input;
  const ahead: Part[] = [];
  for (let from = input.from; ;) {
    const plan = scratch.dialect.planAhead?.(compare(from, to), from, to, render);
    const { part, reached } = await provePart(input, from, plan, ahead.length === 0);
    if (plan === undefined) return { ahead, last: part };
    const left = leftIn(from, plan);
    if (part.proof?.before.whole === part.proof?.after.whole && left.length === leftoversOf(from).length)
      throw new LimbeckError('internal', `a revision changes nothing: ${plan.steps.map(({ sql }) => sql).join('; ')}`);
    if (part.proof !== undefined && compareFingerprints(part.proof.after, expected).length === 0 && left.length === 0)
      return { ahead, last: part };
    ahead.push(part);
    from = withLeftovers(reached, left);
  }
};

/** What failed statements left in the database, and this plan leaves; scratch does not tell. */
const leftIn = (from: Schema, { steps }: Plan): readonly SchemaObject[] => {
  const touched = new Set(steps.flatMap(({ touches }) => touches));
  return leftoversOf(from).filter(({ key }) => !touched.has(key));
};

/** `plan` undefined: the last part, which must get there. */
const provePart = async (
  { scratch, scope, to, expected, naming, render }: PartsInput,
  from: Schema,
  plan: Plan | undefined,
  isFirst: boolean,
): Promise<{ readonly part: Part; readonly reached: Schema }> => {
  const { dialect } = scratch;
  const way = plan ?? dialect.plan(compare(from, to), from, to, render);
  const upPlan: Plan = isFirst ? { ...way, steps: [...naming.up, ...way.steps] } : way;
  let reached = to;
  let downPlan = upPlan;
  const planDown = async (): Promise<Body> => {
    if (plan !== undefined) reached = await scratch.inspect(scope);
    const sound = soundSchema(from, to);
    const back = dialect.plan(compare(reached, sound), reached, sound, render);
    downPlan = isFirst ? { ...back, steps: [...back.steps, ...naming.down] } : back;
    return renderBody(downPlan);
  };
  const up = renderBody(upPlan);
  const { before, after } = await prove({ scratch, scope, up, down: planDown, expected: plan === undefined ? expected : undefined });
  const named = [...upPlan.steps, ...downPlan.steps].flatMap((step) => step.touches);
  const proof = { before, after, touches: touchesBetween(before, after, named, from) };
  return { part: { upPlan, up, down: renderBody(downPlan), proof }, reached };
};
