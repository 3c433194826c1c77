import type { RenderOptions, Scope, Session } from '../engine/engine.ts';
import { LimbeckError } from '../errors.ts';
import type { Change, Hazard, Plan, Rename } from '../model/change.ts';
import { compareFingerprints } from '../model/fingerprint.ts';
import { leftoversOf, soundSchema, withLeftovers, type Schema } from '../model/schema.ts';
import { scratchAtLive } from './at-live.ts';
import { renderBody, type Body } from './body.ts';
import { compare } from './compare.ts';
import { placeOf } from './declared.ts';
import type { Loaded, Models } from './load.ts';
import { proveParts, type Part, type PartsInput } from './parts.ts';
import { describeDifferences, prove, runBody, touchesBetween } from './prove.ts';
import { renamesGiven, type GivenRename } from './rename-given.ts';
import { impliedRenames } from './rename-implied.ts';
import { renameOf, renameSuspects, type RenameSuspect } from './rename-suspect.ts';
import { renameSteps } from './rename-order.ts';
import { hintedRenames } from './rename.ts';
import { readSides, type Sides } from './sides.ts';
import { refuseUnmanaged } from './unmanaged.ts';

export interface GenerateInput {
  readonly live: Session;
  readonly models: Models;
  readonly scope: Scope;
  readonly render: RenderOptions;
  /** Renames of the other engine's half; they hold here, too. Default: none. */
  readonly given?: readonly GivenRename[];
  /** Answers a suspect: true = a rename. Undefined: a suspect is an error. */
  readonly decideRename: ((suspect: RenameSuspect) => Promise<boolean>) | undefined;
  /** False: what cannot be proved is returned all the same, with `proof` undefined. */
  readonly requireProof: boolean;
  /** Also where nothing differs there is a pair, which says so. */
  readonly evenIfSame?: boolean;
  /** What cannot share a transaction becomes pairs of their own; else one pair does it in another way. */
  readonly inParts?: boolean;
}

/** The pair that gets there. */
export interface Generated extends Part {
  /** The pairs that come before it, each proved; none unless `inParts`. */
  readonly ahead: readonly Part[];
  readonly sides: Sides;
  readonly changes: readonly Change[];
  readonly renames: readonly Rename[];
  /** Of all pairs. */
  readonly hazards: readonly Hazard[];
  /** Why it is not proved. */
  readonly problem: string | undefined;
}

/**
 * The proved pair that makes the live schema the declared one, and back; undefined when nothing differs (unless
 * `evenIfSame`).
 * Errors: `models-invalid`, `rename-unclear`, `rename-invalid`, `unmanaged` (an attribute or object that limbeck cannot
 * bring along, by name), `not-proved`, `not-reversible`, `cancelled`.
 */
export const generate = async (input: GenerateInput): Promise<Generated | undefined> => {
  const sides = await readSides(input.live, input.models, input.scope);
  refuseUnmanaged(sides.live.unmanaged, sides.loaded.unmanaged);
  const { renamed, renames } = await decideRenames(input, sides);
  const changes = compare(renamed, sides.declared);
  if (changes.length === 0 && renames.length === 0) {
    refuseBlindSpot(sides);
    if (input.evenIfSame !== true) return undefined;
  }
  const { dialect } = input.live;
  const ordered = renameSteps(renames, [sides.live, sides.declared]);
  const naming = {
    up: ordered.flatMap((rename) => dialect.renderRename(rename, false)),
    down: [...ordered].reverse().flatMap((rename) => dialect.renderRename(rename, true)),
  };
  if (input.inParts === true && dialect.planAhead?.(changes, renamed, sides.declared, input.render) !== undefined) {
    const parts = await generateParts(input, sides, renamed, naming);
    if (parts !== undefined) return { sides, changes, renames, ...parts };
  }
  const up = dialect.plan(changes, renamed, sides.declared, input.render);
  const back = soundSchema(renamed, sides.declared);
  const down = dialect.plan(compare(sides.declared, back), sides.declared, back, input.render);
  const upPlan: Plan = { ...up, steps: [...naming.up, ...up.steps] };
  const downPlan: Plan = { ...down, steps: [...down.steps, ...naming.down] };
  const bodies = { up: renderBody(upPlan), down: renderBody(downPlan) };
  const hazards = upPlan.steps.flatMap((step) => step.hazards);
  const common = { sides, changes, renames, hazards, upPlan, ahead: [], ...bodies };
  try {
    const named = [...upPlan.steps, ...downPlan.steps].flatMap((step) => step.touches);
    return { ...common, proof: await proveAtLive(input, sides, bodies, named), problem: undefined };
  } catch (error) {
    if (input.requireProof || !(error instanceof LimbeckError) || !isProofFailure(error)) throw error;
    return { ...common, proof: undefined, problem: error.message };
  }
};

/** Undefined: not all of them could be proved, so one pair has to do. What was asked for by name is an error then. */
const generateParts = async (
  input: GenerateInput,
  sides: Sides,
  from: Schema,
  naming: PartsInput['naming'],
): Promise<Pick<Generated, keyof Part | 'ahead' | 'hazards' | 'problem'> | undefined> => {
  const { scope, declared, declaredFingerprint: expected } = sides;
  try {
    const scratch = await scratchAtLive(input.live, sides);
    try {
      const { ahead, last } = await proveParts({ scratch, scope, from, to: declared, expected, naming, render: input.render });
      const hazards = [...ahead, last].flatMap(({ upPlan }) => upPlan.steps.flatMap((step) => step.hazards));
      return { ...last, ahead, hazards, problem: undefined };
    } finally {
      await scratch.close();
    }
  } catch (error) {
    if (!(error instanceof LimbeckError) || !isProofFailure(error)) throw error;
    if (input.render.online !== true) return undefined;
    const { message, data } = error;
    throw new LimbeckError(error.code, `there is no way of several revisions that does not block the tables: ${message}`, {
      hint: 'leave --online out, and choose a time when the tables may be blocked; or divide the change',
      cause: error,
      ...(data === undefined ? {} : { data }),
    });
  }
};

