import { foldCase, isWord, lex, nameOf, normalText, significant, type Token } from '../../sql/lex.ts';
import { sqliteLexis } from '../../sql/lexis.ts';

/**
 * Reads a stored `CREATE TABLE` text into its clauses, for what no PRAGMA tells: the words of a column, the names and
 * bodies of constraints, conflict clauses. Works on lexer tokens, and only on text that SQLite itself has accepted.
 */
export interface TableClauses {
  readonly columns: readonly ColumnClause[];
  readonly constraints: readonly ConstraintClause[];
  /** Words after the closing parenthesis, each option in lower case: `without rowid`, `strict`. */
  readonly options: readonly string[];
}

export interface ColumnClause {
  readonly name: string;
  /** The clause as written, without the comma; no comment at its end. */
  readonly text: string;
  /** In lower case, white space folded; '' when there is none. */
  readonly type: string;
  /** '' or `not null`, with its constraint name and conflict clause where it has them. */
  readonly notNull: string;
  /** Normal form of the default, or undefined. */
  readonly fallback: string | undefined;
  /** True when the default is a literal that ADD COLUMN accepts. */
  readonly constantDefault: boolean;
  readonly collation: string;
  readonly generated: string | undefined;
  readonly stored: boolean;
}

export type ConstraintKind = 'primary key' | 'unique' | 'check' | 'foreign key';

export interface ConstraintClause {
  readonly kind: ConstraintKind;
  readonly name: string | undefined;
  /** Normal form, the same for the column form and the table form. */
  readonly definition: string;
  /** The column that it was written at, or undefined for a table constraint. */
  readonly column: string | undefined;
  /** Columns that it is over, in lower case (none for a check). */
  readonly over: readonly string[];
  /** For a foreign key the table it refers to, in lower case. */
  readonly refersTo: string | undefined;
  /** For a foreign key the columns that it names there, in lower case; none: the primary key. */
  readonly target?: readonly string[];
}

/** Clauses of a `CREATE TABLE` text. */
export const readTable = (sql: string): TableClauses => {
  const tokens = significant(lex(sql, sqliteLexis));
  const open = tokens.findIndex((token) => token.text === '(');
  if (open < 0) return { columns: [], constraints: [], options: [] };
  const close = closing(tokens, open);
  const groups = splitAtCommas(tokens.slice(open + 1, close));
  const names = groups.filter((group) => !isTableConstraint(group)).map((group) => foldCase(nameAt(group[0])));
  const reader: Reader = { sql, columns: [], constraints: [], known: new Set([...names, 'rowid', '_rowid_', 'oid']) };
  for (const group of groups) readGroup(reader, group);
  const options = splitAtCommas(tokens.slice(close + 1)).map((group) => normalSlice(sql, group));
  return { columns: reader.columns, constraints: reader.constraints, options };
};

interface Reader {
  readonly sql: string;
  readonly columns: ColumnClause[];
  readonly constraints: ConstraintClause[];
  /** Names that an expression may mean as columns, in lower case. */
  readonly known: ReadonlySet<string>;
}

/** Index of the parenthesis that closes the one at `open`. */
export const closing = (tokens: readonly Token[], open: number): number => {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    const text = tokens[at]?.text;
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return tokens.length;
};

const splitAtCommas = (tokens: readonly Token[]): readonly (readonly Token[])[] => {
  const groups: Token[][] = [];
  let current: Token[] = [];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (token.text === ',' && depth === 0) {
      groups.push(current);
      current = [];
    } else current.push(token);
  }
  groups.push(current);
  return groups.filter((group) => group.length > 0);
};

const slice = (sql: string, tokens: readonly Token[]): string =>
  tokens.length === 0 ? '' : sql.slice(tokens[0]?.start, tokens.at(-1)?.end);

const normalSlice = (sql: string, tokens: readonly Token[]): string => normalText(slice(sql, tokens), sqliteLexis);

