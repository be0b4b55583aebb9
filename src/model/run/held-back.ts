import type { Kind } from "../account/kind.ts";

/**
 * The reason why a removal is held back: a source was not read in full, a record cannot be matched, no record of that kind, the kind is lost,
 * a source that takes precedence does not say whether it is active, or no source of the profile gives that kind.
 */
export type WhyHeldBack = "incomplete" | "unidentified" | "empty" | "lost" | "active" | "not-given";

/**
 * A removal that is held back. `since`: the date and time when that was first remembered, and `days` the calendar days (UTC) since
 * then; absent before.
 */
export type HeldRemoval = {
  readonly action: "suspend" | "delete";
  readonly because: WhyHeldBack;
  readonly since?: string;
  readonly days?: number;
};

const WHY: Readonly<Record<WhyHeldBack, (kind: Kind) => string>> = {
  incomplete: () => "not all that the sources of the profile give could be read",
  unidentified: (kind) => `a ${kind} record cannot be matched to an account, and may be this one`,
  empty: (kind) =>
    `the sources of the profile show no ${kind} account at all, which looks the same as a list that may not be read`,
  lost: (kind) => `a source of the profile used to give ${kind} accounts, and now gives none`,
  active: () =>
    "a source that takes precedence does not say whether it is active: that field is lost or cannot be read",
  "not-given": (kind) => `no source of the profile gives ${kind} accounts`,
};

/** The reason why the removal of one account is held back, as the end of a sentence. */
export function whyHeldBack(why: WhyHeldBack, kind: Kind): string {
  return WHY[why](kind);
}

const DAY = 86_400_000;

/** Calendar days in UTC from one date and time to another; 0 where the second is not later. */
export function daysBetween(since: string, at: string): number {
  return Math.max(0, Math.round((Date.parse(at.slice(0, 10)) - Date.parse(since.slice(0, 10))) / DAY));
}
