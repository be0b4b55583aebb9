import type { LiveAccount, Origin } from "../../../model/account/account.ts";
import type { Finding } from "../../../model/plan/finding.ts";
import type { OrganizationPolicy, ProfilePolicy } from "../../../model/plan/policy.ts";
import type { SuspendedBecause } from "../../../model/plan/state.ts";
import { daysBetween, type WhyHeldBack, whyHeldBack } from "../../../model/run/held-back.ts";
import { isProtected, policyOf } from "../../live/ownership.ts";
import type { Missing } from "../../match/match.ts";
import type { Links } from "../../readings/links.ts";
import type { Said } from "../../readings/statements.ts";
import { NOTHING, type Outcome } from "./action.ts";

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

export type RemovalContext = {
  readonly links: Links;
  /** The day of the plan (`2026-11-28`), to count how long a removal has been held back. */
  readonly today?: string;
};

/** A removal that incomplete data does not justify: who, why not, and since when. */
export function heldBack(
  action: "suspend" | "delete",
  live: LiveAccount,
  profile: string,
  why: WhyHeldBack,
  { links, today }: RemovalContext,
): Finding {
  const since = links.memoryOf(live)?.heldBackSince;
  return {
    code: "removal-held-back",
    severity: "warning",
    summary: `The account would be ${action === "delete" ? "deleted" : "suspended"}, but ${whyHeldBack(why, live.kind)}.${since === undefined ? "" : sinceWhen("Held back", since, today)}`,
    where: { profile, kind: live.kind, address: live.address, fullName: live.fullName },
    heldBack: { action, because: why, ...(since === undefined ? {} : { since, ...daysSince(since, today) }) },
  };
}

/** ` Held back for 3 days, since 2026-11-25.`, to follow a sentence; without a day of the plan, the date alone. */
export function sinceWhen(what: "Held" | "Held back", since: string, today: string | undefined): string {
  const day = since.slice(0, 10);
  const { days } = daysSince(since, today);
  if (days === undefined) return ` ${what} since ${day}.`;
  return ` ${what} for ${days} ${days === 1 ? "day" : "days"}, since ${day}.`;
}

function daysSince(since: string, today: string | undefined): { readonly days?: number } {
  return today === undefined ? {} : { days: daysBetween(since, today) };
}
