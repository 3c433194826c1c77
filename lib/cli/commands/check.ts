import type { SingleHeadResult } from '../../api/branch-types.ts';
import type { CheckResult } from '../../api/types.ts';
import type { CommandSpec, Outcome } from '../command.ts';

export const checkCommand: CommandSpec = {
  name: 'check',
  group: 'compare',
  summary: 'Tell whether the database is what models.sql declares',
  arguments: [],
  options: [{ name: 'single-head', summary: 'ask only whether the files have one head; needs no database' }],
  examples: [
    { line: 'limbeck check', says: '' },
    { line: 'limbeck check --json', says: 'for CI' },
    { line: 'limbeck check --single-head', says: 'for CI, on the merge of a branch' },
  ],
  exitOne: 'it differs or lags; several heads',
  related: ['diff', 'revision', 'status'],
  run: async ({ args, config, signal, onEvent }) => {
    const { check, checkSingleHead } = await import('../../api/check.ts');
    if (args.flag('single-head')) return headsOutcome(await checkSingleHead(config));
    const result = await check(config, { signal, onEvent });
    return { json: result, exit: result.ok ? 0 : 1, text: answer(result), talk: result.notes.map((note) => `note: ${note}`) };
  },
};

const answer = ({ ok, pending, missing, differences, unmanaged }: CheckResult): readonly string[] => {
  if (ok) return ['No new upgrade operations detected.'];
  const lacking = missing.map(({ revision, engine }) => `  ${revision} for ${engine}: limbeck revision --complete ${revision}`);
  const incomplete = lacking.length === 0 ? [] : ['Files are still to be written:', ...lacking];
  if (pending.length > 0) return ['Target database is not up to date. Pending:', ...pending.map((id) => `  ${id}`), ...incomplete];
  const found = [...differences.map((line) => `  ${line}`), ...unmanaged.map((line) => `  not managed: ${line}`)];
  return [...(found.length === 0 ? [] : ['New upgrade operations detected:', ...found]), ...incomplete];
};

const headsOutcome = (result: SingleHeadResult): Outcome => {
  const { ok, heads } = result;
  if (ok) return { json: result, text: [heads.length === 0 ? 'There are no revisions.' : `Single head: ${heads.join('')}`] };
  return {
    json: result,
    exit: 1,
    text: ['Multiple heads are present:', ...heads.map((id) => `  ${id}`)],
    talk: [`next: limbeck rebase the newer branch, or limbeck merge ${heads.join(' ')}`],
  };
};
