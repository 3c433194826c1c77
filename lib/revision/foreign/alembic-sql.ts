import { whereAt } from '../../sql/frame.ts';
import { isWord, lex, nameOf, significant, type Token } from '../../sql/lex.ts';
import type { Lexis } from '../../sql/lexis.ts';
import { split, type Statement } from '../../sql/split.ts';
import { notAdoptable, tidyBody, type ForeignBody } from './foreign.ts';
import { withoutStatements } from './statements.ts';

/** One step of Alembic's offline SQL, with ids as Alembic has them. */
export interface AlembicStep {
  readonly direction: 'up' | 'down';
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly body: ForeignBody;
}

/**
 * Cuts what `alembic upgrade base:heads --sql` and `alembic downgrade heads:base --sql` print, in one text or after each
 * other, at its `-- Running upgrade a -> b` lines (Alembic `runtime/migration.py run_migrations`). What writes
 * `alembic_version`, and the BEGIN and COMMIT around, go; a COMMIT in the middle of a step (`autocommit_block`) makes it one without a
 * transaction. Errors: `not-adoptable` for a text without such lines, or with SQL above the first; those of `split`.
 */
export const readAlembicSql = (text: string, lexis: Lexis, file: string): readonly AlembicStep[] => {
  const marks = marksOf(text, lexis);
  const statements = split(text, lexis, file);
  const first = marks[0];
  if (first === undefined) {
    throw notAdoptable(`${file} has no line "-- Running upgrade … -> …"`, `make it so: alembic upgrade base:heads --sql > ${file}`, {
      where: { file },
    });
  }
  const stray = statements.find((each) => each.start < first.start && !isBookkeeping(each) && controlOf(each) === undefined);
  if (stray !== undefined) {
    throw notAdoptable(`${file} has SQL above its first step`, 'take it out, or put it into the step that needs it', {
      where: whereAt(text, stray.start, file),
    });
  }
  return marks.map(({ direction, from, to, end }, at) => {
    const next = marks[at + 1]?.start ?? text.length;
    const inside = statements.filter(({ start }) => start >= end && start < next);
    return { direction, from, to, body: bodyOf(text.slice(end, next), inside, end) };
  });
};

interface Mark {
  readonly direction: 'up' | 'down';
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly start: number;
  readonly end: number;
}

const marksOf = (text: string, lexis: Lexis): readonly Mark[] =>
  lex(text, lexis).flatMap((token): readonly Mark[] => {
    const [whole, direction, from = '', to = ''] = token.kind === 'comment' ? (markShape.exec(token.text) ?? []) : [];
    if (whole === undefined) return [];
    const mark = { from: listOf(from), to: listOf(to), start: token.start, end: token.end };
    return [{ ...mark, direction: direction === 'upgrade' ? 'up' : 'down' }];
  });

const markShape = /^--\s*Running (upgrade|downgrade)\s+(.*?)\s*->\s*(.*?)\s*$/s;

const listOf = (ids: string): readonly string[] =>
  ids
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');

const bodyOf = (section: string, statements: readonly Statement[], offset: number): ForeignBody => {
  const dropped = statements.filter((each) => isBookkeeping(each) || controlOf(each) !== undefined);
  const firstCommit = statements.findIndex((each) => controlOf(each) === 'commit');
  const goesOn = firstCommit >= 0 && statements.slice(firstCommit).some((each) => !dropped.includes(each));
  const moved = dropped.map(({ start, end }) => ({ start: start - offset, end: end - offset }));
  return { text: tidyBody(withoutStatements(section, moved)), transactional: !goesOn };
};

const controlOf = ({ tokens }: Statement): 'begin' | 'commit' | undefined => {
  const words = significant(tokens);
  if (words.length > 2) return undefined;
  if (isWord(words[0], 'begin') || (isWord(words[0], 'start') && isWord(words[1], 'transaction'))) return 'begin';
  return isWord(words[0], 'commit', 'end') ? 'commit' : undefined;
};

/** A statement that makes, fills or drops `alembic_version`, in any schema. */
const isBookkeeping = ({ tokens }: Statement): boolean => {
  const words = significant(tokens);
  const at = headLength(words);
  if (at === 0) return false;
  const table = words[at + 1]?.text === '.' ? words[at + 2] : words[at];
  return table !== undefined && nameOf(table)?.toLowerCase() === 'alembic_version';
};

const headLength = (words: readonly Token[]): number => {
  const [first, second] = words;
  if (isWord(first, 'insert') && isWord(second, 'into')) return 2;
  if (isWord(first, 'update')) return 1;
  if (isWord(first, 'delete') && isWord(second, 'from')) return 2;
  return isWord(first, 'create', 'drop') && isWord(second, 'table') ? 2 : 0;
};
