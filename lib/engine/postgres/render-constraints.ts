import type { SchemaObject } from '../../model/schema.ts';
import { flag, text } from './kind.ts';
import { indexParameters } from './render-indexes.ts';

/** A constraint as it stands in CREATE TABLE or behind ADD: `CONSTRAINT users_pkey PRIMARY KEY (id)`. */
export const constraintClause = (constraint: SchemaObject): string =>
  [
    `CONSTRAINT ${text(constraint, 'id')} ${text(constraint, 'definition')}${indexParameters(constraint)}`,
    text(constraint, 'predicate') === '' ? '' : `WHERE (${text(constraint, 'predicate')})`,
    text(constraint, 'deferrability'),
    validity(constraint),
  ]
    .filter((part) => part !== '')
    .join(' ');

const validity = (constraint: SchemaObject): string => {
  if (!flag(constraint, 'enforced')) return 'NOT ENFORCED';
  return flag(constraint, 'validated') ? '' : 'NOT VALID';
};
