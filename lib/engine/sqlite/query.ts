import type { Row } from '../engine.ts';

/** Runs one reading statement; what `inspect`, `fingerprint`, `journal` and `probe` are given of a session. */
export type Query = (sql: string, parameters?: readonly unknown[]) => Promise<readonly Row[]>;
