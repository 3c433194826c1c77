import type { EngineName, JournalEntry } from './engine.ts';

/**
 * What of an offline script each engine writes in its own words (text only, no I/O). A script is a row of transactions
 * that know each other by their number: each runs only where the one before it ended, whatever the client makes of errors.
 */
export interface ScriptDialect {
  readonly name: EngineName;
  /** What stands before the first transaction: it stops the client at an error, and prepares what the guards need. */
  readonly opening: (script: ScriptFrame) => string;
  /** One transaction, guarded at its beginning and at its end. */
  readonly transaction: (script: ScriptFrame, transaction: ScriptTransaction) => string;
  /** A statement that runs outside of any transaction, between the one that `opens` it and the one that `sees` it. */
  readonly bare: (statement: string) => string;
  /** A whole script that makes the journal if it is missing, and else changes nothing. */
  readonly ensure: (script: ScriptFrame) => string;
  /** What stands after the last transaction. */
  readonly closing: (script: ScriptFrame) => string;
  /** True for a statement whose settings outlive its transaction, and would reach the next revision. */
  readonly leavesSettings: (statement: string) => boolean;
  /** Why a statement cannot be part of a script: after a failure the rest of its transaction could take effect all the same. */
  readonly refuse: (statement: string) => string | undefined;
  /** Why a statement outside a transaction cannot be part of a script: whether it succeeded could not be told; undefined: it can. */
  readonly refuseBare: (statement: string) => string | undefined;
}

/** What holds for the whole script. */
export interface ScriptFrame {
  /** The journal's name, as in the configuration. */
  readonly journal: string;
  /** The role that statements run as; undefined: whoever runs the script. */
  readonly role: string | undefined;
  /** Lines for people, above everything. */
  readonly remarks: readonly string[];
  /** Where the database must be, in words (`base`, `2, 4`). */
  readonly startsAt: string;
  /** Exactly the rows that the journal must have. */
  readonly expected: readonly ExpectedRow[];
  /** Whether statements outside a transaction are in it. */
  readonly hasBare: boolean;
}

export interface ExpectedRow {
  readonly revision: string;
  readonly checksum: string;
}

export interface ScriptTransaction {
  /** 1 is the first: it looks at the whole journal, the others at whether it is as their predecessor left it. */
  readonly number: number;
  readonly remarks: readonly string[];
  readonly foreignKeys: 'on' | 'off';
  /** Hazards that are no reason to stop, as in the header. */
  readonly allow: readonly string[];
  /** The down SQL that this transaction runs: the journal must have recorded the same. */
  readonly down?: { readonly revision: string; readonly text: string };
  /** True: an earlier transaction may have left settings in the session. */
  readonly resets: boolean;
  readonly statements: readonly string[];
  readonly change: JournalChange;
  /** The statement outside a transaction that follows. */
  readonly opens?: string;
  /** The statement outside a transaction that came before, and must have succeeded. */
  readonly sees?: string;
}

/** What a transaction does to the journal. */
export type JournalChange =
  | { readonly type: 'insert'; readonly entry: JournalEntry }
  | { readonly type: 'remove'; readonly revision: string }
  | {
      readonly type: 'update';
      readonly revision: string;
      readonly state: JournalEntry['state'];
      readonly statementsDone: number;
      /** False: the duration is that of the up, and stays. */
      readonly times: boolean;
    }
  | { readonly type: 'stamp'; readonly removed: readonly string[]; readonly added: readonly JournalEntry[] };
