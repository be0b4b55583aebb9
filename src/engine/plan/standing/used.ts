import { addCounts, type StandingCounts } from "../../../model/plan/standing.ts";
import type { JournalEntry } from "../../../model/ports.ts";
import type { AnyChange } from "../../diff/own-addresses.ts";
import { classify } from "./classify.ts";

/** The changes of a plan that its journal shows as sent, and that Zivver did not certainly refuse. Pure. */
export function changesSent<C extends AnyChange>(
  changes: readonly C[],
  entries: readonly JournalEntry[],
): readonly C[] {
  const sent = new Map<string, number>();
  for (const entry of entries) {
    if (entry.type === "start") sent.set(entry.change, (sent.get(entry.change) ?? 0) + 1);
    if (entry.type === "error" && !entry.uncertain) sent.set(entry.change, (sent.get(entry.change) ?? 0) - 1);
  }
  return changes.filter(({ id }) => (sent.get(id) ?? 0) > 0);
}

/** The types that changes count as; one that standing approval never covers counts nothing. Pure. */
export function countsOf(changes: readonly AnyChange[]): StandingCounts {
  return changes.reduce<StandingCounts>((sum, change) => {
    const its = classify(change);
    return "counts" in its ? addCounts(sum, its.counts) : sum;
  }, {});
}
