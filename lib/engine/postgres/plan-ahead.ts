import type { Change, Plan } from '../../model/change.ts';
import type { Schema } from '../../model/schema.ts';
import { addLabelsAhead } from './render-enum.ts';

/** What has to be committed before the rest: labels of an enum that the rest uses. See `Dialect.planAhead`. */
export const planAhead = (changes: readonly Change[], from: Schema, to: Schema): Plan | undefined => {
  const steps = changes.flatMap((change) => {
    if (change.type !== 'alter' || change.to.kind !== 'type' || !change.attributes.includes('labels')) return [];
    const added = addLabelsAhead(change.from, change.to, { from, to }) ?? [];
    return added.map((step) => ({ ...step, touches: [change.to.key] }));
  });
  return steps.length === 0 ? undefined : { steps, transactional: true, foreignKeys: 'on' };
};
