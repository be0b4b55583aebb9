export type GuardName =
  | "create"
  | "update"
  | "suspend"
  | "reactivate"
  | "delete"
  | "rename"
  | "memberRemoval"
  | "addDelegate"
  | "accountKey"
  | "sourceShrink";

/**
 * Percent (of the managed live accounts of that kind, from 10 on) and count; more than either refuses. Of fewer than ten
 * accounts, and of one profile's, `few` may be affected whatever the percentage. Of delegates, percent and few are of one
 * account and of one profile, and the count is of the plan.
 */
export type GuardLimit =
  | { readonly percent?: number; readonly count?: number; readonly few?: number }
  | "off";

export type GuardLimits = Readonly<Record<GuardName, GuardLimit>>;

/** How much one plan may do where the configuration does not say. The numbers are in docs/plans.md, too. */
export const DEFAULT_GUARDS: GuardLimits = {
  create: { percent: 30 },
  update: { percent: 30, few: 5 },
  suspend: { percent: 5, count: 100, few: 3 },
  reactivate: { percent: 20, count: 50, few: 3 },
  delete: { percent: 1, count: 10, few: 1 },
  rename: { percent: 20, count: 50, few: 3 },
  memberRemoval: { percent: 20, count: 200, few: 5 },
  addDelegate: { percent: 50, count: 200, few: 20 },
  accountKey: { percent: 5, count: 50, few: 3 },
  sourceShrink: { percent: 10, few: 3 },
};
