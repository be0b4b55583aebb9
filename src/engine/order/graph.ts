/** A directed graph over the numbers 0 … n-1: `edges[a]` lists what `a` leads to. */
export type Graph = readonly (readonly number[])[];

/**
 * The strongly connected component of each node, as a number (Tarjan, iterative, linear). Nodes of one number lie on a
 * common circle; a node alone has a number of its own.
 */
export function components(graph: Graph): readonly number[] {
  const search = new ComponentSearch(graph);
  for (let root = 0; root < graph.length; root++) search.from(root);
  return [...search.component];
}

class ComponentSearch {
  readonly component: Int32Array;
  readonly #graph: Graph;
  readonly #index: Int32Array;
  readonly #low: Int32Array;
  readonly #next: Int32Array;
  readonly #open: number[] = [];
  #visited = 0;
  #found = 0;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.component = new Int32Array(graph.length).fill(-1);
    this.#index = new Int32Array(graph.length).fill(-1);
    this.#low = new Int32Array(graph.length);
    this.#next = new Int32Array(graph.length);
  }

  /** Visits all that can be reached from a node and was not visited before; the path stands in for recursion. */
  from(root: number): void {
    if (this.#index[root] !== -1) return;
    const path = [root];
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      if (this.#index[node] === -1) this.#enter(node);
      const to = this.#graph[node]?.[this.#next[node] ?? 0];
      if (to === undefined) {
        path.pop();
        this.#leave(node, path.at(-1));
        continue;
      }
      this.#next[node] = (this.#next[node] ?? 0) + 1;
      if (this.#index[to] === -1) path.push(to);
      else if (this.component[to] === -1) this.#lower(node, this.#index[to] ?? 0);
    }
  }

  #enter(node: number): void {
    this.#index[node] = this.#low[node] = this.#visited++;
    this.#open.push(node);
  }

  #lower(node: number, to: number): void {
    this.#low[node] = Math.min(this.#low[node] ?? 0, to);
  }

  /** A node that reaches nothing older than itself closes its component. */
  #leave(node: number, parent: number | undefined): void {
    if (parent !== undefined) this.#lower(parent, this.#low[node] ?? 0);
    if (this.#low[node] !== this.#index[node]) return;
    for (let member = this.#open.pop(); member !== undefined; member = this.#open.pop()) {
      this.component[member] = this.#found;
      if (member === node) break;
    }
    this.#found++;
  }
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
