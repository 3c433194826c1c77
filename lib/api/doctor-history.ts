import type { Config } from '../config/config.ts';
import type { EngineName, Finding, Scope, Session } from '../engine/engine.ts';
import { describeUnseen, unseenHint } from '../model/fingerprint.ts';
import { expectedSchema } from '../runner/drift.ts';
import { appliedHeads } from '../revision/graph.ts';
import { scopeOfProof } from '../runner/check.ts';
import { editedFiles, goOnCommand, isDone } from '../runner/history.ts';
import type { History } from '../runner/history.ts';
import { pendingIds } from './at-heads.ts';
import { readModels } from './models.ts';
import { findUnchanged } from './unchanged.ts';

/** What files and journal say together: where the database is, what is pending, part done, edited, or unknown. */
export const examineHistory = (history: History, engine: EngineName): readonly Finding[] => {
  const at = appliedHeads(history.graph, history.applied).map(({ id }) => id);
  const pending = pendingIds(history);
  return [
    {
      topic: 'journal',
      level: 'ok',
      text: at.length === 0 ? 'nothing was applied' : `the database is at ${at.join(', ')}`,
      next: undefined,
    },
    ...history.entries
      .filter((entry) => !isDone(entry))
      .map((entry): Finding => ({
        topic: 'journal',
        level: 'problem',
        text: `revision ${entry.revision} is ${entry.state === 'running' ? 'applied' : 'taken back'} in part (${entry.statementsDone} statements)`,
        next: `${goOnCommand(entry)} goes on with it`,
      })),
    ...history.unknown.map((id): Finding => ({
      topic: 'journal',
      level: 'problem',
      text: `revision ${id} was applied, and no file has it`,
      next: 'get its files (git log --all -- migrations), or limbeck downgrade, which works from the journal',
    })),
    ...editedFiles(history, engine).map(({ revision, file }): Finding => ({
      topic: 'migrations',
      level: 'warning',
      text: `${file.path} is not what was applied: it was edited since`,
      next: `put it back, or make the change a revision of its own: limbeck show ${revision}`,
    })),
    ...(pending.length === 0 ? [] : [pendingFinding(pending)]),
  ];
};

const pendingFinding = (pending: readonly string[]): Finding => ({
  topic: 'pending',
  level: 'warning',
  text: `${pending.length} revision${pending.length === 1 ? '' : 's'}: ${pending.slice(0, 5).join(', ')}${pending.length > 5 ? ', …' : ''}`,
  next: 'limbeck upgrade head',
});

/** Whether the schema is what the last revision left, and what the models declare: as far as fingerprints and recorded proofs tell. */
export const examineSchema = async (config: Config, history: History, session: Session, scope: Scope): Promise<readonly Finding[]> => {
  const expected = expectedSchema(history, session);
  if (expected === undefined)
    return [unknown('whether something else changed the schema is not known without a proof of the last revision')];
  const found = await session.fingerprint(scopeOfProof(scope, expected.header));
  if (found.whole !== expected.whole) {
    const unseen = describeUnseen(found);
    if (unseen !== undefined) {
      const text = `whether something else changed the schema cannot be told: ${unseen}`;
      return [{ topic: 'schema', level: 'warning', text, next: unseenHint }];
    }
    const text = `the schema is not the one that revision ${expected.revision} was proved to leave: something else changed it`;
    return [{ topic: 'schema', level: 'problem', text, next: 'limbeck check names what differs' }];
  }
  const left: Finding = { topic: 'schema', level: 'ok', text: `as revision ${expected.revision} left it`, next: undefined };
  if (pendingIds(history).length > 0) return [left];
  const models = await readModels(config, session.dialect.name);
  const same = await findUnchanged(history, session, models, scope);
  return [
    left,
    same === undefined
      ? unknown('whether it is what the models declare now is not known without a scratch database')
      : { topic: 'schema', level: 'ok', text: 'it is what the models declare', next: undefined },
  ];
};

const unknown = (text: string): Finding => ({ topic: 'schema', level: 'ok', text, next: 'limbeck check' });
