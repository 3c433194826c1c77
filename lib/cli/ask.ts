import { createInterface } from 'node:readline';
import type { RenameQuestion } from '../api/types.ts';
import { LimbeckError } from '../errors.ts';

export type AskRename = (question: RenameQuestion) => Promise<boolean>;

/** A question with yes and no. */
export type AskYes = (question: string) => Promise<boolean>;

export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
  /** Ctrl-C while a question is open. */
  readonly onInterrupt: () => void;
}

/** Asks on a terminal whether a drop and an add are one rename. Errors: `cancelled`, also when nobody answers. */
export const askRenameOn =
  (terminal: Terminal): AskRename =>
  (question) =>
    askYesOn(terminal)(wording(question));

/** Asks on a terminal until the answer is yes or no. Errors: `cancelled`, also when nobody answers. */
export const askYesOn =
  (terminal: Terminal): AskYes =>
  async (question) => {
    const lines = createInterface({ input: terminal.input, output: terminal.output, prompt: `${question} [y/n] ` });
    lines.on('SIGINT', terminal.onInterrupt);
    let isOpen = true;
    lines.once('close', () => (isOpen = false));
    const close = (): void => lines.close();
    const prompt = (): void => {
      if (isOpen) lines.prompt();
    };
    terminal.signal.addEventListener('abort', close);
    if (terminal.signal.aborted) close();
    try {
      prompt();
      for await (const line of lines) {
        const word = line.trim().toLowerCase();
        if (word === 'y' || word === 'yes') return true;
        if (word === 'n' || word === 'no') return false;
        prompt();
      }
    } finally {
      terminal.signal.removeEventListener('abort', close);
      close();
    }
    throw new LimbeckError('cancelled', 'the question was not answered; nothing was done');
  };

const wording = ({ kind, table, from, to }: RenameQuestion): string => {
  const prefix = table === undefined ? '' : `${table}.`;
  return `Is the ${kind} ${prefix}${to} the old ${prefix}${from} under a new name?`;
};
