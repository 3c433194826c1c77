import type { EngineName } from '../engine/engine.ts';
import { LimbeckError } from '../errors.ts';
import { compareIds, idProblem, numberOf } from './id.ts';
import type { MigrationFile, MigrationHalf, Revision } from './revision.ts';

/** What the name of a migration file says: `<id>_<slug>[.<engine>].(up|down).sql`. */
export interface FileName {
  readonly id: string;
  readonly slug: string;
  readonly engine: EngineName | undefined;
  readonly direction: 'up' | 'down';
}

/** A migration file and its name. */
export interface NamedFile {
  readonly name: FileName;
  readonly file: MigrationFile;
}

/** Reads a file name; undefined for a file that is no migration, or one for an engine that limbeck does not serve. */
export const readFileName = (name: string): FileName | undefined => {
  const match = /^([A-Za-z0-9]+)_(.*?)(?:\.(postgres|sqlite))?\.(up|down)\.sql$/su.exec(name);
  const [, id = '', slug = '', engine, direction] = match ?? [];
  if (match === null || otherEngine.test(slug)) return undefined;
  return {
    id,
    slug: slug.normalize('NFC'),
    engine: engine === 'postgres' || engine === 'sqlite' ? engine : undefined,
    direction: direction === 'up' ? 'up' : 'down',
  };
};

/** The file name that `readFileName` reads. */
export const writeFileName = ({ id, slug, engine, direction }: FileName): string =>
  `${id}_${slug}${engine === undefined ? '' : `.${engine}`}.${direction}.sql`;

/**
 * Puts files together to revisions, sorted by id. One whose files name no parent follows the one before it.
 * Throws `revision-invalid` (a down without its up, a header that contradicts the name or the other half) and
 * `revision-duplicate` (two revisions of one id), always with the files.
 */
export const pairFiles = (files: readonly NamedFile[]): readonly Revision[] => {
  const groups = new Map<string, NamedFile[]>();
  for (const each of files.filter(isInForce(files))) {
    const group = groups.get(each.name.id);
    if (group === undefined) groups.set(each.name.id, [each]);
    else group.push(each);
  }
  const sorted = [...groups.keys()].sort(compareIds).flatMap((id) => [checkGroup(groups.get(id) ?? [])]);
  return sorted.map((group, index) => toRevision(group, sorted[index - 1]));
};

/**
 * False for what a squash has replaced: files of the revisions that it holds, and others of its own id. They are there
 * only if a squash was interrupted before it removed them, or if a merge brought them back. And false for the files of a
 * squash that was interrupted before it had them all (downs come first): what it was to replace is whole, and counts.
 */
export const isInForce = (files: readonly NamedFile[]): ((each: NamedFile) => boolean) => {
  const partial = partialSquashes(files);
  const whole = partial.size === 0 ? files : files.filter((each) => !partial.has(each));
  const squashes = whole.filter(({ name, file }) => name.direction === 'up' && file.header.squashes.length > 0);
  const held = new Set(squashes.flatMap(({ file }) => file.header.squashes));
  const slugs = new Map(squashes.map(({ name }) => [name.id, name.slug]));
  return (each) => !partial.has(each) && !held.has(each.name.id) && (slugs.get(each.name.id) ?? each.name.slug) === each.name.slug;
};

/** Files of squashes of which a down lacks its up, where other files of their id have theirs. */
const partialSquashes = (files: readonly NamedFile[]): ReadonlySet<NamedFile> => {
  const squashes = files.filter(({ file }) => file.header.squashes.length > 0);
  const nameOf = ({ name: { id, slug } }: NamedFile): string => `${id}_${slug}`;
  const isUpOf = (down: NamedFile, { name }: NamedFile): boolean =>
    name.direction === 'up' && name.id === down.name.id && name.slug === down.name.slug && name.engine === down.name.engine;
  const broken = squashes.filter(
    (down) =>
      down.name.direction === 'down' &&
      !files.some((up) => isUpOf(down, up)) &&
      files.some(({ name }) => name.direction === 'up' && name.id === down.name.id && name.slug !== down.name.slug),
  );
  const names = new Set(broken.map(nameOf));
  return new Set(squashes.filter((each) => names.has(nameOf(each))));
};

type Group = readonly [NamedFile, ...NamedFile[]];

