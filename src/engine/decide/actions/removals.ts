import type { LiveAccount } from "../../../model/account/account.ts";
import type { Finding } from "../../../model/plan/finding.ts";
import { daysBetween, type WhyHeldBack, whyHeldBack } from "../../../model/run/held-back.ts";
import type { Links } from "../../readings/links.ts";

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
