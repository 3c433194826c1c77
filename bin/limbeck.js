#!/usr/bin/env node
import module from 'node:module';
import { readFileSync } from 'node:fs';

const here = (path) => new URL(path, import.meta.url);
const [first, ...rest] = process.argv.slice(2);
const isAlone = rest.length === 0;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

const print = (text) => {
  process.stdout.on('error', () => {});
  process.stdout.write(text);
};

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`error: limbeck needs Node 20.19 or newer, and this is ${process.versions.node}\n`);
  process.exitCode = 2;
} else if (isAlone && first === '--version') {
  print(`${JSON.parse(readFileSync(here('../package.json'), 'utf8')).version}\n`);
} else if (isAlone && (first === undefined || first === '--help' || first === '-h' || first === 'help')) {
  print(readFileSync(here('./help.txt'), 'utf8'));
} else {
  module.enableCompileCache?.();
  const { start } = await import('../dist/cli/main.js').catch((error) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('/dist/cli/main.js')) throw error;
    process.stderr.write('error: limbeck is not built\nhint: make build\n');
    return { start: () => (process.exitCode = 2) };
  });
  await start();
}
