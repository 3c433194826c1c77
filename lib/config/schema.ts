import { configKeys } from './parse.ts';
import type { ConfigKey } from './parse.ts';

/** What a key of the configuration may be, in the words of JSON Schema. */
type Declared = Readonly<Record<string, unknown>> & { readonly description: string };

const text = { type: 'string', pattern: '\\S' };
const words = { anyOf: [{ type: 'array', items: text }, { type: 'string' }] };
const postgresUrl = { type: 'string', pattern: '^\\s*[Pp][Oo][Ss][Tt][Gg][Rr][Ee][Ss]([Qq][Ll])?(\\+\\w+)?:' };

const declared: Readonly<Record<ConfigKey, Declared>> = {
  url: { ...text, description: 'The database, without a password: sqlite:///./app.db, postgresql://host/db. A variable goes before it.' },
  models: { ...text, description: 'The declared schema, a file or a folder. Default: schema/models.sql.' },
  migrations: { ...text, description: 'The folder of the migrations. Default: migrations.' },
  journal: {
    type: 'string',
    pattern: '^[A-Za-z_][A-Za-z0-9_]{0,62}$',
    description: 'The table that says what was applied. Default: limbeck_journal.',
  },
  exclude: { ...words, description: 'Names and globs of objects that are left alone.' },
  schemas: { ...words, description: "PostgreSQL schemas that are managed: names and globs; '*' is all." },
  privileges: {
    enum: ['auto', 'always', 'never'],
    description: 'Whether grants are compared; auto: where the models have GRANT, REVOKE or ALTER DEFAULT PRIVILEGES.',
  },
  scratchUrl: { ...postgresUrl, description: 'A PostgreSQL server on which scratch databases may be made.' },
  directUrl: { ...postgresUrl, description: 'The database itself, where the URL is that of a pooler.' },
  role: { ...text, description: 'The PostgreSQL role that statements run as.' },
  engines: {
    anyOf: [{ type: 'array', items: { enum: ['sqlite', 'postgres'] } }, { type: 'string' }],
    description: 'The engines that the project is for. Default: as the markers in the models and the URL say.',
  },
  sqliteTarget: {
    type: 'string',
    pattern: '^3\\.\\d{1,3}(\\.\\d{1,3})?$',
    description: 'The oldest SQLite that must run what is written. Default: 3.35.',
  },
  lockTimeout: {
    anyOf: [
      { type: 'number', minimum: 0, maximum: 2_000_000 },
      { type: 'string', pattern: '^\\s*\\d+(\\.\\d+)?\\s*$' },
    ],
    description: 'How many seconds to wait for another run. Default: 60.',
  },
  dumpSchema: {
    anyOf: [{ type: 'boolean' }, text],
    description: 'The file to which the schema is written after each migration; true: schema/dump.sql. Default: false.',
  },
  driver: { enum: ['sql.js', 'node:sqlite'], description: 'The SQLite driver. Default: node:sqlite where Node has it.' },
};

/** limbeck.schema.json: what limbeck.json, or `limbeck` in package.json, may hold; for editors. */
export const configSchema = (): Readonly<Record<string, unknown>> => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Configuration of limbeck',
  type: 'object',
  additionalProperties: false,
  properties: {
    $schema: { type: 'string', description: 'Where this schema is: ./node_modules/limbeck/limbeck.schema.json' },
    ...Object.fromEntries(configKeys.map((key) => [key, declared[key]])),
  },
});
