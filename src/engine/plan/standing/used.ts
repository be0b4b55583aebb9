import type { Change } from "../../../model/plan/change.ts";
import { addCounts, type StandingCounts } from "../../../model/plan/standing.ts";
import type { JournalEntry } from "../../../model/ports.ts";
import { classify } from "./classify.ts";

/**
 * The numbers that a plan used, by its journal: every change of which a request was sent that Zivver did not certainly
 * refuse. Pure.
 */
export function countsUsed(changes: readonly Change[], entries: readonly JournalEntry[]): StandingCounts {
  const sent = new Map<string, number>();
  for (const entry of entries) {
    if (entry.type === "start") sent.set(entry.change, (sent.get(entry.change) ?? 0) + 1);
    if (entry.type === "error" && !entry.uncertain) sent.set(entry.change, (sent.get(entry.change) ?? 0) - 1);
  }
  return changes
    .filter(({ id }) => (sent.get(id) ?? 0) > 0)
    .reduce<StandingCounts>((sum, change) => {
      const its = classify(change);
      return "counts" in its ? addCounts(sum, its.counts) : sum;
    }, {});
}
