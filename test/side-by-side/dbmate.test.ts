import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runLines } from './dbmate.ts';
import { lines } from './dbmate-lines.ts';
import { defects, words } from './dbmate-table.ts';

const test = suite('dbmate side by side');

const textOf = (path: string): string => {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

test('the same lines do the same, or what differs on purpose', async () => {
  const pairs = await runLines(lines);
  assert.is(pairs.length, lines.length);
  for (const { line, dbmate, limbeck } of pairs) {
    const all = `dbmate ${line.dbmate}\n${dbmate.output}\nlimbeck ${line.limbeck}\n${limbeck.output}`;
    assert.equal([dbmate.exit, limbeck.exit], line.exits, all);
    if (line.statesDiffer === true) assert.not.equal(limbeck.state, dbmate.state, all);
    else assert.equal(limbeck.state, dbmate.state, all);
  }
});

test('what differs has a purpose, and nothing else has', () => {
  assert.ok(lines.length >= 40);
  for (const { exits, statesDiffer, purpose, dbmate } of lines) {
    const isOther = statesDiffer === true || (exits[0] === 0) !== (exits[1] === 0);
    assert.is(purpose !== undefined, isOther, dbmate);
  }
});

test('each word and each defect has its test', () => {
  for (const {
    dbmate,
    test: [file, name],
  } of words) {
    assert.ok(textOf(file).includes(name), `${dbmate}: test/${file} has no “${name}”`);
  }
  const text = textOf('cli/dbmate-defects.test.ts');
  for (const at of defects.keys()) assert.match(text, new RegExp(`on(?:Both)?\\(\\s*(?:'\\w+',\\s*)?'${at + 1}: `), String(at + 1));
});

test.run();
