import type { LiveAccount, Origin } from "../../../model/account/account.ts";
import type { OrganizationPolicy, ProfilePolicy } from "../../../model/plan/policy.ts";
import type { SuspendedBecause } from "../../../model/plan/state.ts";
import { isProtected, policyOf } from "../../live/ownership.ts";
import type { Missing } from "../../match/match.ts";
import type { Said } from "../../readings/statements.ts";
import { NOTHING, type Outcome } from "./action.ts";
import { heldBack, type RemovalContext } from "./removals.ts";

/** The facts on which a leaver's account is decided. */
export type LeaverContext = RemovalContext & {
  readonly organization: OrganizationPolicy;
  readonly policies: ReadonlyMap<string, ProfilePolicy>;
  readonly said: Pick<Said, "doubts">;
};

/** The decision about an account that no source of its profile has any more: the profile's setting, unless something holds it back. */
export function missingOutcome({ live, profile, isOtherKind }: Missing, context: LeaverContext): Outcome {
  const policy = policyOf(context.policies, profile).sync[live.kind].missing;
  const missing = policy === "delete" && isOtherKind ? "suspend" : policy;
  if (missing === "ignore" || (missing === "suspend" && !live.active)) return NOTHING;
  const origin = { source: `profile ${profile}`, where: "in none of its sources", attribute: "missing" };
  return removal(missing, "missing", live, profile, origin, context);
}

/** A suspension or deletion, if the account is not protected and what was read justifies it. */
export function removal(
  action: "suspend" | "delete",
  because: SuspendedBecause,
  live: LiveAccount,
  profile: string,
  origin: Origin,
  context: LeaverContext,
): Outcome {
  if (isProtected(context.organization.protected, live)) {
    const summary = `The account would be ${action === "delete" ? "deleted" : "suspended"}, but organization.yaml protects it. It is left as it is.`;
    const where = { profile, kind: live.kind, address: live.address };
    return { findings: [{ code: "account-protected", severity: "info", summary, where }] };
  }
  const doubt = context.said.doubts.of(profile, live.kind);
  // A record that says that its account is disabled is enough, unless its source could not be read in full.
  if (doubt !== undefined && (because === "missing" || doubt === "incomplete"))
    return { heldBack: { live, why: doubt }, findings: [heldBack(action, live, profile, doubt, context)] };
  return { intent: { type: "remove", action, because, live, profile, origin } };
}
