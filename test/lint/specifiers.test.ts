import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('imports as they are written');

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * What the linter's lists of layers cannot see through: a relative import that takes a way round (`../sql/../cli/x.ts`), a
 * computed one, an absolute path, a URL, or limbeck by its own name.
 */
const detours = (file: string, text: string): readonly string[] => {
  const statements = text.matchAll(/^(?:import|export)\s+(?:[*{\w][^'"`;=]*?\sfrom\s*)?(['"])(.*?)\1/gm);
  const calls = text.matchAll(/\bimport\s*\(\s*(['"])(.*?)\1/g);
  const named = [...statements, ...calls].map(([, , specifier = '']) => specifier);
  const computed = [...text.matchAll(/\bimport\s*\(\s*(?!['"\s])[^)]*\)?/g)].map(([found]) => found.trim());
  return [...named.filter((specifier) => !isDirect(file, specifier)), ...computed];
};

const isDirect = (file: string, specifier: string): boolean => {
  if (!specifier.startsWith('.')) return !/^(?:\/|#|limbeck(?:\/|$)|(?!node:)[a-z]+:)/.test(specifier);
  const path = posix.relative(dirname(file), posix.join(dirname(file), specifier));
  return specifier === (path.startsWith('.') ? path : `./${path}`);
};

const sources = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => relative(root, join(root, 'lib', name)));

test('every import in lib/ is what it looks like', () => {
  assert.ok(sources.length > 100);
  const found = sources.flatMap((file) => detours(file, readFileSync(join(root, file), 'utf8')).map((each) => `${file}: ${each}`));
  assert.equal(found, []);
});

test('ways round are seen', () => {
  for (const [source, isFine] of [
    ["import { x } from '../errors.ts';", true],
    ["import { x } from './lex.ts';", true],
    ["const x = await import('../engine/open.ts');", true],
    ["import x from 'node:fs';", true],
    ["export * from 'yargs/helpers';", true],
    ['export const sql = \' from "a/../b" \';', true],
    ["import type {\n  X,\n} from '../errors.ts';", true],
    ["import type {\n  X,\n} from '../sql/../errors.ts';", false],
    ["import { x } from '../sql/../cli/main.ts';", false],
    ["import { x } from './../cli/main.ts';", false],
    ["import { x } from '../sql/lex.ts';", false],
    ["import { x } from '../../lib/cli/main.ts';", false],
    ["import { x } from '.././errors.ts';", false],
    ["export * from '..//errors.ts';", false],
    ["import '/work/lib/cli/main.ts';", false],
    ["import x from 'file:///lib/cli/main.ts';", false],
    ["import x from 'limbeck';", false],
    ["import x from '#cli/main.ts';", false],
    ["import(\n  './../cli/main.ts'\n);", false],
    ['import(`./${name}.ts`);', false],
    ['import(name);', false],
  ] as const)
    assert.is(detours('lib/sql/split.ts', source).length === 0, isFine, source);
});

test.run();
