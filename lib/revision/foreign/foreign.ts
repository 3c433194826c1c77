import { LimbeckError } from '../../errors.ts';
import type { Where } from '../../errors.ts';
import { slugOf } from '../slug.ts';

/** Tools whose histories can be taken over. */
export type ForeignTool = 'alembic' | 'dbmate' | 'golang-migrate';

/** The SQL of one direction, as another tool has it. */
export interface ForeignBody {
  readonly text: string;
  readonly transactional: boolean;
}

/** A revision of another tool, with an id that limbeck can use. */
export interface ForeignRevision {
  readonly id: string;
  /** Undefined: the message says it. */
  readonly slug: string | undefined;
  readonly message: string;
  readonly parents: readonly string[];
  readonly dependsOn: readonly string[];
  readonly labels: readonly string[];
  readonly up: ForeignBody;
  readonly down: ForeignBody | undefined;
  /** Where it came from, for messages. */
  readonly source: string;
}

/** A file of another tool's folder, read whole. */
export interface ForeignFile {
  readonly name: string;
  /** Path as people see it. */
  readonly path: string;
  /** Line ends as LF, no byte order mark. */
  readonly text: string;
}

/** Letters and digits alone: what of another tool's id can be an id here. Not for ids of which nothing is left. */
export const idFrom = (foreign: string): string => foreign.replace(/[^A-Za-z0-9]/g, '');

/** The ids that limbeck gives to those of another tool. Errors: `not-adoptable` where two become one, or nothing is left. */
export const idsFrom = (foreign: readonly string[]): ReadonlyMap<string, string> => {
  const taken = new Map<string, string>();
  for (const each of foreign) {
    const id = idFrom(each);
    const other = taken.get(id);
    if (id === '' || other !== undefined) {
      const why = other === undefined ? 'has no letter or digit' : `and ${other} are the same, as letters and digits`;
      throw notAdoptable(`the revision id ${each} ${why}`, 'give one of them another id there first', { data: { revision: each, other } });
    }
    taken.set(id, each);
  }
  return new Map([...taken].map(([id, each]) => [each, id]));
};

/** `not-adoptable`, with what to do. */
export const notAdoptable = (
  message: string,
  hint: string,
  more: { readonly where?: Where; readonly data?: Readonly<Record<string, unknown>> } = {},
): LimbeckError => new LimbeckError('not-adoptable', message, { hint, ...more });

/** What names a revision of a tool whose files stand in one line: each follows the one before it. */
export const inLine = (
  { version, title }: { readonly version: string; readonly title: string },
  before: { readonly version: string } | undefined,
): Pick<ForeignRevision, 'id' | 'slug' | 'message' | 'parents' | 'dependsOn' | 'labels'> => ({
  id: version,
  slug: slugOf(title),
  message: title.replaceAll('_', ' '),
  parents: before === undefined ? [] : [before.version],
  dependsOn: [],
  labels: [],
});

/** A body as it stands in a file: no empty lines around it, and a line end. */
export const tidyBody = (text: string): string => `${text.replace(/^(?:[ \t]*\n)+/, '').trimEnd()}\n`;
