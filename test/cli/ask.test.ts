import { PassThrough } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { askRenameOn } from '../../lib/cli/ask.ts';
import { isLimbeckError } from '../../lib/errors.ts';
import { expectRun, inProject } from './support.ts';

const question = { kind: 'column', table: 'users', from: 'nick', to: 'alias' };

interface Answered {
  readonly result: boolean | string;
  readonly shown: string;
}

const answer = async (text: string | undefined, abort = false): Promise<Answered> => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const controller = new AbortController();
  const asked = askRenameOn({ input, output, signal: controller.signal, onInterrupt: () => undefined })(question);
  if (text !== undefined) input.write(text);
  if (text === undefined ? !abort : !/[yn]/i.test(text)) input.end();
  if (abort) controller.abort();
  const result = await asked.catch((error: unknown) => (isLimbeckError(error) ? error.code : String(error)));
  return { result, shown: String(output.read() ?? '') };
};

test('yes and no, in words or letters', async () => {
  assert.equal(await answer('y\n'), { result: true, shown: 'Is the column users.alias the old users.nick under a new name? [y/n] ' });
  assert.is((await answer('YES\n')).result, true);
  assert.is((await answer('n\n')).result, false);
  assert.is((await answer('No\n')).result, false);
});

test('another word is asked again', async () => {
  const { result, shown } = await answer('perhaps\n\ny\n');
  assert.is(result, true);
  assert.is(shown.split('[y/n]').length, 4);
});

test('no answer, or Ctrl-C, is neither', async () => {
  assert.is((await answer('hm\n')).result, 'cancelled');
  assert.is((await answer(undefined)).result, 'cancelled');
  assert.is((await answer(undefined, true)).result, 'cancelled');
});

test('on a terminal a rename is asked about, and carried out', async () => {
  await inProject({ 'limbeck.json': '{ "url": "sqlite:///./app.db" }' }, async ({ run, shell, write }) => {
    if ((await shell('command -v script')).status !== 0) return;
    await write('schema/models.sql', 'CREATE TABLE users (id INTEGER PRIMARY KEY, nick TEXT);\n');
    await run('revision', '--autogenerate', '-m', 'one');
    await run('upgrade', 'head');
    await write('schema/models.sql', 'CREATE TABLE users (id INTEGER PRIMARY KEY, alias TEXT);\n');
    const ran = await shell(
      `mkfifo keys; script -qefc '$L revision --autogenerate -m two' log < keys > /dev/null & exec 3> keys; until grep -q 'y/n' log 2>/dev/null; do sleep 0.1; done; echo y >&3; wait $!`,
    );
    expectRun(ran, { status: 0 });
    expectRun(await run('upgrade', 'head', '--dry-run'), { status: 0, stdout: /RENAME COLUMN "?nick"? TO "?alias"?/i });
  });
});

test.run();
