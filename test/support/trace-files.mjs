/*
 * Preloaded into a child (`--import`): writes what it does to files, in order, to the file LIMBECK_TEST_TRACE names.
 * One line a call: `fsync <path>`, `place <from> <to>` (a rename, or a link where nothing was), `write <path>`.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const trace = process.env['LIMBECK_TEST_TRACE'];
const real = { ...fs };
const say = (line) => real.appendFileSync(trace, `${line}\n`);
const pathOf = (descriptor) => real.readlinkSync(`/proc/self/fd/${descriptor}`);

fs.fsyncSync = (descriptor) => {
  say(`fsync ${pathOf(descriptor)}`);
  return real.fsyncSync(descriptor);
};
fs.writeSync = (descriptor, ...rest) => {
  if (descriptor > 2) say(`write ${pathOf(descriptor)}`);
  return real.writeSync(descriptor, ...rest);
};
for (const name of ['renameSync', 'linkSync']) {
  fs[name] = (from, to) => {
    say(`place ${from} ${to}`);
    return real[name](from, to);
  };
}
syncBuiltinESMExports();
