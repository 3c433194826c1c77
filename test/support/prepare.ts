import { nodeWithSqlite } from './node24.ts';
import { binariesOf, wantedMajor } from './postgres/server.ts';

/** Installs what test files need beyond the dependencies, before they run side by side and would each install it. */
nodeWithSqlite();
for (const major of new Set([wantedMajor(), '15'] as const)) await binariesOf(major);
