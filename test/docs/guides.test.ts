import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { commandLinesIn } from './command-lines.ts';
import { stories } from './stories.ts';
import { tryPage } from './tried.ts';

const test = suite('lines of the pages');

const root = new URL('../../', import.meta.url);
const textOf = (page: string): string => readFileSync(new URL(page, root), 'utf8');

test('each guide with lines for a shell is tried', () => {
  const guides = readdirSync(fileURLToPath(new URL('docs/guides', root))).map((name) => `docs/guides/${name}`);
  const withLines = guides.filter((page) => commandLinesIn(textOf(page)).length > 0);
  const tried = new Set([...stories.map(({ page }) => page), 'docs/guides/ci.md']);
  assert.equal(
    withLines.filter((page) => !tried.has(page)),
    [],
  );
});

// PAGE=two-engines tries one alone.
for (const story of stories.filter(({ page }) => page.includes(process.env['PAGE'] ?? ''))) {
  test(`${story.page}: each line does what the page says`, async () => {
    const wrong = await tryPage(textOf(story.page), story);
    assert.ok(wrong.length === 0, wrong.join('\n'));
  });
}

test('a line that fails, or is no longer there, is told', async () => {
  const story = { page: '', files: {}, untried: [['limbeck upgrade', 'it is gone']] } as const;
  const wrong = await tryPage('\n    $ limbeck check --twice\n    $ limbeck --version\n', story);
  assert.is(wrong.length, 2);
  assert.match(wrong[0] ?? '', 'no line any more: limbeck upgrade');
  assert.match(wrong[1] ?? '', /^limbeck check --twice: 64, not 0/);
});

test.run();
