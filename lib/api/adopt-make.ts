import { plainHeader } from '../diff/header.ts';
import type { Config } from '../config/config.ts';
import type { EngineName, Session } from '../engine/engine.ts';
import { LimbeckError } from '../errors.ts';
import type { NewMigration } from '../revision/directory.ts';
import type { AlembicRevision } from '../revision/foreign/alembic.ts';
import { idFrom, notAdoptable, type ForeignBody, type ForeignRevision } from '../revision/foreign/foreign.ts';
import { nextRevisionId } from '../revision/id.ts';
import type { Revision } from '../revision/revision.ts';
import { slugOf } from '../revision/slug.ts';
import { halfIfAny, historyOf } from '../runner/history.ts';
import { appliedBy, isKnown } from './adopt-applied.ts';
import { joinSql, readLine, readVersions, type ForeignPlace } from './adopt-history.ts';
import type { Source } from './adopt-source.ts';
import { makeBaseline, withSquashes } from './baseline.ts';
import { pathOf, type Identity } from './identity.ts';
import { scopeToPull } from './pull.ts';

/** What pairs are made of. */
export interface Maker {
  readonly config: Config;
  readonly live: Session;
  /** What the migrations folder has. */
  readonly files: readonly Revision[];
  readonly source: Source;
  readonly asked: ForeignPlace;
  readonly unmanaged: readonly string[];
  /** Undefined: one pair for every engine. */
  readonly engine: EngineName | undefined;
}

/** A pair to be written, and the file of another tool that it is made of. */
export interface Made {
  readonly migration: NewMigration;
  readonly origin: string | undefined;
}

/**
 * The pairs for what manages the database; none where the folder has them, unless `asked` names another place. Where the
 * one revision that there is lacks the files of this engine, they are made.
 */
export const makeMigrations = async (maker: Maker): Promise<readonly Made[]> => {
  const { config, live, files, source, asked } = maker;
  const isAsked = asked.dir !== undefined || asked.sql !== undefined;
  const [only] = files;
  if (!isAsked && only !== undefined) {
    if (files.length === 1 && halfIfAny(only, live.dialect.name) === undefined) return baseline(maker, only, only.squashes);
    if (isKnown(source, historyOf(files, []).graph)) return [];
  }
  switch (source.tool) {
    case 'none':
      return files.length > 0 ? [] : baseline(maker, identityOf(nextRevisionId([], new Date()), 'baseline'), []);
    case 'alembic': {
      const versions = await readVersions(config, asked);
      if (asked.sql === undefined) return alembicBaseline(maker, versions);
      return (await joinSql(config, versions, asked.sql, live.dialect.lexis)).map((each) => convert(maker, each));
    }
    case 'dbmate':
    case 'golang-migrate': {
      if (files.length > 0 && source.tool === 'golang-migrate' && asked.dir === undefined) return [];
      const line = await readLine(config, source.tool, asked, live.dialect.lexis);
      if (line.length === 0) throw notAdoptable(`no files of ${source.tool} were found`, 'name their folder: limbeck adopt --dir <folder>');
      return line.map((each) => convert(maker, each));
    }
  }
};

const identityOf = (id: string, message: string): Identity => ({
  id,
  slug: slugOf(message),
  message,
  parents: [],
  dependsOn: [],
  labels: [],
});

const baseline = async (maker: Maker, identity: Identity, squashes: readonly string[]): Promise<readonly Made[]> => {
  const { config, live, unmanaged, engine } = maker;
  const scope = await scopeToPull(config, live);
  const { migration } = await makeBaseline(config, { state: live, scope, unmanaged, identity, engine });
  return migration === undefined ? [] : [{ migration: withSquashes(migration, squashes), origin: undefined }];
};

const withSql = 'alembic upgrade base:heads --sql > alembic.sql, then limbeck adopt --sql alembic.sql';

/** One pair that bears the id of the revision at which Alembic is, and holds those before it. */
const alembicBaseline = async (maker: Maker, versions: readonly AlembicRevision[]): Promise<readonly Made[]> => {
  const { source, live } = maker;
  const [head, ...others] = source.versions;
  if (head === undefined) {
    throw notAdoptable(
      `alembic_version of ${live.location} is empty or not there: as far as Alembic knows, nothing is applied`,
      `alembic upgrade head first; or take the revisions over with their SQL: ${withSql}; or begin with the schema as it is: limbeck adopt --from none`,
    );
  }
  if (others.length > 0) {
    throw new LimbeckError(
      'multiple-heads',
      `Alembic is at several heads, ${source.versions.join(', ')}: one baseline cannot stand for them`,
      {
        hint: `alembic merge heads and alembic upgrade head first; or keep the revisions apart: ${withSql}`,
        data: { heads: source.versions },
      },
    );
  }
  if (versions.length === 0) return baseline(maker, identityOf(idFrom(head), 'baseline'), []);
  const { graph } = historyOf(
    versions.map((each) => ({ ...each, slug: '', squashes: [], halves: [] })),
    [],
  );
  const applied = appliedBy(source, graph);
  const pending = versions.flatMap(({ id, alembicId }) => (applied.has(id) ? [] : [alembicId]));
  if (pending.length > 0) {
    throw new LimbeckError('not-up-to-date', `Target database is not up to date: Alembic has not applied ${pending.join(', ')}`, {
      hint: `alembic upgrade head first; or take the revisions over one by one: ${withSql}`,
      data: { pending },
    });
  }
  const last = versions.find(({ alembicId }) => alembicId === head);
  const identity = identityOf(idFrom(head), last === undefined || last.message === '' ? 'baseline' : `baseline, up to ${last.message}`);
  const held = graph.nodes.map(({ id }) => id).filter((id) => id !== identity.id);
  return baseline(maker, identity, held);
};

const convert = ({ config, live, files, engine }: Maker, revision: ForeignRevision): Made => {
  const there = files.find(({ id }) => id === revision.id);
  const slug = there?.slug ?? revision.slug ?? slugOf(revision.message);
  const identity: Identity = { ...revision, slug };
  const file = (direction: 'up' | 'down', { text, transactional }: ForeignBody): NewMigration['up'] => {
    const path = pathOf(config, identity, engine, direction);
    const { id, message, parents, dependsOn, labels } = revision;
    const header = plainHeader({ message, revision: id, parents, path }, { text, transactional, foreignKeys: 'on' }, live.dialect);
    return { header: { ...header, dependsOn, labels }, body: text };
  };
  const { up, down } = revision;
  return {
    migration: { id: revision.id, slug, engine, up: file('up', up), down: down === undefined ? undefined : file('down', down) },
    origin: revision.source,
  };
};
