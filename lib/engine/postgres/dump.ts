import { foldCase, isWord, lex, significant } from '../../sql/lex.ts';
import { postgresLexis } from '../../sql/lexis.ts';
import type { DumpRules } from '../engine.ts';

/** How dumps are written and loaded, also those of pg_dump: in one transaction, in a database with a `public` of its own. */
export const dumpRules: DumpRules = {
  settings: ['SET check_function_bodies = off'],
  adapt: (statement) => {
    if (!/^(?:set|create\s+schema|begin|start|commit|end)\b/i.test(statement)) return statement;
    const words = significant(lex(statement, postgresLexis));
    const [first, second, third] = words;
    if (isWord(first, 'begin', 'commit', 'end') || (isWord(first, 'start') && isWord(second, 'transaction'))) return undefined;
    if (isWord(first, 'create') && isWord(second, 'schema') && !isWord(third, 'if', 'authorization')) {
      return `CREATE SCHEMA IF NOT EXISTS ${statement.slice(third?.start)}`;
    }
    if (!isWord(first, 'set') || isWord(second, 'session', 'local', 'constraints', 'role')) return statement;
    return ofSession.has(foldCase(second?.text ?? '')) ? undefined : `SET LOCAL ${statement.slice(second?.start)}`;
  },
};

/** What pg_dump sets for its own session, some of it unknown to an older server. */
const ofSession: ReadonlySet<string> = new Set(
  `statement_timeout lock_timeout idle_in_transaction_session_timeout transaction_timeout client_encoding standard_conforming_strings
  client_min_messages row_security default_with_oids`.split(/\s+/),
);
