import type { Step } from '../../../model/change.ts';
import type { SchemaObject } from '../../../model/schema.ts';
import { flag, list, ranks, step, text, type Kind } from '../object/kind.ts';
import { extensionSteps } from './extensions.ts';

/** Triggers on tables and views; the clones on partitions go with the trigger of the partitioned table. */
export const triggerKind: Kind = {
  word: 'TRIGGER',
  rank: ranks.trigger,
  isTop: false,
  create: (trigger) => [step(trigger.sql), ...(isUsual(trigger) ? [] : firing(trigger)), ...extensionSteps('TRIGGER', undefined, trigger)],
  drop: (trigger) => [step(`DROP TRIGGER ${text(trigger, 'id')} ON ${text(trigger, 'on')}`)],
  alter: ({ from, to, attributes, isForced }) => {
    const isNew = attributes.includes('definition');
    if (isForced || attributes.includes('constraint') || (isNew && flag(to, 'constraint'))) return 'replace';
    const isFiringOpen = isNew ? !(isUsual(from) && isUsual(to)) : attributes.includes('enabled') || attributes.includes('partitions');
    return {
      steps: [
        ...(isNew ? [step(to.sql.replace(/^CREATE TRIGGER/, 'CREATE OR REPLACE TRIGGER'))] : []),
        ...(isFiringOpen ? firing(to) : []),
        ...extensionSteps('TRIGGER', isNew ? undefined : from, to),
      ],
    };
  },
};

const isUsual = (trigger: SchemaObject): boolean => text(trigger, 'enabled') === 'ENABLE' && list(trigger, 'partitions').length === 0;

/** The state of the trigger, which its clones take on, then those of the clones that differ. */
const firing = (trigger: SchemaObject): readonly Step[] => {
  const own = `${text(trigger, 'on')} ${text(trigger, 'enabled')}`;
  return [own, ...list(trigger, 'partitions')].map((state) => step(`ALTER TABLE ${state} TRIGGER ${text(trigger, 'id')}`));
};
