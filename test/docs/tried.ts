import { inProject, type Files, type Ran } from '../cli/support.ts';
import { blocksOf, commandLine, typedIn } from './command-lines.ts';

/** How the lines of a page are tried. */
export interface Story {
  readonly page: string;
  /** The project that the page begins in. */
  readonly files: Files;
  /** Each block of code begins anew in that project. */
  readonly anew?: boolean;
  /** What a person did before the first line, in a shell. */
  readonly before?: string;
  /** What stands in the page, and what stands for it here: a database that is at hand, a revision that is there. */
  readonly instead?: readonly (readonly [said: string, tried: string])[];
  /** What a person does before a line: an edit that the page tells in words. */
  readonly meanwhile?: readonly (readonly [line: string, shell: string])[];
  /** Lines that end with another status than 0, as the page says. */
  readonly status?: readonly (readonly [line: string, status: number])[];
  /** Lines that are not run here, each with the reason. */
  readonly untried?: readonly (readonly [line: string, reason: string])[];
}

/** `npx limbeck` and `limbeck` as programs of a shell. */
export const programs: Files = {
  'programs/npx': '#!/bin/sh\nshift\nexec $L "$@"\n',
  'programs/limbeck': '#!/bin/sh\nexec $L "$@"\n',
};

/** The beginning of a script in which they are there. */
export const withPrograms = 'chmod +x programs/*; export L PATH="$PWD/programs:$PATH"; ';

/** What came of the lines of a page: one sentence for each that went otherwise than it should. */
export const tryPage = async (text: string, story: Story): Promise<readonly string[]> => {
  const blocks = blocksOf(text)
    .map((block) => typedIn(block).filter((line) => commandLine(line) !== undefined))
    .filter((lines) => lines.length > 0);
  const stale = staleIn(blocks.flat(), story);
  const parts = story.anew === true ? blocks : [blocks.flat()];
  const wrong = [...stale];
  for (const lines of parts)
    wrong.push(
      ...(await tryLines(
        lines.filter((line) => !isUntried(line, story)),
        story,
      )),
    );
  return wrong;
};

const isUntried = (line: string, { untried = [] }: Story): boolean => untried.some(([said]) => said === bare(line));

/** What the story tells of lines that the page no longer has. */
const staleIn = (lines: readonly string[], { untried = [], meanwhile = [], status = [] }: Story): readonly string[] =>
  [...untried, ...meanwhile, ...status].flatMap(([said]) =>
    lines.some((line) => bare(line) === said) ? [] : [`the page has no line any more: ${said}`],
  );

/** A line without its remark. */
const bare = (line: string): string => line.replace(/\s+#.*$/, '').trim();

const tryLines = async (lines: readonly string[], story: Story): Promise<readonly string[]> => {
  if (lines.length === 0) return [];
  let ran: Ran | undefined;
  await inProject({ ...story.files, ...programs }, async ({ shell }) => {
    ran = await shell(`${withPrograms} exec 4>&1 1>&2; ${story.before ?? ''}\n${lines.map((line) => attempt(line, story)).join('\n')}`);
  });
  const [statuses, said] = [(ran?.stdout ?? '').trim().split(/\s+/), ran?.stderr ?? ''];
  return lines.flatMap((line, at) => {
    const expected = story.status?.find(([said]) => said === bare(line))?.[1] ?? 0;
    return statuses[at] === String(expected) ? [] : [`${line}: ${statuses[at] ?? 'did not come to it'}, not ${expected}\n${said}`];
  });
};

const attempt = (line: string, { instead = [], meanwhile = [] }: Story): string => {
  const before = meanwhile.filter(([said]) => said === bare(line)).map(([, shell]) => shell);
  const typed = instead.reduce((text, [said, tried]) => text.replaceAll(said, tried), line);
  return [...before, `printf '%s\\n' ${quoted(`$ ${typed}`)}`, typed, 'echo $? >&4'].join('\n');
};

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
