import type { SchemaObject } from '../../../model/schema.ts';
import { quoteText } from '../../../sql/quote.ts';
import { flag, text } from '../object/kind.ts';

/** The body as the last clause of CREATE FUNCTION: SQL that the server parsed, a symbol of a library, or quoted text. */
export const bodySql = (routine: SchemaObject): string => {
  const body = text(routine, 'body');
  if (flag(routine, 'atomic')) return body;
  if (text(routine, 'language') === 'internal') return `AS ${quoteText(body, 'postgres')}`;
  if (routine.attributes['binary'] !== undefined)
    return `AS ${quoteText(text(routine, 'binary'), 'postgres')}, ${quoteText(body, 'postgres')}`;
  return `AS ${quoteBody(body)}`;
};

/**
 * A text between dollar quotes that do not occur in it. One with carriage returns is a text with escapes: line ends of
 * a file do not survive everything that is done with files.
 */
export const quoteBody = (body: string): string => {
  if (body.includes('\r'))
    return `E'${body.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\r', '\\r').replaceAll('\n', '\\n')}'`;
  for (let count = 0; ; count += 1) {
    const quote = tag(count);
    if (`${body}${quote}`.indexOf(quote) === body.length) return `${quote}${body}${quote}`;
  }
};

const tag = (count: number): string => {
  if (count === 0) return '$$';
  return count === 1 ? '$body$' : `$body${String(count)}$`;
};
