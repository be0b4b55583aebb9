import type { Change } from "../../../model/plan/change.ts";
import {
  addCounts,
  type StandingCounts,
  type StandingType,
  type WaitReason,
} from "../../../model/plan/standing.ts";
import { listOf } from "../../desired/field-values.ts";
import { typesOver } from "../../state/ledger.ts";
import { fieldOf } from "./classify.ts";
import { type Eligibility, judgeChanges } from "./eligible.ts";

/*
 * Which changes of a plan are routine, and why the others wait:
 *
 *   1  a change that standing approval never covers waits, by itself
 *   2  a change that depends on a waiting one waits, and says on which
 *   3  what could go now is counted. A type of which there is more than its number allows waits whole; then 2 again
 *   4  3 is repeated until no type is over its number. What waits only grows, so this ends
 *   5  a type that has fewer changes by now, since others wait, may be within its number: it goes on, whole, if with it no
 *      type is over
 *
 * So no type that waits could go on beside what goes, and of a type either all that could go do, or none.
 *
 * A change depends on those that it needs; on those that create, or give its address to, somebody whom its lists name; on those
 * that delete somebody whom it takes off a list; and a suspension on those that give an account to somebody of the same name:
 * whether the two are one person, a review shows. A deletion waits by itself.
 */

export type Split = {
  /** Ids of the changes that standing approval covers. */
  readonly routine: ReadonlySet<string>;
  /** The others, and why each of them waits. */
  readonly waits: ReadonlyMap<string, WaitReason>;
  /** What the routine changes count as. */
  readonly counts: StandingCounts;
};

export type SplitInput = Eligibility & {
  /** What was used within the window before. */
  readonly used: StandingCounts;
};

/** Splits a plan's changes. Pure. */
export function splitChanges(changes: readonly Change[], input: SplitInput): Split {
  const judged = judgeChanges(changes, input);
  const never = new Map<string, WaitReason>();
  const counts = new Map<string, StandingCounts>();
  for (const [id, one] of judged) {
    if ("counts" in one) counts.set(id, one.counts);
    else never.set(id, one);
  }
  const { numbers } = input.policy;
  const dependents = dependentsOf(changes, input);
  const tryWith = (waiting: ReadonlySet<StandingType>, seen: Over): Attempt => {
    const waits = new Map(never);
    for (const [id, of] of counts) {
      const type = [...waiting].find((one) => (of[one] ?? 0) > 0);
      const over = type && seen.get(type);
      if (over !== undefined) waits.set(id, over);
    }
    spread(waits, dependents);
    const going = [...counts].filter(([id]) => !waits.has(id));
    return { waits, counts: going.reduce<StandingCounts>((sum, [, of]) => addCounts(sum, of), {}) };
  };
  const { waits, counts: sum } = settle(tryWith, input.used, numbers);
  return {
    routine: new Set(changes.flatMap(({ id }) => (waits.has(id) ? [] : [id]))),
    waits,
    counts: sum,
  };
}

/** A split that leaves every change waiting for one reason. Pure. */
export function splitNone(changes: readonly Change[], reason: WaitReason): Split {
  return { routine: new Set(), waits: new Map(changes.map(({ id }) => [id, reason])), counts: {} };
}

type Over = ReadonlyMap<StandingType, WaitReason>;
type Attempt = { readonly waits: ReadonlyMap<string, WaitReason>; readonly counts: StandingCounts };

/** Steps 3 to 5: which types wait, and what that comes to. */
function settle(
  tryWith: (waiting: ReadonlySet<StandingType>, seen: Over) => Attempt,
  used: StandingCounts,
  numbers: StandingCounts,
): Attempt {
  const seen = new Map<StandingType, WaitReason>();
  const waiting = new Set<StandingType>();
  let attempt = tryWith(waiting, seen);
  for (;;) {
    const [type] = typesOver(attempt.counts, used, numbers);
    if (type === undefined) break;
    seen.set(type, {
      because: "number",
      type,
      count: attempt.counts[type] ?? 0,
      used: used[type] ?? 0,
      number: numbers[type] ?? 0,
    });
    waiting.add(type);
    attempt = tryWith(waiting, seen);
  }
  for (const type of [...waiting]) {
    const others = new Set([...waiting].filter((one) => one !== type));
    const wider = tryWith(others, seen);
    if (typesOver(wider.counts, used, numbers).length > 0) continue;
    waiting.delete(type);
    attempt = wider;
  }
  return attempt;
}

/** Lets every change wait that depends on a waiting one. */
function spread(waits: Map<string, WaitReason>, dependents: Dependents): void {
  const queue = [...waits.keys()];
  for (const id of queue) {
    for (const { dependent, because } of dependents.get(id) ?? []) {
      if (waits.has(dependent)) continue;
      waits.set(dependent, { because, change: id });
      queue.push(dependent);
    }
  }
}

type Dependent = { readonly dependent: string; readonly because: "needs" | "same-name" };
type Dependents = ReadonlyMap<string, readonly Dependent[]>;

/** Change → the changes that must not go before it. */
function dependentsOf(changes: readonly Change[], { accountOf }: SplitInput): Dependents {
  const dependents = new Map<string, Dependent[]>();
  const add = (id: string, dependent: string, because: Dependent["because"]) => {
    const list = dependents.get(id);
    if (list) list.push({ dependent, because });
    else dependents.set(id, [{ dependent, because }]);
  };
  const makers = new Map(changes.flatMap(madeBy));
  const deleted = new Map(
    changes.flatMap((change) => (change.action === "delete" ? [[change.zivverId, change.id] as const] : [])),
  );
  const newcomers = new Map<string, string[]>();
  for (const change of changes) {
    const name = change.action === "create" || change.action === "reactivate" ? nameOf(change) : "";
    if (name !== "") newcomers.set(name, [...(newcomers.get(name) ?? []), change.id]);
  }
  for (const change of changes) {
    for (const id of change.needs) add(id, change.id, "needs");
    for (const id of namedIn(change).flatMap((who) => makers.get(who) ?? [])) add(id, change.id, "needs");
    for (const id of takenOff(change).flatMap((who) => deleted.get(who) ?? [])) add(id, change.id, "needs");
    if (change.action !== "suspend") continue;
    for (const id of newcomers.get(nameOf(change)) ?? []) add(id, change.id, "same-name");
  }
  return dependents;

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

/** The Zivver ids of everybody whom a change takes off a list. */
function takenOff(change: Change): readonly string[] {
  const { before = [], after = [] } = fieldOf(change, "delegates")?.accounts ?? {};
  return before.flatMap((id) => (id === null || after.includes(id) ? [] : [id]));
}
