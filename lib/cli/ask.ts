import { createInterface } from 'node:readline/promises';
import type { RenameQuestion } from '../api/types.ts';
import { LimbeckError } from '../errors.ts';

export type AskRename = (question: RenameQuestion) => Promise<boolean>;

export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
  /** Ctrl-C while a question is open. */
  readonly onInterrupt: () => void;
}

/** Asks on a terminal whether a drop and an add are one rename. Errors: `cancelled`. */
export const askRenameOn =
  (terminal: Terminal): AskRename =>
  async (question) => {
    const lines = createInterface({ input: terminal.input, output: terminal.output });
    lines.on('SIGINT', terminal.onInterrupt);
    const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
    try {
      for (;;) {
        const answer = await Promise.race([lines.question(`${wording(question)} [y/n] `, { signal: terminal.signal }), closed]);
        const word = answer.trim().toLowerCase();
        if (word === 'y' || word === 'yes') return true;
        if (word === 'n' || word === 'no') return false;
        if (word === '') throw new LimbeckError('cancelled', 'the question was not answered; nothing was written');
      }
    } finally {
      lines.close();
    }
  };

const wording = ({ kind, table, from, to }: RenameQuestion): string => {
  const prefix = table === undefined ? '' : `${table}.`;
  return `Is the ${kind} ${prefix}${to} the old ${prefix}${from} under a new name?`;
};
