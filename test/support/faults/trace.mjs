// Writes the order in which a database file is replaced to LIMBECK_TEST_TRACE: open, write, sync, rename, sync of the folder.
import fs, { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const names = new Map();
const trace = (word) => appendFileSync(process.env.LIMBECK_TEST_TRACE, `${word}\n`);
const nameOf = (path) =>
  /\.limbeck-\d+-[0-9a-f]{8}\.tmp$/.test(String(path)) ? 'temporary' : fs.statSync(path).isDirectory() ? 'folder' : undefined;

const { fsyncSync, openSync, renameSync, writeSync } = fs;
fs.openSync = (path, ...rest) => {
  const descriptor = openSync(path, ...rest);
  names.set(descriptor, nameOf(path));
  if (nameOf(path) === 'temporary') trace('open');
  return descriptor;
};
fs.writeSync = (descriptor, ...rest) => {
  if (names.get(descriptor) === 'temporary') trace('write');
  return writeSync(descriptor, ...rest);
};
fs.fsyncSync = (descriptor) => {
  fsyncSync(descriptor);
  trace(`sync ${names.get(descriptor)}`);
};
fs.renameSync = (from, to) => {
  const name = nameOf(from);
  renameSync(from, to);
  trace(`rename ${name}`);
};
syncBuiltinESMExports();
