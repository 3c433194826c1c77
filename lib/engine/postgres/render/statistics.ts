import { ranks, step, text, type Kind } from '../object/kind.ts';

/** CREATE STATISTICS: all but the target is made anew. */
export const statisticsKind: Kind = {
  word: 'STATISTICS',
  rank: ranks.statistics,
  isTop: true,
  target: (object) => `STATISTICS ${text(object, 'id')}`,
  occupies: (object) => [`statistics ${text(object, 'id')}`],
  create: (object) => [
    step(`CREATE STATISTICS ${text(object, 'id')} ${text(object, 'definition')} FROM ${text(object, 'on')}`),
    ...(text(object, 'target') === '' ? [] : [targetStep(text(object, 'id'), text(object, 'target'))]),
  ],
  drop: (object) => [step(`DROP STATISTICS ${text(object, 'id')}`)],
  alter: ({ to, attributes, isForced }) =>
    isForced || attributes.some((attribute) => attribute !== 'target')
      ? 'replace'
      : { steps: [targetStep(text(to, 'id'), text(to, 'target') || '-1')] },
};

const targetStep = (id: string, target: string): ReturnType<typeof step> => step(`ALTER STATISTICS ${id} SET STATISTICS ${target}`);
