import { foldCase, isWord } from '../../sql/lex.ts';
import { afterName, bareName, closer, cut, join, normal, runs, spell, spellToken, type Tokens } from './fingerprint-text.ts';

/** What the text of a CREATE TABLE says and no PRAGMA tells. */
export interface TableText {
  /** By name in lower case: `collate nocase`, `as (a + 1)`, `autoincrement`, `not null on conflict replace`. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  /** Constraints in their table form, options, and whatever the cutter does not know, in normal tokens. */
  readonly clauses: readonly string[];
}

/** Cuts the text of a CREATE TABLE. Total: what it cannot read becomes a clause as it stands, so nothing is lost. */
export const cutTable = (sql: string): TableText => {
  const tokens = afterName(cut(sql));
  const end = closer(tokens, 0);
  const parts = tokens[0]?.text === '(' ? runs(tokens.slice(1, end)) : [tokens];
  const names = parts.filter((part) => !isConstraint(part)).map((part) => foldCase(bareName(part[0])));
  const found: Found = { columns: new Map(), clauses: [], foreignKeys: [], known: new Set([...names, 'rowid', 'oid', '_rowid_']) };
  for (const part of parts) {
    if (isConstraint(part)) readClauses(found, { tokens: part, at: 0 }, undefined);
    else readColumn(found, part);
  }
  const options = runs(tokens.slice(end + 1)).map((run) => normal(run));
  const foreignKeys = found.foreignKeys.map(({ text, deferred }) => `${text}${deferred ? ' deferrable initially deferred' : ''}`);
  return { columns: found.columns, clauses: [...found.clauses, ...foreignKeys, ...options] };
};

interface Found {
  readonly columns: Map<string, readonly string[]>;
  readonly clauses: string[];
  /** SQLite lets a DEFERRABLE clause stand apart; it is about the last foreign key before it. */
  readonly foreignKeys: { readonly text: string; deferred: boolean }[];
  readonly known: ReadonlySet<string>;
}

interface Cursor {
  readonly tokens: Tokens;
  at: number;
}

/** What a clause is about: undefined for a clause of the table, else the column and what was found of it. */
interface Column {
  readonly name: string;
  readonly extras: string[];
}

const isConstraint = (part: Tokens): boolean => isWord(part[0], 'constraint', 'primary', 'unique', 'check', 'foreign');

const readColumn = (found: Found, part: Tokens): void => {
  const cursor = { tokens: part, at: 1 };
  while (cursor.at < part.length && !startsClause(cursor)) {
    cursor.at = part[cursor.at]?.text === '(' ? closer(part, cursor.at) + 1 : cursor.at + 1;
  }
  const column = { name: bareName(part[0]), extras: [] };
  readClauses(found, cursor, column);
  found.columns.set(foldCase(column.name), lastCollation(column.extras));
};

const startsClause = (cursor: Cursor): boolean =>
  ahead(cursor, 'generated', 'always') ||
  isWord(
    cursor.tokens[cursor.at],
    'constraint',
    'primary',
    'not',
    'null',
    'unique',
    'check',
    'default',
    'collate',
    'references',
    'deferrable',
    'as',
  );

/** The last COLLATE of a column wins; BINARY is what a column has without one. */
const lastCollation = (extras: readonly string[]): readonly string[] => {
  const last = extras.filter((extra) => extra.startsWith('collate ')).at(-1);
  return extras.filter((extra) => !extra.startsWith('collate ') || (extra === last && extra !== 'collate binary'));
};

const ahead = ({ tokens, at }: Cursor, ...words: readonly string[]): boolean =>
  words.every((word, offset) => isWord(tokens[at + offset], word));

const take = (cursor: Cursor, ...words: readonly string[]): boolean => {
  const found = ahead(cursor, ...words);
  if (found) cursor.at += words.length;
  return found;
};

/** The tokens in the parentheses at the cursor, which goes behind them. */
const takeParens = (cursor: Cursor): Tokens => {
  if (cursor.tokens[cursor.at]?.text !== '(') return [];
  const end = closer(cursor.tokens, cursor.at);
  const inside = cursor.tokens.slice(cursor.at + 1, end);
  cursor.at = end + 1;
  return inside;
};

const takeConflict = (cursor: Cursor): string => {
  if (!take(cursor, 'on', 'conflict')) return '';
  const way = foldCase(cursor.tokens[cursor.at]?.text ?? '');
  cursor.at += 1;
  return way === 'abort' ? '' : ` on conflict ${way}`;
};

const readClauses = (found: Found, cursor: Cursor, column: Column | undefined): void => {
  let label = '';
  while (cursor.at < cursor.tokens.length) {
    if (take(cursor, 'constraint')) {
      if (label !== '') found.clauses.push(label.trim());
      label = `constraint ${spellToken(cursor.tokens[cursor.at])} `;
      cursor.at += 1;
    } else {
      readClause(found, cursor, column, label);
      label = '';
    }
  }
  if (label !== '') found.clauses.push(label.trim());
};

