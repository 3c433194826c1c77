import type { Session } from '../engine/engine.ts';
import { notAdoptable, type ForeignTool } from '../revision/foreign/foreign.ts';

/** What another tool's table in the database says. */
export interface Source {
  /** `none`: no other tool managed it. */
  readonly tool: ForeignTool | 'none';
  /** Alembic: the heads; dbmate: all that were applied; golang-migrate: the last one, or none. As the tool writes them. */
  readonly versions: readonly string[];
}

/**
 * Reads the tables of other tools. Errors: `not-adoptable` for two at once, unless one is asked for, and for a dirty
 * version of golang-migrate.
 */
export const readSource = async (live: Session, asked: Source['tool'] | undefined): Promise<Source> => {
  if (asked === 'none') return { tool: 'none', versions: [] };
  const found = await toolsIn(live);
  const [first, second] = found;
  if (asked === undefined && first !== undefined && second !== undefined) {
    throw notAdoptable(
      `${live.location} has the tables of ${first} and of ${second}`,
      `say which is right: limbeck adopt --from ${first}`,
      {
        data: { tools: found },
      },
    );
  }
  const tool = asked ?? first ?? 'none';
  if (tool === 'none' || !found.includes(tool)) return { tool, versions: [] };
  return { tool, versions: await versionsOf(live, tool) };
};

const toolsIn = async (live: Session): Promise<readonly ForeignTool[]> => {
  const alembic = await live.columns('alembic_version');
  const migrations = await live.columns('schema_migrations');
  return [
    ...(alembic.includes('version_num') ? ['alembic' as const] : []),
    ...(migrations.includes('version') ? [migrations.includes('dirty') ? ('golang-migrate' as const) : ('dbmate' as const)] : []),
  ];
};

const versionsOf = async (live: Session, tool: ForeignTool): Promise<readonly string[]> => {
  switch (tool) {
    case 'alembic': {
      const rows = await live.query('SELECT version_num FROM alembic_version ORDER BY version_num');
      return [...new Set(rows.map((row) => String(row['version_num'])))];
    }
    case 'dbmate': {
      const rows = await live.query('SELECT version FROM schema_migrations ORDER BY version');
      return rows.map((row) => String(row['version']));
    }
    case 'golang-migrate': {
      const rows = await live.query('SELECT version, dirty FROM schema_migrations');
      const dirty = rows.find((row) => Boolean(row['dirty']));
      if (dirty !== undefined) throw dirtyError(live, String(dirty['version']));
      return rows.map((row) => String(row['version'])).filter((version) => !version.startsWith('-'));
    }
  }
};

const dirtyError = (live: Session, version: string): Error =>
  notAdoptable(
    `golang-migrate says of ${live.location} that version ${version} is dirty: it failed half way, and nothing tells how much of it is there`,
    `look which of its statements are done, finish or undo them by hand, then migrate -path … -database … force ${version} (or the version before it), and limbeck adopt again`,
    { data: { version } },
  );
