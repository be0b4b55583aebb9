import { STANDING_TYPES } from "../../model/plan/standing.ts";
import type { EarlierResult, SyncResult } from "../../model/sync-result.ts";
import { countOf } from "../shared/totals.ts";
import { countsInWords } from "./waits.ts";

/** The outcome of a sync, in a few lines without names: what was applied, what waits, what is held back, and where to look. */
export function syncLines(result: SyncResult): readonly string[] {
  const { routine, waiting, dryRun, earlier } = result;
  const lines = earlier === null ? [] : [earlierLine(earlier)];
  // Nothing was planned where the earlier sync is still not finished.
  if (routine.digest === null) return lines;
  lines.push(appliedLine(result));
  if (result.failures.length > 0)
    lines.push(`${countOf(result.failures.length, "change is", "changes are")} not in place.`);
  if (result.refused.length > 0) lines.push("Refused by its guards: nothing was applied.");
  else if (result.nothingCovered !== null)
    lines.push(`Nothing is applied in advance: ${result.nothingCovered}.`);
  if (waiting.changes.length > 0) {
    const count = countOf(waiting.changes.length, "change waits", "changes wait");
    lines.push(`${count} for people in ${waiting.file}: ${waiting.digest}`);
  }
  if (waiting.leftOut.length > 0)
    lines.push(
      `${countOf(waiting.leftOut.length, "change is", "changes are")} left out of it until what was not carried out is.`,
    );
  if (result.heldBack.length > 0) lines.push(`Held back: ${countOf(result.heldBack.length, "removal")}.`);
  if (result.incomplete.length > 0) lines.push(`Incomplete: ${countOf(result.incomplete.length, "source")}.`);
  if (dryRun && routine.changes > 0)
    lines.push("This was a dry run: nothing was written to Zivver or the state.");
  return lines;
}

function earlierLine({ applied, changes, finished, outcomes, failures }: EarlierResult): string {
  const what = `Applied of the sync that was interrupted: ${countsInWords(applied)}.`;
  if (finished) return what;
  if (Object.keys(outcomes).length === 0) return `${what} What is left of it was planned again.`;
  return `${what} It is not finished: ${failures.length} of ${countOf(changes, "change is", "changes are")} not in place. Run \`zivsync sync\` again.`;
}

function appliedLine({ routine, applied, standing, dryRun }: SyncResult): string {
  if (standing === null || routine.changes === 0) return "Applied by standing approval: nothing.";
  const used = STANDING_TYPES.flatMap((type) => {
    const after = standing.after[type] ?? 0;
    return after === 0 ? [] : [`${type} ${after} of ${standing.numbers[type] ?? 0}`];
  });
  const what = dryRun ? "Would be applied" : "Applied";
  return `${what} by standing approval: ${countsInWords(dryRun ? routine.counts : applied)}. Used within the window: ${used.join(", ")}.`;
}
