import type { Change } from "../../../model/plan/change.ts";
import { addTo } from "../../../model/values/multimap.ts";
import { listOf } from "../../desired/field-values.ts";
import { fieldOf } from "../../diff/own-addresses.ts";
import type { Eligibility } from "./eligible.ts";
import { findMoves } from "./moves.ts";

/*
 * A change depends on those that it needs; on those that create, or give its address to, somebody whom its lists name; on those
 * that delete somebody whom it takes off a list; and a suspension on those that give an account to somebody of the same name:
 * whether the two are one person, a review shows; a deletion waits by itself. A list may mean people by an address that moves, so a change that lets in or
 * takes out one of the two accounts depends on the change that takes the address.
 */

export type Dependent = { readonly dependent: string; readonly because: "needs" | "same-name" };
/** Change → the changes that must not go before it. */
export type Dependents = ReadonlyMap<string, readonly Dependent[]>;

type Known = Pick<Eligibility, "accountOf" | "memory" | "now">;

/** The dependents of each change in a plan. Pure. */
export function dependentsOf(changes: readonly Change[], known: Known): Dependents {
  const dependents = new Map<string, Dependent[]>();
  const add = (id: string, dependent: string, because: Dependent["because"]) => {
    if (id !== dependent) addTo(dependents, id, { dependent, because });
  };
  const needsOf = needsIn(changes, known);
  const newcomersNamed = newcomersIn(changes, known);
  for (const change of changes) {
    for (const id of needsOf(change)) add(id, change.id, "needs");
    for (const id of newcomersNamed(change)) add(id, change.id, "same-name");
  }
  return dependents;
}

function needsIn(changes: readonly Change[], { memory, now }: Known): (change: Change) => readonly string[] {
  const makers = new Map(changes.flatMap(madeBy));
  const deleted = new Map(
    changes.flatMap((change) => (change.action === "delete" ? [[change.zivverId, change.id] as const] : [])),
  );
  const takers = new Map<string, Set<string>>();
  for (const { accounts, taker } of findMoves(changes, memory.state.released ?? [], now).values())
    for (const account of accounts) takers.set(account, (takers.get(account) ?? new Set()).add(taker));
  return (change) => {
    const { letIn, takenOff } = listChangeOf(change);
    return [
      ...change.needs,
      ...namedIn(change).flatMap((who) => makers.get(who) ?? []),
      ...takenOff.flatMap((who) => deleted.get(who) ?? []),
      ...[...letIn, ...takenOff].flatMap((who) => [...(takers.get(who) ?? [])]),
    ];
  };
}

/** Of a suspension, the changes that give an account to somebody of the same name. */
function newcomersIn(
  changes: readonly Change[],
  { accountOf }: Known,
): (change: Change) => readonly string[] {
  const newcomers = new Map<string, string[]>();
  for (const change of changes) {
    const name = change.action === "create" || change.action === "reactivate" ? nameOf(change) : "";
    if (name !== "") addTo(newcomers, name, change.id);
  }
  return (change) => (change.action === "suspend" ? (newcomers.get(nameOf(change)) ?? []) : []);

  function nameOf(change: Change): string {
    const live = "zivverId" in change ? accountOf?.(change.zivverId)?.fullName : undefined;
    const name = fieldOf(change, "fullName")?.after ?? live;
    return typeof name === "string" ? name.normalize("NFC").toLowerCase() : "";
  }
}

/** Under what lists name an account that a change creates, or that gets another address by it. */
function madeBy(change: Change): readonly (readonly [string, string])[] {
  if (change.action === "create") return [[`address ${change.address}`, change.id]];
  return fieldOf(change, "address") === undefined ? [] : [[`id ${change.zivverId}`, change.id]];
}

/** Everybody whom a change gives access, or leaves it. */
function namedIn(change: Change): readonly string[] {
  const field = fieldOf(change, "delegates");
  if (field === undefined) return [];
  return listOf(field.after).map((name, at) => {
    const id = field.accounts?.after[at];
    return id ? `id ${id}` : `address ${name}`;
  });
}

/** The Zivver ids of everybody whom a change puts on a list, and takes off it. */
function listChangeOf(change: Change) {
  const { before = [], after = [] } = fieldOf(change, "delegates")?.accounts ?? {};
  const without = (ids: typeof before, others: typeof before) =>
    ids.flatMap((id) => (id === null || others.includes(id) ? [] : [id]));
  return { letIn: without(after, before), takenOff: without(before, after) };
}
