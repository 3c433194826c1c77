// Writes the files that are generated from the declarations: node --import tsx scripts/docs.js
import { writeFileSync } from 'node:fs';
import { pages } from '../lib/cli/docs/pages.ts';

for (const [path, text] of await pages()) writeFileSync(new URL(`../${path}`, import.meta.url), text);
