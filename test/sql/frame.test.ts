import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { frame, offsetAt, positionAt, whereAt } from '../../lib/sql/frame.ts';
import { nasty } from './fragments.ts';
import { randomOf } from './random.ts';

for (const [text, offset, line, column] of [
  ['', 0, 1, 1],
  ['abc', 0, 1, 1],
  ['abc', 3, 1, 4],
  ['abc', 9, 1, 4],
  ['abc', -1, 1, 1],
  ['a\nb', 1, 1, 2],
  ['a\nb', 2, 2, 1],
  ['\n\nb', 0, 1, 1],
  ['\n\nb', 1, 2, 1],
  ['a\r\nb', 3, 2, 1],
  ['🍺é x', 3, 1, 3],
] as const) {
  test(`positionAt ${JSON.stringify(text)} ${offset}`, () => assert.equal(positionAt(text, offset), { line, column }));
}

test('offsetAt undoes positionAt, and stays within the line and the text', () => {
  for (let seed = 1; seed <= 500; seed += 1) {
    const { below, pick } = randomOf(seed);
    const text = Array.from({ length: below(10) }, () => pick(nasty))
      .join('')
      .replace(/[\ud800-\udfff]/gu, '')
      .replaceAll('\r', '');
    for (let at = 0; at <= text.length; at += 1) {
      if (/[\udc00-\udfff]/.test(text[at] ?? '')) continue;
      const { line, column } = positionAt(text, at);
      assert.is(offsetAt(text, line, column), at, `seed ${seed}`);
    }
  }
  assert.is(offsetAt('ab\r\ncd', 1, 99), 2);
  assert.is(offsetAt('ab\ncd', 9, 1), 5);
  assert.is(offsetAt('ab\ncd', 2, 2), 4);
});

test('a frame is the line and a caret under the offset', () => {
  assert.is(frame('a;\nCREATE TABLE x (\nb', 10), '   2 | CREATE TABLE x (\n     |        ^');
  assert.is(frame('\tx y\r\n', 3), '   1 | \tx y\n     | \t  ^');
  assert.is(frame('漢x', 1), '   1 | 漢x\n     |   ^');
  assert.is(frame('', 0), '   1 | \n     | ^');
});

test('the frame of a very long line is cut around the caret', () => {
  const [line = '', caret = ''] = frame(`${'a'.repeat(5000)}!${'b'.repeat(5000)}`, 5000).split('\n');
  assert.ok(line.length < 220);
  assert.is(line[caret.indexOf('^')], '!');
});

test('whereAt has no file unless it is told one', () => {
  assert.equal(Object.keys(whereAt('a', 0)), ['line', 'column', 'frame']);
  assert.is(whereAt('a', 0, 'f.sql').file, 'f.sql');
});

test.run();
