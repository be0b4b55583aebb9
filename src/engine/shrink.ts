import type { SourceSummary } from "../model/plan.ts";
import type { SourceCount } from "./guards.ts";
import type { Memory } from "./links.ts";

/** The sources that can be held against what they gave at the last apply. One that was not read whole removes nothing anyway. */
export function shrinkable(
  sources: readonly SourceSummary[],
  memory: Memory | undefined,
): readonly SourceCount[] {
  const remembered = memory?.state.sources ?? [];
  return sources.flatMap(({ profile, name, records, complete }) => {
    const last = remembered.find((one) => one.profile === profile && one.name === name);
    return last && complete ? [{ profile, name, records, before: last.records }] : [];
  });
}
