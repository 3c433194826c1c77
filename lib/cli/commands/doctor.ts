import process from 'node:process';
import type { DoctorResult } from '../../api/doctor.ts';
import type { Config } from '../../config/config.ts';
import type { LimbeckError } from '../../errors.ts';
import type { CommandSpec, Outcome } from '../command.ts';

export const doctorCommand: CommandSpec = {
  name: 'doctor',
  group: 'start',
  summary: 'Tell what is set up, what can be reached, and what is wrong',
  arguments: [],
  options: [],
  examples: [
    { line: 'limbeck doctor', says: 'the place to start when something is wrong' },
    { line: 'limbeck doctor --json', says: 'for a support request' },
  ],
  exitOne: 'something is wrong',
  related: ['status', 'check'],
  run: ({ config, signal }) => examine(config, signal),
  runWithout: (error, signal) => examine(error, signal),
};

const examine = async (config: Config | LimbeckError, signal: AbortSignal): Promise<Outcome> => {
  const { doctor } = await import('../../api/doctor.ts');
  const result = await doctor(config, { signal, node: process.versions.node });
  return { json: result, exit: result.ok ? 0 : 1, text: lines(result), talk: [closing(result)] };
};

const marks = { ok: 'ok     ', warning: 'warning', problem: 'PROBLEM' } as const;

const lines = ({ findings }: DoctorResult): readonly string[] => {
  const width = Math.max(...findings.map(({ topic }) => topic.length));
  return findings.flatMap(({ topic, level, text, next }) => [
    `${marks[level]}  ${topic.padEnd(width)}  ${text.replaceAll('\n', ' ')}`,
    ...(next === undefined ? [] : [`${' '.repeat(11 + width)}next: ${next.replaceAll('\n', '; ')}`]),
  ]);
};

const closing = ({ findings }: DoctorResult): string => {
  const count = (level: 'warning' | 'problem'): number => findings.filter((each) => each.level === level).length;
  const [problems, warnings] = [count('problem'), count('warning')];
  if (problems + warnings === 0) return 'all is well';
  return `${problems} problem${problems === 1 ? '' : 's'}, ${warnings} warning${warnings === 1 ? '' : 's'}`;
};
