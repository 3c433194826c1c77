import type { CheckResult } from '../../api/types.ts';
import type { CommandSpec } from '../command.ts';

export const checkCommand: CommandSpec = {
  name: 'check',
  group: 'compare',
  summary: 'Tell whether the database is what models.sql declares',
  arguments: [],
  options: [],
  examples: [
    { line: 'limbeck check', says: '' },
    { line: 'limbeck check --json', says: 'for CI' },
  ],
  exitOne: 'it differs, lags or is incomplete',
  related: ['diff', 'revision', 'status'],
  run: async ({ config, signal }) => {
    const { check } = await import('../../api/check.ts');
    const result = await check(config, { signal });
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
