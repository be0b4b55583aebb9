import type { Outcome } from "../../model/plan/outcome.ts";
import type { JournalEntry } from "../../model/ports.ts";

/** The outcomes of a plan, from its journal. */
export type Applied = {
  readonly begun: string;
  /** Absent while the plan can still be resumed. */
  readonly ended?: string;
  readonly byChange: ReadonlyMap<string, Outcome>;
};

/**
 * The last outcome of each change. One that was begun and has none was cut off by a crash: the next reading settles it.
 * undefined where nothing was begun.
 */
export function appliedOf(entries: readonly JournalEntry[]): Applied | undefined {
  const [first] = entries;
  if (first?.type !== "begin") return undefined;
  const byChange = new Map<string, Outcome>();
  for (const entry of entries) {
    if (entry.type === "outcome") byChange.set(entry.outcome.change, entry.outcome);
    else if (entry.type === "start")
      byChange.set(entry.change, {
        change: entry.change,
        state: "unknown",
        detail: "It was begun, and the journal does not say how it ended. Run the same apply again.",
      });
  }
  const end = entries.findLast(({ type }) => type === "end");
  return { begun: first.at, ...(end === undefined ? {} : { ended: end.at }), byChange };
}
