import type { Session } from '../engine/engine.ts';
import { isLimbeckError } from '../errors.ts';
import type { Plan } from '../model/change.ts';
import type { Schema, SchemaObject } from '../model/schema.ts';

const countLimit = 100_000;

/** Bounded looks at the live rows that a plan may stumble over, where no hazard says by itself which; one line a table. */
export const rowRemarks = async (live: Session, schema: Schema, plan: Plan): Promise<readonly string[]> => {
  const remarks = new Map<string, string>();
  for (const step of plan.steps) {
    const backfill = step.notes.some((note) => note.startsWith('backfill:'));
    const risky = step.hazards.some(({ kind, rows = [] }) => rows.length === 0 && (kind === 'may fail on rows' || kind === 'data loss'));
    const table = schema.objects.get(step.touches[0] ?? '');
    if (table?.kind !== 'table' || !(backfill || risky)) continue;
    const rows = await countedRows(live, table);
    if (rows === undefined || rows === 0) continue;
    const figure = rows >= countLimit ? `${countLimit} rows or more` : `${rows} ${rows === 1 ? 'row' : 'rows'}`;
    const advice = backfill ? 'the upgrade stops until the file gives them a value (see its backfill comment)' : 'see the hazards';
    if (backfill || !remarks.has(table.name)) remarks.set(table.name, `${table.name} has ${figure}: ${advice}`);
  }
  return [...remarks.values()];
};

/** Undefined for rows that this role may not see, or not in time: the files are written, and need no figures. */
const countedRows = async (live: Session, table: SchemaObject): Promise<number | undefined> => {
  try {
    return await live.probe.countRows(live.schemas === undefined ? table.name : table.key.slice('table '.length), countLimit);
  } catch (error) {
    if (isLimbeckError(error) && error.code === 'sql-failed') return undefined;
    throw error;
  }
};
