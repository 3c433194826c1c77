import { isWord, type Token } from './lex.ts';
import type { Lexis } from './lexis.ts';

/** Tells which semicolons end a statement; `see` is told every significant token before it asks. */
export interface BodyWatcher {
  readonly see: (token: Token) => void;
  readonly ends: () => boolean;
  readonly complete: () => boolean;
}

type Shape = 'plain' | 'routine' | 'rule' | 'trigger';

/** A watcher for one statement. */
export const bodyWatcher = ({ dialect }: Lexis): BodyWatcher => {
  const head: string[] = [];
  let shape: Shape = 'plain';
  let previous: Token | undefined;
  let beforeThat: Token | undefined;
  let depth = 0;
  const inTrigger = (): boolean => shape === 'trigger' && !(isWord(previous, 'end') && beforeThat?.text === ';');
  return {
    see: (token) => {
      if (head.length < 6) {
        head.push(token.kind === 'word' ? token.text.toLowerCase() : '');
        if (shape === 'plain') shape = shapeOf(head, dialect);
      }
      if (shape === 'rule') depth = Math.max(0, depth + parenthesis(token));
      if (shape === 'routine') depth = Math.max(0, depth + atomicStep(token, previous, depth));
      beforeThat = previous;
      previous = token;
    },
    ends: () => depth === 0 && !inTrigger(),
    complete: () => depth === 0 && !inTrigger(),
  };
};

const shapeOf = (head: readonly string[], dialect: Lexis['dialect']): Shape => {
  if (head[0] !== 'create') return 'plain';
  const rest = head.slice(1).join(' ');
  if (dialect === 'sqlite') return /^(?:temp |temporary )?trigger$/.test(rest) ? 'trigger' : 'plain';
  if (/^(?:or replace )?(?:function|procedure)$/.test(rest)) return 'routine';
  return /^(?:or replace )?rule$/.test(rest) ? 'rule' : 'plain';
};

const parenthesis = ({ kind, text }: Token): number => {
  if (kind !== 'operator') return 0;
  return text === '(' ? 1 : text === ')' ? -1 : 0;
};

/** How a token changes the depth of BEGIN ATOMIC … END with CASE … END inside. */
const atomicStep = (token: Token, previous: Token | undefined, depth: number): number => {
  if (token.kind !== 'word' || previous?.text === '.') return 0;
  if (depth === 0) return isWord(token, 'atomic') && isWord(previous, 'begin') ? 1 : 0;
  if (isWord(previous, 'as')) return 0;
  return isWord(token, 'case') ? 1 : isWord(token, 'end') ? -1 : 0;
};
