import { meaningOf, recorded } from './alembic/compare.ts';
import { purposeOf } from './alembic/run.ts';
import { row } from './row.ts';

/** Something that Alembic's users type, what it is here, and the test that shows it: a file under test/, and words of it. */
export interface Typed {
  readonly alembic: string;
  readonly limbeck: string;
  readonly test: readonly [file: string, words: string];
}

const beside: Typed['test'] = ['side-by-side/alembic.test.ts', 'the same lines mean the same'];
const refused: Typed['test'] = ['side-by-side/alembic.test.ts', 'what is for code alone is refused'];
const branches = (words: string): Typed['test'] => ['cli/branches.test.ts', words];
const made = (words: string): Typed['test'] => ['api/branches.test.ts', words];
const named = (words: string): Typed['test'] => ['revision/resolve.test.ts', words];

/** Every command of Alembic with its options (field by field of `alembic --help`). */
export const commands: readonly Typed[] = [
  {
    alembic: '`init DIR`, `-t`, `--package`, `list_templates`',
    limbeck: '`init [directory]`; there is one layout, no templates and no package',
    test: ['api/init.test.ts', 'sets up an empty folder'],
  },
  {
    alembic: '`revision -m`, `--rev-id`',
    limbeck: 'the same; ids are times in UTC unless told',
    test: made('revision: where it stands, as Alembic checks it'),
  },
  {
    alembic: '`revision --autogenerate`',
    limbeck: 'the same, proved before it is written',
    test: ['cli/daily-loop.test.ts', "'revision', '--autogenerate'"],
  },
  {
    alembic: '`revision --head`, `--splice`, `--branch-label`, `--depends-on`',
    limbeck: 'the same',
    test: made('revision --splice, --head base, --branch-label, --depends-on'),
  },
  {
    alembic: '`revision --version-path`, `--file`',
    limbeck: 'none: one folder, and file names that golang-migrate reads, too',
    test: refused,
  },
  { alembic: '`upgrade REV`, `downgrade REV`', limbeck: 'the same', test: beside },
  { alembic: '`upgrade A:B --sql`, `downgrade A:B --sql`', limbeck: 'the same, and the script checks first where it is run', test: beside },
  {
    alembic: '`--tag`, `-x KEY=VALUE`',
    limbeck: 'none: they are for code of env.py, and there is none',
    test: refused,
  },
  { alembic: '`current`, `-v`', limbeck: 'the same', test: beside },
  {
    alembic: '`current --check-heads`',
    limbeck: 'the same; exit status 1 is the answer no',
    test: ['api/read.test.ts', 'does not keep the database from its heads'],
  },
  {
    alembic: '`heads`, `-v`, `--resolve-dependencies`',
    limbeck: 'the same; heads that others depend on are marked',
    test: branches('heads, branches, history and show in Alembic’s lines'),
  },
  { alembic: '`history`, `-r A:B`, `-v`, `-i`', limbeck: 'the same', test: beside },
  { alembic: '`branches`, `-v`', limbeck: 'the same', test: made('branches: the point and what follows it') },
  { alembic: '`show REV`', limbeck: 'the same, with the SQL of its files', test: beside },
  {
    alembic: '`merge REVS -m --branch-label --rev-id`',
    limbeck: 'the same; what joins nothing is refused',
    test: made('merge refuses what joins nothing, and writes nothing'),
  },
  {
    alembic: '`stamp REVS`, `--purge`',
    limbeck: 'the same',
    test: ['api/stamp.test.ts', 'every target is resolved before anything is written'],
  },
  { alembic: '`check`', limbeck: 'the same, exit status 1 where something differs', test: ['cli/daily-loop.test.ts', "'check'"] },
  { alembic: '`edit REV`', limbeck: 'the same, with VISUAL or EDITOR', test: branches('edit runs VISUAL, then EDITOR') },
  { alembic: '`ensure_version`', limbeck: '`ensure-version`', test: made('ensure-version makes the journal once') },
  {
    alembic: '`-c FILE`, `-n NAME`',
    limbeck: '`--config FILE`; `-e NAME` takes the URL of another environment',
    test: ['config/load.test.ts', '--config makes its folder the project'],
  },
  {
    alembic: '`-q`, `--raiseerr`',
    limbeck: '`-q`, before and after the command; `--debug`',
    test: ['cli/render.test.ts', '--quiet only what must not be missed'],
  },
];

