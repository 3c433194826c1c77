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
import { openDatabase, scopeOf, type Files } from './context.ts';
import { openScratchFor } from './engines.ts';
import { openGround } from './ground.ts';
import { readKnown } from './known.ts';
import { bodyOf, upFile } from './replay.ts';
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
  const { range, signal } = options;
  const { history, files } = await readKnown(config, range === undefined ? [] : [range], { signal });
  const ids = range === undefined ? [...files.graph.byId.keys()] : resolveRange(history.graph, range, { applied: history.applied }).ids;
  const chosen = new Set(ids.filter((id) => files.graph.byId.has(id)));
  const alone = await proveAll(config, chosen, files, open);
  const outside = alone.ok || options.engine !== undefined ? undefined : await outsideOf(config, files, signal);
  return outside === undefined ? alone : proveAll(config, chosen, files, async () => furnished(await open(), outside));
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

const proveAll = async (config: Config, chosen: ReadonlySet<string>, files: Files, open: () => Promise<Session>): Promise<ProveResult> => {
  const results: Proved[] = [];
  const ground = openGround(files, open);
  try {
    for (const revision of files.graph.nodes.filter(({ id }) => chosen.has(id))) {
      const broken = await ground.standBefore(revision);
      if (broken !== undefined && !chosen.has(broken.id)) throw broken.cause;
      if (broken !== undefined) {
        results.push(failed(revision, `it follows ${broken.id}, which does not run`));
        continue;
      }
      const result = await proveOne(config, await ground.session(), revision);
      results.push(result);
      ground.leave(result.proved ? revision : undefined);
    }
  } finally {
    await ground.close();
  }
  return { revisions: results, ok: results.every((result) => result.proved) };
};

const failed = (revision: Revision, problem: string): Proved => ({ id: revision.id, proved: false, problem, headerChanged: false });

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
