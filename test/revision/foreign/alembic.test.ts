import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LimbeckError } from '../../../lib/errors.ts';
import { readAlembicVersions } from '../../../lib/revision/foreign/alembic.ts';

const test = suite("Alembic's versions folder");

const read = (...texts: readonly string[]): ReturnType<typeof readAlembicVersions> =>
  readAlembicVersions(texts.map((text, at) => ({ name: `${at}.py`, path: `versions/${at}.py`, text })));

test('types, remarks, tuples over several lines and texts side by side are read', () => {
  const found = read(
    '# -*- coding: utf-8 -*-\n"""first "one"\n\nRevision ID: aaaa\n"""\nrevision: str = "aaaa"  # the id\ndown_revision: Union[str, None] = None\ndef upgrade():\n    revision = "zzzz"\n',
    "'''second'''\nrevision = 'bbbb'\ndown_revision = 'aaaa'\n",
    "revision = 'cccc'\ndown_revision = 'aaaa'\nbranch_labels = ('lab',)\n",
    '"""merge\nof two"""\nrevision = "dd" "dd"\ndown_revision = (\n    # why\n    \'bbbb\',\n    "cccc",   # comment\n)\n',
  );
  assert.equal(
    found.map(({ id, parents, labels, message }) => ({ id, parents, labels, message })),
    [
      { id: 'aaaa', parents: [], labels: [], message: 'first "one"' },
      { id: 'bbbb', parents: ['aaaa'], labels: [], message: 'second' },
      { id: 'cccc', parents: ['aaaa'], labels: ['lab'], message: '' },
      { id: 'dddd', parents: ['bbbb', 'cccc'], labels: [], message: 'merge of two' },
    ],
  );
});

test('a parent that is not seen is no base: what cannot be read is refused', () => {
  const refused = (text: string, says: RegExp): void =>
    assert.throws(
      () => read(text),
      (error: unknown) => error instanceof LimbeckError && error.code === 'not-adoptable' && says.test(error.message),
    );
  refused("revision = 'a'; down_revision = 'b'\n", /assigns no "down_revision"/);
  refused("revision = 'a'\nif True:\n    down_revision = 'b'\n", /assigns no "down_revision"/);
  refused("revision = 'a'\ndown_revision = parent\n", /down_revision is not a plain text/);
  refused('revision = f"{x}"\ndown_revision = None\n', /revision is not a plain text/);
  refused('down_revision = None\n', /assigns no "revision"/);
});

test.run();
