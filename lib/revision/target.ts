/** What a revision argument came to. */
export interface Target {
  /** Empty: the base, where nothing is applied. */
  readonly ids: readonly string[];
  /** A downgrade takes back only the branch of these; undefined: all that follows the target. */
  readonly within: readonly string[] | undefined;
}

/** `up` and `down` count a bare `+N` or `-N` from the database; `any` counts `-N` from the head, `+N` from the base. */
export type Direction = 'up' | 'down' | 'any';

/** A branch that an argument was narrowed to: `label@…`, or any revision before the `@`. */
export interface Branch {
  readonly name: string;
  readonly id: string;
  /** Its revisions, from the base to its heads. */
  readonly members: ReadonlySet<string>;
}
