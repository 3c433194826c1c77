import type { ErrorCode } from '../../errors.ts';

export interface ErrorEntry {
  readonly meaning: string;
  readonly cause: string;
  readonly wayOut: string;
}

/** One entry for every code; the compiler finds a missing one. */
export const errorEntries: Readonly<Record<ErrorCode, ErrorEntry>> = {
  usage: {
    meaning: 'The command line cannot be understood, and nothing was done.',
    cause: 'a mistyped option or command, a missing argument, a text of several words without quotes.',
    wayOut: 'the hint names what was probably meant; `limbeck <command> --help` has the rest.',
  },
  'no-url': {
    meaning: 'The command needs a database, and no URL was given anywhere.',
    cause: 'a variable that is not set, or set but empty; a command run outside of the project folder.',
    wayOut: 'give `--url`, set `LIMBECK_URL`, or write `limbeck.url` into package.json (`limbeck init` does).',
  },
  'bad-url': {
    meaning: 'The database URL cannot be understood.',
    cause: 'an unknown scheme, a parameter that means nothing, or too few slashes.',
    wayOut: 'write `sqlite:///./app.db` (relative to the project), `sqlite:////abs/app.db` (absolute) or `sqlite://` (in memory).',
  },
  'bad-config': {
    meaning: 'The configuration is wrong; the message lists everything that is.',
    cause: 'a mistyped key, a value of the wrong kind, a file that is not JSON, a line of .env that is not NAME=value.',
    wayOut: 'correct what the message names; each complaint says where the value came from.',
  },
  'sql-syntax': {
    meaning: 'SQL text does not end well: limbeck cannot tell where its statements end.',
    cause: 'an open quote, comment or dollar quote; commands of psql; data of COPY.',
    wayOut: 'correct the line under the caret.',
  },
  'sql-unsupported': {
    meaning: 'SQL that limbeck understands well enough to know that it cannot be run here.',
    cause:
      'a statement of a shell rather than of the database, one that reaches beyond the database, or one that a script (`--sql`) cannot guard.',
    wayOut: 'take it out of the file, and run it by hand if it is needed; for a script: run that revision with limbeck.',
  },
  'models-missing': {
    meaning: 'The file with the declared schema is not there.',
    cause: 'a new project, or a command run outside of it.',
    wayOut: '`limbeck init` writes one; `--models` or `limbeck.models` in package.json names another.',
  },
  'models-invalid': {
    meaning: 'The database rejects a statement of models.sql.',
    cause: 'a mistake in the SQL, a reference to something that is not declared, two declarations of one name.',
    wayOut: 'correct the statement under the caret; the words are those of the database.',
  },
  'models-moved': {
    meaning: 'models.sql declares something else than the revision made that is to be completed for the other engine.',
    cause: 'a later change in models.sql; several revisions that wait for their other half.',
    wayOut:
      'give the file as it was then: `git show <commit>:schema/models.sql > then.sql`, and `--models then.sql`; oldest revision first.',
  },
  'rename-unclear': {
    meaning: 'Something was dropped and something like it added, which may be a rename; limbeck does not guess about data.',
    cause:
      'a column or table with a new name in models.sql; or hints by which alike things exchange their names, where nothing tells whether that was done.',
    wayOut:
      'write `-- @renamed from <old name>` beside it, or run again with `--assume-drop`; an exchange of names: remove the hints, and write it by hand if it is still to do.',
  },
  'rename-invalid': {
    meaning: 'A comment `@renamed from` cannot be carried out.',
    cause:
      'the old name is still declared, is not in the database, or is in another schema or table; or the comment stands beside nothing that can be renamed.',
    wayOut:
      'remove the old declaration, or correct or remove the comment; what is to go to another schema or table, move by a migration of your own (`limbeck revision -m …`).',
  },
  'database-missing': {
    meaning: 'There is no database at the URL; `upgrade` creates none but the file that the project’s own configuration names.',
    cause: 'a mistyped path, or another working folder than expected.',
    wayOut: 'correct the URL. To create the database: `limbeck create`, or `limbeck up`, which then migrates it.',
  },
  'database-not-empty': {
    meaning: 'A dump goes into an empty database only, and this one has the objects that the message names. Nothing was loaded.',
    cause: 'a database that was migrated or loaded before, or another one than was meant.',
    wayOut: '`limbeck migrate` brings a database on that has revisions already; `limbeck drop` and `limbeck create` make an empty one.',
  },
  'database-unreadable': {
    meaning: 'There is something at the URL, and it is no database that can be read.',
    cause: 'a folder, another kind of file, an encrypted or damaged database, missing permissions.',
    wayOut: 'check the URL, and what the file is.',
  },
  'database-readonly': {
    meaning: 'The database can be read and not written.',
    cause: 'permissions of the file or of its folder, or a read-only disk.',
    wayOut: 'give write permission on the file and its folder. Commands that only read work as it is.',
  },
  'database-busy': {
    meaning: 'Someone else held the database or its lock for too long; nothing was changed by this step.',
    cause: 'another run of limbeck, an open transaction, an application that keeps the file open.',
    wayOut: 'wait and run again, give `--lock-timeout` more seconds, or close what holds it (it is named where it can be).',
  },
  'database-conflict': {
    meaning: 'Someone else changed the database file while limbeck changed it. Nothing is lost: both versions are kept.',
    cause: 'an application that wrote to the file during a run with the sql.js driver.',
    wayOut: 'compare the two files that the message names. Node 22.13 or newer locks the file instead.',
  },
  'database-full': {
    meaning: 'There is no room to write; the database is as it was before this step.',
    cause: 'a full disk, a quota, a limit on the size of files.',
    wayOut: 'make room (with sql.js: twice the size of the database) and run again.',
  },
  'sql-failed': {
    meaning: 'The database rejected a statement, and the revision was taken back.',
    cause: 'data that does not fit a new constraint, or a mistake in a migration written by hand.',
    wayOut: 'correct the statement that the message points to, then `limbeck prove <revision>` and run again.',
  },
  'session-lost': {
    meaning: 'The connection ended; what was not committed was taken back by the database.',
    cause: 'a restart, a network fault, an administrator.',
    wayOut: 'run again: what was committed is in the journal.',
  },
  cancelled: {
    meaning: 'It was stopped before it was done; what was committed stays, the rest was taken back.',
    cause: 'Ctrl-C, SIGTERM, an AbortSignal, or a question that was not answered.',
    wayOut: 'run again; `limbeck status` says where the database is.',
  },
  'not-proved': {
    meaning: 'The generated SQL did not make the declared schema in scratch, so it was not written.',
    cause: 'a change that limbeck cannot carry out, or a mistake of limbeck (then please report it).',
    wayOut: 'write this revision by hand (`limbeck revision -m …`, then `limbeck prove`), or take `--unproved` and read it with care.',
  },
  'not-reversible': {
    meaning: 'The down SQL did not bring back in scratch what the up SQL changed.',
    cause: 'a down file that leaves something out.',
    wayOut: 'complete the down file with what the message names, then `limbeck prove <revision>`.',
  },
  unmanaged: {
    meaning: 'The schema has something that limbeck cannot manage and must not ignore.',
    cause: 'an object of a kind that the driver cannot open, or an attribute that limbeck does not know.',
    wayOut: 'change it by hand and leave it out with `exclude` in the configuration; please report attributes.',
  },
  'scratch-failed': {
    meaning: 'A scratch database could not be set up or brought to where it was needed.',
    cause: 'an earlier migration that does not run from the start, or a statement that is refused in scratch.',
    wayOut: 'the message names the statement; `limbeck prove` finds the revision.',
  },
  'revision-unknown': {
    meaning: 'No revision is called so.',
    cause: 'a mistyped id, a file that was deleted, a database that a newer checkout has upgraded.',
    wayOut: '`limbeck history` lists all; bring the file back, or `limbeck stamp --purge <revision>` if it is gone for good.',
  },
  'revision-ambiguous': {
    meaning: 'Several revisions begin so.',
    cause: 'too short a beginning of an id.',
    wayOut: 'type more of it; the message lists the candidates.',
  },
  'revision-duplicate': {
    meaning: 'Two revisions have the same id.',
    cause: 'a copied file, or `--rev-id` with an id that is taken.',
    wayOut: 'give one of them another id, in its name and header.',
  },
  'revision-invalid': {
    meaning: 'A migration file cannot be used as it is.',
    cause: 'a header line that means nothing, an unknown parent, or a COMMIT of its own.',
    wayOut: 'correct the line that the message points to; docs/formats.md describes the header.',
  },
  'revision-cycle': {
    meaning: 'Revisions follow each other in a circle.',
    cause: 'a `parent:` or `depends on:` that was edited.',
    wayOut: 'correct the header of one of the revisions in the message.',
  },
  'revision-missing-half': {
    meaning: 'A revision has no files for the connected engine.',
    cause: 'it was written for the other engine only.',
    wayOut: 'write this engine’s pair of files, beside the others.',
  },
  'multiple-heads': {
    meaning: 'There are several newest revisions, and the command needs one.',
    cause: 'two people wrote a revision after the same one.',
    wayOut:
      'name one of them, or `heads` for all; for `revision`: `--head <id>`. To have one again: `limbeck rebase <revision>` or `limbeck merge heads`.',
  },
  'nothing-to-merge': {
    meaning: 'There are not two revisions to join: one alone is named, or one that the other is built on; nothing was written.',
    cause: 'a history with one head, or two that were joined already.',
    wayOut: '`limbeck heads` lists the heads; with one there is nothing to do.',
  },
  'not-movable': {
    meaning: 'The revision cannot be given other parents; nothing was written.',
    cause: 'it is applied to the connected database, it is not the first of its branch, or it is at its place already.',
    wayOut: 'the hint says which revision to rebase, or how to join the branches instead: `limbeck merge heads`.',
  },
  'walk-failed': {
    meaning: 'The target cannot be reached from where the database is.',
    cause: 'more steps than there are revisions, a target on another branch, an upgrade to what lies behind.',
    wayOut: '`limbeck history -i` shows the line and where the database is.',
  },
  'out-of-order': {
    meaning: 'A pending revision comes before one that is applied already.',
    cause: 'a branch that was merged later than another.',
    wayOut:
      '`limbeck rebase <revision>` lets a branch follow what is applied; else give it an id and a parent after them, or run with `--allow-out-of-order`.',
  },
  'not-up-to-date': {
    meaning: 'The database is behind the files, so comparing it with models.sql would say too much.',
    cause: 'pending revisions.',
    wayOut: '`limbeck upgrade head` first.',
  },
  'no-down': {
    meaning: 'A revision cannot be taken back: there is no down SQL for it.',
    cause: 'no down file when it was applied, or an empty one.',
    wayOut: 'write the down file and stamp the revision again, or restore a backup.',
  },
  'edited-after-apply': {
    meaning: 'A migration was edited after it (or a part of it) was applied; the database has what it was before.',
    cause: 'a correction in an old file instead of in a new revision.',
    wayOut: 'put the file back as it was, and write the change into a new revision.',
  },
  'squash-refused': {
    meaning: 'These revisions cannot become one without losing something; nothing was written or removed.',
    cause:
      'statements or rows of data among them, objects that `exclude` or `schemas` leave out, a branch that leaves the line before its end.',
    wayOut: 'the message names them; `--drop-data-statements` leaves the data out, a revision further on may take the branch in.',
  },
  'not-adoptable': {
    meaning: 'What another migration tool left cannot be taken over truthfully; nothing was written.',
    cause: 'a dirty version, a file with several sections, revisions that nobody gave the SQL of, two tools at once.',
    wayOut: 'the hint names the way out of each; `limbeck adopt --from none` begins with the schema as it is.',
  },
  'journal-newer': {
    meaning: 'The journal was written by a newer limbeck.',
    cause: 'an old version in one of several places.',
    wayOut: 'install the newer version.',
  },
  'journal-elsewhere': {
    meaning: 'The journal is not where it should be, but there is one in another place.',
    cause: 'another default schema or journal name than when the database was set up.',
    wayOut: 'give `--journal`, or connect as the role that set it up.',
  },
  'journal-moved': {
    meaning: 'Someone else changed the journal during this run; this step was taken back.',
    cause: 'two runs at once, one of them without the lock.',
    wayOut: 'run again.',
  },
  'state-mismatch': {
    meaning: 'What a migration touches is not what it was proved with, before or after; it was taken back.',
    cause: 'a change made by hand in this database, or a migration that was edited after its proof.',
    wayOut: '`limbeck diff` shows the difference. Undo it, or take `--no-verify` if it is meant so.',
  },
  'foreign-keys-broken': {
    meaning: 'Rows would refer to rows that are not there; the revision was taken back.',
    cause: 'data that was written with foreign keys off, or a migration that leaves children behind.',
    wayOut: '`PRAGMA foreign_key_check` lists the rows; correct them, or add that to the migration.',
  },
  drift: {
    meaning: 'The schema is not what the journal says, and `--strict-drift` makes that an error.',
    cause: 'a change made by hand.',
    wayOut: '`limbeck diff --from head --to <url>` shows it; undo it, or write it into a revision and stamp it.',
  },
  'file-exists': {
    meaning: 'A file or folder is in the way; nothing was overwritten.',
    cause: 'an id that is taken, or a file where a folder belongs.',
    wayOut: 'choose another name, or move it away.',
  },
  'editor-failed': {
    meaning: 'No editor could be run on the files.',
    cause: 'neither `VISUAL` nor `EDITOR` is set, the program is not there, or it ended with an error.',
    wayOut: '`EDITOR=vi limbeck edit head`, or open the files that `limbeck show` names.',
  },
  'file-unreadable': {
    meaning: 'A file or folder of the project cannot be read.',
    cause: 'permissions, a folder where a file belongs, text that is not UTF-8, a migrations folder that is not there.',
    wayOut: 'correct what the message names.',
  },
  'file-unwritable': {
    meaning: 'A file, or the output, cannot be written.',
    cause: 'permissions, a full or read-only disk.',
    wayOut: 'correct what the message names; no half-written file is left.',
  },
  internal: {
    meaning: 'A mistake of limbeck.',
    cause: 'something that it did not foresee.',
    wayOut: 'please report it, with the output of the same command under `--debug`.',
  },
};
