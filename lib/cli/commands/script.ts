import type { ScriptResult } from '../../api/types.ts';
import type { EngineName } from '../../engine/engine.ts';
import { LimbeckError } from '../../errors.ts';
import type { Context, OptionSpec, Outcome } from '../command.ts';
import { asEngine } from '../options.ts';
import { count, idsOrBase } from '../render/revision.ts';

/** What makes a command print a script instead of doing its work. */
export const scriptOptions: readonly OptionSpec[] = [
  { name: 'sql', summary: 'print a script for psql or sqlite3' },
  { name: 'engine', value: 'engine', choices: ['sqlite', 'postgres'], summary: 'the engine of --sql, without a URL' },
];

/** The engine of `--engine`, as an option of the library. */
export const engineOption = ({ args }: Pick<Context, 'args'>): { readonly engine?: EngineName } => {
  const engine = asEngine(args.text('engine'));
  return engine === undefined ? {} : { engine };
};

/** The range of `upgrade --sql` and `downgrade --sql`. Errors: `usage`. */
export const rangeOf = ({ args }: Pick<Context, 'args'>): { readonly range: string; readonly engine?: EngineName } => {
  if (args.flag('dry-run')) {
    throw new LimbeckError('usage', '--sql and --dry-run are two answers to one question', {
      hint: '--sql prints a script for a range, --dry-run what would run on the database that there is',
    });
  }
  return { range: args.required('target'), ...engineOption({ args }) };
};

/** The script to stdout, and to people where it starts. */
export const scriptOutcome = (result: ScriptResult): Outcome => {
  const { from, to, revisions, sql, engine } = result;
  const move = `${idsOrBase(from)} -> ${idsOrBase(to)}`;
  if (sql === '') return { json: result, talk: [`nothing to do (${move}), so there is no script`] };
  const client = engine === 'postgres' ? 'psql -X -v ON_ERROR_STOP=1 -f FILE DATABASE' : 'sqlite3 -bail DATABASE < FILE';
  return { json: result, text: sql, talk: [`a script for ${count(revisions.length, 'revision')} (${move}); run it: ${client}`] };
};
