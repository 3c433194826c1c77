/** A row of docs/coverage.md for PostgreSQL, with schemas that differ in it alone. */
export interface CoverageRow {
  readonly id: string;
  readonly what: string;
  readonly outcome: 'managed' | 'reported';
  /** The oldest major that has it; default 14. */
  readonly since?: number;
  /** SQL that is there whatever the variant; its names belong to this row alone, or are those of the common ground. */
  readonly ground?: string;
  /** Schemas of which each pair differs in this row's attribute alone; `''`: it is not there. At least two. */
  readonly variants: readonly string[];
  /** A tablespace that the server must have; it is made when it is missing. */
  readonly tablespace?: string;
  /** Rows for the common ground and the row's own tables, put in before the change. */
  readonly rows?: string;
  /** Pairs that cannot be changed into each other while there are rows, by index; each is refused in words. */
  readonly refused?: readonly (readonly [number, number])[];
}

/** What every row may build on: it stays as it is. */
export const commonGround = `
CREATE TABLE ground (id integer PRIMARY KEY, name text NOT NULL, price numeric(10, 2), made timestamptz, tags text[]);
CREATE TABLE "Odd Ground" ("Key ""1""" bigint PRIMARY KEY, "select" text, "Größe" integer);
CREATE FUNCTION ground_trigger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION ground_event() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE TYPE ground_mood AS ENUM ('sad', 'ok', 'happy');
`;

/** Rows of the common ground. */
export const commonRows = `
INSERT INTO ground VALUES (1, 'one', 1.50, '2026-01-02 03:04:05+00', '{a,b}'), (2, 'two', NULL, NULL, NULL);
INSERT INTO "Odd Ground" VALUES (1, 'x', 3);
`;
