import assert from 'node:assert/strict';
import { suite } from 'uvu';
import { soak } from '../../soak/kill/soak.ts';

const test = suite('kills');

/** A sample; `make soak` does three hundred. Every phase of both drivers is hit at least once. */
test('a killed upgrade or downgrade leaves a whole database at a revision, and can go on', async () => {
  const count = 12;
  const { kills, failures } = await soak({ count, seed: Number(process.env['LIMBECK_TEST_SEED'] ?? 1) });
  assert.deepEqual(failures, []);
  assert.equal(
    [...kills.values()].reduce((sum, hits) => sum + hits, 0),
    count,
  );
  assert.equal(kills.size, 9, [...kills.keys()].join('; '));
});

test.run();
