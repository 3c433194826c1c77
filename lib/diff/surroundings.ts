import type { Dialect, Scope, Session, Surroundings } from '../engine/engine.ts';
import { isLimbeckError } from '../errors.ts';
import { pathOfKey, schemaOf, type Schema, type SchemaObject } from '../model/schema.ts';
import { foldCase, lex, significant } from '../sql/lex.ts';
import { spelledName } from '../sql/definition.ts';
import { readDeclared, type Declared, type Models } from './declared.ts';
import { loading, loadModels, type Loaded } from './load.ts';

/** What lies outside the scope: asked for when it is needed, and once. */
export interface Outside {
  /** Undefined while nobody needed it, and where there is nothing. */
  readonly known: () => Surroundings | undefined;
  readonly ask: (scope: Scope) => Promise<Surroundings | undefined>;
}

export interface LoadedScratch {
  readonly scratch: Session;
  readonly loaded: Loaded;
  /** The schemas that were made as context, and are not the models' own. */
  readonly given: readonly string[];
  readonly outside: Outside;
}

/**
 * Loads the models into a new scratch database. What they refer to and do not declare themselves is made before them where the live
 * database has it outside the scope: never compared, and only if they do not load without. Errors: those of `loadModels`.
 */
export const loadBesideLive = async (live: Session, models: Models, scope: Scope): Promise<LoadedScratch> => {
  const outside = outsideOf(live, models);
  if (isNarrow(scope)) {
    const around = await outside.ask(scope);
    const extensions = around === undefined ? undefined : ofExtensions(around.context);
    if (extensions !== undefined && extensions.objects.size > 0) return loadWith(live, models, scope, outside, extensions);
  }
  return loadWith(live, models, scope, outside, schemaOf([]));
};

/** Extensions are the database's, not a schema's: where those elsewhere are not asked about, they stay. */
const isNarrow = ({ schemas }: Scope): boolean => schemas !== undefined && !schemas.includes('*');

const ofExtensions = ({ objects }: Schema): Schema => {
  const extensions = [...objects.values()].filter(({ kind }) => kind === 'extension');
  const homes = new Set(extensions.flatMap(({ needs }) => needs));
  return schemaOf([...objects.values()].filter(({ kind, key }) => kind === 'extension' || homes.has(key)));
};

const loadWith = async (live: Session, models: Models, scope: Scope, outside: Outside, first: Schema): Promise<LoadedScratch> => {
  try {
    return await loadAfter(live, models, scope, outside, first);
  } catch (error) {
    if (!isLimbeckError(error) || error.code !== 'models-invalid') throw error;
    const around = await outside.ask(scope);
    if (around === undefined || around.context.objects.size === first.objects.size) throw error;
    return loadAfter(live, models, scope, outside, around.context);
  }
};

const loadAfter = async (live: Session, models: Models, scope: Scope, outside: Outside, context: Schema): Promise<LoadedScratch> => {
  const scratch = await live.scratch();
  try {
    const declared = await readDeclared(models, live.dialect, scope.privileges);
    await makeContext(scratch, withoutDeclared(context, declared, live.dialect));
    const given = context.objects.size === 0 ? [] : ((await scratch.schemas?.()) ?? []);
    return { scratch, loaded: await loadModels(scratch, models, scope.privileges, live), given, outside };
  } catch (error) {
    await scratch.close();
    throw error;
  }
};

/** Makes what can be made; what is missing then is told of by what needs it. */
export const makeContext = (scratch: Session, context: Schema): Promise<void> =>
  loading(scratch, async (run) => {
    for (const statement of scratch.dialect.renderSchema(context, Number(scratch.server.major))) {
      try {
        await run(statement);
      } catch (error) {
        if (!isLimbeckError(error) || error.code !== 'sql-failed') throw error;
      }
    }
  });

/** What the models make themselves is left to them. */
const withoutDeclared = (context: Schema, { statements }: Declared, { foldName }: Dialect): Schema => {
  const defined = statements.flatMap(({ parsed }) => (parsed.defines === undefined ? [] : [parsed.defines]));
  const isDeclared = ({ kind, key }: SchemaObject): boolean => {
    const { path } = pathOfKey(kind, key);
    const home = path.length > 1 ? path[0] : undefined;
    return defined.some(
      ({ name, schema }) => foldName(name) === path.at(-1) && (schema === undefined || home === undefined || foldName(schema) === home),
    );
  };
  const gone = new Set(
    [...context.objects.values()].filter((object) => object.parent === undefined && isDeclared(object)).map(({ key }) => key),
  );
  return schemaOf([...context.objects.values()].filter(({ key, parent }) => !gone.has(key) && !gone.has(parent ?? '')));
};

const outsideOf = (live: Session, models: Models): Outside => {
  let known: Surroundings | undefined;
  return {
    known: () => known,
    ask: async (scope) => {
      known ??= await live.surroundings?.(scope, mentionedIn(models, live.dialect));
      return known;
    },
  };
};

/** Every name that the models spell. */
const mentionedIn = (models: Models, dialect: Dialect): ReadonlySet<string> =>
  namesIn(
    (models.files ?? [models]).map(({ text }) => text),
    dialect,
  );

/** Every name that some SQL spells, also in a text (`nextval('app.ids')`, the body of a function). */
export const namesIn = (texts: readonly string[], { lexis }: Dialect): ReadonlySet<string> =>
  new Set(
    texts.flatMap((text) =>
      significant(lex(text, lexis)).flatMap((token) => {
        const name = spelledName(token, lexis);
        return name === undefined ? wordsOf(token.text) : [name];
      }),
    ),
  );

const wordsOf = (text: string): readonly string[] =>
  [...text.matchAll(/"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*)/gu)].map(
    ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? foldCase(plain),
  );
