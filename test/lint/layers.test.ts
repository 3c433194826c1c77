import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('lint rules');

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Case {
  /** The file that is linted; its folder decides which rules are on. */
  readonly file: string;
  readonly source: string;
  /** The rule that must fire; undefined: none may. */
  readonly rule: string | undefined;
}

const layer = 'no-restricted-imports';
const imports = (file: string, specifier: string): Case => ({
  file,
  source: `import { x } from '${specifier}';\nexport const y: unknown = x;\n`,
  rule: layer,
});
const allows = (file: string, specifier: string): Case => ({ ...imports(file, specifier), rule: undefined });
const lines = (count: number): string => Array.from({ length: count }, (_, index) => `export const n${index} = ${index};\n`).join('');

const cases: readonly Case[] = [
  imports('lib/errors.ts', './sql/lex.ts'),
  imports('lib/version.ts', 'node:fs'),
  imports('lib/index.ts', './cli/main.ts'),
  imports('lib/index.ts', './engine/sqlite/session.ts'),
  allows('lib/index.ts', './api/upgrade.ts'),
  imports('lib/sql/lex.ts', '../model/schema.ts'),
  imports('lib/sql/lex.ts', '../engine/engine.ts'),
  imports('lib/sql/lex.ts', 'node:fs'),
  imports('lib/sql/lex.ts', 'node-sql-parser/build/sqlite.js'),
  allows('lib/sql/lex.ts', '../errors.ts'),
  allows('lib/sql/lex.ts', './scan.ts'),
  allows('lib/sql/parse.ts', 'node-sql-parser/build/sqlite.js'),
  imports('lib/sql/parse.ts', 'node-sql-parser'),
  imports('lib/sql/parse.ts', 'yargs'),
  imports('lib/model/schema.ts', '../engine/engine.ts'),
  imports('lib/model/schema.ts', 'node:path'),
  allows('lib/model/schema.ts', '../sql/lex.ts'),
  imports('lib/engine/engine.ts', './sqlite/dialect.ts'),
  imports('lib/engine/engine.ts', '../revision/revision.ts'),
  imports('lib/engine/mask.ts', './open.ts'),
  allows('lib/engine/open.ts', './sqlite/session.ts'),
  allows('lib/engine/open.ts', './postgres/session.ts'),
  imports('lib/engine/open.ts', '../config/config.ts'),
  imports('lib/engine/sqlite/dialect.ts', '../postgres/dialect.ts'),
  imports('lib/engine/sqlite/dialect.ts', '../open.ts'),
  imports('lib/engine/sqlite/dialect.ts', '../../diff/compare.ts'),
  imports('lib/engine/sqlite/dialect.ts', '../../runner/run.ts'),
  imports('lib/engine/sqlite/dialect.ts', '../../api/upgrade.ts'),
  imports('lib/engine/sqlite/dialect.ts', '../../config/config.ts'),
  imports('lib/engine/sqlite/session.ts', 'postgres'),
  imports('lib/engine/sqlite/session.ts', 'yargs'),
  imports('lib/engine/sqlite/session.ts', 'node:fs'),
  imports('lib/engine/sqlite/session.ts', 'node:fs/promises'),
  imports('lib/engine/sqlite/session.ts', 'node:child_process'),
  imports('lib/engine/sqlite/session.ts', 'node:process'),
  allows('lib/engine/sqlite/session.ts', '../engine.ts'),
  allows('lib/engine/sqlite/session.ts', '../../model/schema.ts'),
  allows('lib/engine/sqlite/driver-sqljs.ts', 'sql.js'),
  allows('lib/engine/sqlite/driver-node.ts', 'node:sqlite'),
  allows('lib/engine/sqlite/file-save.ts', 'node:fs'),
  allows('lib/engine/sqlite/lock.ts', 'node:fs/promises'),
  imports('lib/engine/sqlite/file-save.ts', '../postgres/file.ts'),
  imports('lib/engine/sqlite/fingerprint.ts', './inspect.ts'),
  imports('lib/engine/sqlite/fingerprint.ts', '../../model/schema.ts'),
  imports('lib/engine/sqlite/fingerprint-text.ts', './clauses.ts'),
  allows('lib/engine/sqlite/fingerprint.ts', './fingerprint-text.ts'),
  { file: 'lib/engine/sqlite/fingerprint.ts', source: "export type { T } from '../../model/schema.ts';\n", rule: undefined },
  imports('lib/engine/postgres/dialect.ts', '../sqlite/dialect.ts'),
  imports('lib/engine/postgres/dialect.ts', '../../runner/run.ts'),
  imports('lib/engine/postgres/session.ts', 'sql.js'),
  imports('lib/engine/postgres/session.ts', 'node:sqlite'),
  imports('lib/engine/postgres/session.ts', 'node:fs'),
  imports('lib/engine/postgres/session.ts', '../open.ts'),
  allows('lib/engine/postgres/session.ts', './connection/connection.ts'),
  allows('lib/engine/postgres/session.ts', 'postgres'),
  allows('lib/engine/postgres/lock.ts', 'node:fs'),
  imports('lib/engine/postgres/connection/connection.ts', '../../sqlite/file.ts'),
  imports('lib/engine/postgres/connection/connection.ts', '../../open.ts'),
  imports('lib/engine/postgres/connection/connection.ts', '../../../runner/run.ts'),
  imports('lib/engine/postgres/connection/connection.ts', 'node:fs'),
  allows('lib/engine/postgres/connection/connection.ts', 'postgres'),
  allows('lib/engine/postgres/connection/connection.ts', '../../../errors.ts'),
  allows('lib/engine/postgres/connection/file.ts', 'node:fs'),
  imports('lib/engine/postgres/scratch/scratch.ts', 'node:sqlite'),
  allows('lib/engine/postgres/scratch/scratch.ts', 'node:child_process'),
  allows('lib/engine/postgres/scratch/scratch.ts', '../connection/url.ts'),
  imports('lib/engine/postgres/object/kind.ts', '../inspect/tables.ts'),
  imports('lib/engine/postgres/object/kind.ts', '../registry.ts'),
  imports('lib/engine/postgres/inspect/tables.ts', '../render/tables.ts'),
  imports('lib/engine/postgres/inspect/tables.ts', 'postgres'),
  imports('lib/engine/postgres/inspect/tables.ts', '../registry.ts'),
  allows('lib/engine/postgres/inspect/tables.ts', '../object/kind.ts'),
  imports('lib/engine/postgres/render/tables.ts', '../inspect/tables.ts'),
  imports('lib/engine/postgres/render/tables.ts', '../plan/plan.ts'),
  allows('lib/engine/postgres/render/tables.ts', '../../engine.ts'),
  allows('lib/engine/postgres/plan/plan.ts', '../object/kind.ts'),
  imports('lib/engine/postgres/fingerprint/fingerprint.ts', '../inspect.ts'),
  imports('lib/engine/postgres/fingerprint/fingerprint.ts', '../inspect/tables.ts'),
  imports('lib/engine/postgres/fingerprint/fingerprint.ts', '../../../model/schema.ts'),
  allows('lib/engine/postgres/fingerprint/fingerprint.ts', '../schemas.ts'),
  allows('lib/engine/postgres/fingerprint/fingerprint.ts', './types.ts'),
  imports('lib/config/load.ts', '../runner/run.ts'),
  imports('lib/config/load.ts', '../engine/open.ts'),
  imports('lib/config/load.ts', '../engine/sqlite/url.ts'),
  imports('lib/config/load.ts', 'node:process'),
  allows('lib/config/load.ts', 'node:fs/promises'),
  imports('lib/revision/graph.ts', '../diff/compare.ts'),
  imports('lib/revision/graph.ts', '../engine/open.ts'),
  imports('lib/revision/graph.ts', 'node:fs/promises'),
  allows('lib/revision/directory.ts', 'node:fs/promises'),
  allows('lib/revision/foreign/golang.ts', '../slug.ts'),
  imports('lib/revision/foreign/golang.ts', '../directory.ts'),
  imports('lib/revision/foreign/golang.ts', 'node:fs'),
  imports('lib/revision/directory.ts', 'node:child_process'),
  imports('lib/diff/compare.ts', '../engine/sqlite/dialect.ts'),
  imports('lib/diff/compare.ts', '../engine/open.ts'),
  imports('lib/diff/compare.ts', '../runner/run.ts'),
  imports('lib/diff/compare.ts', '../config/config.ts'),
  imports('lib/diff/compare.ts', 'node:fs'),
  imports('lib/runner/run.ts', '../engine/sqlite/session.ts'),
  imports('lib/runner/run.ts', '../engine/open.ts'),
  imports('lib/runner/run.ts', '../api/upgrade.ts'),
  imports('lib/runner/run.ts', 'node:fs/promises'),
  allows('lib/runner/run.ts', '../revision/graph.ts'),
  allows('lib/runner/script.ts', '../engine/script.ts'),
  imports('lib/runner/script.ts', '../engine/sqlite/script.ts'),
  imports('lib/api/upgrade.ts', '../cli/main.ts'),
  imports('lib/api/upgrade.ts', '../engine/sqlite/session.ts'),
  imports('lib/api/upgrade.ts', 'yargs'),
  imports('lib/api/upgrade.ts', 'postgres'),
  imports('lib/api/upgrade.ts', 'node:process'),
  allows('lib/api/upgrade.ts', '../engine/open.ts'),
  allows('lib/api/init.ts', 'node:fs/promises'),
  imports('lib/cli/commands/upgrade.ts', '../../engine/open.ts'),
  imports('lib/cli/commands/upgrade.ts', '../../engine/sqlite/session.ts'),
  imports('lib/cli/commands/upgrade.ts', 'sql.js'),
  imports('lib/cli/commands/upgrade.ts', 'node-sql-parser'),
  imports('lib/cli/main.ts', '../engine/sqlite/session.ts'),
  allows('lib/cli/commands/upgrade.ts', 'yargs'),
  allows('lib/cli/commands/upgrade.ts', '../../api/upgrade.ts'),
  { file: 'lib/api/diff.ts', source: "export const f = (): Promise<unknown> => import('yargs');\n", rule: layer },
  { file: 'lib/sql/split.ts', source: "export * from '../diff/compare.ts';\n", rule: layer },
  { file: 'lib/sql/split.ts', source: "import type { T } from '../diff/compare.ts';\nexport type U = T;\n", rule: layer },
  { file: 'lib/api/status.ts', source: 'export const home: unknown = process.env;\n', rule: 'no-restricted-globals' },
  { file: 'lib/cli/main.ts', source: 'export const home: unknown = process.env;\n', rule: undefined },
  {
    file: 'lib/engine/sqlite/lock.ts',
    source: "import process from 'node:process';\nexport const pid: unknown = process.env;\n",
    rule: 'no-restricted-properties',
  },
  {
    file: 'lib/engine/sqlite/lock.ts',
    source: "import process from 'node:process';\nexport const pid: number = process.pid;\n",
    rule: undefined,
  },
  { file: 'lib/api/status.ts', source: "console.log('x');\n", rule: 'no-console' },
  { file: 'lib/cli/main.ts', source: "console.log('x');\n", rule: undefined },
  { file: 'lib/api/status.ts', source: 'const x = 1;\nexport default x;\n', rule: 'no-default-export' },
  { file: 'lib/api/status.ts', source: 'export const x = (y: any): unknown => y;\n', rule: 'no-explicit-any' },
  {
    file: 'lib/api/status.ts',
    source: 'const f = async (): Promise<void> => {};\nexport const g = (): void => {\n  f();\n};\n',
    rule: 'no-floating-promises',
  },
  {
    file: 'lib/api/status.ts',
    source: "export const f = (x: 'a' | 'b'): number => {\n  switch (x) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n};\n",
    rule: 'switch-exhaustiveness-check',
  },
  { file: 'lib/api/status.ts', source: lines(401), rule: 'max-lines' },
  { file: 'test/api/status.ts', source: lines(401), rule: undefined },
  { file: 'lib/api/status.ts', source: `export const f = (): void => {\n${'  void 0;\n'.repeat(80)}};\n`, rule: 'max-lines-per-function' },
];

