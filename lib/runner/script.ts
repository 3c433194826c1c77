import type { JournalEntry } from '../engine/engine.ts';
import type { ScriptDialect, ScriptFrame, ScriptTransaction } from '../engine/script.ts';
import { LimbeckError } from '../errors.ts';
import type { Lexis } from '../sql/lexis.ts';
import { version } from '../version.ts';
import { isDone } from './history.ts';
import type { Step } from './planned.ts';
import { entryFor } from './record.ts';
import { statementsOf } from './statement.ts';
import type { PlacedStatement } from './statement.ts';

/** What a script is made of beside its steps. */
export interface ScriptInput {
  readonly dialect: ScriptDialect;
  readonly lexis: Lexis;
  readonly journal: string;
  readonly role: string | undefined;
  /** The rows that the journal must have, all of them. */
  readonly entries: readonly JournalEntry[];
  /** In words: `base`, `2, 4`. */
  readonly startsAt: string;
  readonly endsAt: string;
  /** The command that made it. */
  readonly command: string;
}

/**
 * The steps as one script for the engine's own client, journal included. It runs only on a database of which the journal
 * has exactly `entries`, each revision in a transaction of its own that looks again, and where one fails none after it
 * takes effect. Errors: those of `statementsOf`; `sql-unsupported` for what a script cannot do safely.
 */
export const renderScript = (steps: readonly Step[], input: ScriptInput): string => {
  const pieces = steps.flatMap((step) => piecesOf(step, input));
  return assemble(pieces, input, [`${input.startsAt} -> ${input.endsAt}: ${steps.map(({ revision }) => revision.id).join(', ')}`]);
};

/** The same for a stamp: rows go and come, and nothing else runs. */
export const renderStampScript = (
  change: { readonly removed: readonly string[]; readonly added: readonly JournalEntry[] },
  input: ScriptInput,
): string =>
  assemble([{ ...plain, remarks: [`stamp ${input.startsAt} -> ${input.endsAt}`], change: { type: 'stamp', ...change } }], input, [
    `${input.startsAt} -> ${input.endsAt}: the journal alone`,
  ]);

/** A transaction that has no number yet, or a statement outside of any. */
type Piece = Omit<ScriptTransaction, 'number' | 'resets'> & { readonly leavesSettings?: boolean };

const plain = { foreignKeys: 'on', allow: [], statements: [], remarks: [] } as const;

const assemble = (pieces: readonly Piece[], input: ScriptInput, remarks: readonly string[]): string => {
  const { dialect } = input;
  const frame: ScriptFrame = {
    journal: input.journal,
    role: input.role,
    remarks: [`${input.command}, by limbeck ${version} for ${dialect.name}`, ...remarks].map(oneLine),
    startsAt: input.startsAt,
    expected: input.entries.filter(isDone).map(({ revision, checksum }) => ({ revision, checksum })),
    hasBare: pieces.some(({ opens }) => opens !== undefined),
  };
  let resets = false;
  const parts = pieces.map(({ leavesSettings = false, ...piece }, index) => {
    const text = dialect.transaction(frame, { ...piece, remarks: piece.remarks.map(oneLine), number: index + 1, resets });
    resets ||= leavesSettings;
    return piece.opens === undefined ? text : text + dialect.bare(piece.opens);
  });
  return dialect.opening(frame) + parts.join('') + dialect.closing(frame);
};

const piecesOf = (step: Step, input: ScriptInput): readonly Piece[] => {
  const statements = statementsOf(step.file, input.lexis);
  for (const statement of statements) requireFit(statement, input.dialect.refuse(statement.sql));
  return step.file.header.transactional ? [whole(step, statements, input)] : byStatement(step, statements, input);
};

const whole = (step: Step, statements: readonly PlacedStatement[], input: ScriptInput): Piece => ({
  ...aboutFile(step),
  remarks: remarksOf(step),
  statements: statements.map(({ sql }) => sql),
  leavesSettings: statements.some(({ sql }) => input.dialect.leavesSettings(sql)),
  change:
    step.direction === 'down'
      ? { type: 'remove', revision: step.revision.id }
      : { type: 'insert', entry: entryOf(step, input, 'applied', statements.length) },
});