/** Normal form of an expression; a name in double quotes that is no column may be a string to SQLite, so its case counts. */
const expressionText = (tokens: readonly Token[], known: ReadonlySet<string>): string =>
  tokens
    .map((token) => {
      const isPerhapsString = token.kind === 'name' && token.text.startsWith('"') && !known.has(foldCase(nameAt(token)));
      return isPerhapsString ? token.text : normalText(token.text, sqliteLexis);
    })
    .join(' ');

/** The name in name position, where SQLite also takes a string. */
export const nameAt = (token: Token | undefined): string => {
  if (token === undefined) return '';
  if (token.kind === 'string') return token.text.slice(1, -1).replaceAll("''", "'");
  return nameOf(token) ?? token.text;
};

const startsConstraint = (token: Token | undefined): boolean => isWord(token, 'constraint', 'primary', 'unique', 'check', 'foreign');

const startsColumnConstraint = (token: Token | undefined): boolean =>
  startsConstraint(token) || isWord(token, 'not', 'null', 'default', 'collate', 'references', 'generated', 'as');

const isTableConstraint = (group: readonly Token[]): boolean => {
  const [first, second] = group;
  if (isWord(first, 'constraint')) return true;
  if (isWord(first, 'primary', 'foreign')) return isWord(second, 'key');
  return isWord(first, 'unique', 'check') && second?.text === '(';
};

const readGroup = (reader: Reader, group: readonly Token[]): void => {
  if (isTableConstraint(group)) {
    readConstraints(reader, group, 0, undefined);
    return;
  }
  const name = nameAt(group[0]);
  let at = 1;
  while (at < group.length && !startsColumnConstraint(group[at])) {
    at = group[at]?.text === '(' ? closing(group, at) + 1 : at + 1;
  }
  const type = normalSlice(reader.sql, group.slice(1, at)).replaceAll(/ ?([(),]) ?/g, '$1');
  const facets = readConstraints(reader, group, at, name);
  reader.columns.push({ name, text: slice(reader.sql, group), type, ...facets });
};

type Facets = Omit<ColumnClause, 'name' | 'text' | 'type'>;

interface Cursor {
  readonly sql: string;
  readonly tokens: readonly Token[];
  readonly known: ReadonlySet<string>;
  at: number;
}

const readConstraints = (reader: Reader, tokens: readonly Token[], start: number, column: string | undefined): Facets => {
  const cursor: Cursor = { sql: reader.sql, tokens, known: reader.known, at: start };
  let facets: Facets = {
    notNull: '',
    fallback: undefined,
    constantDefault: true,
    collation: '',
    generated: undefined,
    stored: false,
  };
  let name: string | undefined;
  while (cursor.at < tokens.length) {
    if (take(cursor, 'constraint')) {
      name = nameAt(tokens[cursor.at]);
      cursor.at += 1;
      continue;
    }
    const constraint = readConstraint(cursor, name, column);
    if (constraint !== undefined) reader.constraints.push(constraint);
    else if (startsDeferrable(cursor)) deferLast(reader, cursor);
    else facets = { ...facets, ...readFacet(cursor, name) };
    name = undefined;
  }
  return facets;
};

const startsDeferrable = ({ tokens, at }: Cursor): boolean =>
  isWord(tokens[at], 'deferrable') || (isWord(tokens[at], 'not') && isWord(tokens[at + 1], 'deferrable'));

/** SQLite lets DEFERRABLE stand apart; it is about the last foreign key before it. */
const deferLast = (reader: Reader, cursor: Cursor): void => {
  const clause = readReferenceClause(cursor) ?? '';
  const at = reader.constraints.findLastIndex((constraint) => constraint.kind === 'foreign key');
  const last = reader.constraints[at];
  if (last === undefined) return;
  const bare = last.definition.replace(/ deferrable initially deferred$/, '');
  reader.constraints[at] = { ...last, definition: clause === '' ? bare : `${bare} ${clause}` };
};

const take = (cursor: Cursor, ...words: readonly string[]): boolean => {
  const matches = words.every((word, offset) => isWord(cursor.tokens[cursor.at + offset], word));
  if (matches) cursor.at += words.length;
  return matches;
};

const takeParens = (cursor: Cursor): readonly Token[] => {
  if (cursor.tokens[cursor.at]?.text !== '(') return [];
  const end = closing(cursor.tokens, cursor.at);
  const inner = cursor.tokens.slice(cursor.at + 1, end);
  cursor.at = end + 1;
  return inner;
};

