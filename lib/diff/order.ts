import type { ParsedStatement } from '../sql/parse.ts';

interface Parsed {
  readonly parsed: ParsedStatement;
}

/**
 * File order, refined: a statement comes after those that define what it refers to. Statements on one object keep their
 * file order; a cycle is entered at its first statement. What is dropped above its definition stays there.
 * Same input, same order.
 * `foldName` tells which names are the same.
 */
export const orderStatements = <T extends Parsed>(statements: readonly T[], foldName: (name: string) => string): readonly T[] => {
  const needs = dependencies(statements, foldName);
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

const dependencies = (statements: readonly Parsed[], fold: (name: string) => string): readonly (readonly number[])[] => {
  const definers = new Map<string, number[]>();
  statements.forEach(({ parsed }, at) => {
    const name = parsed.defines === undefined ? undefined : fold(parsed.defines.name);
    if (name === undefined || !parsed.kind.startsWith('create') || isOnTable(parsed)) return;
    definers.set(name, [...(definers.get(name) ?? []), at]);
  });
  const lastOn = new Map<string, number>();
  return statements.map(({ parsed }, at) => {
    const own = parsed.defines === undefined || isOnTable(parsed) ? undefined : fold(parsed.defines.name);
    const makes = parsed.kind.startsWith('create');
    const targets = own === undefined ? parsed.refers.map(fold).filter((name) => definers.has(name)) : [own];
    const before = makes ? (own === undefined ? [] : [lastOn.get(own)]) : targets.map((name) => lastOn.get(name));
    if (own !== undefined || !makes) for (const name of targets) lastOn.set(name, at);
    const isDrop = parsed.kind.startsWith('drop');
    const referred = parsed.refers.flatMap((name) => definers.get(fold(name)) ?? []).filter((need) => !isDrop || need < at);
    return [...new Set([...before, ...referred])].filter((need): need is number => need !== undefined && need !== at).sort((a, b) => a - b);
  });
};

/** Triggers, rules and policies have names of their own on each table. */
const isOnTable = ({ defines }: ParsedStatement): boolean => defines !== undefined && /^(?:trigger|rule|policy)$/.test(defines.kind);
