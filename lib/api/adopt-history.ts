import type { Config } from '../config/config.ts';
import type { Lexis } from '../sql/lexis.ts';
import { readAlembicVersions, type AlembicRevision } from '../revision/foreign/alembic.ts';
import { readAlembicSql, type AlembicStep } from '../revision/foreign/alembic-sql.ts';
import { readDbmate } from '../revision/foreign/dbmate.ts';
import { idsFrom, notAdoptable, type ForeignBody, type ForeignRevision } from '../revision/foreign/foreign.ts';
import { readGolangMigrate } from '../revision/foreign/golang.ts';
import { readFolder, readForeignText } from './adopt-folder.ts';

/** Where the files of another tool are. */
export interface ForeignPlace {
  readonly dir: string | undefined;
  /** What `alembic upgrade base:heads --sql` printed, and perhaps `alembic downgrade heads:base --sql` after it. */
  readonly sql: string | undefined;
}

/** The revisions of dbmate's or golang-migrate's folder. Errors: those of its reader, `file-unreadable`. */
export const readLine = async (
  config: Config,
  tool: 'dbmate' | 'golang-migrate',
  { dir }: ForeignPlace,
  lexis: Lexis,
): Promise<readonly ForeignRevision[]> => {
  const files = await readFolder(config, tool, dir);
  return tool === 'dbmate' ? readDbmate(files) : readGolangMigrate(files, lexis);
};

/** The revisions of Alembic's folder; none where there is no folder. Errors: those of its reader, `file-unreadable`. */
export const readVersions = async (config: Config, { dir }: ForeignPlace): Promise<readonly AlembicRevision[]> =>
  readAlembicVersions(await readFolder(config, 'alembic', dir));

/**
 * Alembic's revisions with the SQL of the offline file; without a folder the file alone tells how they follow each other.
 * Errors: `not-adoptable` where folder and file do not tell the same, and those of `readAlembicSql`.
 */
export const joinSql = async (
  config: Config,
  versions: readonly AlembicRevision[],
  file: string,
  lexis: Lexis,
): Promise<readonly ForeignRevision[]> => {
  const steps = readAlembicSql(await readForeignText(config, file), lexis, file);
  const ups = new Map(steps.flatMap((step) => (step.direction === 'up' ? [[step.to[0] ?? '', step] as const] : [])));
  const downs = new Map(steps.flatMap((step) => (step.direction === 'down' ? [[step.from[0] ?? '', step.body] as const] : [])));
  const known = versions.length > 0 ? versions : fromSteps(ups, file);
  const missing = known.filter(({ alembicId }) => !ups.has(alembicId)).map(({ alembicId }) => alembicId);
  const strange = [...ups.keys()].filter((id) => !known.some(({ alembicId }) => alembicId === id));
  if (missing.length + strange.length > 0) {
    const what = missing.length > 0 ? `has no SQL of ${missing.join(', ')}` : `has SQL of ${strange.join(', ')}, of which there is no file`;
    throw notAdoptable(`${file} ${what}`, `make it anew: alembic upgrade base:heads --sql > ${file}`, { data: { missing, strange } });
  }
  const ids = new Map(known.map(({ alembicId, id }) => [alembicId, id]));
  return known.map((revision) => {
    const step = ups.get(revision.alembicId);
    requireSamePlace(revision, step, ids, file);
    return { ...revision, slug: undefined, up: step?.body ?? nothing, down: downs.get(revision.alembicId) };
  });
};

const nothing: ForeignBody = { text: '\n', transactional: true };

const fromSteps = (ups: ReadonlyMap<string, AlembicStep>, file: string): readonly AlembicRevision[] => {
  const ids = idsFrom([...ups.keys()]);
  return [...ups].map(([alembicId, { from }]) => ({
    alembicId,
    id: ids.get(alembicId) ?? alembicId,
    parents: from.map((each) => {
      const id = ids.get(each);
      if (id !== undefined) return id;
      throw notAdoptable(
        `${file} goes on from ${each}, which it does not make`,
        `make it from the start: alembic upgrade base:heads --sql > ${file}`,
      );
    }),
    dependsOn: [],
    labels: [],
    message: '',
    source: file,
  }));
};

const requireSamePlace = (
  revision: AlembicRevision,
  step: AlembicStep | undefined,
  ids: ReadonlyMap<string, string>,
  file: string,
): void => {
  const said = (step?.from ?? []).map((each) => ids.get(each) ?? each).toSorted();
  if (said.join() === revision.parents.toSorted().join()) return;
  throw notAdoptable(
    `${file} has ${revision.alembicId} after ${said.join(', ') || 'nothing'}, and ${revision.source} says after ${revision.parents.join(', ') || 'nothing'}`,
    `make the file anew: alembic upgrade base:heads --sql > ${file}`,
  );
};
