import type { SourceSummary } from "../../model/plan/plan.ts";
import type { Memory } from "../readings/links.ts";
import { sourcesBefore } from "../readings/sources-before.ts";
import type { SourceCount } from "./guards.ts";

/** The sources that can be held against what they gave at the last apply. One that was not read in full removes nothing anyway. */
export function shrinkable(
  sources: readonly SourceSummary[],
  memory: Memory | undefined,
): readonly SourceCount[] {
  const before = sourcesBefore(
    memory?.state,
    sources.map(({ profile }) => profile),
  );
  return sources.flatMap(({ profile, name, records, complete }) => {
    const last = before.of(profile, name);
    return last && complete ? [{ profile, name, records, before: last.records }] : [];
  });
}
