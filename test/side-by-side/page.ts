import { alembicPart } from './alembic-table.ts';
import { dbmatePart } from './dbmate-table.ts';
import { filesPart } from './files-table.ts';

/** docs/coverage-cli.md. */
export const commandLinePage = (): string => `# What Alembic's and dbmate's users type

Each form, what it is in limbeck, and the test that shows it.

${alembicPart}
${dbmatePart}
${filesPart}`;
