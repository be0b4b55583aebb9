import type { Configuration } from "../../config/organization/configuration.ts";
import { recallApply } from "../../engine/apply/recall.ts";
import { EMPTY_STATE } from "../../model/plan/state.ts";
import type { JournalEntry } from "../../model/ports.ts";
import { journalPath, readEndedJournal } from "../../storage/journal.ts";
import { openTarget } from "../shared/connect.ts";
import type { CommandIo, ExitCode } from "../shared/io.ts";
import type { OpenMemory } from "../shared/open-state.ts";
import type { CarryOptions, Verified } from "./carry-out.ts";
import { holdAlone } from "./hold-alone.ts";
import { rememberApplied } from "./save-state.ts";
import { settledBy } from "./standing-approval.ts";

/**
 * Saves what an apply did that came to its end while the state could not be written, or was killed just then. It writes nothing to
 * Zivver, so it needs no approval. Undefined when there is nothing of the kind, or another plan was applied since.
 */
export async function rememberAgain(
  { plan, changes, path, memory }: Verified,
  configuration: Configuration,
  { report, ...save }: CarryOptions,
  io: CommandIo,
): Promise<ExitCode | undefined> {
  const entries = memory && (await readEndedJournal(journalPath(path, plan), plan));
  if (memory === undefined || entries === undefined || !isForgotten(plan, entries, memory)) return undefined;
  return holdAlone(plan.target.organization, configuration, memory, io, async () => {
    const present = { ...memory, state: (await memory.store.read()) ?? EMPTY_STATE };
    if (!isForgotten(plan, entries, present)) return undefined;
    const target = await openTarget(configuration, io);
    const result = recallApply(changes, entries, await target.read());
    io.note(
      "The plan was applied already, but the state was not saved then. Nothing is sent to Zivver again.",
    );
    report(result);
    const settled = settledBy(plan, changes, entries, result.unfinished);
    if (!(await rememberApplied(plan, { ...result, settled }, present, save, io))) return 4;
    io.note("The state is saved.");
    return result.outcomes.every(({ state }) => state === "applied" || state === "already") ? 0 : 4;
  });
}

/** The state of a later apply is newer than this one's. */
function isForgotten(
  plan: Verified["plan"],
  entries: readonly JournalEntry[],
  { state }: OpenMemory,
): boolean {
  const last = entries.at(-1)?.at ?? "";
  return !state.applied.some(({ seal, at }) => seal === plan.seal || at > last);
}
