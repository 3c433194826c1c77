import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LocalServer } from '../../../lib/engine/postgres/scratch/server.ts';
import { randomOf } from '../../soak/generate/random.ts';
import { startServer, wantedMajor } from '../../support/postgres/server.ts';
import { coverageRows } from './all.ts';
import { runRows } from './run.ts';

/*
 * A sample of the changes of docs/coverage.md, another for every major: of some rows one change between neighbours, carried out with
 * rows in the tables. `make soak` runs all of them.
 */
const test = suite('changes that limbeck promises on PostgreSQL');
let server: LocalServer;
test.before(async () => void (server = await startServer()));
test.after(() => server.stop());

test('a sample goes up and down as promised', async () => {
  const major = Number(wantedMajor());
  const random = randomOf(major);
  const rows = random.shuffle(coverageRows.filter(({ since = 14 }) => since <= major)).slice(0, 30);
  const picks = new Map(
    rows.map((row) => {
      const from = random.int(row.variants.length - 1);
      return [row, random.chance(0.5) ? [from, from + 1] : [from + 1, from]] as const;
    }),
  );
  let count = 0;
  const pick = (row: (typeof rows)[number], from: number, to: number): boolean => picks.get(row)?.join() === `${from},${to}`;
  const wrong = await runRows({ url: server.socketUrl(), rows, pick, onResult: () => (count += 1) });
  assert.equal(wrong, []);
  assert.is(count, rows.length);
});

test.run();