interface Diagnostic {
  readonly code: string;
  readonly filename: string;
}

/** Lints many planted files at once with the project's own configuration; a case is alone in a tree of its own. */
const lint = (planted: readonly { readonly path: string; readonly source: string }[]): readonly Diagnostic[] => {
  const folder = mkdtempSync(join(tmpdir(), 'limbeck-lint-'));
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    copyFileSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    copyFileSync(join(root, 'tsconfig.json'), join(folder, 'tsconfig.json'));
    for (const { path, source } of planted) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), source);
    }
    const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules/oxlint/bin/oxlint'), '--type-aware', '-f', 'json'], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    assert.ok(stdout.startsWith('{'), stdout + stderr);
    return (JSON.parse(stdout) as { readonly diagnostics: readonly Diagnostic[] }).diagnostics;
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** The same file name may be in many cases, so each round lints at most one case of a file. */
const rounds: (readonly number[])[] = [];
for (const [index, { file }] of cases.entries()) {
  const round = rounds.find((each) => each.every((other) => cases[other]?.file !== file));
  if (round === undefined) rounds.push([index]);
  else rounds[rounds.indexOf(round)] = [...round, index];
}
const found = new Map<number, readonly string[]>();
for (const round of rounds) {
  const diagnostics = lint(round.map((index) => ({ path: cases[index]?.file ?? '', source: cases[index]?.source ?? '' })));
  for (const index of round) {
    found.set(
      index,
      diagnostics.filter(({ filename }) => filename === cases[index]?.file).map(({ code }) => code.replace(/^.*\((.*)\)$/, '$1')),
    );
  }
}

for (const [index, { file, source, rule }] of cases.entries()) {
  const shown = source.length > 100 ? `${source.slice(0, 40)}…` : source;
  test(`${file}: ${shown.replaceAll('\n', ' ')}→ ${rule ?? 'nothing'}`, () => {
    const codes = new Set(found.get(index)?.filter((code) => code !== 'no-cycle'));
    assert.equal([...codes], rule === undefined ? [] : [rule]);
  });
}

test('a cycle of imports', () => {
  const diagnostics = lint([
    { path: 'lib/sql/a.ts', source: "import { b } from './b.ts';\nexport const a = (): unknown => b;\n" },
    { path: 'lib/sql/b.ts', source: "import { a } from './a.ts';\nexport const b = (): unknown => a;\n" },
  ]);
  assert.ok(diagnostics.some(({ code }) => code.includes('no-cycle')));
});

test.run();
