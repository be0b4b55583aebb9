import type { LiveAccount } from "../../model/account/account.ts";
import { accountKeyOf, type Change } from "../../model/plan/change.ts";
import { isInPlace, type Outcome, type OutcomeState } from "../../model/plan/outcome.ts";
import type { ZivsyncError } from "../../model/values/errors.ts";
import type { Secret } from "../../model/values/secret.ts";
import type { ApplyWorld } from "./accounts/accounts.ts";
import { meantBy } from "./accounts/delegates.ts";
import type { ApplyResult } from "./ports.ts";

/** Delegates whose account is gone are left out, which is not a failure and has to be known. */
export function withLeftOut(world: ApplyWorld, change: Change, outcome: Outcome): Outcome {
  if (outcome.detail !== "" || !isInPlace(outcome.state)) return outcome;
  const account = world.current(change);
  const gone = change.fields.flatMap((field) =>
    account && field.field === "delegates" ? meantBy(field, "after", account, world).gone : [],
  );
  return gone.length === 0 ? outcome : { ...outcome, detail: leftOut(gone) };
}

/** The result of an apply, whether it ends now or is read back from its journal. */
export type Course = {
  readonly changes: readonly Change[];
  readonly world: Pick<ApplyWorld, "current">;
  stateOf(change: Pick<Change, "id">): OutcomeState | undefined;
  /** Whether any run has journalled a request of the change. */
  isBegun(change: Pick<Change, "id">): boolean;
  /** Whether a request that carries the account key was answered. */
  keySent(change: Pick<Change, "id">): boolean;
};

/** Certain facts so far: which change became which account, and who was sent an account key. */
export function carriedOut(session: Course): Pick<ApplyResult, "done" | "keys"> {
  const done = new Map<string, string>();
  const keys = new Map<string, Secret>();
  for (const change of session.changes) {
    const id = session.world.current(change)?.zivverId;
    if (id === undefined) continue;
    const state = session.stateOf(change);
    const isDone = isInPlace(state);
    if (isDone) done.set(change.id, id);
    const key = accountKeyOf(change);
    if (key === undefined) continue;
    // The reading that followed has settled whatever a lost answer left open.
    const isSeen = isDone && session.isBegun(change);
    const isOther = change.action === "create" && state === "conflict";
    if (isSeen || (session.keySent(change) && !isOther)) keys.set(id, key);
  }
  return { done, keys };
}

/** `Jane Doe (j.doe@example.org)`: the account as it is, else as the plan knows it. */
export function accountName(change: Change, account: LiveAccount | undefined): string {
  const address = account?.address ?? change.address;
  const planned = change.fields.find(({ field }) => field === "fullName");
  const name = account?.fullName ?? planned?.before ?? planned?.after;
  return typeof name === "string" && name !== "" && name !== address ? `${name} (${address})` : address;
}

/** A message about delegates whose account is gone. */
export function leftOut(names: readonly string[]): string {
  return `Gone from Zivver, and so left out of the delegates: ${names.join(", ")}. Check whether they still need access.`;
}

/** The remedy where Zivver does not let a primary address be changed. */
export const RENAME_BY_HAND =
  "If Zivver does not let primary addresses be changed over its API, change it in Zivver's web application; the next plans leave it as it is.";

export function inWords(error: ZivsyncError): string {
  return error.problems.map(({ message, remedy }) => (remedy ? `${message} ${remedy}` : message)).join(" ");
}
