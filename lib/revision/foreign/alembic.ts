import { whereAt } from '../../sql/frame.ts';
import { idsFrom, notAdoptable, type ForeignFile } from './foreign.ts';
import { readPython, type PythonModule, type PythonValue } from './python.ts';

/** What a file of Alembic's versions folder says of itself, with ids as limbeck has them. */
export interface AlembicRevision {
  readonly id: string;
  /** The id in Alembic. */
  readonly alembicId: string;
  readonly parents: readonly string[];
  readonly dependsOn: readonly string[];
  readonly labels: readonly string[];
  readonly message: string;
  readonly source: string;
}

/**
 * The revisions of a versions folder (Alembic `script/base.py Script`, `script/revision.py Revision`): what `revision`,
 * `down_revision`, `branch_labels` and `depends_on` say, and the first paragraph of the docstring. No Python is executed.
 * Errors: `not-adoptable`, with the place, for a value that is no literal, an id twice, and a parent that no file has.
 */
export const readAlembicVersions = (files: readonly ForeignFile[]): readonly AlembicRevision[] => {
  const read = files.filter(({ name }) => /^(?!__init__|\.#).*\.py$/s.test(name.split('/').at(-1) ?? '')).map(readOne);
  const byId = new Map<string, Said>();
  for (const each of read) {
    const twin = byId.get(each.id);
    if (twin !== undefined) {
      throw notAdoptable(`revision ${each.id} is there twice: ${twin.file.path} and ${each.file.path}`, 'give one of them another id');
    }
    byId.set(each.id, each);
  }
  const ids = idsFrom([...byId.keys()]);
  const byLabel = new Map(read.flatMap(({ id, labels }) => labels.map((label) => [label, id] as const)));
  const known = (each: Said, field: string, named: string): string => {
    const id = ids.get(named) ?? (field === 'depends_on' ? ids.get(byLabel.get(named) ?? '') : undefined);
    if (id !== undefined) return id;
    throw notAdoptable(`${each.file.path}: ${field} names ${named}, and no file has it`, `bring the file of ${named} back`, {
      where: { file: each.file.path },
    });
  };
  return read.map((each) => ({
    id: known(each, 'revision', each.id),
    alembicId: each.id,
    parents: each.parents.map((id) => known(each, 'down_revision', id)),
    dependsOn: each.dependsOn.map((id) => known(each, 'depends_on', id)),
    labels: each.labels,
    message: each.message,
    source: each.file.path,
  }));
};

interface Said {
  readonly id: string;
  readonly parents: readonly string[];
  readonly dependsOn: readonly string[];
  readonly labels: readonly string[];
  readonly message: string;
  readonly file: ForeignFile;
}

const readOne = (file: ForeignFile): Said => {
  const module = readPython(file.text);
  const ids = listOf(file, module, 'revision');
  const [id] = ids;
  if (id === undefined || ids.length > 1) throw refuse(file, module, 'revision', 'is not one text');
  return {
    id,
    parents: listOf(file, module, 'down_revision'),
    dependsOn: listOf(file, module, 'depends_on'),
    labels: listOf(file, module, 'branch_labels'),
    message: messageOf(module.docstring),
    file,
  };
};

const messageOf = (docstring = ''): string => (docstring.trim().split(/\n[ \t]*\n/)[0] ?? '').replace(/\s*\n\s*/g, ' ').trim();

const listOf = (file: ForeignFile, module: PythonModule, name: string): readonly string[] => {
  const found = module.assignments.get(name);
  if (found === undefined) {
    if (name !== 'revision' && name !== 'down_revision') return [];
    throw notAdoptable(
      `${file.path} assigns no "${name}" at the beginning of a line`,
      `write ${name} = "…" on a line of its own, or move the file out of the folder`,
      {
        where: { file: file.path },
      },
    );
  }
  const texts = textsOf(found.value);
  if (texts === undefined) throw refuse(file, module, name, 'is not a plain text, nor several, nor None');
  return texts;
};

const textsOf = (value: PythonValue): readonly string[] | undefined => {
  switch (value.kind) {
    case 'none':
      return [];
    case 'text':
      return [value.text];
    case 'several': {
      const texts = value.items.flatMap((item) => (item.kind === 'text' ? [item.text] : []));
      return texts.length === value.items.length ? texts : undefined;
    }
    case 'unknown':
      return undefined;
  }
};

const refuse = (file: ForeignFile, module: PythonModule, name: string, why: string): Error =>
  notAdoptable(`${file.path}: ${name} ${why}`, 'limbeck reads these lines and runs no Python: write the value itself', {
    where: whereAt(file.text, module.assignments.get(name)?.offset ?? 0, file.path),
  });
