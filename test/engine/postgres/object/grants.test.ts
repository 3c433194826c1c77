import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { grantSql, grantsFor, intersect, parseAcl, unite } from '../../../../lib/engine/postgres/object/grants.ts';

const test = suite('postgres grants');
const all = ['DELETE', 'INSERT', 'SELECT', 'UPDATE'];
const sql = (before: readonly string[], after: readonly string[]): readonly string[] => {
  const has = parseAcl(before);
  return grantsFor({ surely: has, perhaps: has, wanted: parseAcl(after), all }).map((grant) => grantSql(grant, 't'));
};

test('take away first, and name those together who get the same', () => {
  assert.equal(sql(['a=SELECT', '"B b"=DELETE,SELECT'], ['c=INSERT,SELECT', 'owner=SELECT', 'public=SELECT', '"B b"=SELECT']), [
    'REVOKE ALL ON t FROM a',
    'REVOKE DELETE ON t FROM "B b"',
    'GRANT INSERT, SELECT ON t TO c',
    'GRANT SELECT ON t TO CURRENT_USER, PUBLIC',
  ]);
});

test('tell the right to grant on from the privilege', () => {
  assert.equal(sql(['a=INSERT*,SELECT'], ['a=INSERT,SELECT*']), [
    'REVOKE GRANT OPTION FOR INSERT ON t FROM a',
    'GRANT SELECT ON t TO a WITH GRANT OPTION',
  ]);
});

test('say ALL of all that there is, unless it is only one', () => {
  assert.equal(sql([], ['a=DELETE,INSERT,SELECT,UPDATE']), ['GRANT ALL ON t TO a']);
  const wanted = parseAcl(['a=EXECUTE']);
  const one = { surely: new Map(), perhaps: new Map(), wanted, all: ['EXECUTE'] };
  assert.equal(
    grantsFor(one).map((grant) => grantSql(grant, 'FUNCTION f()')),
    ['GRANT EXECUTE ON FUNCTION f() TO a'],
  );
});

test('are right for both, where it is not known which holds', () => {
  const [left, right] = [parseAcl(['a=INSERT,SELECT', 'b=SELECT']), parseAcl(['a=SELECT*', 'c=SELECT'])];
  const wish = { surely: intersect(left, right), perhaps: unite([left, right]), wanted: parseAcl(['a=SELECT', 'c=SELECT']), all };
  assert.equal(
    grantsFor(wish).map((grant) => grantSql(grant, 't')),
    ['REVOKE INSERT ON t FROM a', 'REVOKE GRANT OPTION FOR SELECT ON t FROM a', 'REVOKE ALL ON t FROM b', 'GRANT SELECT ON t TO c'],
  );
});

test.run();
