// Puts the command line into one file, dist/limbeck.cjs, with yargs in it: to find and read eighty small modules takes
// Node longer than to run most commands. CommonJS, because an import of a built-in module there loads no more than is used.
import process from 'node:process';
import { build } from 'esbuild';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const leanYargs = {
  name: 'lean-yargs',
  setup: ({ onResolve, resolve }) => {
    const shim = `${root}scripts/yargs-shim.js`;
    onResolve({ filter: /\/platform-shims\/esm\.mjs$/ }, () => ({ path: shim }));
    // Another version of the parser may lie beside yargs: the one that counts is the one that yargs finds.
    onResolve({ filter: /^yargs-parser$/ }, ({ importer, kind }) =>
      importer === shim ? resolve('yargs-parser', { kind, resolveDir: `${root}node_modules/yargs` }) : undefined,
    );
  },
};

/** Built-in modules that take long to load and that most commands need late or never: loaded when one of their functions is called. */
const late = ['crypto', 'fs/promises', 'timers/promises', 'readline', 'child_process', 'net', 'tls'];

const lateBuiltins = {
  name: 'late-builtins',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: new RegExp(`^node:(?:${late.join('|')})$`) }, ({ path }) => ({ path, namespace: 'late', sideEffects: false }));
    onLoad({ filter: /./, namespace: 'late' }, ({ path }) => ({
      contents: Object.entries(process.getBuiltinModule(path))
        .filter(([name]) => /^[a-z]/.test(name))
        .map(([name, value]) => [name, `process.getBuiltinModule('${path}').${name}`, typeof value === 'function'])
        .map(
          ([name, it, isFunction]) =>
            `export const ${name} = ${isFunction ? `(...all) => ${it}(...all)` : `/* @__PURE__ */ (() => ${it})()`};`,
        )
        .join('\n'),
    }));
  },
};

const { metafile, outputFiles } = await build({
  write: false,
  absWorkingDir: root,
  entryPoints: ['lib/cli/main.ts'],
  outfile: 'dist/limbeck.cjs',
  bundle: true,
  minifyWhitespace: true,
  minifySyntax: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  external: ['sql.js', 'postgres', 'node-sql-parser'],
  plugins: [leanYargs, lateBuiltins],
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': 'importMetaUrl' },
  sourcemap: true,
  sourcesContent: false,
  metafile: true,
});

/** All in ASCII, which Node keeps and reads in half of the space; what is left to write so stands in regular expressions. */
const inAscii = (text) => text.replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
for (const { path, text } of outputFiles) writeFileSync(path, path.endsWith('.cjs') ? inAscii(text) : text);

/** The packages whose code is in the file: their licences ask to be told with it. */
const packages = new Set(Object.keys(metafile.inputs).flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []));
const licences = [...packages].sort().map((folder) => {
  const name = readdirSync(`${root}${folder}`).find((file) => /^licen[cs]e/i.test(file));
  if (name === undefined) throw new Error(`${folder} has no licence file`);
  return `${folder.replace(/^.*node_modules\//, '')}\n\n${readFileSync(`${root}${folder}/${name}`, 'utf8').trim()}\n`;
});
writeFileSync(`${root}dist/limbeck.cjs.licences.txt`, licences.join(`\n${'-'.repeat(72)}\n\n`));
