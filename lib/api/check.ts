import type { Config } from '../config/config.ts';
import { compare, describeChange, topChanges } from '../diff/compare.ts';
import { readSides } from '../diff/sides.ts';
import { reportUnmanaged } from '../diff/unmanaged.ts';
import { describeDifferences } from '../diff/prove.ts';
import { compareFingerprints } from '../model/fingerprint.ts';
import { pendingIds } from './at-heads.ts';
import { missingHalves, projectEngines } from './engines.ts';
import { folderSource, viewProject, type ViewOptions } from './context.ts';
import { openScratch } from './scratch.ts';
import { readModels } from './models.ts';
import type { SingleHeadResult } from './branch-types.ts';
import { heads } from './heads.ts';
import type { CheckResult } from './types.ts';
import { findUnchanged } from './unchanged.ts';

/**
 * Tells whether the database is at the heads of the files and is what models.sql declares, by the differ and by the
 * fingerprint: what only the latter sees counts as a difference too; and in a project for two engines, whether each
 * revision has the files of both. A project may have models.sql alone, and no migrations folder unless one is named. Where
 * recorded proofs answer, nothing is loaded into scratch. Writes nothing.
 * Errors: `models-missing`, `models-invalid`, and those of opening.
 */
export const check = async (config: Config, options: ViewOptions = {}): Promise<CheckResult> => {
  const view = await viewProject(config, { ...options, folderMayLack: folderSource(config) === undefined });
  const live = view.session ?? (await openScratch(config, options.signal));
  try {
    const pending = pendingIds(view.history);
    const missing = missingHalves(view.revisions, await projectEngines(config));
    if (pending.length > 0) return { ok: false, pending, missing, differences: [], unmanaged: [], notes: [] };
    const models = await readModels(config, live.dialect.name);
    const unchanged = await findUnchanged(view.history, live, models, view.scope);
    if (unchanged !== undefined) {
      const { blocking, notes } = reportUnmanaged(unchanged.live, unchanged.declared);
      const ok = missing.length === 0 && blocking.length === 0;
      return { ok, pending: [], missing, differences: [], unmanaged: blocking, notes: [...unchanged.remarks.notes, ...notes] };
    }
    const sides = await readSides(live, models, view.scope);
    const changes = topChanges(compare(sides.live, sides.declared)).map(describeChange);
    const seen = compareFingerprints(sides.liveFingerprint, sides.declaredFingerprint);
    const differences = changes.length > 0 || seen.length === 0 ? changes : [describeDifferences(seen, 'live', 'declared')];
    const { blocking, notes } = reportUnmanaged(sides.live.unmanaged, sides.loaded.unmanaged);
    const ok = missing.length === 0 && differences.length === 0 && blocking.length === 0;
    return { ok, pending: [], missing, differences, unmanaged: blocking, notes: [...sides.loaded.notes, ...notes] };
  } finally {
    await live.close();
  }
};

/** Tells whether the files have one head at most; no database is asked. Errors: those of reading the folder. */
export const checkSingleHead = async (config: Config): Promise<SingleHeadResult> => {
  const ids = (await heads(config)).heads.map(({ id }) => id);
  return { ok: ids.length <= 1, heads: ids };
};
