import type { ParsedStatement } from '../sql/parse.ts';
import type { Statement } from '../sql/split.ts';

/** A declared statement with what the parser says of it. */
export interface DeclaredStatement {
  readonly statement: Statement;
  readonly parsed: ParsedStatement;
}

/**
 * File order, refined: a statement comes after those that define what it refers to. Statements on one object keep their
 * file order; a cycle is entered at its first statement. Same input, same order.
 */
export const orderStatements = (statements: readonly DeclaredStatement[]): readonly DeclaredStatement[] => {
  const needs = dependencies(statements);
  const placed = new Set<number>();
  const entered = new Set<number>();
  const order: number[] = [];
  for (let root = 0; root < statements.length; root += 1) {
    const stack = [{ at: root, next: 0 }];
    while (stack.length > 0) {
      const top = stack.at(-1);
      if (top === undefined) break;
      entered.add(top.at);
      const list = needs[top.at] ?? [];
      const need = list[top.next];
      top.next += 1;
      if (need !== undefined) {
        if (!entered.has(need)) stack.push({ at: need, next: 0 });
        continue;
      }
      stack.pop();
      if (placed.has(top.at)) continue;
      placed.add(top.at);
      order.push(top.at);
    }
  }
  return order.flatMap((at) => statements[at] ?? []);
};

const dependencies = (statements: readonly DeclaredStatement[]): readonly (readonly number[])[] => {
  const definer = new Map<string, number>();
  statements.forEach(({ parsed }, at) => {
    const name = parsed.defines === undefined ? undefined : fold(parsed.defines.name);
    if (name !== undefined && parsed.kind.startsWith('create') && !definer.has(name)) definer.set(name, at);
  });
  const lastOn = new Map<string, number>();
  return statements.map(({ parsed }, at) => {
    const own = parsed.defines === undefined ? undefined : fold(parsed.defines.name);
    const targets = own === undefined ? parsed.refers.map(fold).filter((name) => definer.has(name)) : [own];
    const before = parsed.kind.startsWith('create')
      ? own === undefined
        ? []
        : [lastOn.get(own)]
      : targets.map((name) => lastOn.get(name));
    for (const name of targets) if (own !== undefined || !parsed.kind.startsWith('create')) lastOn.set(name, at);
    const referred = parsed.refers.map((name) => definer.get(fold(name)));
    return [...new Set([...before, ...referred])].filter((need): need is number => need !== undefined && need !== at).sort((a, b) => a - b);
  });
};

const fold = (name: string): string => name.toLowerCase();
