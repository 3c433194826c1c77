import { whereAt } from '../../sql/frame.ts';
import { inLine, notAdoptable, tidyBody, type ForeignBody, type ForeignFile, type ForeignRevision } from './foreign.ts';

/**
 * The files of a dbmate folder as a line of revisions, in dbmate's own order: that of the names as text
 * (dbmate `pkg/dbmate/migration.go`, `db.go FindMigrations`). Errors: `not-adoptable` for two files of one version, and
 * for a file that dbmate would refuse or half run (several sections: dbmate #820).
 */
export const readDbmate = (files: readonly ForeignFile[]): readonly ForeignRevision[] => {
  const named = files.flatMap((file) => {
    const [, version, rest = ''] = /^(\d+)(.*)\.sql$/su.exec(file.name) ?? [];
    return version === undefined ? [] : [{ file, version, title: rest.replace(/^_/, '') }];
  });
  named.sort((a, b) => (a.file.name < b.file.name ? -1 : 1));
  const seen = new Map<string, string>();
  return named.map(({ file, version, title }, at) => {
    const twin = seen.get(version);
    if (twin !== undefined) {
      throw notAdoptable(
        `version ${version} is there twice: ${twin} and ${file.path}`,
        'dbmate ran only the first; give the other a new version',
        {
          data: { version, files: [twin, file.path] },
        },
      );
    }
    seen.set(version, file.path);
    return {
      ...inLine({ version, title }, named[at - 1]),
      source: file.path,
      ...readSections(file),
    };
  });
};

interface Mark {
  readonly direction: 'up' | 'down';
  readonly options: string;
  readonly start: number;
  readonly end: number;
}

/** A down section without SQL is no way back from an up section that has some: dbmate forgets the version there, and undoes nothing. */
const readSections = (file: ForeignFile): { readonly up: ForeignBody; readonly down: ForeignBody | undefined } => {
  const { text, path } = file;
  const marks = [...text.matchAll(/^--[ \t]*migrate:(up|down)(?=\s|$)(.*)$/gm)].map(
    ({ 0: line, 1: direction, 2: options = '', index }): Mark => ({
      direction: direction === 'up' ? 'up' : 'down',
      options,
      start: index,
      end: index + line.length + 1,
    }),
  );
  const [up, down, more] = marks;
  if (up?.direction !== 'up') {
    throw refuse(file, up?.start ?? 0, 'does not begin with an up section', 'write "-- migrate:up" above its SQL');
  }
  if (down?.direction !== 'down' || more !== undefined) {
    const at = down?.direction === 'up' ? down : more;
    if (at === undefined) throw refuse(file, up.start, 'has no down section', 'write "-- migrate:down" below its SQL, with or without SQL');
    throw refuse(
      file,
      at.start,
      'has several sections, and dbmate records a version before it has run all of them (dbmate #820)',
      'make a file of each pair of sections, each with a version of its own; rows of schema_migrations say which are applied',
    );
  }
  const before = text.slice(0, up.start);
  if (/^(?!--|[ \t]*$)/m.test(before.trimEnd()))
    throw refuse(file, 0, 'has SQL above "-- migrate:up", which dbmate refuses', 'move it below');
  const remarks = before.trim() === '' ? '' : `${before.trim()}\n\n`;
  const [upText, downText] = [tidyBody(text.slice(up.end, down.start)), tidyBody(text.slice(down.end))];
  const isOneWay = isEmpty(downText) && !isEmpty(upText);
  const downBody = { text: downText, transactional: isTransactional(file, down) };
  return {
    up: { text: remarks + upText, transactional: isTransactional(file, up) },
    down: isOneWay ? undefined : downBody,
  };

  function refuse(where: ForeignFile, offset: number, what: string, hint: string): Error {
    return notAdoptable(`${path} ${what}`, hint, { where: whereAt(where.text, offset, path) });
  }
};

/** Blank lines and remarks. */
const isEmpty = (text: string): boolean => text.split('\n').every((line) => /^\s*(?:--.*)?$/.test(line));

const isTransactional = ({ text, path }: ForeignFile, { options, start }: Mark): boolean => {
  const [, value] = /(?:^|\s)transaction:(\S+)/.exec(options) ?? [];
  if (value === undefined || value === 'true') return true;
  if (value === 'false') return false;
  throw notAdoptable(`${path}: transaction:${value} is neither true nor false`, 'correct the option', {
    where: whereAt(text, start, path),
  });
};
