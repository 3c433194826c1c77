import type { Dialect, LoadStatement, Session, Surroundings } from '../engine/engine.ts';
import { isLimbeckError, LimbeckError } from '../errors.ts';
import { compareFingerprints } from '../model/fingerprint.ts';
import { schemaOf, soundSchema, type Schema } from '../model/schema.ts';
import type { DeclaredStatement } from './declared.ts';
import type { Sides } from './sides.ts';
import { loading } from './load.ts';
import { describeDifferences } from './prove.ts';

/** A scratch database at the live schema; `unmanaged` when the rendering of it is not the same. */
export const scratchAtLive = async (live: Session, sides: Sides): Promise<Session> => {
  const scratch = await makeLive(live, sides);
  try {
    const differences = compareFingerprints(sides.liveFingerprint, await scratch.fingerprint(sides.scope)).filter(
      ({ key }) => sides.live.objects.get(key)?.sound === undefined,
    );
    if (differences.length > 0) {
      throw new LimbeckError(
        'unmanaged',
        `limbeck cannot render the live schema as it is:\n${describeDifferences(differences, 'live', 'rendered')}`,
        {
          hint: 'exclude the object (`exclude` in the configuration), or write the migration by hand',
        },
      );
    }
    return scratch;
  } catch (error) {
    await scratch.close();
    throw error;
  }
};

/** With what lies outside the scope, if it is known that something of it is needed; else if it cannot be made without. */
const makeLive = async (live: Session, sides: Sides): Promise<Session> => {
  const { outside, scope } = sides;
  try {
    return await makeWith(live, sides, outside.known());
  } catch (error) {
    if (!isLimbeckError(error) || error.code !== 'sql-failed' || outside.known() !== undefined) throw error;
    const around = await outside.ask(scope);
    if (around === undefined || around.context.objects.size === 0) throw error;
    return makeWith(live, sides, around);
  }
};

const makeWith = async (live: Session, sides: Sides, around: Surroundings | undefined): Promise<Session> => {
  const scratch = await live.scratch();
  try {
    const schema = withContext(soundSchema(sides.live, sides.declared), around);
    const rendered = live.dialect.renderSchema(schema, Number(live.server.major));
    await loading(scratch, (run) => runAll(run, contextOf(sides, live.dialect), rendered));
    return scratch;
  } catch (error) {
    await scratch.close();
    throw error;
  }
};

const withContext = (live: Schema, around: Surroundings | undefined): Schema => {
  if (around === undefined) return live;
  const { all, context } = around;
  return schemaOf([
    ...[...context.objects.values()].filter(({ key }) => !live.objects.has(key)),
    ...[...live.objects.values()].map((object) => ({ ...object, needs: all.objects.get(object.key)?.needs ?? object.needs })),
  ]);
};

/** Declared statements that make what limbeck does not manage and what is the same on both sides: managed objects may need it. */
const contextOf = ({ loaded }: Sides, { loading: rules }: Dialect): readonly DeclaredStatement[] =>
  loaded.statements.filter(({ statement }) => rules?.isUnmanaged(statement.text) === true);

/** Runs statements in order; with a context, whose place among them nobody knows, in rounds until nothing moves. */
const runAll = async (run: LoadStatement, context: readonly DeclaredStatement[], rendered: readonly string[]): Promise<void> => {
  if (context.length === 0) {
    for (const statement of rendered) await run(statement);
    return;
  }
  let waiting = [
    ...context.map(({ statement, setting }) => ({ sql: statement.text, setting })),
    ...rendered.map((sql) => ({ sql, setting: undefined })),
  ];
  while (waiting.length > 0) {
    const rest: typeof waiting = [];
    let first: unknown;
    for (const each of waiting) {
      try {
        await run(each.sql, each.setting);
      } catch (error) {
        if (!isLimbeckError(error) || error.code !== 'sql-failed') throw error;
        first ??= error;
        rest.push(each);
      }
    }
    if (rest.length === waiting.length) throw first;
    waiting = rest;
  }
};
