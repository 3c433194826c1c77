import type { Config } from '../config/config.ts';
import type { Body } from '../diff/body.ts';
import { generate, type Generated } from '../diff/generate.ts';
import { leftoverNotes, reportUnmanaged } from '../diff/unmanaged.ts';
import type { Part } from '../diff/parts.ts';
import { downHeader, plainHeader, upHeader, type ProofRecord } from '../diff/header.ts';
import { modelsHash } from '../diff/declared.ts';
import type { Models } from '../diff/load.ts';
import { givenByHints, givenKey, givenOf, type GivenRename } from '../diff/rename-given.ts';
import type { RenameSuspect } from '../diff/rename-suspect.ts';
import type { EngineName, Scope, Session } from '../engine/engine.ts';
import type { NewMigration } from '../revision/directory.ts';
import type { MigrationHeader } from '../sql/header.ts';
import { withFigures } from './figures.ts';
import { pathOf, type Identity } from './identity.ts';
import { rowRemarks } from './remarks.ts';
import type { RevisionOptions, RevisionResult } from './types.ts';

/** The pair of one engine to be made: where it starts from, and what it must get to. */
export interface HalfTask {
  readonly engine: EngineName;
  /** The live database, or a scratch one to which the engine's migrations were applied. */
  readonly live: Session;
  readonly models: Models;
  readonly scope: Scope;
}

/** A pair that was made; `generated` undefined: nothing changes. */
export interface Half {
  readonly task: HalfTask;
  readonly generated: Generated | undefined;
}

export interface HalvesOptions {
  readonly answers: Pick<RevisionOptions, 'assumeDrop' | 'askRename'>;
  readonly requireProof: boolean;
  /** Renames that are known from elsewhere. */
  readonly given: readonly GivenRename[];
  /** Also where nothing changes for any engine. */
  readonly evenIfSame: boolean;
  /** As many pairs as it needs, not one alone. Default: false. */
  readonly inParts?: boolean;
  /** Forms that do not block a busy table. Default: false. */
  readonly online?: boolean;
}

/**
 * Generates the pairs of all engines. A rename of one holds for the others: a question is asked once, and what only a
 * later half knew of is told to the earlier ones. Where nothing changes for one, its pair says so; for none: no pairs.
 * Errors: those of `generate`.
 */
export const generateHalves = async (config: Config, tasks: readonly HalfTask[], options: HalvesOptions): Promise<readonly Half[]> => {
  const decide = decideOnce(options.answers);
  const hinted = tasks.length < 2 ? [] : tasks.flatMap(({ live, models }) => givenByHints(models, live.dialect.lexis));
  const given = new Map([...hinted, ...options.given].map((rename) => [givenKey(rename), rename]));
  const make = async (task: HalfTask, evenIfSame: boolean): Promise<Half & { readonly knew: number }> => {
    const { live, models, scope } = task;
    const generated = await generate({
      live,
      models,
      scope,
      render: { target: config.sqliteTarget, major: Number(live.server.major), online: options.online ?? false },
      given: [...given.values()],
      decideRename: decide,
      requireProof: options.requireProof,
      evenIfSame,
      inParts: options.inParts ?? false,
    });
    for (const rename of givenOf(generated?.renames ?? [])) given.set(givenKey(rename), rename);
    return { task, generated, knew: given.size };
  };
  const halves = new Map<HalfTask, Half & { readonly knew: number }>();
  const due = (task: HalfTask): boolean => (halves.get(task)?.knew ?? -1) < given.size;
  while (tasks.some(due)) {
    for (const task of tasks) if (due(task)) halves.set(task, await make(task, options.evenIfSame));
  }
  const made = [...halves.values()];
  if (made.every(({ generated }) => generated === undefined)) return [];
  const whole: Half[] = [];
  for (const half of made) whole.push(half.generated === undefined ? await make(half.task, true) : half);
  return whole;
};

type Decide = (suspect: RenameSuspect) => Promise<boolean>;

/** Asks about the same names once, whichever engine they come from. */
const decideOnce = ({ assumeDrop, askRename }: HalvesOptions['answers']): Decide | undefined => {
  if (assumeDrop === true) return async () => false;
  if (askRename === undefined) return undefined;
  const answers = new Map<string, boolean>();
  return async ({ kind, table, dropped, created }) => {
    const question = { kind, table, from: dropped.name, to: created.name };
    const key = givenKey({ kind, table, fromName: question.from, toName: question.to });
    const answer = answers.get(key) ?? (await askRename(question));
    answers.set(key, answer);
    return answer;
  };
};

/** How many revisions the halves need. */
export const revisionsOf = (halves: readonly Half[]): number =>
  Math.max(0, ...halves.map(({ generated }) => 1 + (generated?.ahead.length ?? 0)));

