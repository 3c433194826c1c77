import type { EngineName } from '../engine/engine.ts';
import { postgresLexis, sqliteLexis } from '../sql/lexis.ts';
import type { Lexis } from '../sql/lexis.ts';

/** How an engine's SQL is read, where no session is open to tell. */
export const lexisOf = (engine: EngineName): Lexis => {
  switch (engine) {
    case 'sqlite':
      return sqliteLexis;
    case 'postgres':
      return postgresLexis;
  }
};
