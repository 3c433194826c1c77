import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.ts';
import { leftoverNotes, reportUnmanaged } from '../diff/unmanaged.ts';
import type { JournalEntry, Session } from '../engine/engine.ts';
import { LimbeckError } from '../errors.ts';
import { inOrder } from '../revision/graph.ts';
import { compareIds } from '../revision/id.ts';
import { historyOf, isDone } from '../runner/history.ts';
import { headsOf } from '../runner/itinerary.ts';
import { leftOut } from './left-out.ts';
import { layOut, scopeToPull } from './pull.ts';

/** A database's schema and journal as text. */
export interface DumpText {
  readonly sql: string;
  readonly revisions: readonly string[];
  /** What the text does not bring along, by name. */
  readonly unmanaged: readonly string[];
  /** Objects that the configuration excludes. */
  readonly leftOut: readonly string[];
}

/** How every dump begins: by this a file is known to be one. */
export const dumpMark = '-- limbeck dump';

/**
 * The SQL that makes an empty database into this one: its schema, and the journal with one row a revision. The same schema
 * at the same revisions is the same text, whoever applied them, when and in which order. Errors: `state-mismatch` (a
 * revision stopped half way), `journal-moved` (others migrate without end).
 */
export const dumpText = async (config: Config, session: Session): Promise<DumpText> => {
  const journal = session.journal(config.journalTable);
  const scope = await scopeToPull(config, session);
  for (let attempt = 1; ; attempt += 1) {
    const entries = await journal.read();
    requireWhole(entries);
    const isThere = await journal.exists();
    const schema = await session.inspect(scope);
    if (isDeepStrictEqual(await journal.read(), entries)) {
      const rows = sorted(entries);
      const revisions = headsOf(historyOf([], rows));
      const unmanaged = [...reportUnmanaged(schema.unmanaged, []).notes, ...leftoverNotes(schema)];
      const script = isThere ? [journal.script(rows)] : [];
      const groups = [...session.dialect.renderGroups(schema, Number(session.server.major)), ...script];
      const settings = session.dialect.dump.settings.map((setting) => `${setting};\n`).join('');
      return {
        revisions,
        unmanaged,
        leftOut: await leftOut(session, scope, schema),
        sql: `${preamble(session, revisions, unmanaged)}${settings}${settings === '' ? '' : '\n'}${layOut(groups)}`,
      };
    }
    if (attempt === 5) {
      throw new LimbeckError('journal-moved', 'the database was migrated while its schema was read, five times', {
        hint: 'run it again later',
      });
    }
  }
};

const requireWhole = (entries: readonly JournalEntry[]): void => {
  const half = entries.find((entry) => !isDone(entry));
  if (half === undefined) return;
  throw new LimbeckError(
    'state-mismatch',
    `revision ${half.revision} (${half.slug}) stopped half way, so the schema is that of no revision`,
    {
      hint: 'limbeck status tells; go on with limbeck upgrade or downgrade, then dump',
      data: { revision: half.revision },
    },
  );
};

/** In the order of the graph, not of application, which others may not share. */
const sorted = (entries: readonly JournalEntry[]): readonly JournalEntry[] => {
  const byId = [...entries].sort((a, b) => compareIds(a.revision, b.revision));
  const { graph, applied } = historyOf([], byId);
  const entryOf = new Map(byId.map((entry) => [entry.revision, entry]));
  return inOrder(graph, applied).flatMap(({ id }) => entryOf.get(id) ?? []);
};

const preamble = ({ server }: Session, revisions: readonly string[], unmanaged: readonly string[]): string => {
  const lines = [
    `limbeck dump of a ${server.product} database, at ${revisions.join(', ') || 'no revision'}`,
    'Written by limbeck: limbeck load FILE makes an empty database into this one.',
    ...(unmanaged.length === 0 ? [] : ['', 'What it does not bring along:', '']),
    ...unmanaged.flatMap((each) => each.split('\n')).map((line) => `  ${line}`),
  ];
  return `${lines.map((line) => `-- ${line}`.trimEnd()).join('\n')}\n\n`;
};
