import type { LiveAccount } from "../../model/account/account.ts";
import type { Change } from "../../model/plan/change.ts";
import type { Outcome } from "../../model/plan/outcome.ts";
import type { JournalEntry } from "../../model/ports.ts";
import { ApplyWorld } from "./accounts/accounts.ts";
import { PastRuns } from "./accounts/past.ts";
import type { ApplyResult } from "./ports.ts";
import { carriedOut } from "./result.ts";

/**
 * The result of an apply that ended, by its journal and the live accounts as they are now: what it gave when it ended, for a state that
 * could not be saved then. Pure.
 */
export function recallApply(
  changes: readonly Change[],
  entries: readonly JournalEntry[],
  live: readonly LiveAccount[],
): ApplyResult {
  const outcomes = new Map<string, Outcome>();
  for (const entry of entries)
    if (entry.type === "outcome") outcomes.set(entry.outcome.change, entry.outcome);
  const past = new PastRuns(entries);
  const world = new ApplyWorld(changes, past.created());
  world.load(live);
  const course = {
    changes,
    world,
    stateOf: ({ id }: Pick<Change, "id">) => outcomes.get(id)?.state,
    isBegun: (change: Pick<Change, "id">) => past.of(change).begun,
    keySent: (change: Pick<Change, "id">) => past.of(change).keySent,
  };
  return {
    outcomes: changes.flatMap(({ id }) => outcomes.get(id) ?? []),
    unfinished: false,
    accounts: world.accounts(),
    ...carriedOut(course),
  };
}
