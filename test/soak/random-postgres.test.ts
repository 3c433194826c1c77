import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LocalServer } from '../../lib/engine/postgres/scratch/server.ts';
import { startServer, wantedMajor } from '../support/postgres/server.ts';
import { makePostgresCase, rowsOn } from './generate/postgres.ts';
import { soakPostgres } from './random-postgres.ts';

const test = suite('random schemas of PostgreSQL');
const major = Number(wantedMajor());
let server: LocalServer;
test.before(async () => void (server = await startServer()));
test.after(() => server.stop());

test('keep their rows and meaning, up and down', async () => {
  const { made, failures } = await soakPostgres({ url: server.socketUrl(), seed: major * 1000, count: 25 });
  assert.equal(failures, []);
  assert.ok(made.size > 40, [...made.keys()].join(', '));
});

test('a seed makes the same case every time', () => {
  assert.equal(makePostgresCase(77, major), makePostgresCase(77, major));
});

test('change every row that is managed', () => {
  const seen = new Set(Array.from({ length: 500 }, (_, seed) => makePostgresCase(seed, major).changed).flat());
  assert.equal(
    ['ground', ...rowsOn(major).map(({ id }) => id)].filter((id) => !seen.has(id)),
    [],
  );
});

test('rows that make the same name do not meet', () => {
  for (let seed = 0; seed < 200; seed += 1) {
    const { before } = makePostgresCase(seed, major);
    const names = [...before.matchAll(/CREATE (?:UNLOGGED )?TABLE ("[^"]+"|[\w.]+)/g)].map(([, name]) => name);
    assert.equal(
      names.filter((name, at) => names.indexOf(name) !== at),
      [],
      `seed ${String(seed)}`,
    );
  }
});

test.run();
