#!/usr/bin/env node
// No import: an import of node:fs loads all that the module could ever need, which takes longer than --version.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const [first, ...rest] = process.argv.slice(2);
const isAlone = rest.length === 0;

const print = (path, textOf) => {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  process.stdout.on('error', () => {});
  process.stdout.write(textOf(readFileSync(new URL(path, import.meta.url), 'utf8')));
};

// At its end Node waits for threads that still optimise code, and one of them that finds the heap full waits for the main thread to
// clear it: for ever (nodejs/node#54918). So a heap that has grown, also by the memory of sql.js, is cleared before.
const leaveRoom = () => {
  const { heapTotal, external } = process.memoryUsage();
  if (heapTotal < 16_000_000 && external < 4_000_000) return;
  process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc');
  process.getBuiltinModule('node:vm').runInNewContext('gc')();
};

const load = () => {
  const { createRequire, enableCompileCache } = process.getBuiltinModule('node:module');
  if (process.env.NODE_V8_COVERAGE === undefined) enableCompileCache?.();
  try {
    return createRequire(import.meta.url)('../dist/small.cjs');
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND' || !String(error.message).includes('dist/small.cjs')) throw error;
    process.stderr.write('error: limbeck is not built\nhint: make build\n');
    return { start: () => (process.exitCode = 2) };
  }
};

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`error: limbeck needs Node 20.19 or newer, and this is ${process.versions.node}\n`);
  process.exitCode = 2;
} else if (isAlone && first === '--version') {
  print('../package.json', (text) => `${JSON.parse(text).version}\n`);
} else if (isAlone && (first === undefined || first === '--help' || first === '-h' || first === 'help')) {
  print('./help.txt', (text) => text);
} else {
  await load().start();
  leaveRoom();
}
