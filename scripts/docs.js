// Writes the files that are generated from the declarations: node --import tsx scripts/docs.js
import { readFileSync, writeFileSync } from 'node:fs';
import { pages } from '../lib/cli/docs/pages.ts';
import { withPostgresPart } from '../test/promises/postgres/table.ts';
import { commandLinePage } from '../test/side-by-side/page.ts';

for (const [path, text] of await pages()) writeFileSync(new URL(`../${path}`, import.meta.url), text);

const coverage = new URL('../docs/coverage.md', import.meta.url);
writeFileSync(coverage, withPostgresPart(readFileSync(coverage, 'utf8')));

writeFileSync(new URL('../docs/coverage-cli.md', import.meta.url), commandLinePage());