const isProofFailure = (error: LimbeckError): boolean =>
  error.code === 'not-proved' || error.code === 'not-reversible' || error.code === 'unmanaged';

const proveAtLive = async (
  input: GenerateInput,
  sides: Sides,
  bodies: { readonly up: Body; readonly down: Body },
  named: readonly string[],
): Promise<Generated['proof']> => {
  const scratch = await scratchAtLive(input.live, sides);
  try {
    const { before, after } = await prove({ scratch, scope: sides.scope, ...bodies, expected: sides.declaredFingerprint });
    return { before, after, touches: touchesBetween(before, after, named, sides.live) };
  } finally {
    await scratch.close();
  }
};

const decideRenames = async (
  input: GenerateInput,
  sides: Sides,
): Promise<{ readonly renamed: Schema; readonly renames: readonly Rename[] }> => {
  const leftAfter = async (renames: readonly Rename[]): Promise<readonly Change[]> =>
    compare((await withImplied(input, sides, renames, await schemaAfter(input, sides, renames))).renamed, sides.declared);
  const hinted = await hintedRenames(sides.loaded, soundSchema(sides.live, sides.declared), sides.declared, input.live, leftAfter);
  const told = await withGiven(input, sides, hinted);
  const renamed = await schemaAfter(input, sides, told);
  const accepted: Rename[] = [];
  for (const suspect of renameSuspects(compare(renamed, sides.declared), renamed, sides.declared)) {
    if (input.decideRename === undefined) throw unclear(suspect, input, sides.loaded);
    if (await input.decideRename(suspect)) accepted.push(renameOf(suspect));
  }
  const asked = tablesFirst([...told, ...accepted]);
  const after = accepted.length === 0 ? renamed : await schemaAfter(input, sides, asked);
  return withImplied(input, sides, asked, after);
};

/** With the renames that these bring along; `after` is the live schema after these alone. */
const withImplied = async (
  input: GenerateInput,
  sides: Sides,
  asked: readonly Rename[],
  after: Schema,
): Promise<{ readonly renamed: Schema; readonly renames: readonly Rename[] }> => {
  const implied = impliedRenames(asked, after, sides.declared, input.live.dialect);
  if (implied.length === 0) return { renamed: after, renames: asked };
  const renames = [...asked, ...implied];
  return { renamed: await schemaAfter(input, sides, renames), renames };
};

const tablesFirst = (renames: readonly Rename[]): readonly Rename[] =>
  [...renames].sort((a, b) => Number(a.kind !== 'table') - Number(b.kind !== 'table'));

/** Adds the given renames that are to do here, those of tables first: their columns are seen only then. */
const withGiven = async (input: GenerateInput, sides: Sides, hinted: readonly Rename[]): Promise<readonly Rename[]> => {
  const { given = [] } = input;
  let renames = hinted;
  for (let isNew = given.length > 0; isNew;) {
    const after = await schemaAfter(input, sides, renames);
    const known = new Set(renames.map(({ to }) => to));
    const more = renamesGiven(given, compare(after, sides.declared), after, sides.declared).filter(({ to }) => !known.has(to));
    renames = tablesFirst([...renames, ...more]);
    isNew = more.length > 0;
  }
  return renames;
};

/** The live schema after the renames: carried out in scratch, because the database knows best what mentions a name. */
const schemaAfter = async (input: GenerateInput, sides: Sides, renames: readonly Rename[]): Promise<Schema> => {
  if (renames.length === 0) return sides.live;
  const scratch = await scratchAtLive(input.live, sides);
  try {
    const naming = renameSteps(renames, [sides.live, sides.declared]);
    const steps = naming.flatMap((rename) => scratch.dialect.renderRename(rename, false));
    await runBody(scratch, renderBody({ steps, transactional: true, foreignKeys: 'on' }));
    return withLeftovers(await scratch.inspect(sides.scope), leftoversOf(sides.live));
  } finally {
    await scratch.close();
  }
};

const unclear = (suspect: RenameSuspect, input: GenerateInput, loaded: Loaded): LimbeckError => {
  const { created, dropped, kind } = suspect;
  const owner = kind === 'table' ? created.name : suspect.table;
  const { foldName } = input.live.dialect;
  const declared = loaded.statements.find(
    ({ parsed }) => parsed.defines !== undefined && owner !== undefined && foldName(parsed.defines.name) === foldName(owner),
  );
  return new LimbeckError('rename-unclear', `${dropped.key} goes and ${created.key} comes, alike: a rename, or a drop and an add?`, {
    hint: `a rename: write "-- @renamed from ${dropped.name}" behind ${created.name} in ${input.models.file}; a drop and an add: run again with --assume-drop`,
    ...(declared === undefined ? {} : { where: placeOf(declared) }),
    data: { dropped: dropped.key, created: created.key },
  });
};

/** Fails closed: the fingerprint sees a difference for which the model has no words. */
const refuseBlindSpot = (sides: Sides): void => {
  const differences = compareFingerprints(sides.liveFingerprint, sides.declaredFingerprint);
  if (differences.length === 0) return;
  throw new LimbeckError(
    'unmanaged',
    `the schemas differ in what limbeck cannot change:\n${describeDifferences(differences, 'live', 'declared')}`,
    {
      hint: 'write this migration by hand (`limbeck revision -m …`) and report the case',
    },
  );
};
