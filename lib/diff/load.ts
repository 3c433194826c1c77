import type { LoadStatement, Session } from '../engine/engine.ts';
import { isLimbeckError, LimbeckError } from '../errors.ts';
import { objectKey, type UnmanagedObject } from '../model/schema.ts';
import { normalText } from '../sql/lex.ts';
import { placeOf, readDeclared, type Declared, type DeclaredStatement, type Models } from './declared.ts';
import { orderStatements } from './order.ts';
import { tidyStatement, untidiedOffset } from './tidy.ts';

export type { Models, ModelsFile } from './declared.ts';

export interface Loaded extends Declared {
  /** Declared objects that this database cannot hold: named, never diffed. */
  readonly unmanaged: readonly UnmanagedObject[];
}

/**
 * Loads the declared schema into a scratch session: known references order it, then what failed is tried again until
 * nothing moves. `privileges` false: who may do what is left out. With `live` given, what a statement leaves open is as there.
 * Errors: `models-invalid` (line and caret of the first failure of the last round, or of one that no other statement can
 * mend), `sql-syntax`, `sql-unsupported`, `cancelled`.
 */
export const loadModels = async (session: Session, models: Models, privileges?: boolean, live?: Session): Promise<Loaded> => {
  const read = await readDeclared(models, session.dialect, privileges);
  const declared = live === undefined ? read : await asIn(live, read);
  const ordered = orderStatements(declared.statements, session.dialect.foldName);
  return { ...declared, unmanaged: await loading(session, (run) => runRounds({ session, run }, ordered)) };
};

/** What the statements leave open is as it is in the live database. */
const asIn = async ({ asHere }: Session, declared: Declared): Promise<Declared> => {
  if (asHere === undefined) return declared;
  const notes: string[] = [];
  const statements: DeclaredStatement[] = [];
  for (const each of declared.statements) {
    const here = each.parsed.defines?.kind === 'extension' ? await asHere(each.statement.text) : undefined;
    if (here !== undefined) notes.push(here.note);
    statements.push(here === undefined ? each : { ...each, statement: { ...each.statement, text: here.sql } });
  }
  return { ...declared, statements, notes: [...declared.notes, ...notes] };
};

/** Runs work that makes a whole schema, under the session's settings for that. */
export const loading = <T>(session: Session, work: (run: LoadStatement) => Promise<T>): Promise<T> =>
  session.loading === undefined ? work((statement) => session.execute(statement)) : session.loading(work);

interface Loader {
  readonly session: Session;
  readonly run: LoadStatement;
}

const runRounds = async (loader: Loader, ordered: readonly DeclaredStatement[]): Promise<readonly UnmanagedObject[]> => {
  const unmanaged: UnmanagedObject[] = [];
  let waiting = ordered;
  let stuck: Round['first'];
  for (;;) {
    const { rest, first, missing } = await runRound(loader, waiting, stuck !== undefined);
    unmanaged.push(...missing);
    if (first === undefined) return unmanaged;
    const moved = rest.length < waiting.length;
    if (!moved && stuck !== undefined) throw modelsError(loader, stuck.declared, stuck.error);
    stuck = moved ? undefined : first;
    waiting = rest;
  }
};

interface Round {
  /** What failed, and what had to wait for it. */
  readonly rest: readonly DeclaredStatement[];
  readonly first: { readonly declared: DeclaredStatement; readonly error: LimbeckError } | undefined;
  readonly missing: readonly UnmanagedObject[];
}

/**
 * Tries every statement once; those on an object of which one has failed wait, so that they keep their order. Not so,
 * where nothing else moves, what creates something: two objects can bear one name (in two schemas).
 */
const runRound = async (loader: Loader, statements: readonly DeclaredStatement[], isStuck: boolean): Promise<Round> => {
  const { foldName, loading: rules } = loader.session.dialect;
  const rest: DeclaredStatement[] = [];
  const missing: UnmanagedObject[] = [];
  const held = new Set<string>();
  let first: Round['first'];
  for (const declared of statements) {
    const names = objectsOf(declared, foldName);
    const mayPass = isStuck && declared.parsed.defines !== undefined;
    if (!mayPass && names.some((name) => held.has(name))) {
      rest.push(declared);
      continue;
    }
    const error = await tryStatement(loader, declared);
    if (error === undefined) continue;
    const absent = missingModule(declared, error, loader.session);
    if (absent !== undefined) {
      missing.push(absent);
      continue;
    }
    if (rules?.isFinal(error) === true) throw modelsError(loader, declared, error);
    first ??= { declared, error };
    rest.push(declared);
    for (const name of names) held.add(name);
  }
  return { rest, first, missing };
};

/** The objects that a statement is about: what it defines, else (ALTER, DROP) what it names. */
const objectsOf = ({ parsed }: DeclaredStatement, foldName: (name: string) => string): readonly string[] =>
  (parsed.defines === undefined ? parsed.refers : [parsed.defines.name]).map(foldName);

const tryStatement = async ({ session, run }: Loader, { statement, setting }: DeclaredStatement): Promise<LimbeckError | undefined> => {
  try {
    await run(tidyStatement(statement.text, session.dialect.lexis), setting);
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

const modelsError = ({ session: { dialect } }: Loader, declared: DeclaredStatement, error: LimbeckError): LimbeckError => {
  const hint = dialect.loading?.hint(error) ?? 'correct the statement; the database that was asked is a scratch one, nothing was changed';
  return new LimbeckError('models-invalid', `${declared.source.file}: ${error.message}`, {
    where: placeOf(declared, reportedOffset(declared, error, dialect.lexis) ?? guiltyOffset(declared, error.message)),
    hint,
    cause: error,
  });
};

/** The character at which the database says that the statement fails; it counts from 1, in whole characters. */
const reportedOffset = (
  { statement: { text } }: DeclaredStatement,
  error: LimbeckError,
  lexis: Session['dialect']['lexis'],
): number | undefined => {
  const position = error.data?.['position'];
  if (typeof position !== 'number' || position < 1) return undefined;
  const before = [...tidyStatement(text, lexis)].slice(0, position - 1).join('');
  return untidiedOffset(text, lexis, before.length);
};

/** The token that the message names, else the statement's start. */
const guiltyOffset = ({ statement }: DeclaredStatement, message: string): number => {
  const named = /near "(.*)": syntax error/.exec(message)?.[1] ?? /: (?:[^\s:]+\.)?([^\s:]+)$/.exec(message)?.[1];
  const token = statement.tokens.find(({ text }) => named !== undefined && text.toLowerCase() === named.toLowerCase());
  return token === undefined ? 0 : token.start - statement.start;
};