const checkGroup = (group: readonly NamedFile[]): Group => {
  const [first, ...others] = [...group].sort(byPath);
  if (first === undefined) throw new LimbeckError('internal', 'a revision without files');
  for (const each of [first, ...others]) {
    const problem = idProblem(each.name.id);
    if (problem !== undefined)
      throw invalid(`${each.file.path}: '${each.name.id}' cannot be a revision id: ${problem}`, 'rename the file', each);
    const said = each.file.header.revision;
    if (said !== undefined && said !== each.name.id) {
      throw invalid(
        `${each.file.path}: the header says revision ${said}, the file name ${each.name.id}`,
        'rename the file, or correct the "-- revision:" line',
        each,
      );
    }
  }
  const twin = others.find(({ name }) => name.slug !== first.name.slug);
  if (twin !== undefined) throw duplicate(first, twin);
  return [first, ...others];
};

const toRevision = (group: Group, before: Group | undefined): Revision => {
  const [{ name }] = group;
  const stated = agreed(group, 'parents', ({ parents }) => parents);
  if (stated === undefined && before !== undefined) refuseSameNumber(before[0], group[0]);
  const ups = group.filter((each) => each.name.direction === 'up');
  const message = ups.map(({ file }) => file.header.message).find((text) => text !== '');
  return {
    id: name.id,
    parents: stated ?? (before === undefined ? [] : [before[0].name.id]),
    dependsOn: agreed(ups, 'dependencies', ({ dependsOn }) => dependsOn) ?? [],
    labels: [...new Set(ups.flatMap(({ file }) => file.header.labels))],
    squashes: [...new Set(ups.flatMap(({ file }) => file.header.squashes))],
    slug: name.slug,
    message: message ?? name.slug.replaceAll('_', ' '),
    halves: halvesOf(group),
  };
};

const halvesOf = (group: Group): readonly MigrationHalf[] =>
  ([undefined, 'postgres', 'sqlite'] as const).flatMap((engine) => {
    const files = group.filter(({ name }) => name.engine === engine);
    const up = files.find(({ name }) => name.direction === 'up');
    const down = files.find(({ name }) => name.direction === 'down');
    if (up === undefined && down !== undefined) {
      const missing = writeFileName({ ...down.name, direction: 'up' });
      throw invalid(`${down.file.path} has no up file beside it`, `bring back ${missing}, or delete ${down.file.path}`, down);
    }
    return up === undefined ? [] : [{ engine, up: up.file, down: down?.file }];
  });

/** What every file that says something says; undefined when none does. */
const agreed = (
  files: readonly NamedFile[],
  what: string,
  read: (header: MigrationFile['header']) => readonly string[] | undefined,
): readonly string[] | undefined => {
  const said = files.flatMap((each) => {
    const ids = read(each.file.header);
    return ids === undefined ? [] : [{ each, ids }];
  });
  const [first, ...others] = said;
  if (first === undefined) return undefined;
  const other = others.find(({ ids }) => !isSameSet(ids, first.ids));
  if (other === undefined) return first.ids;
  const list = (ids: readonly string[]): string => (ids.length === 0 ? 'none' : ids.join(', '));
  throw invalid(
    `${first.each.file.path} and ${other.each.file.path} disagree on their ${what}: ${list(first.ids)} and ${list(other.ids)}`,
    'the halves of a revision stand at one place in the history: make their headers agree',
    other.each,
  );
};

const isSameSet = (a: readonly string[], b: readonly string[]): boolean =>
  new Set(a).size === new Set(b).size && a.every((id) => b.includes(id));

const refuseSameNumber = (before: NamedFile, each: NamedFile): void => {
  const number = numberOf(each.name.id);
  if (number !== undefined && numberOf(before.name.id) === number) throw duplicate(before, each);
};

const duplicate = (a: NamedFile, b: NamedFile): LimbeckError =>
  new LimbeckError('revision-duplicate', `Revision ${a.name.id} is present more than once: ${a.file.path} and ${b.file.path}`, {
    hint: 'give one of them another id, in its file name and in its header',
    data: { revision: a.name.id, files: [a.file.path, b.file.path] },
  });

const invalid = (message: string, hint: string, { file }: NamedFile): LimbeckError =>
  new LimbeckError('revision-invalid', message, { hint, where: { file: file.path }, data: { file: file.path } });

const byPath = (a: NamedFile, b: NamedFile): number => (a.file.path < b.file.path ? -1 : 1);

/** Other tools keep these beside ours (`…_add_users.mysql.up.sql`). */
const otherEngine = /\.(?:mysql|mariadb|cockroach|cockroachdb|mssql|sqlserver|oracle|clickhouse|duckdb)$/u;
