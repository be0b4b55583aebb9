import type { Change } from "../../../model/plan/change.ts";
import {
  addCounts,
  type StandingCounts,
  type StandingType,
  type WaitReason,
} from "../../../model/plan/standing.ts";
import { typesOver } from "../../state/ledger.ts";
import { type Dependents, dependentsOf } from "./dependents.ts";
import { type Eligibility, judgeChanges } from "./eligible.ts";

/*
 * Which changes of a plan are routine, and why the others wait:
 *
 *   1  a change that standing approval never covers waits, by itself
 *   2  a change that depends on a waiting one waits, and says on which
 *   3  what could go now is counted. A type of which there is more than its number allows waits whole; then 2 again
 *   4  3 is repeated until no type is over its number. The waiting part only grows, so this ends
 *   5  a type that has fewer changes by now, since others wait, may be within its number: it goes on, whole, if with it no
 *      type is over
 *
 * So no type that waits could go on beside what goes, and of a type either all that could go do, or none.
 */

export type Split = {
  /** Ids of the changes that standing approval covers. */
  readonly routine: ReadonlySet<string>;
  /** The others, and why each of them waits. */
  readonly waits: ReadonlyMap<string, WaitReason>;
  /** The types that the routine changes count as. */
  readonly counts: StandingCounts;
};

export type SplitInput = Eligibility & {
  /** The numbers used within the window before. */
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
  const { waits, counts: sum } = findWaitingTypes(tryWith, input.used, numbers);
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
function findWaitingTypes(
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
