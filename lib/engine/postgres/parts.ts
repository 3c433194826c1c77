import { postgresDialect } from './dialect.ts';
import { fingerprint } from './fingerprint/fingerprint.ts';
import { inspect, readUnmanaged } from './inspect.ts';
import type { EngineParts } from './session.ts';
import { readSurroundings } from './surroundings.ts';

/** What a PostgreSQL session is made of besides its connection. */
export const postgresParts: EngineParts = {
  dialect: postgresDialect,
  inspect,
  fingerprint,
  unmanaged: readUnmanaged,
  surroundings: readSurroundings,
};
