import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { expectRun, inProject } from '../cli/support.ts';
import { files, meaningOf, recorded } from './alembic/compare.ts';
import { onPurpose } from './alembic/on-purpose.ts';
import { sideBySide } from './alembic/run.ts';

const test = suite('Alembic side by side');

test('the same lines mean the same, or what differs on purpose', async () => {
  const pairs = await sideBySide();
  assert.is(pairs.length, recorded.answers.length);
  assert.ok(pairs.length >= 100);
  for (const { line, number, alembic, limbeck, isSame, purpose } of pairs) {
    const all = `${number}: ${line}\nAlembic ${JSON.stringify(meaningOf(alembic))}\n${alembic.stdout}${alembic.stderr}\nlimbeck ${JSON.stringify(meaningOf(limbeck))}\n${limbeck.stdout}${limbeck.stderr}`;
    assert.is(isSame, purpose === undefined, all);
  }
});

test('what is for code alone is refused', () =>
  inProject(files, async ({ run }) => {
    const lines = [
      'upgrade head --tag x',
      'upgrade head -x key=value',
      'revision --version-path other -m x',
      'revision --file x.py',
      'init --package',
      'init -t async',
    ];
    for (const line of lines) expectRun(await run(...line.split(' ')), { status: 64, stderr: /has no option -/ });
  }));

test('every purpose is that of a line', () => {
  const lines = recorded.answers.flatMap(({ line }, at) => [line, `${line} #${at + 1}`]);
  assert.equal(
    Object.keys(onPurpose).filter((line) => !lines.includes(line)),
    [],
  );
});

test.run();
