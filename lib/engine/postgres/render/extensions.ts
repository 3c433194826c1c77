import type { Step } from '../../../model/change.ts';
import type { AttributeValue, SchemaObject } from '../../../model/schema.ts';
import { quoteText } from '../../../sql/quote.ts';
import { flag, list, ranks, step, text, type AlterInput, type Alteration, type Kind } from '../object/kind.ts';
import { nameSql } from '../object/naming.ts';

const create = (extension: SchemaObject): readonly Step[] => {
  const { schema, version } = extension.attributes;
  const options = [
    ...(schema === undefined ? [] : [`SCHEMA ${nameSql(String(schema))}`]),
    ...(version === undefined ? [] : [`VERSION ${quoteText(String(version), 'postgres')}`]),
  ];
  return [
    step(`CREATE EXTENSION ${text(extension, 'id')}${options.length === 0 ? '' : ` WITH ${options.join(' ')}`}`),
    ...(extension.attributes['description'] === extension.attributes['usualDescription'] ? [] : [describe(extension)]),
  ];
};

const describe = (extension: SchemaObject): Step => {
  const description = extension.attributes['description'];
  return step(
    `COMMENT ON EXTENSION ${text(extension, 'id')} IS ${description === undefined ? 'NULL' : quoteText(String(description), 'postgres')}`,
  );
};

const drop = (extension: SchemaObject): readonly Step[] => {
  const tables = list(extension, 'tables');
  const loss = { kind: 'data loss', text: `drops what the extension ${extension.name} keeps in ${tables.join(', ')}` } as const;
  return [step(`DROP EXTENSION ${text(extension, 'id')}`, tables.length === 0 ? [] : [loss])];
};

const alter = ({ from, to, attributes }: AlterInput): Alteration | 'replace' => {
  const id = text(to, 'id');
  const { schema, version } = to.attributes;
  const steps: Step[] = [];
  if (attributes.includes('schema')) {
    if (!flag(to, 'relocatable')) return 'replace';
    steps.push(schema === undefined ? toDefaultSchema(id) : step(`ALTER EXTENSION ${id} SET SCHEMA ${nameSql(String(schema))}`));
  }
  if (attributes.includes('version')) {
    if (isOlder(to.attributes['version'], from.attributes['version'])) return 'replace';
    steps.push(step(`ALTER EXTENSION ${id} UPDATE${version === undefined ? '' : ` TO ${quoteText(String(version), 'postgres')}`}`));
  }
  if (attributes.includes('description')) steps.push(describe(to));
  return { steps };
};

/** Extensions bring scripts from older versions to newer ones; what is not set is the newest that the server has. */
const isOlder = (version: AttributeValue, than: AttributeValue): boolean => {
  if (version === undefined || than === undefined) return version !== undefined;
  return String(version).localeCompare(String(than), 'en', { numeric: true }) < 0;
};

/** The default schema has no name in a migration. */
const toDefaultSchema = (id: string): Step =>
  step(`DO $$BEGIN EXECUTE pg_catalog.format('ALTER EXTENSION %s SET SCHEMA %I', ${quoteText(id, 'postgres')}, current_schema()); END$$`);

/** Extensions: moved and updated in place. What is in them belongs to them and is never changed one by one. */
export const extensionKind: Kind = {
  word: 'EXTENSION',
  rank: ranks.extension,
  isTop: true,
  create,
  drop,
  alter,
};

/**
 * What ties an object to extensions that it was made to depend on, and sets it free of those that it no longer does. CREATE OR REPLACE
 * sets it free of all: `from` is undefined then, too.
 */
export const extensionSteps = (
  word: 'TRIGGER' | 'MATERIALIZED VIEW' | 'FUNCTION' | 'PROCEDURE' | 'ROUTINE',
  from: SchemaObject | undefined,
  to: SchemaObject,
): readonly Step[] => {
  const [before, after] = [from === undefined ? [] : list(from, 'dependsOnExtensions'), list(to, 'dependsOnExtensions')];
  const target = `ALTER ${word} ${text(to, 'id')}${word === 'TRIGGER' ? ` ON ${text(to, 'on')}` : ''}`;
  return [
    ...before.filter((name) => !after.includes(name)).map((name) => step(`${target} NO DEPENDS ON EXTENSION ${name}`)),
    ...after.filter((name) => !before.includes(name)).map((name) => step(`${target} DEPENDS ON EXTENSION ${name}`)),
  ];
};
