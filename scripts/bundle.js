// Puts the command line into a few files, with yargs in them: to find and read eighty small modules takes Node longer than to run
// most commands. dist/limbeck.cjs holds what most commands need, the others what lies behind an `import()` that not all reach.
// CommonJS, because an import of a built-in module there loads no more than is used.
import process from 'node:process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));

const leanYargs = {
  name: 'lean-yargs',
  resolveId: {
    filter: { id: /\/platform-shims\/esm\.mjs$/ },
    handler: () => `${root}scripts/yargs-shim.js`,
  },
};

const helpCached = 'cachedHelpMessage = this.help();';

/** yargs makes its help ready after each command, for one that fails later; nothing here asks for it. */
const helplessYargs = {
  name: 'helpless-yargs',
  transform: {
    filter: { id: /\/yargs\/build\/lib\/usage\.js$/ },
    handler(code) {
      const lean = code.replace(helpCached, ' '.repeat(helpCached.length));
      if (lean === code) throw new Error('yargs no longer caches its help there');
      return { code: lean, map: null };
    },
  },
};

/** Another version of the parser may lie beside yargs: the one that counts is the one that yargs finds. */
const yargsParser = {
  name: 'yargs-parser',
  resolveId: {
    filter: { id: /^yargs-parser$/ },
    handler(source) {
      return this.resolve(source, `${root}node_modules/yargs/index.mjs`, { skipSelf: true });
    },
  },
};

/** Built-in modules that take long to load and that most commands need late or never: loaded when one of their functions is called. */
const late = ['crypto', 'fs/promises', 'timers/promises', 'readline', 'child_process', 'net', 'tls'];

const lateBuiltins = {
  name: 'late-builtins',
  resolveId: {
    filter: { id: new RegExp(`^node:(?:${late.join('|')})$`) },
    handler: (path) => ({ id: `\0late/${path}`, moduleSideEffects: false }),
  },
  load: {
    filter: { id: /^\0late\// },
    handler: (id) => lateModule(id.slice('\0late/'.length)),
  },
};

const lateModule = (path) =>
  Object.entries(process.getBuiltinModule(path))
    .filter(([name]) => /^[a-z]/.test(name))
    .map(([name, value]) => [name, `process.getBuiltinModule('${path}').${name}`, typeof value === 'function'])
    .map(
      ([name, it, isFunction]) => `export const ${name} = ${isFunction ? `(...all) => ${it}(...all)` : `/* @__PURE__ */ (() => ${it})()`};`,
    )
    .join('\n');

/** The `import()`s that are reached so often, on SQLite, that what they import comes at once. */
const often = [
  'cli/settings',
  ...['current', 'heads', 'history', 'move', 'show', 'status'].map((name) => `cli/commands/${name}`),
  ...['current', 'downgrade', 'heads', 'history', 'show', 'status', 'upgrade'].map((name) => `api/${name}`),
  'engine/sqlite/session',
  'engine/sqlite/driver-node',
].map((name) => `${root}lib/${name}.ts`);

/** What is imported, in the end, by one of `ids`; an `import()` is not followed. */
const closureOf = (ids, importsOf) => {
  const closure = new Set(ids);
  for (const id of closure) for (const next of importsOf(id)) closure.add(next);
  return closure;
};

let atOnce, toParse;
const fileOf = (id, graph) => {
  const importsOf = (each) => graph.getModuleInfo(each)?.importedIds ?? [];
  atOnce ??= closureOf([`${root}lib/cli/main.ts`, ...often], importsOf);
  // yargs takes a while to get ready, and neither help nor completion asks it.
  toParse ??= closureOf([`${root}lib/cli/parse.ts`], importsOf);
  if (atOnce.has(id)) return 'limbeck';
  if (toParse.has(id)) return 'limbeck-parse';
  if (id === `${root}lib/engine/sqlite/driver-sqljs.ts`) return 'limbeck-sqljs';
  return id.startsWith(`${root}lib/engine/postgres/`) ? 'limbeck-postgres' : 'limbeck-rest';
};

const bundle = await rolldown({
  cwd: root,
  input: { limbeck: 'lib/cli/main.ts' },
  platform: 'node',
  preserveEntrySignatures: 'allow-extension',
  checks: { ineffectiveDynamicImport: false },
  external: ['sql.js', 'postgres', /^node-sql-parser/],
  plugins: [leanYargs, helplessYargs, yargsParser, lateBuiltins],
  transform: { target: 'node20.19', define: { 'import.meta.url': 'importMetaUrl', 'import.meta.resolve': 'undefined' } },
});
const { output } = await bundle.generate({
  dir: 'dist',
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name].cjs',
  codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: fileOf, debugName: 'files' }] },
  minify: { compress: true, mangle: true, codegen: { removeWhitespace: true } },
  intro: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;",
  sourcemap: true,
  sourcemapExcludeSources: true,
});

/** All in ASCII, which Node keeps and reads in half of the space; what is left to write so stands in regular expressions. */
const inAscii = (text) => text.replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
for (const file of output) writeFileSync(`${root}dist/${file.fileName}`, file.type === 'chunk' ? inAscii(file.code) : file.source);

/** The packages whose code is in the files: their licences ask to be told with it. */
const inputs = output.flatMap((file) => (file.type === 'chunk' ? Object.keys(file.modules) : [])).map((id) => relative(root, id));
const packages = new Set(inputs.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []));
const licences = [...packages].sort().map((folder) => {
  const name = readdirSync(`${root}${folder}`).find((file) => /^licen[cs]e/i.test(file));
  if (name === undefined) throw new Error(`${folder} has no licence file`);
  return `${folder.replace(/^.*node_modules\//, '')}\n\n${readFileSync(`${root}${folder}/${name}`, 'utf8').trim()}\n`;
});
writeFileSync(`${root}dist/limbeck.licences.txt`, licences.join(`\n${'-'.repeat(72)}\n\n`));
