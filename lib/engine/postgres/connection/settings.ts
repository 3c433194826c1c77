import { quoteName, quoteText } from '../../../sql/quote.ts';

/**
 * One statement that pins, for the running transaction, what a migration's meaning depends on: the default schema
 * alone is searched, and strings mean what the standard says.
 */
export const applyPins = (schema: string): string =>
  pins({ search_path: quoteName(schema, 'postgres'), standard_conforming_strings: 'on' });

/**
 * One statement that pins, for the running transaction, everything that the text of a definition depends on, so that
 * a role or database that sets these otherwise is read alike. `lc_messages` is set where the role may set it.
 */
export const lookPins = (schema: string): string =>
  `${pins({
    search_path: quoteName(schema, 'postgres'),
    standard_conforming_strings: 'on',
    TimeZone: 'UTC',
    DateStyle: 'ISO, YMD',
    IntervalStyle: 'postgres',
    extra_float_digits: '1',
    bytea_output: 'hex',
    quote_all_identifiers: 'off',
    xmlbinary: 'base64',
    lc_monetary: 'C',
    lc_numeric: 'C',
    lc_time: 'C',
    jit: 'off',
  })}, CASE WHEN pg_catalog.current_setting('is_superuser') = 'on' THEN pg_catalog.set_config('lc_messages', 'C', true) END`;

/** One statement that sets, for the session, what loading a whole schema wants: no look at bodies of functions, no wait for the disk. */
export const loadPins: string =
  "SELECT pg_catalog.set_config('check_function_bodies', 'off', false), pg_catalog.set_config('synchronous_commit', 'off', false)";

/** One statement that pins timeouts off, for a transaction that only holds a lock and waits. */
export const patientPins = (majorVersion: number): string =>
  pins({
    statement_timeout: '0',
    lock_timeout: '0',
    idle_in_transaction_session_timeout: '0',
    ...(majorVersion >= 17 ? { transaction_timeout: '0' } : {}),
  });

const pins = (settings: Readonly<Record<string, string>>): string =>
  `SELECT ${Object.entries(settings)
    .map(([name, value]) => `pg_catalog.set_config('${name}', ${quoteText(value, 'postgres')}, true)`)
    .join(', ')}`;
