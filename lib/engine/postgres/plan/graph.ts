/** A node of the graph: an index into the list of actions. */
type Node = number;

export interface Graph {
  readonly size: number;
  /** Pairs [before, after]. */
  readonly edges: readonly (readonly [Node, Node])[];
  /** For an action that is carried out inside another's statement: that one. */
  readonly host: (node: Node) => Node | undefined;
  /** Which hosted actions to set free first when they are part of a cycle, lower first. */
  readonly weakness: (node: Node) => number;
  /** Which of the actions that could come next is taken: negative when `a` comes first. */
  readonly order: (a: Node, b: Node) => number;
}

export interface Ordered {
  /** Actions that have a place of their own, in order. */
  readonly order: readonly Node[];
  /** The others, each with the action in whose statement it is. */
  readonly hosts: ReadonlyMap<Node, Node>;
}

/**
 * Kahn's sort of actions of which some are part of others (A. B. Kahn, Topological sorting of large networks, 1962). A cycle that
 * is there only because of such parts is broken by giving them a place of their own, the weakest first. One that stays
 * is entered at its first action: the proof tells whether that works. Same input, same order.
 */
export const sortActions = (graph: Graph): Ordered => {
  const hosts = new Map<Node, Node>();
  for (let node = 0; node < graph.size; node += 1) {
    const host = graph.host(node);
    if (host !== undefined) hosts.set(node, host);
  }
  for (;;) {
    const contracted = contract(graph, hosts);
    const weakest = weakestInCycles(graph, hosts, contracted);
    if (weakest.length === 0) return { order: kahn(graph, contracted), hosts };
    for (const node of weakest) hosts.delete(node);
  }
};

interface Contracted {
  readonly root: (node: Node) => Node;
  readonly after: ReadonlyMap<Node, ReadonlySet<Node>>;
  readonly roots: readonly Node[];
}

const contract = (graph: Graph, hosts: ReadonlyMap<Node, Node>): Contracted => {
  const root = (node: Node): Node => {
    let at = node;
    for (let host = hosts.get(at); host !== undefined; host = hosts.get(at)) at = host;
    return at;
  };
  const roots: Node[] = [];
  const after = new Map<Node, Set<Node>>();
  for (let node = 0; node < graph.size; node += 1) {
    if (hosts.has(node)) continue;
    roots.push(node);
    after.set(node, new Set());
  }
  for (const [first, second] of graph.edges) {
    const [a, b] = [root(first), root(second)];
    if (a !== b) after.get(a)?.add(b);
  }
  return { root, after, roots };
};

const weakestInCycles = (graph: Graph, hosts: ReadonlyMap<Node, Node>, { root, after, roots }: Contracted): readonly Node[] => {
  const component = components(roots, after);
  const members = new Map<number, Node[]>();
  const sizes = new Map<number, number>();
  for (const node of roots) sizes.set(component.get(node) ?? -1, (sizes.get(component.get(node) ?? -1) ?? 0) + 1);
  for (const node of hosts.keys()) {
    const id = component.get(root(node)) ?? -1;
    if ((sizes.get(id) ?? 0) < 2 || graph.weakness(node) === Infinity) continue;
    const known = members.get(id);
    if (known === undefined) members.set(id, [node]);
    else known.push(node);
  }
  return [...members.values()].flatMap((nodes) => {
    const least = Math.min(...nodes.map(graph.weakness));
    return nodes.filter((node) => graph.weakness(node) === least);
  });
};

/**
 * Strongly connected components (R. Tarjan, 1972), without recursion: the number of the component of each node. One that
 * can be reached from another has the lower number.
 */
export const components = (nodes: readonly Node[], after: ReadonlyMap<Node, ReadonlySet<Node>>): ReadonlyMap<Node, number> => {
  const index = new Map<Node, number>();
  const low = new Map<Node, number>();
  const component = new Map<Node, number>();
  const open: Node[] = [];
  let count = 0;
  for (const start of nodes) {
    if (index.has(start)) continue;
    const stack: { readonly node: Node; readonly next: Iterator<Node> }[] = [];
    const enter = (node: Node): void => {
      index.set(node, index.size);
      low.set(node, index.size - 1);
      open.push(node);
      stack.push({ node, next: (after.get(node) ?? new Set<Node>()).values() });
    };
    enter(start);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const { node } = top;
      const following = top.next.next();
      if (following.done !== true) {
        const next = following.value;
        if (!index.has(next)) enter(next);
        else if (!component.has(next)) low.set(node, Math.min(low.get(node) ?? 0, index.get(next) ?? 0));
        continue;
      }
      stack.pop();
      const above = stack.at(-1)?.node;
      if (above !== undefined) low.set(above, Math.min(low.get(above) ?? 0, low.get(node) ?? 0));
      if (low.get(node) !== index.get(node)) continue;
      for (let member = open.pop(); member !== undefined; member = open.pop()) {
        component.set(member, count);
        if (member === node) break;
      }
      count += 1;
    }
  }
  return component;
};

const kahn = (graph: Graph, { after, roots }: Contracted): readonly Node[] => {
  const waiting = new Map<Node, number>(roots.map((node) => [node, 0]));
  for (const following of after.values()) for (const node of following) waiting.set(node, (waiting.get(node) ?? 0) + 1);
  const ready = heapOf(graph.order);
  for (const node of roots) if (waiting.get(node) === 0) ready.push(node);
  const order: Node[] = [];
  const done = new Set<Node>();
  const take = (node: Node): void => {
    order.push(node);
    done.add(node);
    for (const next of after.get(node) ?? []) {
      const left = (waiting.get(next) ?? 0) - 1;
      waiting.set(next, left);
      if (left === 0 && !done.has(next)) ready.push(next);
    }
  };
  while (order.length < roots.length) {
    const next = ready.pop() ?? [...roots].filter((node) => !done.has(node)).sort(graph.order)[0];
    if (next === undefined) break;
    if (!done.has(next)) take(next);
  }
  return order;
};

interface Heap {
  readonly push: (node: Node) => void;
  readonly pop: () => Node | undefined;
}

const heapOf = (order: (a: Node, b: Node) => number): Heap => {
  const items: Node[] = [];
  const at = (place: number): Node => items[place] ?? 0;
  const swap = (a: number, b: number): void => {
    [items[a], items[b]] = [at(b), at(a)];
  };
  return {
    push: (node) => {
      items.push(node);
      for (let place = items.length - 1; place > 0;) {
        const above = (place - 1) >> 1;
        if (order(at(above), at(place)) <= 0) break;
        swap(above, place);
        place = above;
      }
    },
    pop: () => {
      const first = items[0];
      const last = items.pop();
      if (first === undefined || last === undefined || items.length === 0) return first;
      items[0] = last;
      for (let place = 0; ;) {
        const left = 2 * place + 1;
        const least = left + 1 < items.length && order(at(left + 1), at(left)) < 0 ? left + 1 : left;
        if (left >= items.length || order(at(place), at(least)) <= 0) return first;
        swap(place, least);
        place = least;
      }
    },
  };
};
