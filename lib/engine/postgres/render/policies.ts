import type { SchemaObject } from '../../../model/schema.ts';
import { bareExpression } from './expression.ts';
import { flag, list, ranks, step, text, type Kind } from '../object/kind.ts';

/** Policies of row-level security. */
export const policyKind: Kind = {
  word: 'POLICY',
  rank: ranks.policy,
  isTop: false,
  create: (policy) => [
    step(
      [
        `CREATE POLICY ${target(policy)}`,
        ...(flag(policy, 'permissive') ? [] : ['AS RESTRICTIVE']),
        ...(text(policy, 'command') === 'ALL' ? [] : [`FOR ${text(policy, 'command')}`]),
        ...(list(policy, 'roles').join() === 'PUBLIC' ? [] : [roles(policy)]),
        ...expressions(policy, ['using', 'check']),
      ].join('\n  '),
    ),
  ],
  drop: (policy) => [step(`DROP POLICY ${target(policy)}`)],
  alter: ({ to, attributes, isForced }) => {
    const isLost = (['using', 'check'] as const).some((name) => attributes.includes(name) && text(to, name) === '');
    if (isForced || isLost || attributes.includes('permissive') || attributes.includes('command')) return 'replace';
    const clauses = [...(attributes.includes('roles') ? [roles(to)] : []), ...expressions(to, attributes)];
    return { steps: clauses.length === 0 ? [] : [step([`ALTER POLICY ${target(to)}`, ...clauses].join('\n  '))] };
  },
};

const target = (policy: SchemaObject): string => `${text(policy, 'id')} ON ${text(policy, 'on')}`;

const roles = (policy: SchemaObject): string => `TO ${list(policy, 'roles').join(', ')}`;

/** USING and WITH CHECK, those of the named ones that the policy has. */
const expressions = (policy: SchemaObject, attributes: readonly string[]): readonly string[] => {
  const wanted = (name: string): boolean => attributes.includes(name) && text(policy, name) !== '';
  return [
    ...(wanted('using') ? [`USING (${bareExpression(text(policy, 'using'))})`] : []),
    ...(wanted('check') ? [`WITH CHECK (${bareExpression(text(policy, 'check'))})`] : []),
  ];
};
