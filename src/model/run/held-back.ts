import type { Kind } from "../account/kind.ts";

/**
 * Why a removal is held back: a source was not read in full, a record cannot be matched, no record of that kind, the kind is lost,
 * a source that takes precedence does not say whether it is active, or no source of the profile gives that kind.
 */
export type WhyHeldBack = "incomplete" | "unidentified" | "empty" | "lost" | "active" | "not-given";
export const WHY_HELD_BACK: readonly WhyHeldBack[] = [
  "incomplete",
  "unidentified",
  "empty",
  "lost",
  "active",
  "not-given",
];

/** A removal that is held back. `since`: the date and time when that was first remembered; absent before. */
export type HeldRemoval = {
  readonly action: "suspend" | "delete";
  readonly because: WhyHeldBack;
  readonly since?: string;
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

/** Why the removal of one account is held back, as the end of a sentence. */
export function whyHeldBack(why: WhyHeldBack, kind: Kind): string {
  return WHY[why](kind);
}
