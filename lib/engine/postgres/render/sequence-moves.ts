import type { Step } from '../../../model/change.ts';
import { quoteText } from '../../../sql/quote.ts';
import { step } from '../object/kind.ts';
import { nameSql } from '../object/naming.ts';

/** The statement that moves a sequence into new bounds, which ALTER SEQUENCE takes only then. */
export const movedInside = (sequence: string, bounds: readonly [string, string] | undefined): readonly Step[] =>
  bounds === undefined
    ? []
    : [
        step(
          `SELECT pg_catalog.setval(${quoteText(sequence, 'postgres')}, greatest(least(last_value, ${bounds[1]}), ${bounds[0]}), is_called) FROM ${sequence}`,
        ),
      ];

/** Rows that are there already have numbers: the next one comes after them. */
export const nextNumber = (sequence: string, table: string, column: string, increment: string): Step =>
  step(
    `SELECT pg_catalog.setval(${quoteText(sequence, 'postgres')}, pg_catalog.${increment.startsWith('-') ? 'min' : 'max'}(${nameSql(column)})) FROM ${table}`,
  );
