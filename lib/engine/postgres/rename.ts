import type { Rename, Step } from '../../model/change.ts';
import { step } from './kind.ts';
import { nameSql } from './naming.ts';

/** The statement that carries out one rename, or undoes it; PostgreSQL rewrites what mentions the name. */
export const renderRename = (rename: Rename, reverse: boolean): readonly Step[] => {
  const [before, after] = (reverse ? [rename.toName, rename.fromName] : [rename.fromName, rename.toName]).map(nameSql);
  const table = nameSql(rename.table ?? '');
  switch (rename.kind) {
    case 'table':
    case 'index':
    case 'view':
      return [step(`ALTER ${rename.kind.toUpperCase()} ${before} RENAME TO ${after}`)];
    case 'column':
      return [step(`ALTER TABLE ${table} RENAME COLUMN ${before} TO ${after}`)];
    case 'constraint':
      return [step(`ALTER TABLE ${table} RENAME CONSTRAINT ${before} TO ${after}`)];
  }
};
