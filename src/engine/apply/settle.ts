import type { LiveAccount } from "../../model/account/account.ts";
import { type Change, isRemoval, releaseOf } from "../../model/plan/change.ts";
import type { Outcome } from "../../model/plan/outcome.ts";
import { isAsLeft, isBetween, isPlannedInSubstance, isUnedited } from "./accounts/compare.ts";
import type { ApplySession } from "./journalled-session.ts";

/*
 * The outcome of a change before anything is sent:
 *
 *   as planned                                        already
 *   not begun, and the account is its base            is sent
 *   not begun, in a second run: its base, except for     is sent
 *     what other changes of the plan do to it
 *   begun and never answered: all of its fields are   is sent again
 *     as before (and nothing else of the account was
 *     changed), or as the plan's first write leaves them
 *   answered, but not shown as planned: each field    is sent again
 *     is as before or as planned
 *   one of these two, where the change suspends or    is sent again
 *     deletes: only if nothing else was changed
 *   begun, and the answer showed it as planned        conflict, whatever the account is now: somebody undid it
 *   anything else                                     conflict
 */

type Verdict = Pick<Outcome, "state" | "detail">;

/** Settles what needs no request: what is already as planned, and what somebody changed since the plan was made. */
export function settleWithoutRequest(session: ApplySession, change: Change): void {
  const account = session.world.current(change);
  const verdict =
    account === undefined ? verdictOfGone(session, change) : verdictOf(session, change, account);
  if (verdict) session.settle(change, verdict.state, verdict.detail);
}

function verdictOfGone(session: ApplySession, change: Change): Verdict | undefined {
  if (change.action === "delete") return { state: "already", detail: "" };
  const name = session.nameOf(change);
  if (change.action !== "create") return conflict(`${name} is gone from Zivver. Make a new plan.`);
  return session.past.of(change).createdId === undefined
    ? undefined
    : conflict(`${name} was created by this plan and is gone from Zivver since. Make a new plan.`);
}

function verdictOf(session: ApplySession, change: Change, account: LiveAccount): Verdict | undefined {
  const isThere = change.action !== "delete" && session.differing(change, account).length === 0;
  if (isThere) return { state: "already", detail: "" };
  const name = session.nameOf(change);
  const past = session.past.of(change);
  if (change.action === "create" && !past.begun)
    return conflict(
      `${name} was created in Zivver after the plan was made. It was skipped. Make a new plan.`,
    );
  if (past.conflict || !mayGoOn(session, change, account)) {
    const since = past.begun ? "after this plan had begun to change it" : "since the plan was made";
    return conflict(
      `${name} was changed in Zivver ${since}. It was skipped. ${parkedWords(change, account)}Make a new plan.`,
    );
  }
  return undefined;
}

function mayGoOn(session: ApplySession, change: Change, account: LiveAccount): boolean {
  const { world, past } = session;
  const { begun, done, shown } = past.of(change);
  if (change.action !== "create" && !begun && account.fingerprint === change.base) return true;
  const image = past.imageOf(change);
  if (!begun) return image !== undefined && world.effects.settled(account) === world.effects.settled(image);
  if (shown) return isPlannedInSubstance(change, account, world);
  if (change.action === "create") return isNamedAsCreated(change, account);
  if (isRemoval(change) && !(image && isUnedited(change, account, image, world))) return false;
  return done
    ? isBetween(change, account, world)
    : image !== undefined && isAsLeft(change, account, image, world);
}

/** Another account that was given the address meanwhile has another name. */
export function isNamedAsCreated(change: Pick<Change, "fields">, account: LiveAccount): boolean {
  const planned = change.fields.find(({ field }) => field === "fullName")?.after;
  return typeof planned !== "string" || account.fullName === planned;
}

function parkedWords(change: Change, account: LiveAccount): string {
  const isParked = releaseOf(change)?.address === account.address;
  return isParked && account.address !== change.address
    ? `It has a temporary address, which this plan gave it on the way to ${change.address}. `
    : "";
}

function conflict(detail: string): Verdict {
  return { state: "conflict", detail };
}