const readClause = (found: Found, cursor: Cursor, column: Column | undefined, label: string): void => {
  if (take(cursor, 'primary', 'key')) readPrimaryKey(found, cursor, column, label);
  else if (take(cursor, 'unique')) {
    const terms = column === undefined ? keyTerms(takeParens(cursor), found) : spell(column.name);
    found.clauses.push(`${label}unique (${terms})${takeConflict(cursor)}`);
  } else if (take(cursor, 'check')) {
    found.clauses.push(`${label}check (${normal(takeParens(cursor), found.known)})${takeConflict(cursor)}`);
  } else if (take(cursor, 'foreign', 'key')) {
    const columns = nameList(takeParens(cursor));
    take(cursor, 'references');
    readReferences(found, cursor, columns, label);
  } else if (column !== undefined && take(cursor, 'references')) readReferences(found, cursor, spell(column.name), label);
  else if (ahead(cursor, 'deferrable') || ahead(cursor, 'not', 'deferrable')) {
    const deferred = takeDeferred(cursor);
    const last = found.foreignKeys.at(-1);
    if (last !== undefined) last.deferred = deferred;
  } else if (column !== undefined && readColumnClause(found, cursor, column, label)) return;
  else {
    found.clauses.push(`${label}${normal(cursor.tokens.slice(cursor.at), found.known)}`);
    cursor.at = cursor.tokens.length;
  }
};

/** True when it read a clause that only columns have. A label counts even where SQLite has no use for it. */
const readColumnClause = (found: Found, cursor: Cursor, { extras }: Column, label: string): boolean => {
  if (take(cursor, 'not', 'null')) {
    const conflict = takeConflict(cursor);
    if (label + conflict !== '') extras.push(`${label}not null${conflict}`);
  } else if (take(cursor, 'null')) {
    takeConflict(cursor);
    if (label !== '') extras.push(`${label}null`);
  } else if (take(cursor, 'collate')) {
    const collation = `collate ${spellToken(cursor.tokens[cursor.at])}`;
    extras.push(collation, ...(label === '' ? [] : [label + collation]));
    cursor.at += 1;
  } else if (take(cursor, 'default')) {
    skipDefault(cursor);
    if (label !== '') extras.push(`${label}default`);
  } else if (take(cursor, 'generated', 'always', 'as') || take(cursor, 'as')) {
    extras.push(`${label}as (${normal(takeParens(cursor), found.known)})`);
    if (!take(cursor, 'stored')) take(cursor, 'virtual');
  } else return false;
  return true;
};

const skipDefault = (cursor: Cursor): void => {
  if (cursor.tokens[cursor.at]?.text === '(') takeParens(cursor);
  else {
    while (['+', '-'].includes(cursor.tokens[cursor.at]?.text ?? '')) cursor.at += 1;
    cursor.at += 1;
  }
};

const readPrimaryKey = (found: Found, cursor: Cursor, column: Column | undefined, label: string): void => {
  const isDescending = column !== undefined && !take(cursor, 'asc') && take(cursor, 'desc');
  const inside = column === undefined ? takeParens(cursor) : [];
  const counts = isWord(inside.at(-1), 'autoincrement') && inside.length > 1;
  const terms =
    column === undefined ? keyTerms(counts ? inside.slice(0, -1) : inside, found) : spell(column.name) + (isDescending ? ' desc' : '');
  const conflict = takeConflict(cursor);
  const autoincrement = take(cursor, 'autoincrement') || counts ? ' autoincrement' : '';
  found.clauses.push(`${label}primary key (${terms})${conflict}${autoincrement}`);
};

/** Terms of a key; ASC and COLLATE BINARY are left out (what collation holds is told by the PRAGMA). */
const keyTerms = (tokens: Tokens, found: Found): string => {
  const terms = runs(tokens).map((run) => {
    const first = run[0]?.kind === 'string' ? spellToken(run[0]) : normal(run.slice(0, 1), found.known);
    const kept = isWord(run.at(-1), 'asc') ? run.slice(1, -1) : run.slice(1);
    const isBinary = isWord(kept[0], 'collate') && foldCase(bareName(kept[1])) === 'binary';
    return join([first, normal(isBinary ? kept.slice(2) : kept, found.known)].filter((text) => text !== ''));
  });
  return terms.join(', ');
};

const nameList = (tokens: Tokens): string =>
  runs(tokens)
    .map((run) => spellToken(run[0]))
    .join(', ');

const readReferences = (found: Found, cursor: Cursor, columns: string, label: string): void => {
  const parent = spellToken(cursor.tokens[cursor.at]);
  cursor.at += 1;
  const targets = nameList(takeParens(cursor));
  const actions = new Map<string, string>();
  for (;;) {
    const event = ['delete', 'update', 'insert'].find((each) => take(cursor, 'on', each));
    if (event !== undefined) actions.set(`on ${event}`, takeAction(cursor));
    else if (take(cursor, 'match')) actions.set('match', takeAction(cursor));
    else break;
  }
  const kept = [...actions].filter(([, action]) => action !== 'no action').map(([event, action]) => ` ${event} ${action}`);
  const text = `${label}foreign key (${columns}) references ${parent}${targets === '' ? '' : ` (${targets})`}${kept.sort().join('')}`;
  const deferred = (ahead(cursor, 'deferrable') || ahead(cursor, 'not', 'deferrable')) && takeDeferred(cursor);
  found.foreignKeys.push({ text, deferred });
};

const takeAction = (cursor: Cursor): string => {
  const length = isWord(cursor.tokens[cursor.at], 'set', 'no') ? 2 : 1;
  const action = normal(cursor.tokens.slice(cursor.at, cursor.at + length));
  cursor.at += length;
  return action;
};

const takeDeferred = (cursor: Cursor): boolean => {
  const isNot = take(cursor, 'not');
  take(cursor, 'deferrable');
  const isDeferred = take(cursor, 'initially', 'deferred');
  if (!isDeferred) take(cursor, 'initially', 'immediate');
  return isDeferred && !isNot;
};
