import type { Dialect, OwnerClaim } from '../engine/engine.ts';
import { LimbeckError, type Where } from '../errors.ts';
import { whereAt } from '../sql/frame.ts';
import { checksum } from '../sql/header.ts';
import { isWord, significant } from '../sql/lex.ts';
import { parseStatement, type ParsedStatement } from '../sql/parse.ts';
import { split, type Statement } from '../sql/split.ts';

/** One file of declared SQL, with the name that messages give it; lines of the other engine are blank. */
export interface ModelsFile {
  readonly text: string;
  readonly file: string;
}

/** The models: one file, or where a folder is given, several. */
export interface Models extends ModelsFile {
  /** The files of a folder in their order; `text` is all of them then, and `file` the folder. */
  readonly files?: readonly ModelsFile[];
}

/** A declared statement with what the parser says of it. */
export interface DeclaredStatement {
  readonly statement: Statement;
  readonly parsed: ParsedStatement;
  readonly source: ModelsFile;
  /** A setting that is in force for it, as SQL. */
  readonly setting: string | undefined;
}

/** What the models say beside what they declare. */
export interface Remarks {
  /** What was left out, and why; a line for each reason. */
  readonly notes: readonly string[];
  /** True when the models say who may do what. */
  readonly hasGrants: boolean;
  /** Whose things are, where the models say so. */
  readonly owners: readonly OwnerClaim[];
}

export interface Declared extends Remarks {
  readonly statements: readonly DeclaredStatement[];
}

/**
 * Cuts the models into statements and sorts out those that declare nothing. `privileges` false: who may do what is left
 * out, too. Errors: `sql-syntax`, `sql-unsupported` (what must not run in scratch, or cannot be managed).
 */
export const readDeclared = async (models: Models, dialect: Dialect, privileges: boolean | undefined): Promise<Declared> => {
  const { statements, ...remarks } = cutModels(models, dialect, privileges);
  const parsed: DeclaredStatement[] = [];
  for (const each of statements) parsed.push({ ...each, parsed: await parseStatement(each.statement, dialect.lexis.dialect) });
  return { ...remarks, statements: parsed };
};

/** As `readDeclared`, without what they declare: the parser, which takes most of the time, is not asked. Errors: as `readDeclared`. */
export const readRemarks = (models: Models, dialect: Dialect, privileges: boolean | undefined): Remarks =>
  cutModels(models, dialect, privileges);

interface CutModels extends Remarks {
  readonly statements: readonly Omit<DeclaredStatement, 'parsed'>[];
}

const cutModels = (models: Models, dialect: Dialect, privileges: boolean | undefined): CutModels => {
  const statements: Omit<DeclaredStatement, 'parsed'>[] = [];
  const left = new Map<string, { readonly place: string; count: number }>();
  const owners: OwnerClaim[] = [];
  let hasGrants = false;
  for (const source of models.files ?? [models]) {
    let setting: string | undefined;
    for (const statement of split(source.text, dialect.lexis, source.file, { pgDump: true })) {
      const isGrant = saysWhoMay(statement);
      hasGrants ||= isGrant;
      const fate = fateOf(statement, source, dialect, isGrant && privileges === false);
      if (fate.how === 'skip' && fate.owner !== undefined) owners.push(fate.owner);
      if (fate.how === 'run') statements.push({ statement, source, setting });
      else if (fate.how === 'setting') setting = fate.sql;
      else if (fate.why !== undefined) {
        const known = left.get(fate.why);
        if (known === undefined) left.set(fate.why, { place: `${source.file}:${statement.line}`, count: 1 });
        else known.count += 1;
      }
    }
  }
  const notes = [...left].map(([why, { place, count }]) => `${place}: ${why}${count === 1 ? '' : ` (${count} statements)`}`);
  return { statements, notes, hasGrants, owners };
};

/** What a proof remembers of the models: the hash of their text, and of what is left out of them. */
export const modelsHash = (models: Models, exclude: readonly string[]): string =>
  checksum(exclude.length === 0 ? models.text : [models.text, ...[...exclude].sort()].join('\0'));

/** Where a declared statement stands, or the character at `offset` of it. */
export const placeOf = ({ source, statement }: Pick<DeclaredStatement, 'source' | 'statement'>, offset = 0): Where =>
  whereAt(source.text, statement.start + offset, source.file);

const saysWhoMay = ({ tokens }: Statement): boolean => {
  const [first, second, third] = significant(tokens);
  return isWord(first, 'grant', 'revoke') || (isWord(first, 'alter') && isWord(second, 'default') && isWord(third, 'privileges'));
};

type Fate =
  | { readonly how: 'run' }
  | { readonly how: 'skip'; readonly why: string | undefined; readonly owner?: OwnerClaim }
  | { readonly how: 'setting'; readonly sql: string | undefined };

const fateOf = (statement: Statement, source: ModelsFile, dialect: Dialect, isUnwantedGrant: boolean): Fate => {
  const refuse = (why: string, hint: string): never => {
    throw new LimbeckError('sql-unsupported', why, { where: placeOf({ source, statement }), hint });
  };
  const [first, second, third, fourth] = significant(statement.tokens);
  const refused = dialect.refuseInScratch(statement.text);
  if (refused !== undefined) return refuse(refused, 'remove the statement from the models file');
  const [kind] = isWord(second, 'or') ? [fourth] : [second];
  if (
    isWord(first, 'create') &&
    (isWord(kind, 'temp', 'temporary') || (isWord(kind, 'local', 'global') && isWord(third, 'temp', 'temporary')))
  )
    return refuse('a temporary object is not part of a schema', 'remove the statement from the models file');
  if (isUnwantedGrant) return { how: 'skip', why: 'grants are left out: --privileges never' };
  const advice = dialect.loading?.advise(statement.text);
  if (advice?.how === 'refuse') return refuse(advice.why, advice.hint);
  if (advice !== undefined) return advice;
  const why = skippedWords[first?.text.toLowerCase() ?? ''];
  return why === undefined ? { how: 'run' } : { how: 'skip', why };
};

const skippedWords: Readonly<Record<string, string>> = {
  insert: 'INSERT is left out: data belongs in a migration',
  replace: 'REPLACE is left out: data belongs in a migration',
  update: 'UPDATE is left out: data belongs in a migration',
  delete: 'DELETE is left out: data belongs in a migration',
  merge: 'MERGE is left out: data belongs in a migration',
  truncate: 'TRUNCATE is left out: data belongs in a migration',
  refresh: 'REFRESH is left out: data belongs in a migration',
  select: 'SELECT is left out: it declares nothing',
  with: 'WITH … is left out: it declares nothing',
  values: 'VALUES is left out: it declares nothing',
  call: 'CALL is left out: it declares nothing',
  lock: 'LOCK is left out: it declares nothing',
  vacuum: 'VACUUM is left out: it declares nothing',
  pragma: 'PRAGMA is left out: it is a setting of a session, not of the schema',
  begin: 'BEGIN is left out: models.sql is a declaration',
  start: 'START TRANSACTION is left out: models.sql is a declaration',
  commit: 'COMMIT is left out: models.sql is a declaration',
  end: 'END is left out: models.sql is a declaration',
  rollback: 'ROLLBACK is left out: models.sql is a declaration',
  analyze: 'ANALYZE is left out: statistics are not schema',
  reindex: 'REINDEX is left out: it declares nothing',
};