const takeConflict = (cursor: Cursor): string => {
  if (!take(cursor, 'on', 'conflict')) return '';
  const action = foldCase(nameAt(cursor.tokens[cursor.at]));
  cursor.at += 1;
  return action === 'abort' ? '' : ` on conflict ${action}`;
};

const readConstraint = (cursor: Cursor, name: string | undefined, column: string | undefined): ConstraintClause | undefined => {
  const common = { name, column };
  if (take(cursor, 'primary', 'key')) return { ...common, kind: 'primary key', ...readPrimaryKey(cursor, column), refersTo: undefined };
  if (take(cursor, 'unique')) {
    const terms = column === undefined ? indexTerms(cursor.sql, takeParens(cursor)) : [foldCase(column)];
    const definition = `unique (${terms.join(', ')})${takeConflict(cursor)}`;
    return { ...common, kind: 'unique', definition, over: terms.map(firstWord), refersTo: undefined };
  }
  if (take(cursor, 'check')) {
    const definition = `check (${expressionText(takeParens(cursor), cursor.known)})${takeConflict(cursor)}`;
    return { ...common, kind: 'check', definition, over: [], refersTo: undefined };
  }
  if (column === undefined && take(cursor, 'foreign', 'key')) {
    const over = takeParens(cursor)
      .filter((token) => token.text !== ',')
      .map((token) => foldCase(nameAt(token)));
    return { ...common, kind: 'foreign key', ...readReferences(cursor, over) };
  }
  if (column !== undefined && isWord(cursor.tokens[cursor.at], 'references')) {
    return { ...common, kind: 'foreign key', ...readReferences(cursor, [foldCase(column)]) };
  }
  return undefined;
};

const firstWord = (term: string): string => term.replace(/ (collate \S+|desc)$/g, '').replace(/ (collate \S+)$/, '');

/** Index terms in normal form: no ASC, no COLLATE BINARY. */
export const indexTerms = (sql: string, tokens: readonly Token[]): readonly string[] =>
  splitAtCommas(tokens).map((group) =>
    group.length === 1
      ? foldCase(nameAt(group[0]))
      : normalSlice(sql, group)
          .replace(/ asc$/, '')
          .replace(/ collate binary\b/, ''),
  );

const readPrimaryKey = (cursor: Cursor, column: string | undefined): Pick<ConstraintClause, 'definition' | 'over'> => {
  let increments = false;
  let terms: readonly string[];
  if (column === undefined) {
    let inner = takeParens(cursor);
    if (isWord(inner.at(-1), 'autoincrement')) {
      increments = true;
      inner = inner.slice(0, -1);
    }
    terms = indexTerms(cursor.sql, inner);
  } else {
    const descending = take(cursor, 'desc');
    if (!descending) take(cursor, 'asc');
    terms = [descending ? `${foldCase(column)} desc, as written at the column` : foldCase(column)];
  }
  const conflict = takeConflict(cursor);
  if (take(cursor, 'autoincrement')) increments = true;
  const definition = `primary key (${terms.join(', ')})${conflict}${increments ? ' autoincrement' : ''}`;
  return { definition, over: terms.map((term) => firstWord(term.split(', as written')[0] ?? term)) };
};

const readReferences = (cursor: Cursor, over: readonly string[]): Pick<ConstraintClause, 'definition' | 'over' | 'refersTo' | 'target'> => {
  take(cursor, 'references');
  const table = foldCase(nameAt(cursor.tokens[cursor.at]));
  cursor.at += 1;
  const columns = takeParens(cursor)
    .filter((token) => token.text !== ',')
    .map((token) => foldCase(nameAt(token)));
  const clauses: string[] = [];
  while (cursor.at < cursor.tokens.length) {
    const clause = readReferenceClause(cursor);
    if (clause === undefined) break;
    if (clause !== '') clauses.push(clause);
  }
  const target = columns.length === 0 ? table : `${table} (${columns.join(', ')})`;
  const [deferred, actions] = [
    clauses.filter((clause) => clause.startsWith('deferrable')),
    clauses.filter((clause) => !clause.startsWith('deferrable')),
  ];
  const definition = [`foreign key (${over.join(', ')}) references ${target}`, ...actions.sort(), ...deferred].join(' ');
  return { definition, over, refersTo: table, target: columns };
};

