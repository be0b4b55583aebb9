/** A directed graph over the numbers 0 … n-1: `edges[a]` lists what `a` leads to. */
export type Graph = readonly (readonly number[])[];

/**
 * The strongly connected component of each node, as a number (Tarjan, iterative, linear). Nodes of one number lie on a
 * common circle; a node alone has a number of its own.
 */
export function components(graph: Graph): readonly number[] {
  const size = graph.length;
  const index = new Int32Array(size).fill(-1);
  const low = new Int32Array(size);
  const component = new Int32Array(size).fill(-1);
  const next = new Int32Array(size);
  const stack: number[] = [];
  let counter = 0;
  let found = 0;
  for (let root = 0; root < size; root++) {
    if (index[root] !== -1) continue;
    const path = [root];
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      if (index[node] === -1) {
        index[node] = low[node] = counter++;
        stack.push(node);
      }
      const to = graph[node]?.[next[node] ?? 0];
      if (to !== undefined) {
        next[node] = (next[node] ?? 0) + 1;
        if (index[to] === -1) path.push(to);
        else if (component[to] === -1) low[node] = Math.min(low[node] ?? 0, index[to] ?? 0);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) low[parent] = Math.min(low[parent] ?? 0, low[node] ?? 0);
      if (low[node] !== index[node]) continue;
      for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
        component[member] = found;
        if (member === node) break;
      }
      found++;
    }
  }
  return [...component];
}

/**
 * An order in which every node comes after all that it leads to, and otherwise by its number. The graph must have no
 * circle. Iterative, linear.
 */
export function orderAfter(graph: Graph): readonly number[] {
  const state = new Uint8Array(graph.length);
  const next = new Int32Array(graph.length);
  const order: number[] = [];
  for (let root = 0; root < graph.length; root++) {
    if (state[root] !== 0) continue;
    const path = [root];
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      state[node] = 1;
      const to = graph[node]?.[next[node] ?? 0];
      if (to === undefined) {
        state[node] = 2;
        order.push(node);
        path.pop();
      } else {
        next[node] = (next[node] ?? 0) + 1;
        if (state[to] === 0) path.push(to);
      }
    }
  }
  return order;
}