/** Every way to name a revision. */
export const forms: readonly Typed[] = [
  { alembic: 'an id', limbeck: 'the same', test: named("'ae1027a6acf1', 'up'") },
  { alembic: 'the beginning of an id', limbeck: 'the same; where it fits several they are listed', test: named('revision-ambiguous') },
  { alembic: '`head`, `heads`, `base`', limbeck: 'the same', test: named("'heads', 'up'") },
  {
    alembic: '`current`',
    limbeck: 'the same, in every command',
    test: made('current is asked of the database by every command that takes a revision'),
  },
  { alembic: '`label@head`, `label@base`, `rev@head`, `label@heads`', limbeck: 'the same', test: named('left@head') },
  { alembic: '`+N`, `-N`', limbeck: 'the same', test: named("'+2', 'up'") },
  { alembic: '`rev+N`, `rev-N`, `head-2`', limbeck: 'the same, in every command', test: named("'head-2'") },
  { alembic: '`label@+N`, `label@-N`', limbeck: 'the same', test: named('@-1') },
  {
    alembic: '`a:b`, `a:`, `:b`, `-3:current`, `a:+2`',
    limbeck: 'the same; a value may begin with `-`',
    test: ['revision/path.test.ts', "'head:base'"],
  },
];

/** What Alembic was seen to get wrong. */
export const defects: readonly Typed[] = [
  {
    alembic: '`history -r ae10:` with several heads: AssertionError',
    limbeck: 'lists what follows',
    test: ['revision/path.test.ts', "[two, '', 'a1:'"],
  },
  { alembic: '`upgrade ae10+9`: AssertionError', limbeck: 'says how many there are', test: named("'ae10+9'") },
  {
    alembic: '`downgrade label@-1` on a branch that is not applied: AssertionError',
    limbeck: 'says that nothing is applied there',
    test: named('@-1'),
  },
  {
    alembic: 'a second revision with a label or an id is written, and then no command works',
    limbeck: 'refused before a file is written',
    test: made('and no file is written for a refusal'),
  },
  {
    alembic: 'SQLite: a migration that fails leaves its tables behind',
    limbeck: 'one transaction with the line in the journal',
    test: ['runner/upgrade.test.ts', 'a failing statement rolls its revision back'],
  },
  {
    alembic: 'two `upgrade head` at once both run the migration, and one dies',
    limbeck: 'each revision runs once, both exit with 0',
    test: ['runner/concurrent.test.ts', 'several upgrades at once apply each revision exactly once, and all succeed'],
  },
  {
    alembic: '`current --check-heads` never passes where a head is depended on',
    limbeck: 'what is depended on is no head that is missing',
    test: ['api/read.test.ts', 'does not keep the database from its heads'],
  },
  { alembic: '`downgrade -1` from several heads takes one of them', limbeck: 'asks which', test: named('is ambiguous') },
  { alembic: '`merge` of one head writes an empty revision', limbeck: 'refused', test: made('merge refuses what joins nothing') },
  { alembic: 'an ambiguous beginning is told as unknown', limbeck: 'its candidates are listed', test: named('revision-ambiguous') },
  {
    alembic: '`current` prints heads in another order each time',
    limbeck: 'in the order of the graph',
    test: ['api/read.test.ts', 'tell where it stands'],
  },
];

const typedRow = ({ alembic, limbeck, test: [file, words] }: Typed): string => row([alembic, limbeck, `\`test/${file}\`: ${words}`]);

const table = (rows: readonly Typed[]): string => `| Alembic | limbeck | test |\n| --- | --- | --- |\n${rows.map(typedRow).join('\n')}`;

const lineRows = (): readonly string[] =>
  recorded.answers.map((answer, at) => {
    const { done, heads } = meaningOf(answer);
    return row([String(at + 1), `\`${answer.line}\``, done ? 'done' : 'refused', heads.join(', ') || '-', purposeOf(at)?.why ?? '']);
  });

/** The part on Alembic of docs/coverage-cli.md. */
export const alembicPart: string = `## Alembic

Every command of Alembic 1.20, and the test that shows what it is here. This part is written from \`test/side-by-side/\`
by \`node --import tsx scripts/docs.js\`.

${table(commands)}

### Alembic: ways to name a revision

${table(forms)}

### Alembic: its defects

${table(defects)}

### Alembic: side by side

What ${recorded.version} answered to these lines on SQLite, one after another on one history of two bases, two branches, a merge and a
dependency, is kept in \`test/side-by-side/alembic/recorded.json\` (\`record.py\` writes it anew where there is an Alembic).
\`test/side-by-side/alembic.test.ts\` runs the same lines with limbeck, and compares whether each is done, where the database stands,
its tables, and the revisions that it names. They are the same unless it says otherwise, and then it is on purpose.

| | line | Alembic | the database then | difference |
| --- | --- | --- | --- | --- |
${lineRows().join('\n')}
`;
