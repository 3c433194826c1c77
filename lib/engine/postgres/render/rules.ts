import type { Step } from '../../../model/change.ts';
import type { SchemaObject } from '../../../model/schema.ts';
import { ranks, step, text, type Kind } from '../object/kind.ts';

/** Rules on tables and views, but for those that make a view a view. */
export const ruleKind: Kind = {
  word: 'RULE',
  rank: ranks.rule,
  isTop: false,
  create: (rule) => [step(rule.sql), ...(text(rule, 'enabled') === 'ENABLE' ? [] : [firing(rule)])],
  drop: (rule) => [step(`DROP RULE ${text(rule, 'id')} ON ${text(rule, 'on')}`)],
  alter: ({ to, attributes, isForced }) => {
    if (isForced) return 'replace';
    const isNew = attributes.includes('definition');
    return {
      steps: [
        ...(isNew ? [step(to.sql.replace(/^CREATE RULE/, 'CREATE OR REPLACE RULE'))] : []),
        ...(attributes.includes('enabled') ? [firing(to)] : []),
      ],
    };
  },
};

const firing = (rule: SchemaObject): Step => step(`ALTER TABLE ${text(rule, 'on')} ${text(rule, 'enabled')} RULE ${text(rule, 'id')}`);
