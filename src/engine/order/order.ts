import type { Release } from "../../model/plan/change.ts";
import type { Address } from "../../model/values/address.ts";
import { addTo } from "../../model/values/multimap.ts";
import { compareNatural, compareText } from "../../model/values/text.ts";
import { temporaryAddress } from "../decide/actions/temporary-address.ts";
import type { Draft } from "../diff/diff.ts";
import { components, type Graph, orderAfter } from "./graph.ts";

/*
 * Which change goes before which:
 *
 *   an address is given up   before  another account takes it          (hard: Zivver refuses otherwise)
 *   an account exists and    before  a request names it as delegate    (soft: verification mends what was left out)
 *     has its new address
 *   everything else          before  suspensions, before deletions     (a level, broken only by the rules above)
 *
 * Hard edges can form circles (two people swap addresses). A circle is cut by letting one of its accounts give its
 * addresses up in a first write, its `release`, before all changes; nobody waits for that account any more.
 *
 *   a: x → y          a.release: x → parked
 *   b: y → x    ⇒     b: y → x                 a then needs b, and b needs nobody
 *                     a: parked → y
 */

const LEVEL = { create: 0, update: 0, reactivate: 0, suspend: 1, delete: 2 } as const;

export type Ordered = {
  readonly draft: Draft;
  readonly needs: readonly number[];
  readonly release?: Release;
};

/** Drafts in the order in which they are to be carried out; `needs` are positions in that order. */
export function orderDrafts(
  drafts: readonly Draft[],
  isFree: (address: Address) => boolean,
): readonly Ordered[] {
  const sorted = [...drafts].sort(
    (a, b) =>
      LEVEL[a.action] - LEVEL[b.action] ||
      (a.kind === b.kind ? 0 : a.kind === "personal" ? -1 : 1) ||
      compareNatural(a.address, b.address) ||
      compareText(a.live?.zivverId ?? "", b.live?.zivverId ?? ""),
  );
  const takes = takeEdges(sorted);
  const { edges: hard, releases } = cutCircles(sorted, takes, isFree);
  const graph = withSoftEdges(hard, nameEdges(sorted));
  const order = orderAfter(graph);
  const position = new Int32Array(sorted.length);
  for (const [at, node] of order.entries()) position[node] = at;
  return order.flatMap((node) => {
    const draft = sorted[node];
    if (draft === undefined) return [];
    const needs = [...new Set(graph[node])].map((to) => position[to] ?? 0).sort((a, b) => a - b);
    const release = releases.get(node);
    return [{ draft, needs, ...(release ? { release } : {}) }];
  });
}

/** An edge from each draft to the one that gives up an address that it takes. */
function takeEdges(drafts: readonly Draft[]): Graph {
  const giver = new Map<Address, number>();
  for (const [node, draft] of drafts.entries()) for (const address of given(draft)) giver.set(address, node);
  return drafts.map((draft) => {
    const had = new Set(addressesBefore(draft));
    const from = [draft.after.address, ...draft.after.aliases].flatMap((address) => {
      const found = had.has(address) ? undefined : giver.get(address);
      return found === undefined ? [] : [found];
    });
    return [...new Set(from)].sort((a, b) => a - b);
  });
}

function addressesBefore(draft: Draft): readonly Address[] {
  return draft.live ? [draft.live.address, ...draft.live.aliases] : [];
}

function given(draft: Draft): readonly Address[] {
  if (draft.action === "delete") return addressesBefore(draft);
  const has = new Set([draft.after.address, ...draft.after.aliases]);
  return addressesBefore(draft).filter((address) => !has.has(address));
}

/** Repeats until no circle is left; every round cuts one account out of each circle, the first by order. */
function cutCircles(drafts: readonly Draft[], takes: Graph, isFree: (address: Address) => boolean) {
  const releases = new Map<number, Release>();
  const parked = new Set<string>();
  let edges = takes;
  for (;;) {
    const component = components(edges);
    const members = new Map<number, number[]>();
    for (const [node, of] of component.entries()) addTo(members, of, node);
    const cut = new Set(
      [...members.values()].flatMap((circle) => (circle.length > 1 ? circle.slice(0, 1) : [])),
    );
    if (cut.size === 0) return { edges, releases };
    for (const node of cut) {
      const draft = drafts[node];
      if (draft)
        releases.set(
          node,
          releaseOf(draft, (address) => isFree(address) && !parked.has(address)),
        );
      const address = releases.get(node)?.address;
      if (address) parked.add(address);
    }
    edges = edges.map((targets) => targets.filter((to) => !cut.has(to)));
  }
}

/** The address of an account while others take its addresses: an alias that it keeps, else a temporary address. */
function releaseOf(draft: Draft, isFree: (address: Address) => boolean): Release {
  const { live, after } = draft;
  const leaves = new Set(given(draft));
  const kept = (live?.aliases ?? []).filter((alias) => !leaves.has(alias));
  if (live === undefined || !leaves.has(live.address))
    return { address: live?.address ?? after.address, aliases: kept };
  // An alias takes its place only where the change itself sets the aliases again.
  const [standIn] = draft.fields.some(({ field }) => field === "aliases") ? kept : [];
  if (standIn !== undefined) return { address: standIn, aliases: kept.slice(1) };
  return { address: temporaryAddress(live, isFree), aliases: kept };
}

/** An edge from each draft to those that make, or give its new address to, an account that its request names. */
function nameEdges(drafts: readonly Draft[]): Graph {
  const maker = new Map<string, number>();
  for (const [node, draft] of drafts.entries()) {
    if (draft.action === "create" || (draft.live && draft.live.address !== draft.after.address))
      maker.set(draft.address, node);
  }
  return drafts.map((draft) =>
    draft.names.flatMap((name) => {
      const found = maker.get(name);
      return found === undefined ? [] : [found];
    }),
  );
}

/** Adds soft edges, except for those inside a circle that they would close, also of an account that names itself. */
function withSoftEdges(hard: Graph, soft: Graph): Graph {
  const both = hard.map((targets, node) => [...targets, ...(soft[node] ?? [])]);
  const component = components(both);
  return hard.map((targets, node) => [
    ...targets,
    ...(soft[node] ?? []).filter((to) => component[to] !== component[node]),
  ]);
}
