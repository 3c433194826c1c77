import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compare } from '../../../lib/diff/compare.ts';
import type { Session } from '../../../lib/engine/engine.ts';
import { openSession } from '../../../lib/engine/open.ts';
import type { ObjectFingerprint } from '../../../lib/model/fingerprint.ts';
import type { LocalServer } from '../../../lib/engine/postgres/scratch/server.ts';
import { postgresLexis } from '../../../lib/sql/lexis.ts';
import { split } from '../../../lib/sql/split.ts';
import { startServer, wantedMajor } from '../../support/postgres/server.ts';
import { coverageRows } from './all.ts';
import { commonGround, type CoverageRow } from './row.ts';
import { makeTablespace } from './run.ts';
import { differSees, fingerprintSees, overlooked, statesOf, type State } from './states.ts';

/*
 * The mutation test of the differ and of the fingerprint: schemas that differ in one thing must differ for each of the two,
 * which share no code. What follows plants faults, so that it is known to see them.
 */
const test = suite('what the differ and the fingerprint see of PostgreSQL');
const rows = coverageRows.filter(({ since = 14 }) => since <= Number(wantedMajor()));
const states = new Map<CoverageRow, readonly State[]>();
let server: LocalServer;
test.before(async () => {
  server = await startServer();
  const session = await openAt(server.socketUrl());
  for (const { tablespace } of rows) if (tablespace !== undefined) await makeTablespace(server.socketUrl(), tablespace);
  for (const { text } of split(commonGround, postgresLexis)) await session.execute(text);
  for (const row of rows) states.set(row, await statesOf(session, row));
  await session.close();
});
test.after(() => server.stop());

const openAt = (url: string): Promise<Session> => openSession(url, { mode: 'write', directory: import.meta.dirname });

const blind = (among: readonly CoverageRow[], sees: (from: State, to: State) => boolean): readonly string[] =>
  among.flatMap((row) => overlooked(row, states.get(row) ?? [], sees));

test('the differ sees every difference that is managed', () => {
  assert.ok(rows.length > 90);
  assert.equal(
    blind(
      rows.filter(({ outcome }) => outcome === 'managed'),
      differSees,
    ),
    [],
  );
});

test('the fingerprint sees every difference, also of what is only reported', () => {
  assert.equal(blind(rows, fingerprintSees), []);
});

test('two databases that are compared by their lines have the same changes, and objects', () => {
  const read = rows.map((row) => states.get(row) ?? []);
  assert.ok(read.flat().some(({ late }) => late.objects.apart !== undefined));
  for (const each of read) {
    for (const from of each) for (const to of each) assert.equal(compare(from.late, to.late), compare(from.schema, to.schema));
    for (const { late, schema } of each) assert.equal([...late.objects], [...schema.objects]);
  }
});

/** A fingerprint that leaves a column of the catalog out. */
const without = (state: State, column: string): State => {
  const strip = ({ lines }: ObjectFingerprint): ObjectFingerprint => {
    const left = lines.filter((line) => !line.includes(`${column} = `));
    return { hash: left.join('\n'), lines: left };
  };
  return {
    ...state,
    fingerprint: { whole: '', objects: new Map([...state.fingerprint.objects].map(([key, each]) => [key, strip(each)])) },
  };
};

const rowsOf = (pairs: readonly string[]): readonly string[] => [...new Set(pairs.map((pair) => pair.split(' ')[0] ?? ''))];

for (const [column, row] of [
  ['attstorage', 'column-storage'],
  ['attcompression', 'column-compression'],
  ['relpersistence', 'table-persistence'],
  ['relreplident', 'table-replica-identity'],
  ['relforcerowsecurity', 'row-security'],
  ['tgenabled', 'trigger-state'],
  ['convalidated', 'domain-constraint'],
  ['indisclustered', 'index-cluster'],
  ['nspacl', 'grant-schema'],
] as const) {
  test(`without ${column} the fingerprint is seen to be blind`, () => {
    const found = rowsOf(blind(rows, (from, to) => fingerprintSees(without(from, column), without(to, column))));
    assert.ok(found.includes(row), `${column}: ${found.join(', ')}`);
  });
}

test('a differ without an attribute is seen to be blind', () => {
  const deaf = (state: State): State => ({
    ...state,
    schema: {
      ...state.schema,
      objects: new Map(
        [...state.schema.objects].map(([key, object]) => [key, { ...object, attributes: { ...object.attributes, storage: undefined } }]),
      ),
    },
  });
  assert.equal(rowsOf(blind(rows, (from, to) => differSees(deaf(from), deaf(to)))).includes('column-storage'), true);
});

test.run();
