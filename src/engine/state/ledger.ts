import type { LiveAccount } from "../../model/account/account.ts";
import {
  addCounts,
  LONGEST_WINDOW_MS,
  STANDING_TYPES,
  type StandingCounts,
  type StandingUse,
} from "../../model/plan/standing.ts";
import type { State } from "../../model/plan/state.ts";

/** Clocks of two machines that share a state may differ by this much. */
const TOLERANCE_MS = 5 * 60_000;

/**
 * The changes that standing approval let through within the window that ends now. Entries of the future count: a clock that was set back
 * forgets nothing. `except` is the seal of a plan whose own entry does not count. Pure.
 */
export function usedWithin(
  uses: readonly StandingUse[],
  now: number,
  windowMs: number,
  except?: string,
): StandingCounts {
  const counted = uses.filter(({ seal, at }) => seal !== except && Date.parse(at) > now - windowMs);
  return counted.reduce<StandingCounts>((sum, { counts }) => addCounts(sum, counts), {});
}

/** Whether the clock is behind the newest entry of the ledger. Then nobody knows which stretch of time a window is. Pure. */
export function isClockBehind(uses: readonly StandingUse[], now: number): boolean {
  return newestOf(uses) > now + TOLERANCE_MS;
}

/** Whether the state comes from a plan that was applied. A new one, or one that was started again, is for people first. */
export function isBegun({ applied }: Pick<State, "applied">): boolean {
  return applied.length > 0;
}

/** Whether the state knows any account of those that are live. One that knows only others was written for another organisation. Pure. */
export function isOfThese({ accounts }: Pick<State, "accounts">, live: readonly LiveAccount[]): boolean {
  if (accounts.length === 0 || live.length === 0) return true;
  const ids = new Set(live.map(({ zivverId }) => zivverId));
  return accounts.some(({ zivverId }) => ids.has(zivverId));
}

/** The types of which more would be used than a policy allows, in the order in which they are counted. Pure. */
export function typesOver(counts: StandingCounts, used: StandingCounts, numbers: StandingCounts) {
  return STANDING_TYPES.filter((type) => {
    const count = counts[type] ?? 0;
    return count > 0 && count + (used[type] ?? 0) > (numbers[type] ?? 0);
  });
}

/** The ledger with the entry of one plan, which replaces an earlier one of the same plan. Pure. */
export function withUse(
  uses: readonly StandingUse[],
  { seal, counts }: Omit<StandingUse, "at">,
  now: number,
): readonly StandingUse[] {
  const newest = newestOf(uses);
  const at = Math.max(now, newest);
  // Counted back from the newest entry as well: a clock that ran ahead drops nothing that a right one counts.
  const from = Math.min(at, Number.isFinite(newest) ? newest : at) - LONGEST_WINDOW_MS;
  const kept = uses.filter((use) => use.seal !== seal && Date.parse(use.at) > from);
  return [...kept, { seal, at: new Date(at).toISOString(), counts }];
}

/** The ledger once it is known what a plan did, by its journal, which may know of more than a state that was lost. Pure. */
export function settleUse(
  uses: readonly StandingUse[],
  { seal, counts }: Omit<StandingUse, "at">,
  at: string,
): readonly StandingUse[] {
  const isNone = Object.keys(counts).length === 0;
  const isKnown = uses.some((use) => use.seal === seal);
  if (!isKnown) return isNone ? uses : mergeUses(uses, [{ seal, at, counts }]);
  return uses.flatMap((use) => (use.seal !== seal ? [use] : isNone ? [] : [{ ...use, counts }]));
}

/** Both ledgers' entries; of a plan that is in both, the first one's. Sorted by time. Pure. */
export function mergeUses(
  uses: readonly StandingUse[],
  others: readonly StandingUse[],
): readonly StandingUse[] {
  const known = new Set(uses.map(({ seal }) => seal));
  const all = [...uses, ...others.filter(({ seal }) => !known.has(seal))];
  return all.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function newestOf(uses: readonly StandingUse[]): number {
  return uses.reduce((newest, { at }) => Math.max(newest, Date.parse(at)), Number.NEGATIVE_INFINITY);
}
