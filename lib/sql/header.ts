/** The head of a migration file (design §5). */
export interface MigrationHeader {
  /** First line: the message given to `revision -m`. */
  readonly message: string;
  readonly revision: string | undefined;
  /** Undefined: no header said so (the file follows the one before it). Empty: a base. */
  readonly parents: readonly string[] | undefined;
  readonly dependsOn: readonly string[];
  readonly labels: readonly string[];
  readonly proof: Proof | undefined;
  readonly touches: readonly Touch[];
  readonly transactional: boolean;
  readonly foreignKeys: 'on' | 'off';
  readonly byHand: string | undefined;
  readonly allow: readonly string[];
}

/** `-- proof: sqlite 3 · up, down, up · body c1:… · models c1:… · before f1:… · after f1:…` */
export interface Proof {
  readonly engine: 'sqlite' | 'postgres';
  readonly major: string;
  /** Hash of the body that was proved. */
  readonly body: string;
  /** Hash of models.sql when it was generated. */
  readonly models: string | undefined;
  /** Whole fingerprints before and after. */
  readonly before: string;
  readonly after: string;
}

/** `table users f1:5f0c→f1:91ab`; undefined stands for "not there" and is written `-`. */
export interface Touch {
  readonly key: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}
