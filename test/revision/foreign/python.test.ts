import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readAlembicVersions } from '../../../lib/revision/foreign/alembic.ts';
import { readPython } from '../../../lib/revision/foreign/python.ts';
import { isLimbeckError } from '../../../lib/errors.ts';

const test = suite('foreign/python');

const valueOf = (text: string): unknown => {
  const value = readPython(text).assignments.get('x')?.value;
  const plain = (each: typeof value): unknown => {
    if (each?.kind === 'several') return each.items.map(plain);
    return each?.kind === 'text' ? each.text : each?.kind;
  };
  return plain(value);
};

const cases: readonly (readonly [text: string, value: unknown])[] = [
  [`x = 'a'`, 'a'],
  [`x="a"  # why`, 'a'],
  [`x: str = "a"`, 'a'],
  [`x: Union[str, Sequence[str], None] = ('a', "b",)`, ['a', 'b']],
  [`x = None`, 'none'],
  [`x: Union[str, None] = None\n`, 'none'],
  [`x = ('a')`, 'a'],
  [`x = ('a',)`, ['a']],
  [`x = [\n  'a',  # one\n  'b'\n]`, ['a', 'b']],
  [`x = {'a'}`, ['a']],
  [`x = ()`, []],
  [`x = (\n    "a"\n    "b"\n)`, 'ab'],
  [`x = 'it\\'s \\x41\\u00e9\\n'`, "it's Aé\n"],
  [`x = r'a\\n'`, 'a\\n'],
  [`x = """a\nb"""`, 'a\nb'],
  [`x = f"{y}"`, 'unknown'],
  [`x = b'a'`, 'unknown'],
  [`x = make()`, 'unknown'],
  [`x = 'a' + y`, 'unknown'],
  [`x = ('a', y)`, 'unknown'],
  [`x = 'a' if y else 'b'`, 'unknown'],
  [`x == 'a'`, undefined],
  [`if True:\n    x = 'a'`, undefined],
  [`y = """\nx = 'a'\n"""`, undefined],
  [`y = f(\nx='a')\n`, undefined],
  [`# x = 'a'`, undefined],
  [`x = 'a'\nx = 'b'`, 'b'],
  [`y = 'it''s' \\\n  'b'\nx = 'a'`, 'a'],
  [`def f():\n    """doc"""\n    return {\n'(': 1}\nx = 'a'`, 'a'],
  [`x = 'never ends`, 'unknown'],
  [`x = ('a'`, 'unknown'],
];

test('literals at the left margin, and nothing else', () => {
  for (const [text, value] of cases) assert.equal(valueOf(text), value, text);
});

test('the docstring', () => {
  assert.is(readPython(`# -*- coding: utf-8 -*-\n\n"""a\n\nb"""\n`).docstring, 'a\n\nb');
  assert.is(readPython(`x = 1\n"""a"""\n`).docstring, undefined);
  assert.is(readPython('').docstring, undefined);
});

test('any text ends', () => {
  const parts = ['x', ' = ', "'", '"', '"""', '(', ')', ',', '\n', '\\', '#', 'None', '    ', 'f', '[', '}'];
  for (let seed = 1; seed < 4000; seed += 1) {
    let state = seed;
    const next = (): number => (state = (state * 48271) % 2147483647);
    readPython(Array.from({ length: next() % 30 }, () => parts[next() % parts.length]).join(''));
  }
});

const file = (name: string, text: string): Parameters<typeof readAlembicVersions>[0][number] => ({ name, path: `versions/${name}`, text });

test('ids become letters and digits everywhere, labels in depends_on their revision', () => {
  const read = readAlembicVersions([
    file('a.py', `"""one"""\nrevision = '001_first'\ndown_revision = None\nbranch_labels = ('shop',)\n`),
    file('b.py', `"""two\nlines\n\nmore"""\nrevision: str = "002-x"\ndown_revision: str = "001_first"\ndepends_on = 'shop'\n`),
    file('__init__.py', ''),
  ]);
  assert.equal(
    read.map(({ id, parents, dependsOn, message }) => [id, parents, dependsOn, message]),
    [
      ['001first', [], [], 'one'],
      ['002x', ['001first'], ['001first'], 'two lines'],
    ],
  );
});

const refused = (...texts: readonly string[]): string => {
  try {
    readAlembicVersions(texts.map((text, at) => file(`${at}.py`, text)));
  } catch (error) {
    if (isLimbeckError(error) && error.code === 'not-adoptable') return error.message;
    throw error;
  }
  return 'read';
};

const base = (id: string): string => `revision = '${id}'\ndown_revision = None\n`;

test('what cannot be known is refused by name', () => {
  assert.match(refused('x = 1\n'), /^versions\/0\.py assigns no "revision"/);
  assert.match(refused("revision = get('a')\n"), /^versions\/0\.py: revision is not a plain text/);
  assert.match(refused('revision = None\n'), /revision is not one text/);
  assert.match(refused("revision = 'a'\ndown_revision = 'b'\n"), /down_revision names b, and no file has it/);
  assert.match(refused(base('a'), base('a')), /revision a is there twice: versions\/0\.py and versions\/1\.py/);
  assert.match(refused(base('a_b'), base('ab')), /the revision id ab and a_b are the same, as letters and digits/);
  assert.match(refused(base('_')), /has no letter or digit/);
});

test.run();
