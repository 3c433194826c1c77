import { isWord, significant } from '../../sql/lex.ts';
import type { Lexis } from '../../sql/lexis.ts';
import { split, type Statement } from '../../sql/split.ts';
import { compareIds } from '../id.ts';
import { inLine, notAdoptable, tidyBody, type ForeignBody, type ForeignFile, type ForeignRevision } from './foreign.ts';
import { withoutStatements } from './statements.ts';

/**
 * The pairs of a golang-migrate folder as a line of revisions, by number (golang-migrate `source/parse.go`). A BEGIN and
 * COMMIT around a whole file go: limbeck makes the transaction. Errors: `not-adoptable` for a version twice, or a down
 * alone; those of `split`.
 */
export const readGolangMigrate = (files: readonly ForeignFile[], lexis: Lexis): readonly ForeignRevision[] => {
  const pairs = new Map<string, Pair>();
  for (const file of files) {
    const [, version, title = '', direction] = /^(\d+)_(.*)\.(up|down)\.sql$/su.exec(file.name) ?? [];
    if (version === undefined) continue;
    const key = version.replace(/^0+(?=\d)/, '');
    const pair = pairs.get(key) ?? { version, title, up: undefined, down: undefined };
    const side = direction === 'up' ? 'up' : 'down';
    const twin = pair[side];
    if (twin !== undefined) {
      throw notAdoptable(`version ${version} is there twice: ${twin.path} and ${file.path}`, 'give one of them another version', {
        data: { version, files: [twin.path, file.path] },
      });
    }
    pairs.set(key, { ...pair, [side]: file });
  }
  const sorted = [...pairs.values()].sort((a, b) => compareIds(a.version, b.version));
  return sorted.map(({ version, title, up, down }, at) => {
    if (up === undefined) {
      throw notAdoptable(`${down?.path ?? version} has no up file beside it`, 'bring the up file back, or delete the down file');
    }
    return {
      ...inLine({ version, title }, sorted[at - 1]),
      source: up.path,
      up: bodyOf(up, lexis),
      down: down === undefined ? undefined : bodyOf(down, lexis),
    };
  });
};

interface Pair {
  readonly version: string;
  readonly title: string;
  readonly up: ForeignFile | undefined;
  readonly down: ForeignFile | undefined;
}

const bodyOf = ({ text, path }: ForeignFile, lexis: Lexis): ForeignBody => {
  const statements = split(text, lexis, path);
  const [first, last] = [statements[0], statements.at(-1)];
  const isWrapped = first !== undefined && last !== undefined && opens(first) && closes(last);
  const body = isWrapped ? withoutStatements(text, [first, last]) : text;
  return { text: tidyBody(body), transactional: true };
};

const opens = ({ tokens }: Statement): boolean => {
  const words = significant(tokens);
  return (isWord(words[0], 'begin') && words.length <= 2) || (isWord(words[0], 'start') && words.length === 2);
};

const closes = ({ tokens }: Statement): boolean => {
  const words = significant(tokens);
  return isWord(words[0], 'commit', 'end') && words.length <= 2;
};