export interface FileOptions {
  /** Undefined: one pair for every engine. */
  readonly engine: EngineName | undefined;
  /** How many revisions come after it, of those that are made at once; an engine that needs fewer has nothing to do in the first. Default: 0. */
  readonly left?: number;
  /** Heads of other branches that stood in what it starts from. */
  readonly beside: readonly string[];
}

/** The files of a half in one of its revisions. */
export const fileHalf = (
  config: Config,
  identity: Identity,
  { task, generated }: Half,
  { engine, left = 0, beside }: FileOptions,
): NewMigration => {
  const { live, models } = task;
  const said: Body = { ...emptyBody, text: `-- nothing changes for ${task.engine}\n` };
  const part = isChange(generated) ? partAt(generated, left) : undefined;
  const body = (direction: 'up' | 'down'): Body => part?.[direction] ?? said;
  const plain = (direction: 'up' | 'down'): MigrationHeader => headerOf(config, identity, engine, direction, body(direction), live);
  const proof = part === undefined ? standstill(generated, left) : part.proof;
  const record: ProofRecord | undefined =
    generated === undefined || proof === undefined
      ? undefined
      : {
          ...proof,
          scope: generated.sides.scope,
          server: live.server,
          dialect: live.dialect,
          models: left === 0 ? modelsHash(models, task.scope.exclude) : undefined,
          beside,
        };
  const { id, slug } = identity;
  return {
    id,
    slug,
    engine,
    up: { header: record === undefined ? plain('up') : upHeader(plain('up'), body('up'), record), body: body('up').text },
    down: { header: record === undefined ? plain('down') : downHeader(plain('down'), body('down'), record), body: body('down').text },
  };
};

const partAt = (generated: Generated | undefined, left: number): Part | undefined => (left === 0 ? generated : generated?.ahead.at(-left));

/** The proof of a pair without statements, which stands before all that the half does. */
const standstill = (generated: Generated | undefined, left: number): Part['proof'] => {
  const proof = (generated?.ahead[0] ?? generated)?.proof;
  return proof === undefined || left === 0 ? proof : { before: proof.before, after: proof.before, touches: [] };
};

/** The files of a pair to be filled in by hand; `says` stands in place of the SQL. */
export const fileEmpty = (config: Config, identity: Identity, engine: EngineName | undefined, says?: string): NewMigration => {
  const file = (direction: 'up' | 'down'): NewMigration['up'] => ({
    header: headerOf(config, identity, engine, direction, emptyBody, undefined),
    body: says ?? emptyBody.text,
  });
  return { id: identity.id, slug: identity.slug, engine, up: file('up'), down: file('down') };
};

const emptyBody: Body = { text: '\n', transactional: true, foreignKeys: 'on' };

const headerOf = (
  config: Config,
  identity: Identity,
  engine: EngineName | undefined,
  direction: 'up' | 'down',
  body: Body,
  live: Session | undefined,
): MigrationHeader => {
  const { id, message, parents, dependsOn, labels } = identity;
  const path = pathOf(config, identity, engine, direction);
  return { ...plainHeader({ message, revision: id, parents, path }, body, live?.dialect), dependsOn, labels };
};

/** What is to be said of the halves; figures come from the connected database, where there is one among them. */
export const tellOf = async (halves: readonly Half[], connected: Session | undefined): Promise<Told> => {
  const remarks: string[] = [];
  const [hazards, unmanaged] = [new Map<string, RevisionResult['hazards'][number]>(), new Set<string>()];
  for (const { task, generated } of halves) {
    if (generated === undefined) continue;
    const { sides, ahead, problem } = generated;
    remarks.push(...sides.loaded.notes, ...leftoverNotes(sides.live));
    if (task.live === connected) {
      for (const part of [...ahead, generated]) remarks.push(...(await rowRemarks(connected, sides.live, part.upPlan)));
    }
    if (problem !== undefined) remarks.push(`not proved: ${problem}`);
    for (const hazard of await withFigures(generated.hazards, task.live === connected ? connected : undefined))
      hazards.set(`${hazard.kind} ${hazard.text}`, hazard);
    for (const note of reportUnmanaged(sides.live.unmanaged, sides.loaded.unmanaged).notes) unmanaged.add(note);
  }
  return {
    proved: halves.every(({ generated }) => generated?.proof !== undefined),
    hazards: [...hazards.values()],
    remarks: [...new Set(remarks)],
    unmanaged: [...unmanaged],
    unchanged: halves.flatMap(({ task, generated }) => (isChange(generated) ? [] : [task.engine])),
  };
};

type Told = Pick<RevisionResult, 'proved' | 'hazards' | 'remarks' | 'unmanaged' | 'unchanged'>;

const isChange = (generated: Generated | undefined): boolean =>
  generated !== undefined && generated.changes.length + generated.renames.length > 0;
