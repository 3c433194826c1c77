import { LimbeckError } from '../errors.ts';
import { type Definition, readDefinition, readPath, spelledName } from './definition.ts';
import { isPunctuation, type Item, readItems } from './items.ts';
import { isWord, lex, significant, type Token } from './lex.ts';
import type { Lexis } from './lexis.ts';
import type { Statement } from './split.ts';

/** `-- @renamed from old_name`: what now bears another name. */
export interface RenameHint {
  /** The old name, unquoted; on PostgreSQL an unquoted one is in lower case. */
  readonly from: string;
  /** What stands before the old name, unquoted: its schema, or a column's table, or both; mostly nothing. */
  readonly within: readonly string[];
  /** 1-based line of the hint in the file. */
  readonly line: number;
  readonly target: RenameTarget;
}

/** What a hint is about; a `value` is one of an enum type. */
export type RenameTarget =
  | { readonly kind: RenamedKind; readonly name: string }
  | { readonly kind: 'column' | 'constraint'; readonly table: string; readonly name: string }
  | { readonly kind: 'value'; readonly type: string; readonly name: string };

/** Objects of their own that a hint can be about. */
export type RenamedKind = (typeof renamedKinds)[number];

/**
 * The rename hints in and around a statement, in order. A hint that trails a column's line (or stands alone above it) is about that
 * column, one that trails a line that begins with CONSTRAINT is about the constraint, and one on the CREATE line, above
 * the statement or after it is about the object. Throws `rename-invalid` for a hint that names nothing, or that stands by
 * something without a name; `file` is named in it.
 */
export const renameHints = (statement: Statement, lexis: Lexis, file?: string): readonly RenameHint[] => {
  const around = [...statement.comments, ...statement.trailing];
  if (![...around, ...statement.tokens].some(({ kind, text }) => kind === 'comment' && text.includes('@renamed'))) return [];
  const read: Reader = { statement, lexis, file, definition: readDefinition(statement.tokens, lexis) };
  const outside = (comments: Statement['comments']): readonly RenameHint[] =>
    comments.flatMap((comment) => hintOf(read, comment, comment.line, () => objectTarget(read)));
  return [...outside(statement.comments), ...insideHints(read), ...outside(statement.trailing)];
};

const renamedKinds = [
  'table',
  'virtual table',
  'foreign table',
  'index',
  'view',
  'materialized view',
  'trigger',
  'sequence',
  'type',
  'domain',
  'function',
  'procedure',
  'policy',
  'rule',
] as const;

interface Reader {
  readonly statement: Statement;
  readonly lexis: Lexis;
  readonly file: string | undefined;
  readonly definition: Definition;
}

/** The hint in a comment; its target is looked for only when there is one. */
const hintOf = (read: Reader, comment: Token, line: number, target: () => RenameTarget | undefined): readonly RenameHint[] => {
  const inside = comment.text.startsWith('--') ? comment.text.slice(2) : comment.text.slice(2, -2);
  const at = /(?:^|\s)@renamed(?=\s|$)/.exec(inside);
  if (at === null) return [];
  const from = oldName(inside.slice(at.index).trimStart().slice('@renamed'.length), read.lexis);
  if (from === undefined && inside.trimStart().startsWith('@renamed'))
    throw invalid(read, line, `"${inside.trim()}" names no old name`, 'write -- @renamed from old_name');
  if (from === undefined) return [];
  const found = target();
  if (found === undefined)
    throw invalid(read, line, `"${inside.trim()}" stands by nothing that has a name`, 'move it to the end of the line of what was renamed');
  return [{ ...from, line, target: found }];
};

const invalid = ({ file }: Reader, line: number, message: string, hint: string): LimbeckError =>
  new LimbeckError('rename-invalid', message, { hint, where: { ...(file === undefined ? {} : { file }), line } });

const oldName = (text: string, lexis: Lexis): Pick<RenameHint, 'from' | 'within'> | undefined => {
  const words = significant(lex(text, lexis));
  if (!isWord(words[0], 'from')) return undefined;
  const at = isPunctuation(words[1], '=') ? 2 : 1;
  const first = words[at];
  if (first?.open) return undefined;
  const isText = first?.kind === 'string' && !isPunctuation(words[at + 1], '.');
  const path = isText ? [first.text.slice(1, -1).replaceAll("''", "'")] : readPath(words, at, lexis).path;
  const from = path.at(-1);
  return from === undefined ? undefined : { from, within: path.slice(0, -1) };
};

