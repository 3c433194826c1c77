import type { MigrationFile } from '../revision/revision.ts';
import { touchLines } from '../sql/header-values.ts';
import { checksum, parseHeader } from '../sql/header.ts';
import type { Touch } from '../sql/header-values.ts';

/** A migration file made of its text, e.g. of the down SQL that the journal holds. Throws `revision-invalid`. */
export const migrationFileOf = (path: string, text: string): MigrationFile => {
  const parsed = parseHeader(text, path);
  return { path, text, ...parsed, checksum: checksum(parsed.body) };
};

/** Touches as the journal keeps them: the `-- touches:` lines of a header; empty when there are none. */
export const touchesText = (touches: readonly Touch[]): string =>
  touchLines(touches)
    .map((line) => `-- ${line}`)
    .join('\n');
