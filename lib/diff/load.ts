import type { Session } from '../engine/engine.ts';
import { isLimbeckError, LimbeckError } from '../errors.ts';
import { objectKey, type UnmanagedObject } from '../model/schema.ts';
import { whereAt } from '../sql/frame.ts';
import { isWord, normalText, significant } from '../sql/lex.ts';
import { parseStatement } from '../sql/parse.ts';
import { split, type Statement } from '../sql/split.ts';
import { orderStatements, type DeclaredStatement } from './order.ts';
import { tidyStatement } from './tidy.ts';

/** models.sql as text, with the name that messages give it; lines of the other engine are blank. */
export interface Models {
  readonly text: string;
  readonly file: string;
}

export interface Loaded {
  readonly statements: readonly DeclaredStatement[];
  /** Declared objects that this database cannot hold: named, never diffed. */
  readonly unmanaged: readonly UnmanagedObject[];
  /** What was left out, and why; one line each. */
  readonly notes: readonly string[];
  /** True when the models say who may do what. */
  readonly hasGrants: boolean;
}

/**
 * Loads the declared schema into a scratch session: known references order it, then what failed is tried again until
 * nothing moves. Errors: `models-invalid` (line and caret of the first failure of the last round), `sql-syntax`,
 * `sql-unsupported`, `cancelled`.
 */
export const loadModels = async (session: Session, models: Models): Promise<Loaded> => {
  const { lexis } = session.dialect;
  const statements = split(models.text, lexis, models.file);
  const notes: string[] = [];
  const declared: DeclaredStatement[] = [];
  for (const statement of statements) {
    const skipped = whySkipped(statement, models, session);
    if (skipped === undefined) declared.push({ statement, parsed: await parseStatement(statement, lexis.dialect) });
    else notes.push(`${models.file}:${statement.line}: ${skipped}`);
  }
  const ordered = orderStatements(declared);
  const unmanaged = await runRounds(session, ordered, models);
  const hasGrants = declared.some(({ parsed: { kind } }) => ['grant', 'revoke', 'alter default privileges'].includes(kind));
  return { statements: declared, unmanaged, notes, hasGrants };
};

const runRounds = async (session: Session, ordered: readonly DeclaredStatement[], models: Models): Promise<readonly UnmanagedObject[]> => {
  const unmanaged: UnmanagedObject[] = [];
  let waiting = ordered;
  for (;;) {
    const { rest, first, missing } = await runRound(session, waiting);
    unmanaged.push(...missing);
    if (first === undefined) return unmanaged;
    if (rest.length === waiting.length) throw modelsError(first.declared.statement, first.error, models);
    waiting = rest;
  }
};

interface Round {
  /** What failed, and what had to wait for it. */
  readonly rest: readonly DeclaredStatement[];
  readonly first: { readonly declared: DeclaredStatement; readonly error: LimbeckError } | undefined;
  readonly missing: readonly UnmanagedObject[];
}

/** Tries every statement once; those on an object of which one has failed wait, so that they keep their order. */
const runRound = async (session: Session, statements: readonly DeclaredStatement[]): Promise<Round> => {
  const rest: DeclaredStatement[] = [];
  const missing: UnmanagedObject[] = [];
  const held = new Set<string>();
  let first: Round['first'];
  for (const declared of statements) {
    const names = objectsOf(declared);
    if (names.some((name) => held.has(name))) {
      rest.push(declared);
      continue;
    }
    const error = await tryStatement(session, declared.statement);
    if (error === undefined) continue;
    const absent = missingModule(declared, error, session);
    if (absent !== undefined) {
      missing.push(absent);
      continue;
    }
    first ??= { declared, error };
    rest.push(declared);
    for (const name of names) held.add(name);
  }
  return { rest, first, missing };
};

/** The objects that a statement is about: what it defines, else (ALTER, DROP) what it names. */
const objectsOf = ({ parsed }: DeclaredStatement): readonly string[] =>
  (parsed.defines === undefined ? parsed.refers : [parsed.defines.name]).map((name) => name.toLowerCase());

const tryStatement = async (session: Session, statement: Statement): Promise<LimbeckError | undefined> => {
  try {
    await session.execute(tidyStatement(statement.text, session.dialect.lexis));
    return undefined;
  } catch (error) {
    if (isLimbeckError(error) && error.code === 'sql-failed') return error;
    throw error;
  }
};

const missingModule = (declared: DeclaredStatement, error: LimbeckError, session: Session): UnmanagedObject | undefined => {
  const module = /no such module: (.*)/.exec(error.message)?.[1];
  const name = declared.parsed.defines?.name;
  if (module === undefined || name === undefined) return undefined;
  const definition = normalText(declared.statement.text, session.dialect.lexis);
  return {
    key: objectKey('virtual table', name.toLowerCase()),
    reason: `this ${session.server.product} has no module ${module}`,
    definition,
  };
};

const skippedWords: Readonly<Record<string, string>> = {
  insert: 'INSERT is left out: data belongs in a migration',
  replace: 'REPLACE is left out: data belongs in a migration',
  update: 'UPDATE is left out: data belongs in a migration',
  delete: 'DELETE is left out: data belongs in a migration',
  select: 'SELECT is left out: it declares nothing',
  with: 'WITH … is left out: it declares nothing',
  values: 'VALUES is left out: it declares nothing',
  pragma: 'PRAGMA is left out: it is a setting of a session, not of the schema',
  begin: 'BEGIN is left out: models.sql is a declaration',
  commit: 'COMMIT is left out: models.sql is a declaration',
  end: 'END is left out: models.sql is a declaration',
  analyze: 'ANALYZE is left out: statistics are not schema',
  reindex: 'REINDEX is left out: it declares nothing',
};

const whySkipped = (statement: Statement, models: Models, session: Session): string | undefined => {
  const [first, second] = significant(statement.tokens);
  const refused = session.dialect.refuseInScratch(statement.text);
  const temporary = isWord(first, 'create') && isWord(second, 'temp', 'temporary');
  if (refused !== undefined || temporary) {
    throw new LimbeckError('sql-unsupported', refused ?? 'a temporary object is not part of a schema', {
      where: whereAt(models.text, statement.start, models.file),
      hint: 'remove the statement from the models file',
    });
  }
  return skippedWords[first?.text.toLowerCase() ?? ''];
};

const modelsError = (statement: Statement, error: LimbeckError, models: Models): LimbeckError =>
  new LimbeckError('models-invalid', `${models.file}: ${error.message}`, {
    where: whereAt(models.text, statement.start + guiltyOffset(statement, error.message), models.file),
    hint: 'correct the statement; the database that was asked is a scratch one, nothing was changed',
    cause: error,
  });

/** The token that the message names, else the statement's start. */
const guiltyOffset = (statement: Statement, message: string): number => {
  const named = /near "(.*)": syntax error/.exec(message)?.[1] ?? /: (?:[^\s:]+\.)?([^\s:]+)$/.exec(message)?.[1];
  const token = statement.tokens.find(({ text }) => named !== undefined && text.toLowerCase() === named.toLowerCase());
  return token === undefined ? 0 : token.start - statement.start;
};
