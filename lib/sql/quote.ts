import { LimbeckError } from '../errors.ts';
import { keywords } from './keywords.ts';
import type { Lexis } from './lexis.ts';

/** A name in double quotes. Throws `sql-unsupported` for a name with a NUL character, which no engine can hold. */
export const quoteName = (name: string, dialect: Lexis['dialect']): string => `"${withoutNul(name, dialect).replaceAll('"', '""')}"`;

/** A name as a person would write it: quoted only if unquoted it would be a keyword, another name, or no name. */
export const quoteNameIfNeeded = (name: string, dialect: Lexis['dialect']): string =>
  plain[dialect].test(name) && !keywords[dialect].has(name.toLowerCase()) ? name : quoteName(name, dialect);

/**
 * A text literal. On PostgreSQL a text with a backslash is written `E'…'`, which means the same whatever
 * `standard_conforming_strings` is. Throws `sql-unsupported` for a NUL character.
 */
export const quoteText = (text: string, dialect: Lexis['dialect']): string => {
  const doubled = withoutNul(text, dialect).replaceAll("'", "''");
  return dialect === 'postgres' && doubled.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
};

const plain: Readonly<Record<Lexis['dialect'], RegExp>> = {
  sqlite: /^[A-Za-z_][A-Za-z0-9_]*$/,
  postgres: /^[a-z_][a-z0-9_]*$/,
};

const withoutNul = (text: string, dialect: Lexis['dialect']): string => {
  if (!text.includes('\0')) return text;
  throw new LimbeckError('sql-unsupported', `${JSON.stringify(text)} holds a NUL character, which SQL text cannot`, {
    hint: dialect === 'sqlite' ? "use a blob (x'…') or char(0)" : 'use bytea',
  });
};
