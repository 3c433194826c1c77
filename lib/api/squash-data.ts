import type { Scope, Session } from '../engine/engine.ts';
import type { Fingerprint } from '../model/fingerprint.ts';
import type { ObjectKey } from '../model/schema.ts';
import type { MigrationFile } from '../revision/revision.ts';
import type { Schema } from '../model/schema.ts';
import { readDefinition, readPath } from '../sql/definition.ts';
import { isWord, significant, type Token } from '../sql/lex.ts';
import type { Lexis } from '../sql/lexis.ts';
import { split } from '../sql/split.ts';

/** A statement about rows, as people see it: `migrations/2_x.up.sql:3 INSERT INTO users …`. */
export type DataStatement = string;

/**
 * The statements of a migration that write rows, or may (DO, CALL, SELECT of a function): a squash makes the schema, and
 * none of them. Those of a generated file that nobody edited move rows of what is there already, and are not among them;
 * nor is the copying of a rebuild.
 */
export const dataStatements = (file: MigrationFile, lexis: Lexis): readonly DataStatement[] => {
  const { proof } = file.header;
  if (proof?.models !== undefined && proof.body === file.checksum) return [];
  return split(file.body, lexis, file.path)
    .filter(({ tokens }) => writesRows(tokens, lexis))
    .map(({ text, line }) => `${file.path}:${file.bodyLine + line - 1} ${firstLine(text)}`);
};

/** Tables of a database to which nothing but migrations was applied that have rows. */
export const tablesWithRows = async (session: Session, schema: Schema): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const { kind, key, name } of schema.objects.values()) {
    if (kind !== 'table') continue;
    const table = session.schemas === undefined ? name : key.slice('table '.length);
    if ((await session.probe.hasRows(table)) === true) found.push(table);
  }
  return found;
};

/** Objects that the revisions made, and that the configuration leaves out (`exclude`, `schemas`): a pair made of the rest would lack them. */
export const outOfScope = async (session: Session, scope: Scope, seen: Fingerprint): Promise<readonly ObjectKey[]> => {
  const names = (await session.schemas?.()) ?? [];
  const all = await session.fingerprint({ ...scope, exclude: [], ...(names.length === 0 ? {} : { schemas: ['', ...names] }) });
  return [...all.objects.keys()].filter((key) => !seen.objects.has(key));
};

const kinds: ReadonlySet<string> = new Set('insert update delete replace merge copy truncate do call select with values'.split(' '));

const writesRows = (tokens: readonly Token[], lexis: Lexis): boolean => {
  if (!kinds.has(readDefinition(tokens, lexis).kind)) return false;
  const words = significant(tokens);
  const at = words.findIndex((word, index) => index < 4 && isWord(word, 'into', 'update', 'from'));
  const { name = '' } = at < 0 ? {} : readPath(words, at + 1, lexis);
  return !/^(?:limbeck_|_alembic_tmp_)/.test(name);
};

const firstLine = (text: string): string => {
  const [line = '', ...more] = text.split('\n');
  return more.length > 0 || line.length > 80 ? `${line.slice(0, 80)} …` : line;
};
