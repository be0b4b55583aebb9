import { ACTIONS, type Change, type SealedKey } from "../plan/change.ts";
import type { Finding } from "../plan/finding.ts";
import { isInPlace, type Outcome } from "../plan/outcome.ts";
import type { AccountMemory } from "../plan/state.ts";
import { daysBetween } from "./held-back.ts";
import type { ActionCounts } from "./memory.ts";
import type { DueDeletion, HeldAccount, Unapplied } from "./run.ts";

type Planned = Pick<Change<SealedKey>, "id" | "action" | "kind" | "address">;

/** How many changes of each action; actions without any are left out. */
function countActions(changes: readonly Pick<Planned, "action">[]): ActionCounts {
  const counts = ACTIONS.map(
    (action) => [action, changes.filter((change) => change.action === action).length] as const,
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** Both counts together. Pure. */
export function addActions(a: ActionCounts, b: ActionCounts): ActionCounts {
  const sums = ACTIONS.map((action) => [action, (a[action] ?? 0) + (b[action] ?? 0)] as const);
  return Object.fromEntries(sums.filter(([, count]) => count > 0));
}

/** The outcome of the changes of a plan: those in place, counted, and those that are not, one by one. */
export function outcomesOf(
  changes: readonly Planned[],
  outcomes: readonly Outcome[],
): { readonly applied: ActionCounts; readonly unapplied: readonly Unapplied[] } {
  const byChange = new Map(changes.map((change) => [change.id, change]));
  const inPlace: Planned[] = [];
  const unapplied: Unapplied[] = [];
  for (const { change: id, state, detail } of outcomes) {
    const change = byChange.get(id);
    if (change === undefined) continue;
    const { action, kind, address } = change;
    if (isInPlace(state)) inPlace.push(change);
    else unapplied.push({ action, kind, address, state, detail });
  }
  return { applied: countActions(inPlace), unapplied };
}

/** The removals that the findings of a plan hold back, and for how many days by now, the longest first. */
export function heldAccounts(findings: readonly Finding[], at: string): readonly HeldAccount[] {
  const held = findings.flatMap(({ heldBack, where: { kind, address, fullName = "" } }): HeldAccount[] => {
    if (heldBack === undefined || kind === undefined || address === undefined) return [];
    const { action, because, since } = heldBack;
    const days = since === undefined ? 0 : daysBetween(since, at);
    return [{ action, because, ...(since === undefined ? {} : { since }), kind, address, fullName, days }];
  });
  return held.sort((a, b) => b.days - a.days);
}

/** Deletions that are further away are not listed yet. */
const DUE_WITHIN_DAYS = 14;
const DAY = 86_400_000;

/** Suspended accounts that Zivver deletes soon, or should have deleted, the next first; none where nobody said after how long. */
export function dueDeletions(
  accounts: readonly AccountMemory[],
  deletedAfterDays: number | undefined,
  at: string,
): readonly DueDeletion[] {
  if (deletedAfterDays === undefined) return [];
  const horizon = Date.parse(at) + DUE_WITHIN_DAYS * DAY;
  return accounts
    .flatMap(({ zivverId, address, suspendedAt }) => {
      const due = suspendedAt === undefined ? Number.NaN : Date.parse(suspendedAt) + deletedAfterDays * DAY;
      if (suspendedAt === undefined || !(due <= horizon)) return [];
      return [{ zivverId, address, suspendedAt, dueAt: new Date(due).toISOString() }];
    })
    .sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt));
}
