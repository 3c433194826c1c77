import { type DefinedObject, readDefinition } from './definition.ts';
import { isPunctuation, readItems } from './items.ts';
import { foldCase, significant, type Token } from './lex.ts';
import { type Lexis, postgresLexis, sqliteLexis } from './lexis.ts';
import { readReferences } from './references.ts';
import type { Statement } from './split.ts';

/** What is known of a statement. Kind, names and references come from its tokens; the grammar only adds to them. */
export interface ParsedStatement {
  /** The command in lower case without its modifiers: `create table`, `create index`, `insert`, … or `other`. */
  readonly kind: string;
  readonly defines: DefinedObject | undefined;
  /** Unqualified names of what it may refer to; of an opaque statement, every name in it. */
  readonly refers: readonly string[];
  /** True when the grammar could not read it (or was not asked, because of its depth): nothing is wrong with it. */
  readonly opaque: boolean;
  /** Columns of a CREATE TABLE that the grammar could read. Advice: the tokens are the text. */
  readonly tree: TableTree | undefined;
}

export interface TableTree {
  readonly columns: readonly ColumnTree[];
}

export interface ColumnTree {
  readonly name: string;
  /** As the statement writes it, tokens joined by a space; empty for a column without a type. */
  readonly type: string;
}

/** Reads one statement. Never throws for text that it cannot read. Answers of the same text are remembered. */
export const parseStatement = async (statement: Statement, dialect: Lexis['dialect']): Promise<ParsedStatement> => {
  const remembered = memory[dialect].get(statement.text);
  if (remembered !== undefined) return remembered;
  const parsed = await readStatement(statement, dialect);
  if (memory[dialect].size >= memorySize) memory[dialect].clear();
  memory[dialect].set(statement.text, parsed);
  return parsed;
};

const memorySize = 5000;
const memory: Readonly<Record<Lexis['dialect'], Map<string, ParsedStatement>>> = { sqlite: new Map(), postgres: new Map() };

const readStatement = async (statement: Statement, dialect: Lexis['dialect']): Promise<ParsedStatement> => {
  const lexis = dialect === 'sqlite' ? sqliteLexis : postgresLexis;
  const { kind, defines } = readDefinition(statement.tokens, lexis);
  const ast = isShallow(statement.tokens) ? await askGrammar(statement.text, dialect) : undefined;
  const opaque = ast === undefined;
  return {
    kind,
    defines,
    refers: readReferences(statement.tokens, lexis, opaque),
    opaque,
    tree: kind === 'create table' && ast !== undefined ? tableTree(statement.tokens, lexis, ast) : undefined,
  };
};

/** The grammar backtracks exponentially on nested parentheses, so it is not asked about deep ones, or long texts. */
const isShallow = (tokens: readonly Token[]): boolean => {
  let depth = 0;
  for (const token of tokens) {
    if (isPunctuation(token, '(')) depth += 1;
    if (isPunctuation(token, ')')) depth -= 1;
    if (depth > deepest) return false;
  }
  return tokens.length <= longest;
};

const deepest = 6;
const longest = 20_000;

/** The grammar's tree, or undefined where it has none. */
const askGrammar = async (text: string, dialect: Lexis['dialect']): Promise<unknown> => {
  const parse = await grammars[dialect]();
  try {
    const ast = parse(text);
    const first: unknown = Array.isArray(ast) ? ast[0] : ast;
    return first ?? undefined;
  } catch {
    return undefined;
  }
};

type Grammar = (text: string) => unknown;

/** Only the build of the dialect in hand is loaded, and only its default export works in Node's ESM. */
const grammars: Readonly<Record<Lexis['dialect'], () => Promise<Grammar>>> = {
  sqlite: async () => {
    const { default: build } = await import('node-sql-parser/build/sqlite.js');
    const parser = new build.Parser();
    return (text) => parser.astify(text);
  },
  postgres: async () => {
    const { default: build } = await import('node-sql-parser/build/postgresql.js');
    const parser = new build.Parser();
    return (text) => parser.astify(text);
  },
};

/** Columns on which the grammar and the tokens agree; undefined when they do not. */
const tableTree = (tokens: readonly Token[], lexis: Lexis, ast: unknown): TableTree | undefined => {
  const named = listOf(ast, 'create_definitions')
    .filter((each) => field(each, 'resource') === 'column')
    .map(columnName);
  const columns = readItems(tokens, lexis).filter(({ kind }) => kind === 'column');
  if (named.length !== columns.length) return undefined;
  if (columns.some(({ name }, at) => foldCase(name ?? '') !== foldCase(named[at] ?? ''))) return undefined;
  return { columns: columns.map((column) => ({ name: column.name ?? '', type: typeOf(column.tokens.slice(1)) })) };
};

const columnName = (definition: unknown): string | undefined => {
  const column = field(field(definition, 'column'), 'column');
  const name = typeof column === 'string' ? column : field(field(column, 'expr'), 'value');
  return typeof name === 'string' ? name : undefined;
};

const field = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && key in value ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined;

const listOf = (value: unknown, key: string): readonly unknown[] => {
  const list = field(value, key);
  return Array.isArray(list) ? list : [];
};

const endsType: ReadonlySet<string> = new Set(
  'constraint primary not null unique check default collate references generated as deferrable initially storage compression on'.split(' '),
);

/** The tokens of a column up to its first clause. */
const typeOf = (tokens: readonly Token[]): string => {
  const end = tokens.findIndex((token) => token.kind === 'word' && endsType.has(foldCase(token.text)));
  return significant(end < 0 ? tokens : tokens.slice(0, end))
    .map(({ text }) => text)
    .join(' ');
};
