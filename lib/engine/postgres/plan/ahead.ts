import type { Change, Plan, Step } from '../../../model/change.ts';
import type { Schema } from '../../../model/schema.ts';
import type { RenderOptions } from '../../engine.ts';
import { planOnline } from '../online/online.ts';
import { addLabelsAhead } from '../render/enum.ts';

/**
 * What has to be committed before the rest: labels of an enum that the rest uses and, with `online`, what does not block a
 * busy table only when it is by itself. See `Dialect.planAhead`.
 */
export const planAhead = (changes: readonly Change[], from: Schema, to: Schema, options: RenderOptions): Plan | undefined => {
  const labels = changes.flatMap((change) => newLabels(change, from, to));
  if (labels.length > 0) return { steps: labels, transactional: true, foreignKeys: 'on' };
  return options.online === true ? planOnline(changes, from, to, options) : undefined;
};

const newLabels = (change: Change, from: Schema, to: Schema): readonly Step[] => {
  if (change.type !== 'alter' || change.to.kind !== 'type' || !change.attributes.includes('labels')) return [];
  const added = addLabelsAhead(change.from, change.to, { from, to }) ?? [];
  return added.map((step) => ({ ...step, touches: [change.to.key] }));
};
