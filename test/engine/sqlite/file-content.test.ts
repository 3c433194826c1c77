import assert from 'node:assert/strict';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import { contentOfBytes } from '../../../lib/engine/sqlite/file-content.ts';
import { inFolder } from '../../support/drivers.ts';

const test = suite('the content of a file');

/** More than one piece, and no two pieces alike. */
const bytes = Uint8Array.from({ length: (1 << 21) + 5 }, (_, index) => (index * 31 + (index >> 20)) & 0xff);

const changed = (at: number): Uint8Array => bytes.with(at, (bytes[at] ?? 0) ^ 1);

const others: readonly (readonly [string, Uint8Array])[] = [
  ['changed at its start', changed(0)],
  ['changed in its second piece', changed((1 << 20) + 1)],
  ['changed at its end', changed(bytes.length - 1)],
  ['cut off', bytes.subarray(0, 1 << 20)],
  ['grown', Uint8Array.from([...bytes, 0])],
  ['empty', new Uint8Array()],
];

for (const [how, keptAtMost] of [
  ['kept', bytes.length],
  ['hashed', bytes.length - 1],
] as const) {
  test(`${how}: the same bytes are told from others, in memory and in a file`, () =>
    inFolder((folder) => {
      const content = contentOfBytes(bytes, keptAtMost);
      const isIn = (found: Uint8Array): boolean => {
        const path = join(folder, 'file');
        writeFileSync(path, found);
        const descriptor = openSync(path, 'r');
        try {
          return content.isIn(descriptor);
        } finally {
          closeSync(descriptor);
        }
      };
      assert.deepEqual([content.equals(bytes.slice()), isIn(bytes)], [true, true]);
      for (const [name, other] of others) assert.deepEqual([content.equals(other), isIn(other)], [false, false], name);
    }));
}

test.run();
