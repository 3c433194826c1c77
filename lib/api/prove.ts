import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { downHeader, upHeader } from '../diff/header.ts';
import { prove as proveBodies } from '../diff/prove.ts';
import type { EngineName, Session } from '../engine/engine.ts';
import { isLimbeckError, LimbeckError } from '../errors.ts';
import { rewriteHeader } from '../revision/directory.ts';
import type { MigrationFile, Revision } from '../revision/revision.ts';
import { resolveRange } from '../revision/range.ts';
import { halfFor } from '../runner/history.ts';
import { renderHeader, type MigrationHeader } from '../sql/header.ts';
import { makeContext, namesIn } from '../diff/surroundings.ts';
import type { Schema } from '../model/schema.ts';
import { openDatabase, readProject, scopeOf, type Files } from './context.ts';
import { openScratchFor } from './engines.ts';
import { bodyOf, replay, upFile } from './replay.ts';
import { openScratch } from './scratch.ts';
import type { ProveResult } from './types.ts';

type Proved = ProveResult['revisions'][number];

/**
 * Proves pairs as they stand in the files: replays what comes before them in scratch, then up, down and up again, and
 * writes the outcome into their headers; bodies are never touched. `range` as in `history`; default: every revision.
 * `engine`: whose files; default: those of the URL's.
 * Errors: `revision-unknown`, `revision-invalid`, `file-unwritable`, `no-url`; a pair that fails is in the result.
 */
export const prove = async (
  config: Config,
  options: { readonly range?: string; readonly engine?: EngineName; readonly signal?: AbortSignal } = {},
): Promise<ProveResult> => {
  const open = (): Promise<Session> =>
    options.engine === undefined ? openScratch(config, options.signal) : openScratchFor(config, options.engine, options.signal);
  const files = await readProject(config);
  const alone = await proveAll(config, options, files, open);
  const outside = alone.ok || options.engine !== undefined ? undefined : await outsideOf(config, files, options.signal);
  return outside === undefined ? alone : proveAll(config, options, files, async () => furnished(await open(), outside));
};

/** What the migrations speak of and the database has outside the scope. Undefined: nothing, or there is no database to ask. */
const outsideOf = async (config: Config, { graph }: Files, signal: AbortSignal | undefined): Promise<Schema | undefined> => {
  try {
    const live = await openDatabase(config, { mode: 'read', signal });
    try {
      const texts = graph.nodes.map((revision) => upFile(revision, live.dialect.name).body);
      const found = await live.surroundings?.(scopeOf(config), namesIn(texts, live.dialect));
      return found === undefined || found.context.objects.size === 0 ? undefined : found.context;
    } finally {
      await live.close();
    }
  } catch (error) {
    if (isLimbeckError(error) && error.code !== 'cancelled') return undefined;
    throw error;
  }
};

const furnished = async (scratch: Session, context: Schema): Promise<Session> => {
  await makeContext(scratch, context);
  return scratch;
};

const proveAll = async (
  config: Config,
  options: { readonly range?: string },
  files: Files,
  open: () => Promise<Session>,
): Promise<ProveResult> => {
  const chosen = new Set(
    options.range === undefined
      ? files.graph.nodes.map(({ id }) => id)
      : resolveRange(files.graph, options.range, { applied: new Set() }).ids,
  );
  const results: Proved[] = [];
  let scratch = await open();
  try {
    let broken: string | undefined;
    for (const [at, revision] of files.graph.nodes.entries()) {
      if (chosen.size === results.length) break;
      if (broken !== undefined) {
        if (chosen.has(revision.id)) results.push(failed(revision, `it follows ${broken}, which does not run`));
        continue;
      }
      if (!chosen.has(revision.id)) {
        await replay(scratch, [revision]);
        continue;
      }
      const result = await proveOne(config, scratch, revision);
      results.push(result);
      if (result.proved) continue;
      await scratch.close();
      scratch = await open();
      broken = await tryReplay(scratch, files, at + 1);
    }
  } finally {
    await scratch.close();
  }
  return { revisions: results, ok: results.every((result) => result.proved) };
};

const failed = (revision: Revision, problem: string): Proved => ({ id: revision.id, proved: false, problem, headerChanged: false });

/** The id of the first revision that does not run, or undefined. */
const tryReplay = async (scratch: Session, files: Files, count: number): Promise<string | undefined> => {
  for (const revision of files.graph.nodes.slice(0, count)) {
    try {
      await replay(scratch, [revision]);
    } catch (error) {
      if (isLimbeckError(error) && error.code === 'scratch-failed') return revision.id;
      throw error;
    }
  }
  return undefined;
};

const proveOne = async (config: Config, scratch: Session, revision: Revision): Promise<Proved> => {
  const up = upFile(revision, scratch.dialect.name);
  const { down } = halfFor(revision, scratch.dialect.name);
  const asked = scopeOf(config);
  const wide = { ...asked, schemas: asked.schemas ?? ['*'], privileges: asked.privileges ?? hasGrants(up) };
  try {
    const schemasBefore = (await scratch.schemas?.()) ?? [];
    const outcome = await proveBodies({
      scratch,
      scope: wide,
      up: bodyOf(up),
      down: down === undefined ? undefined : bodyOf(down),
      expected: undefined,
    });
    const made = new Set([...schemasBefore, ...((await scratch.schemas?.()) ?? [])]);
    const scope =
      asked.schemas !== undefined
        ? wide
        : { ...asked, privileges: wide.privileges, ...(made.size === 0 ? {} : { schemas: ['', ...made] }) };
    const record = { ...outcome, scope, server: scratch.server, dialect: scratch.dialect, models: up.header.proof?.models };
    const changed = [
      await rewrite(config, revision, up, upHeader(up.header, bodyOf(up), record)),
      down === undefined ? false : await rewrite(config, revision, down, downHeader(down.header, bodyOf(down), record)),
    ];
    return { id: revision.id, proved: true, problem: undefined, headerChanged: changed.includes(true) };
  } catch (error) {
    if (!(error instanceof LimbeckError) || (error.code !== 'not-proved' && error.code !== 'not-reversible')) throw error;
    return failed(revision, error.message);
  }
};

/** Once privileges were looked at they are looked at again; a body that says who may do what is proved with them. */
const hasGrants = ({ header, body }: MigrationFile): boolean =>
  header.privileges || /^\s*(?:GRANT|REVOKE|ALTER\s+DEFAULT\s+PRIVILEGES)\b/im.test(body);

const rewrite = async (config: Config, revision: Revision, file: MigrationFile, header: MigrationHeader): Promise<boolean> => {
  const whole: MigrationHeader = {
    ...header,
    message: header.message === '' ? revision.message : header.message,
    revision: revision.id,
    parents: revision.parents,
  };
  if (renderHeader(whole) === renderHeader(file.header)) return false;
  await rewriteHeader(resolve(config.directory, file.path), whole);
  return true;
};
