import { columnRows } from './columns.ts';
import { constraintRows } from './constraints.ts';
import { privilegeRows } from './privileges.ts';
import type { CoverageRow } from './row.ts';
import { routineRows } from './routines.ts';
import { tableRows } from './tables.ts';
import { typeRows } from './types.ts';
import { viewRows } from './views.ts';

/** Everything that limbeck promises about PostgreSQL, in the order of docs/coverage.md. */
export const coverageRows: readonly CoverageRow[] = [
  ...tableRows,
  ...columnRows,
  ...constraintRows,
  ...typeRows,
  ...routineRows,
  ...viewRows,
  ...privilegeRows,
];
