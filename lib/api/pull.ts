import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { leftoverNotes, reportUnmanaged } from '../diff/unmanaged.ts';
import { loadBesideLive } from '../diff/surroundings.ts';
import { describeDifferences } from '../diff/prove.ts';
import type { Scope, Session } from '../engine/engine.ts';
import { isLimbeckError, type LimbeckError } from '../errors.ts';
import { compareFingerprints } from '../model/fingerprint.ts';
import { leftoversOf, type Schema } from '../model/schema.ts';
import { openDatabase, scopeOf } from './context.ts';
import type { PullResult } from './types.ts';
import { requireFree, writeWhole } from './write-whole.ts';

export interface PullOptions {
  /** The file to write, relative to the project folder; default: none. */
  readonly output?: string;
  /** Writes over a file that is there. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * The schema of the live database as the text of a models file, of all schemas unless the configuration names some,
 * loaded into scratch and compared where there is one. What cannot be brought along stands in its first lines and in
 * `unmanaged`. Errors: `no-url`, `database-missing` and the other ways in which a database cannot be opened,
 * `file-exists`, `file-unwritable`.
 */
export const pull = async (config: Config, options: PullOptions = {}): Promise<PullResult> => {
  const path = options.output === undefined ? undefined : resolve(config.directory, options.output);
  if (path !== undefined && options.force !== true) await requireFree(path, options.output ?? path);
  const live = await openDatabase(config, { mode: 'read', signal: options.signal });
  try {
    const scope = await scopeToPull(config, live);
    const { schema, text } = await textOfSchema(live, scope);
    const { different, notes } = await tryOut(live, text, scope, schema);
    const unmanaged = [...reportUnmanaged(schema.unmanaged, []).notes, ...leftoverNotes(schema), ...different];
    const sql = preamble(live, unmanaged) + text;
    if (path !== undefined) await writeWhole(path, options.output ?? path, sql, options.force === true);
    const grants = config.privileges === 'auto' ? await grantNotes(live, scope, schema) : [];
    return { location: live.location, sql, file: options.output, unmanaged, notes: [...notes, ...grants] };
  } finally {
    await live.close();
  }
};

/** The schema of a database as the text of a models file, without the lines that say where it came from. */
export const textOfSchema = async (from: Session, scope: Scope): Promise<{ readonly schema: Schema; readonly text: string }> => {
  const schema = await from.inspect(scope);
  return { schema, text: layOut(from.dialect.renderGroups(schema, Number(from.server.major))) };
};

/** All schemas unless the configuration names some; grants only if it says so. */
export const scopeToPull = async (config: Config, live: Session): Promise<Scope> => {
  const scope = scopeOf(config);
  const names = scope.schemas === undefined ? ((await live.schemas?.()) ?? []) : [];
  return { ...scope, ...(names.length === 0 ? {} : { schemas: ['', ...names] }), privileges: scope.privileges ?? false };
};

/** Statements on one table stand close together, and tables apart. */
export const layOut = (groups: readonly (readonly string[])[]): string => {
  const texts = groups.map((statements) =>
    statements.reduce((text, sql, at) => `${text}${at === 0 ? '' : gap(statements[at - 1] ?? '', sql, '\n\n')}${sql};`, ''),
  );
  return texts
    .map((text, at) => `${at === 0 ? '' : gap(texts[at - 1] ?? '', text, '\n\n\n')}${text}`)
    .join('')
    .concat(texts.length === 0 ? '' : '\n');
};

const gap = (above: string, below: string, wide: string): string => (above.includes('\n') || below.includes('\n') ? wide : '\n');

/** The first lines of a pulled file: the same bytes for the same schema, wherever it is. */
export const preamble = ({ server }: Session, unmanaged: readonly string[]): string => {
  const lines = [
    `The schema of a ${server.product} database, as limbeck pull found it.`,
    ...(unmanaged.length === 0 ? [] : ['', 'What it does not bring along:', '']),
    ...unmanaged.flatMap((each) => each.split('\n')).map((line) => `  ${line}`),
  ];
  return `${lines.map((line) => `-- ${line}`.trimEnd()).join('\n')}\n\n`;
};

/** Loads the text as limbeck loads a models file: what comes out of it must be what is live. */
const tryOut = async (
  live: Session,
  text: string,
  scope: Scope,
  schema: Schema,
): Promise<{ readonly different: readonly string[]; readonly notes: readonly string[] }> => {
  let scratch: Session | undefined;
  try {
    ({ scratch } = await loadBesideLive(live, { text, file: 'the pulled schema' }, scope));
    const named = new Set([...schema.unmanaged, ...leftoversOf(schema)].map(({ key }) => key));
    const differences = compareFingerprints(await live.fingerprint(scope), await scratch.fingerprint(scope)).filter(
      ({ key }) => !named.has(key),
    );
    if (differences.length === 0) return { different: [], notes: [] };
    return { different: [`loaded again it differs in\n${describeDifferences(differences, 'live', 'loaded')}`], notes: [] };
  } catch (error) {
    if (!isLimbeckError(error)) throw error;
    if (hasNoScratch(error)) return { different: [], notes: [`it was not loaded and compared: ${error.message}`] };
    if (error.code !== 'models-invalid' && error.code !== 'sql-unsupported') throw error;
    return { different: [`it cannot be loaded again: ${error.message}`], notes: [] };
  } finally {
    await scratch?.close();
  }
};

/** The schema is worth having all the same. */
const hasNoScratch = ({ code, where }: LimbeckError): boolean =>
  code === 'scratch-failed' || (code === 'sql-unsupported' && where === undefined);

const grantNotes = async (live: Session, scope: Scope, schema: Schema): Promise<readonly string[]> => {
  if (live.schemas === undefined) return [];
  const groups = live.dialect.renderGroups(await live.inspect({ ...scope, privileges: true }), Number(live.server.major));
  const without = live.dialect.renderGroups(schema, Number(live.server.major));
  return groups.flat().length === without.flat().length ? [] : ['grants are left out; --privileges always pulls them, too'];
};
