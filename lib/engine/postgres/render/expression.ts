import { lex, type Token } from '../../../sql/lex.ts';
import { postgresLexis } from '../../../sql/lexis.ts';

/** A deparsed text on one line; what stands in quotes stays as it is. */
export const oneLine = (text: string): string => {
  const tokens = lex(text, postgresLexis);
  return tokens
    .map((token, at) => {
      if (token.kind !== 'space') return token.text;
      return at === 0 || at === tokens.length - 1 || tokens[at - 1]?.text === '(' || tokens[at + 1]?.text === ')' ? '' : ' ';
    })
    .join('');
};

/** An expression without the parentheses that the server puts around the whole of it. */
export const bareExpression = (expression: string): string => {
  const tokens = lex(oneLine(expression), postgresLexis);
  let depth = 0;
  while (tokens[depth]?.text === '(' && closingOf(tokens, depth) === tokens.length - 1 - depth) depth += 1;
  return textOf(tokens.slice(depth, tokens.length - depth));
};

/** A deparsed constraint as a person would write it: `CHECK (price > 0)`, on one line. */
export const bareConstraint = (definition: string): string => {
  const tokens = lex(oneLine(definition), postgresLexis);
  const open = tokens.findIndex((token) => token.text === '(');
  if (tokens[0]?.text !== 'CHECK' || open < 0) return textOf(tokens);
  const close = closingOf(tokens, open);
  return `CHECK (${bareExpression(textOf(tokens.slice(open + 1, close)))})${textOf(tokens.slice(close + 1))}`;
};

const textOf = (tokens: readonly Token[]): string => tokens.map((token) => token.text).join('');

const closingOf = (tokens: readonly Token[], open: number): number => {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    if (tokens[at]?.text === '(') depth += 1;
    else if (tokens[at]?.text === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return tokens.length;
};
