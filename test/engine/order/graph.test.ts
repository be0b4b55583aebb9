import fc from "fast-check";
import { expect, test } from "vitest";
import { components, type Graph, orderAfter } from "../../../src/engine/order/graph.ts";
import { runs } from "../../support/runs.ts";

const graph: fc.Arbitrary<Graph> = fc.integer({ min: 0, max: 12 }).chain((size) =>
  fc.array(size === 0 ? fc.constant<number[]>([]) : fc.array(fc.nat(size - 1), { maxLength: 4 }), {
    minLength: size,
    maxLength: size,
  }),
);

/** Which node leads to which, by Warshall's algorithm; every node leads to itself. */
function reachable(edges: Graph): boolean[][] {
  const reach = edges.map((targets, node) => edges.map((_, to) => to === node || targets.includes(to)));
  for (const over of edges.keys()) {
    for (const from of edges.keys()) {
      for (const to of edges.keys())
        if (reach[from]?.[over] && reach[over]?.[to]) reach[from]?.splice(to, 1, true);
    }
  }
  return reach;
}

test("two nodes have one component exactly when each leads to the other", () => {
  fc.assert(
    fc.property(graph, (edges) => {
      const found = components(edges);
      const reach = reachable(edges);
      for (const a of edges.keys()) {
        for (const b of edges.keys())
          expect(found[a] === found[b]).toBe(reach[a]?.[b] === true && reach[b]?.[a] === true);
      }
    }),
    { numRuns: runs(200, 500) },
  );
});

test("the order of a graph without circles is the first that has every node after all it leads to", () => {
  const acyclic = graph.map((edges) => edges.map((targets, node) => targets.filter((to) => to < node)));
  // Numbers shuffled, so that the order by number alone would be wrong.
  const shuffled = acyclic.chain((edges) =>
    fc.shuffledSubarray([...edges.keys()], { minLength: edges.length }).map((names) => {
      const renamed: number[][] = edges.map(() => []);
      for (const [node, targets] of edges.entries())
        renamed[names[node] ?? 0] = targets.map((to) => names[to] ?? 0);
      return renamed;
    }),
  );
  fc.assert(
    fc.property(shuffled, (edges) => {
      expect(orderAfter(edges)).toEqual(naiveOrder(edges));
    }),
    { numRuns: runs(200, 500) },
  );
});

/** Depth first by recursion. */
function naiveOrder(edges: Graph): number[] {
  const order: number[] = [];
  const visit = (node: number) => {
    if (order.includes(node)) return;
    for (const to of edges[node] ?? []) visit(to);
    order.push(node);
  };
  for (const node of edges.keys()) visit(node);
  return order;
}

test("a chain of 100,000 nodes overflows no stack", () => {
  const size = 100_000;
  const chain = Array.from({ length: size }, (_, node) => (node + 1 < size ? [node + 1] : []));
  expect(new Set(components(chain)).size).toBe(size);
  expect(orderAfter(chain)[0]).toBe(size - 1);
  const circle = chain.map((targets, node) => (node + 1 < size ? targets : [0]));
  expect(new Set(components(circle)).size).toBe(1);
});
