import type { Configuration } from "../../config/organization/configuration.ts";
import { validatePlan } from "../../config/schema/plan.ts";
import { changesSent, countsOf } from "../../engine/plan/standing/classify.ts";
import { isBegun, usedWithin } from "../../engine/state/ledger.ts";
import type { Outcome } from "../../model/plan/outcome.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { STANDING_TYPES, type StandingUse } from "../../model/plan/standing.ts";
import { EMPTY_STATE, type State } from "../../model/plan/state.ts";
import type { JournalEntry } from "../../model/ports.ts";
import type { EarlierResult } from "../../model/sync-result.ts";
import { InputError, RefusedError, ZivsyncError } from "../../model/values/errors.ts";
import { renderProblems } from "../../review/text/problems.ts";
import { journalPath, readJournalEntries } from "../../storage/journal.ts";
import { readPlan } from "../../storage/plan/plan-file.ts";
import { isSealed, type SealKeys } from "../../storage/plan/seal.ts";
import { applyFile } from "../apply/apply.ts";
import type { Announce } from "../notify/announce.ts";
import type { RunFacts } from "../notify/build-run.ts";
import type { CommandIo, CommonOptions } from "../shared/io.ts";
import type { OpenMemory } from "../shared/open-state.ts";
import { buildEarlier } from "./result.ts";

/** The routine plan that an earlier sync left, and what its journal says; no entries where it was not begun. */
export type EarlierRoutine = { readonly plan: Plan; readonly entries: readonly JournalEntry[] };

/** Undefined where there is none, and for one that says nothing about this organisation. */
export async function readEarlierRoutine(path: string, keys: SealKeys): Promise<EarlierRoutine | undefined> {
  try {
    const plan = await readPlan(path, validatePlan);
    if (!isSealed(plan, keys) || plan.standing === undefined) return undefined;
    const entries = await readJournalEntries(journalPath(path, plan)).catch((error) => {
      if (error instanceof ZivsyncError) return [];
      throw error;
    });
    return { plan, entries };
  } catch (error) {
    if (error instanceof ZivsyncError) return undefined;
    throw error;
  }
}

/** Was the plan begun, and is what it did not in the state yet? A state that is new is begun by people, not by a journal. */
function isOpen({ plan, entries }: EarlierRoutine, state: State): boolean {
  return entries.length > 0 && isBegun(state) && !state.applied.some(({ seal }) => seal === plan.seal);
}

/** Throws InputError where another plan would be written over one that a sync has begun and not finished. */
export function refuseToReplace(earlier: EarlierRoutine, state: State, file: string): void {
  if (!isOpen(earlier, state) || earlier.entries.some(({ type }) => type === "end")) return;
  throw new InputError({
    code: "usage",
    where: file,
    message:
      "The last sync was interrupted, and this file is what the next one goes on with: a dry run would write over it.",
    remedy: "Run `zivsync sync` first, or name another file with --routine.",
  });
}

type Going = Pick<CommonOptions, "directory"> & {
  readonly configuration: Configuration;
  readonly memory: OpenMemory;
  readonly file: string;
};

/** The outcome of an earlier routine plan; `facts`: what there is to report of it. */
export type Finished = {
  readonly plan: Plan;
  readonly result: EarlierResult;
  readonly isOpen: boolean;
  readonly facts: RunFacts;
};

/**
 * Goes on with a routine plan whose sync was interrupted, or could not save the state: as `zivsync apply` does, under the same
 * checks. Where it cannot go on, that is said, and the sync plans again. Undefined where there is nothing to go on with; `isOpen`
 * where it has to go on with it another time.
 */
export async function finishEarlier(
  earlier: EarlierRoutine,
  { memory, file, configuration, directory }: Going,
  io: CommandIo,
): Promise<Finished | undefined> {
  const { plan, entries } = earlier;
  if (!isOpen(earlier, memory.state)) return undefined;
  const journal = journalPath(file, plan);
  let facts: RunFacts = {};
  const keep: Announce = (more) => {
    facts = { ...facts, ...more };
  };
  try {
    io.note(`The last sync was interrupted. Going on with ${file} first.`);
    await applyFile(file, configuration, { directory }, keep, { ...io, out: io.note });
    const isStillOpen = isOpen(earlier, (await memory.store.read()) ?? EMPTY_STATE);
    const result = buildEarlier({ plan, file, journal, finished: !isStillOpen }, facts.outcomes ?? []);
    return { plan, result, isOpen: isStillOpen, facts };
  } catch (error) {
    // Another sync is at work on that very plan: it must not be written over.
    const isUnderWay =
      error instanceof RefusedError && error.problems.some(({ code }) => code === "plan-locked");
    if (!(error instanceof RefusedError) || isUnderWay) throw error;
    io.note(renderProblems(error.problems, { color: io.color }).trimEnd());
    io.note("What is still to do is planned again.");
    const sent = changesSent(plan.changes, entries);
    const result = buildEarlier({ plan, file, journal, finished: false }, []);
    const applied = { ...result, applied: countsOf(sent), failures: [] };
    const outcomes = sent.map(({ id }) => appliedBefore(id));
    return { plan, result: applied, isOpen: false, facts: { plan, outcomes } };
  }
}

function appliedBefore(change: string): Outcome {
  return { change, state: "applied", detail: "" };
}

/**
 * The changes that an earlier routine plan shows to have been used within its window, where the ledger of the state does not have it: the
 * state was lost, or an old one put back. The ledger is written before a plan is begun, so a begun plan is in it otherwise.
 */
export function lostUses(
  earlier: EarlierRoutine | undefined,
  { standing: ledger = [] }: State,
  windowMs: number,
): readonly StandingUse[] {
  if (earlier === undefined || earlier.plan.standing === undefined) return [];
  const { plan, entries } = earlier;
  if (ledger.some(({ seal }) => seal === plan.seal)) return [];
  const known = usedWithin(ledger, Date.parse(plan.createdAt), windowMs);
  const shown = entries.length > 0 ? earlier.plan.standing.after : earlier.plan.standing.before;
  const isLost = STANDING_TYPES.some((type) => (shown[type] ?? 0) > (known[type] ?? 0));
  return isLost ? [{ seal: plan.seal, at: plan.createdAt, counts: shown }] : [];
}
