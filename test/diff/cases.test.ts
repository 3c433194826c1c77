import { suite } from 'uvu';
import { openSession } from '../../lib/engine/open.ts';
import { goldenCases } from '../support/golden.ts';

const test = suite('golden cases, sqlite');

goldenCases(test, 'sqlite', { exclude: [], journalTable: 'limbeck_journal' }, () =>
  openSession('sqlite://', { mode: 'write', directory: import.meta.dirname }),
);

test.run();