/** As `runByStatement` does it: a line in the journal first, then each statement with its number. */
const byStatement = (step: Step, statements: readonly PlacedStatement[], input: ScriptInput): readonly Piece[] => {
  const { direction, revision } = step;
  const about = aboutFile(step);
  const bareAt = (index: number): string | undefined => {
    const statement = statements[index];
    return statement === undefined || statement.place === 'anywhere' ? undefined : refuseUnseen(statement, input);
  };
  const noteOf = (index: number): ScriptTransaction['change'] => {
    if (index < statements.length - 1) return progress(step, index + 1);
    return direction === 'down'
      ? { type: 'remove', revision: revision.id }
      : { type: 'update', revision: revision.id, state: 'applied', statementsDone: statements.length, times: true };
  };
  const first: Piece = {
    ...about,
    foreignKeys: 'on',
    remarks: remarksOf(step),
    statements: [],
    change: direction === 'down' ? progress(step, 0) : { type: 'insert', entry: entryOf(step, input, 'running', 0) },
    ...opening(bareAt(0)),
  };
  const none: Piece[] = statements.length === 0 ? [{ ...plain, change: noteOf(0) }] : [];
  const { down: _, ...aboutStatement } = about;
  const rest = statements.map((statement, index): Piece => {
    const bare = bareAt(index);
    return {
      ...aboutStatement,
      remarks: [],
      statements: bare === undefined ? [statement.sql] : [],
      leavesSettings: input.dialect.leavesSettings(statement.sql),
      change: noteOf(index),
      ...(bare === undefined ? {} : { sees: bare }),
      ...opening(bareAt(index + 1)),
    };
  });
  return [first, ...rest, ...none];
};

const opening = (bare: string | undefined): Pick<Piece, 'opens'> => (bare === undefined ? {} : { opens: bare });

const progress = ({ direction, revision }: Step, done: number): ScriptTransaction['change'] => ({
  type: 'update',
  revision: revision.id,
  state: direction === 'up' ? 'running' : 'reverting',
  statementsDone: done,
  times: direction === 'up',
});

const aboutFile = (step: Step): Pick<ScriptTransaction, 'foreignKeys' | 'allow' | 'down'> => ({
  foreignKeys: step.file.header.foreignKeys,
  allow: step.file.header.allow,
  ...(step.direction === 'down' ? { down: { revision: step.revision.id, text: step.file.text } } : {}),
});

const remarksOf = ({ direction, revision, file }: Step): readonly string[] => {
  const parents = revision.parents.length === 0 ? '<base>' : revision.parents.join(', ');
  const move = direction === 'up' ? `upgrade ${parents} -> ${revision.id}` : `downgrade ${revision.id} -> ${parents}`;
  return [`${move}, ${revision.slug}`, `file: ${file.path}`];
};

const entryOf = (step: Step, { dialect }: ScriptInput, state: 'applied' | 'running', statementsDone: number): JournalEntry => {
  if (step.direction === 'down') throw new LimbeckError('internal', 'a downgrade adds no row');
  return entryFor({ revision: step.revision, half: step.half, engine: dialect.name, state, durationMs: 0, statementsDone });
};

const refuseUnseen = (statement: PlacedStatement, { dialect }: ScriptInput): string => {
  requireFit(statement, dialect.refuseBare(statement.sql));
  return statement.sql;
};

const requireFit = (statement: PlacedStatement, why: string | undefined): void => {
  if (why === undefined) return;
  throw new LimbeckError('sql-unsupported', `this statement cannot be part of a script: ${why}`, {
    hint: 'take it out, or run this revision with limbeck itself and make scripts for what is before and after it',
    where: statement.where(),
  });
};

/** A remark is one line, whatever a name holds. */
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
