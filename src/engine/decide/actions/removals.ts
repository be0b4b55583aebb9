import type { LiveAccount } from "../../../model/account/account.ts";
import type { Finding } from "../../../model/plan/finding.ts";
import type { Links } from "../../readings/links.ts";
import type { Doubt } from "../../readings/statements.ts";

export type RemovalContext = {
  readonly links: Links;
  /** The day of the plan (`2026-11-28`), to count how long a removal has been held back. */
  readonly today?: string;
};

/** Why a removal is held back: a doubt about the kind, or one about whether this account is active. */
export type WhyHeldBack = Doubt | "active";

const WHY: Readonly<Record<WhyHeldBack, (kind: string) => string>> = {
  incomplete: () => "not all that the sources of the profile give could be read",
  unidentified: (kind) => `a ${kind} record cannot be matched to an account, and may be this one`,
  empty: (kind) =>
    `the sources of the profile show no ${kind} account at all, which looks the same as a list that may not be read`,
  lost: (kind) => `a source of the profile used to give ${kind} accounts, and now gives none`,
  active: () =>
    "a source that takes precedence does not say whether it is active: that field is lost or cannot be read",
  "not-given": (kind) => `no source of the profile gives ${kind} accounts`,
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
    summary: `The account would be ${action === "delete" ? "deleted" : "suspended"}, but ${WHY[why](live.kind)}.${since === undefined ? "" : sinceWhen("Held back", since, today)}`,
    where: { profile, kind: live.kind, address: live.address, fullName: live.fullName },
  };
}

const DAY = 86_400_000;

/** ` Held back for 3 days, since 2026-11-25.`, to follow a sentence; without a day of the plan, the date alone. */
export function sinceWhen(what: "Held" | "Held back", since: string, today: string | undefined): string {
  const day = since.slice(0, 10);
  if (today === undefined) return ` ${what} since ${day}.`;
  const days = Math.round((Date.parse(today) - Date.parse(day)) / DAY);
  return ` ${what} for ${days} ${days === 1 ? "day" : "days"}, since ${day}.`;
}
