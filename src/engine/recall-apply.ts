import type { LiveAccount } from "../model/account.ts";
import type { Outcome } from "../model/outcome.ts";
import type { Change } from "../model/plan.ts";
import type { JournalEntry } from "../model/ports.ts";
import type { Secret } from "../model/secret.ts";
import type { ApplyResult } from "./apply-session.ts";
import { ApplyWorld } from "./apply-world.ts";

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
  const sent = new Set<string>();
  for (const entry of entries) {
    if (entry.type === "start") sent.add(entry.change);
    if (entry.type === "outcome") outcomes.set(entry.outcome.change, entry.outcome);
  }
  const world = new ApplyWorld(changes);
  world.load(live);
  const done = new Map<string, string>();
  const keys = new Map<string, Secret>();
  for (const change of changes) {
    const state = outcomes.get(change.id)?.state;
    const id = world.current(change)?.zivverId;
    if (id === undefined || (state !== "applied" && state !== "already")) continue;
    done.set(change.id, id);
    if (sent.has(change.id) && "accountKey" in change && change.accountKey) keys.set(id, change.accountKey);
  }
  return {
    outcomes: changes.flatMap(({ id }) => outcomes.get(id) ?? []),
    unfinished: false,
    accounts: world.accounts(),
    done,
    keys,
  };
}
