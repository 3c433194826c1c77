/** A line of a page that has limbeck do something: whole, and each command of limbeck in it as words. */
export interface CommandLine {
  readonly text: string;
  readonly commands: readonly (readonly string[])[];
}

/** A block of code of a page: its language, where it is fenced, and its lines. */
export interface Block {
  readonly language: string;
  readonly lines: readonly string[];
}

/** The blocks of a Markdown page: fenced ones, and what is indented by four or more behind a blank line. */
export const blocksOf = (page: string): readonly Block[] => {
  const blocks: { language: string; lines: string[] }[] = [];
  let [fence, open, blank] = [false, false, true];
  for (const line of page.split('\n')) {
    const [, language] = /^\s*```(.*)$/.exec(line) ?? [];
    const indented = /^ {4}/.test(line) && (open || blank);
    if (language !== undefined) {
      fence = !fence;
      if (fence) blocks.push({ language, lines: [] });
    } else if (fence) blocks.at(-1)?.lines.push(line);
    else if (indented && open) blocks.at(-1)?.lines.push(line.slice(4));
    else if (indented) blocks.push({ language: '', lines: [line.slice(4)] });
    else if (line.trim() === '' && open) blocks.at(-1)?.lines.push('');
    open = !fence && (indented || (open && line.trim() === ''));
    blank = line.trim() === '';
  }
  return blocks.map(({ language, lines }) => ({ language, lines: unindented(lines) }));
};

const unindented = (lines: readonly string[]): readonly string[] => {
  const margin = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(margin)).filter((line, at, all) => line !== '' || at < all.length - 1);
};

/** What a person types of a block: all of it, or what stands behind a prompt where there is one. */
export const typedIn = (block: Block): readonly string[] => {
  const joined = block.lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  const prompted = joined.filter((line) => line.startsWith('$ '));
  return prompted.length > 0 ? prompted.map((line) => line.slice(2)) : joined;
};

/** The lines of blocks that call limbeck, with what a workflow or a Makefile puts around them taken off. */
export const commandLinesIn = (page: string): readonly CommandLine[] =>
  blocksOf(page).flatMap((block) => typedIn(block).flatMap((line) => commandLine(plain(line)) ?? []));

/** Commands of limbeck within the text of a page, between backquotes. */
export const commandsInText = (page: string): readonly (readonly string[])[] => {
  const text = page.replaceAll(/^```[^]*?^```/gm, '').replaceAll(/\n(?! {4}|\n)/g, ' ');
  return [...text.matchAll(/`((?:[A-Z_]+=\S+ )?(?:npx )?limbeck [^`]+)`/g)].flatMap(([, code = '']) => commandLine(code)?.commands ?? []);
};

const plain = (line: string): string =>
  line
    .replace(/^\s*(?:- )?(?:run: )?/, '')
    .replace(/^@/, '')
    .replaceAll('$(LIMBECK)', 'limbeck')
    .trim();

/** A line as what it calls of limbeck; undefined: nothing. A value in `<…>` is a word. */
export const commandLine = (text: string): CommandLine | undefined => {
  const commands = split(text.replaceAll(/<([\w -]+)>/g, '…')).flatMap((words) => {
    const at = words.findIndex((word) => !/^(?:[A-Z_]+=.*|npx|!|if|then|\{|\()$/.test(word));
    return words[at] === 'limbeck' ? [words.slice(at + 1)] : [];
  });
  return commands.length === 0 ? undefined : { text, commands };
};

/** A line of a shell as its simple commands, each as words; quotes are taken off, redirections and remarks left out. */
const split = (line: string): readonly (readonly string[])[] => {
  const found: string[][] = [[]];
  const token = /\s+#.*$|(\d?>>?|<)\s*\S*|(&&|\|\||[|;&])|((?:"[^"]*"|'[^']*'|\$\([^)]*\)|\\.|[^\s|;&<>"'])+)/g;
  for (const [, redirection, separator, word] of line.matchAll(token)) {
    if (separator !== undefined) found.push([]);
    else if (redirection === undefined && word !== undefined) found.at(-1)?.push(word.replaceAll(/(["'])(.*?)\1/g, '$2'));
  }
  return found.filter((words) => words.length > 0);
};