const objectTarget = ({ definition, statement, lexis }: Reader): RenameTarget | undefined => {
  const { defines } = definition;
  if (defines === undefined) return addedPart(statement.tokens, definition, lexis);
  const kind = renamedKinds.find((each) => each === defines.kind);
  return kind === undefined ? undefined : { kind, name: defines.name };
};

/** ALTER TABLE t ADD CONSTRAINT c …, or ADD [COLUMN] c …. */
const addedPart = (tokens: readonly Token[], { kind, on, after }: Definition, lexis: Lexis): RenameTarget | undefined => {
  const words = significant(tokens);
  if (kind !== 'alter table' || on === undefined || !isWord(words[after], 'add')) return undefined;
  const isConstraint = isWord(words[after + 1], 'constraint');
  const name = spelledName(words[isConstraint || isWord(words[after + 1], 'column') ? after + 2 : after + 1], lexis);
  return name === undefined ? undefined : { kind: isConstraint ? 'constraint' : 'column', table: on, name };
};

const insideHints = (read: Reader): readonly RenameHint[] => {
  const { tokens } = read.statement;
  const items = readItems(tokens, read.lexis);
  const owners = new Map(items.flatMap((item) => item.tokens.map((token): [Token, Item] => [token, item])));
  let line = read.statement.line;
  return tokens.flatMap((token, at) => {
    const hints = token.kind === 'comment' ? hintOf(read, token, line, () => insideTarget(read, owners, at)) : [];
    line += token.text.split('\n').length - 1;
    return hints;
  });
};

/** By what stands before the comment on its line; if nothing does, by what comes next. */
const insideTarget = (read: Reader, owners: ReadonlyMap<Token, Item>, at: number): RenameTarget | undefined => {
  const { tokens } = read.statement;
  const line = lineBefore(tokens, at);
  const last = line.at(-1);
  const next = tokens.slice(at + 1).find(({ kind }) => kind !== 'space' && kind !== 'comment');
  const nextOnLine = lineAfter(tokens, at);
  const leads =
    last === undefined ||
    (nextOnLine !== undefined && owners.has(nextOnLine) && (isPunctuation(last, ',') || isPunctuation(last, '(')) && !owners.has(last));
  if (leads) return next !== undefined && owners.has(next) ? itemTarget(read, owners.get(next), []) : lastItem(read, owners);
  if (owners.has(last)) return itemTarget(read, owners.get(last), line);
  if (isPunctuation(last, ',')) return itemTarget(read, owners.get(line.at(-2) ?? last) ?? itemBefore(owners, last), line);
  return objectTarget(read);
};

/** Significant tokens on the same line before the token at `at`. */
const lineBefore = (tokens: readonly Token[], at: number): readonly Token[] => {
  let from = at;
  while (from > 0 && !tokens[from - 1]?.text.includes('\n')) from -= 1;
  return significant(tokens.slice(from, at));
};

/** The next significant token if it stands on the line on which the comment at `at` ends. */
const lineAfter = (tokens: readonly Token[], at: number): Token | undefined => {
  for (const token of tokens.slice(at + 1)) {
    if (token.text.includes('\n') && token.kind !== 'string') return undefined;
    if (token.kind !== 'space' && token.kind !== 'comment') return token;
  }
  return undefined;
};

const itemBefore = (owners: ReadonlyMap<Token, Item>, token: Token): Item | undefined =>
  [...owners].filter(([owned]) => owned.end <= token.start).at(-1)?.[1];

const lastItem = (read: Reader, owners: ReadonlyMap<Token, Item>): RenameTarget | undefined =>
  owners.size === 0 ? objectTarget(read) : itemTarget(read, [...owners.values()].at(-1), []);

const itemTarget = (read: Reader, item: Item | undefined, line: readonly Token[]): RenameTarget | undefined => {
  const { definition, lexis } = read;
  const owner = definition.defines;
  if (item === undefined || owner === undefined) return objectTarget(read);
  if (!/table|type|view/.test(owner.kind)) return objectTarget(read);
  const lead = line[0];
  if (lead !== undefined && isWord(lead, 'constraint') && item.tokens.includes(lead))
    return named('constraint', owner.name, spelledName(line[1], lexis));
  if (item.kind === 'constraint') return named('constraint', owner.name, item.name);
  const first = item.tokens[0];
  if (owner.kind === 'type' && first?.kind === 'string')
    return { kind: 'value', type: owner.name, name: first.text.slice(1, -1).replaceAll("''", "'") };
  return item.kind === 'column' ? named('column', owner.name, item.name) : objectTarget(read);
};

const named = (kind: 'column' | 'constraint', table: string, name: string | undefined): RenameTarget | undefined =>
  name === undefined ? undefined : { kind, table, name };
