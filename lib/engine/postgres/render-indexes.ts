import type { SchemaObject } from '../../model/schema.ts';
import { quoteText } from '../../sql/quote.ts';
import { list, text } from './kind.ts';
import { nameSql } from './naming.ts';

/** What stands behind the columns of a constraint that has an index: ` WITH (fillfactor = 70) USING INDEX TABLESPACE fast`, or nothing. */
export const indexParameters = (constraint: SchemaObject): string => {
  const options = list(constraint, 'options').map(optionSql).join(', ');
  const tablespace = text(constraint, 'tablespace');
  return `${options === '' ? '' : ` WITH (${options})`}${tablespace === '' ? '' : ` USING INDEX TABLESPACE ${nameSql(tablespace)}`}`;
};

/** A storage option of the catalog (`fillfactor=70`) as SQL. */
export const optionSql = (option: string): string => {
  const [name, ...rest] = option.split('=');
  const value = rest.join('=');
  return `${nameSql(name ?? '')} = ${/^(-?\d+(\.\d+)?|[a-z]+)$/.test(value) ? value : quoteText(value, 'postgres')}`;
};
