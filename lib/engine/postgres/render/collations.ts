import type { Step } from '../../../model/change.ts';
import type { SchemaObject } from '../../../model/schema.ts';
import { quoteText } from '../../../sql/quote.ts';
import { flag, ranks, step, text, type Kind, type Room } from '../object/kind.ts';
import { nameInSchemaOf } from '../object/naming.ts';
import { renameSql, retiredName } from './retire.ts';

/** A copy of `"C"` or `"POSIX"` is for any encoding, as these are; every other one that libc provides is for that of its database. */
const create = (collation: SchemaObject): readonly Step[] => {
  const { locale, lcCollate, lcCtype, rules } = collation.attributes;
  if (collation.made !== undefined && lcCollate === lcCtype && ['C', 'POSIX'].includes(text(collation, 'lcCollate')))
    return [step(`CREATE COLLATION ${text(collation, 'id')} FROM pg_catalog."${text(collation, 'lcCollate')}"`)];
  const setting = (name: string, value: unknown): readonly string[] =>
    value === undefined ? [] : [`${name} = ${quoteText(String(value), 'postgres')}`];
  const libc =
    lcCollate === lcCtype ? setting('LOCALE', lcCollate) : [...setting('LC_COLLATE', lcCollate), ...setting('LC_CTYPE', lcCtype)];
  const options = [
    `PROVIDER = ${text(collation, 'provider')}`,
    ...setting('LOCALE', locale),
    ...libc,
    ...(flag(collation, 'deterministic') ? [] : ['DETERMINISTIC = false']),
    ...setting('RULES', rules),
  ];
  return [step(`CREATE COLLATION ${text(collation, 'id')} (${options.join(', ')})`)];
};

const retire = (collation: SchemaObject, room: Room): readonly Step[] => [
  step(renameSql('COLLATION', text(collation, 'id'), retiredName(collation, room))),
];

const discard = (collation: SchemaObject, room: Room): readonly Step[] => [
  step(`DROP COLLATION ${nameInSchemaOf(collation, retiredName(collation, room))}`),
];

/** Collations: none of what they are can be changed, so columns move over to a new one. */
export const collationKind: Kind = {
  word: 'COLLATION',
  rank: ranks.collation,
  isTop: true,
  create,
  drop: (collation) => [step(`DROP COLLATION ${text(collation, 'id')}`)],
  alter: () => 'replace',
  retire,
  discard,
  occupies: (collation) => [`collation ${text(collation, 'id')}`],
};