const readReferenceClause = (cursor: Cursor): string | undefined => {
  if (isWord(cursor.tokens[cursor.at], 'on') && !isWord(cursor.tokens[cursor.at + 1], 'conflict')) {
    const event = foldCase(nameAt(cursor.tokens[cursor.at + 1]));
    const action = foldCase(nameAt(cursor.tokens[cursor.at + 2]));
    const two = action === 'set' || action === 'no';
    const whole = two ? `${action} ${foldCase(nameAt(cursor.tokens[cursor.at + 3]))}` : action;
    cursor.at += two ? 4 : 3;
    return whole === 'no action' ? '' : `on ${event} ${whole}`;
  }
  if (take(cursor, 'match')) {
    cursor.at += 1;
    return `match ${foldCase(nameAt(cursor.tokens[cursor.at - 1]))}`;
  }
  const negated = isWord(cursor.tokens[cursor.at], 'not') && isWord(cursor.tokens[cursor.at + 1], 'deferrable');
  if (negated) cursor.at += 1;
  if (!take(cursor, 'deferrable')) return undefined;
  const deferred = isWord(cursor.tokens[cursor.at], 'initially') && isWord(cursor.tokens[cursor.at + 1], 'deferred');
  if (isWord(cursor.tokens[cursor.at], 'initially')) cursor.at += 2;
  return deferred && !negated ? 'deferrable initially deferred' : '';
};

const readFacet = (cursor: Cursor, name: string | undefined): Partial<Facets> => {
  const named = name === undefined ? '' : `constraint ${name} `;
  if (take(cursor, 'not', 'null')) return { notNull: `${named}not null${takeConflict(cursor)}` };
  if (take(cursor, 'null')) {
    takeConflict(cursor);
    return {};
  }
  if (take(cursor, 'default')) return readDefault(cursor, named);
  if (take(cursor, 'collate')) {
    const collation = foldCase(nameAt(cursor.tokens[cursor.at]));
    cursor.at += 1;
    return { collation: collation === 'binary' ? '' : collation };
  }
  take(cursor, 'generated', 'always');
  if (take(cursor, 'as')) {
    const generated = named + expressionText(takeParens(cursor), cursor.known);
    const stored = take(cursor, 'stored');
    if (!stored) take(cursor, 'virtual');
    return { generated, stored };
  }
  cursor.at += 1;
  return {};
};

const readDefault = (cursor: Cursor, named: string): Partial<Facets> => {
  if (cursor.tokens[cursor.at]?.text === '(') {
    const inner = takeParens(cursor);
    const literal = inner.length === 1 && inner[0] !== undefined && isLiteral(inner[0]);
    return { fallback: named + (literal ? literalText(inner) : `(${normalSlice(cursor.sql, inner)})`), constantDefault: false };
  }
  const start = cursor.at;
  while (/^[+-]$/.test(cursor.tokens[cursor.at]?.text ?? '')) cursor.at += 1;
  cursor.at += 1;
  const tokens = cursor.tokens.slice(start, cursor.at);
  const constantDefault = !isWord(tokens[0], 'current_time', 'current_date', 'current_timestamp');
  return { fallback: named + literalText(tokens), constantDefault };
};

const isLiteral = (token: Token): boolean =>
  token.kind === 'string' ||
  token.kind === 'number' ||
  token.kind === 'blob' ||
  isWord(token, 'null', 'true', 'false', 'current_time', 'current_date', 'current_timestamp');

/** A quoted name in default position is a string to SQLite, so its case counts. */
const literalText = (tokens: readonly Token[]): string =>
  tokens
    .map((token) =>
      token.kind === 'string' || token.kind === 'name' || (token.kind === 'word' && !isLiteral(token))
        ? token.text
        : token.text.toLowerCase(),
    )
    .join('');
