import { LimbeckError } from '../../errors.ts';
import { objectKey } from '../../model/schema.ts';
import { foldCase } from '../../sql/lex.ts';
import { quoteName } from '../../sql/quote.ts';
import type { Scope } from '../engine.ts';
import { inspect } from './inspect.ts';
import type { Query } from './query.ts';

/**
 * What stands in the way of a statement that failed, as an error that names it: SQLite lets no table be renamed while a
 * view or trigger mentions what is gone, and the guard of a rebuild stops before an index or trigger would be lost.
 * An error of another kind comes back as it is.
 */
export const explainHindrance = async (error: LimbeckError, statement: string, scope: Scope, query: Query): Promise<LimbeckError> => {
  const found = mentioned(error.message) ?? (error.message.includes(losing) ? await lostParts(statement, query) : []);
  const [first] = found;
  if (first === undefined) return error;
  const inSight = await inspect(query, scope);
  const isExcluded = (part: Part): boolean => !inSight.objects.has(objectKey(part.type, foldCase(part.name)));
  const names = found.map((part) => `${part.type} ${part.name}${isExcluded(part) ? ', which is excluded,' : ''}`).join(' and ');
  const message = `${names} ${found.length === 1 ? 'stands' : 'stand'} in the way: ${error.message}`;
  return new LimbeckError(error.code, message, {
    hint: hintFor(first, isExcluded(first)),
    cause: error,
    data: { ...error.data, inTheWay: found },
  });
};

interface Part {
  readonly type: 'view' | 'trigger' | 'index';
  readonly name: string;
}

const losing = 'that this migration does not know and would lose';

const mentioned = (message: string): readonly Part[] | undefined => {
  const [, type, name] = /^error in (view|trigger|index) (.*?)(?: after [a-z ]+)?: /s.exec(message) ?? [];
  return name === undefined ? undefined : [{ type: type === 'view' || type === 'index' ? type : 'trigger', name }];
};

/** The guard's own question, asked for names. */
const lostParts = async (statement: string, query: Query): Promise<readonly Part[]> => {
  const [, where] = /FROM "main"\."sqlite_schema"\s+WHERE (.*)\)\s*$/s.exec(statement) ?? [];
  if (where === undefined) return [];
  const rows = await query(`SELECT "type", "name" FROM "main"."sqlite_schema" WHERE ${where} ORDER BY "name"`);
  return rows.map(({ type, name }) => ({ type: type === 'index' ? type : 'trigger', name: String(name) }));
};

const hintFor = ({ type, name }: Part, isExcluded: boolean): string => {
  const word = type.toUpperCase();
  const aside = `write DROP ${word} IF EXISTS ${quoteName(name, 'sqlite')} above the rebuild and its CREATE ${word} at the end, in both files, then limbeck prove`;
  return isExcluded
    ? `take it out of "exclude", declare it in models.sql and generate the migration anew: limbeck moves it aside then; or ${aside}`
    : `this migration does not know it, or it does not work: correct it; or ${aside}`;
};
