import { KINDS, type Kind } from "../model/account.ts";
import type { GuardResult } from "../model/plan.ts";
import type { GuardLimit, GuardLimits, GuardName } from "../model/policy.ts";
import type { Draft } from "./diff.ts";

/*
 * A guard refuses a plan whose effect is too large. It measures, compares with its limit, and says both; it never changes
 * a plan. A limit is a percentage of the managed live accounts of a kind (from ten accounts on, for of three accounts one
 * is already a third), a count, or both: what is more than either is refused.
 *
 * An acceptance (`suspend=37`) covers exactly one measurement of exactly that size, so that accepting 37 suspensions today
 * does not accept 38 of them tomorrow, nor 37 of another kind beside them.
 */

const PERCENT_FROM = 10;

/** How many records a source gave now, and at the last apply for which it was read whole. */
export type SourceCount = {
  readonly profile: string;
  readonly name: string;
  readonly records: number;
  readonly before: number;
};

/** One `--accept GUARD=COUNT`. */
export type Acceptance = { readonly guard: GuardName; readonly count: number };

export type GuardInput = {
  readonly limits: GuardLimits;
  readonly drafts: readonly Draft[];
  /** Managed live accounts by kind. */
  readonly managed: Readonly<Record<Kind, number>>;
  readonly accepted: readonly Acceptance[];
  readonly sources: readonly SourceCount[];
};

type Measurement = Omit<GuardResult, "verdict">;
type Guard = (input: GuardInput) => readonly Measurement[];

const GUARDS: readonly Guard[] = [
  perKind("create", (draft) => draft.action === "create"),
  perKind("update", (draft) => draft.action === "update"),
  perKind("suspend", (draft) => draft.action === "suspend"),
  perKind("delete", (draft) => draft.action === "delete"),
  membersRemoved,
  membersRemovedPerAccount,
  perKind(
    "accountKey",
    (draft) => draft.action !== "create" && draft.fields.some((field) => field.field === "accountKey"),
  ),
  sourcesShrunk,
];

/** Runs all guards and reports all, whether they refuse or not. */
export function checkGuards(input: GuardInput): {
  readonly results: readonly GuardResult[];
  readonly unused: readonly Acceptance[];
} {
  const open = [...input.accepted];
  const results = GUARDS.flatMap((guard) => guard(input)).map((measurement): GuardResult => {
    if (measurement.limit === null || measurement.measured <= measurement.limit)
      return { ...measurement, verdict: "passed" };
    const at = open.findIndex(
      ({ guard, count }) => guard === measurement.guard && count === measurement.measured,
    );
    if (at < 0) return { ...measurement, verdict: "refused" };
    open.splice(at, 1);
    return { ...measurement, verdict: "accepted" };
  });
  return { results, unused: open };
}

/** Records that a source has lost since the last apply: half a directory looks like half of the people leaving. */
function sourcesShrunk({ limits, sources }: GuardInput): readonly Measurement[] {
  return sources.map(({ profile, name, records, before }) => ({
    guard: "sourceShrink",
    source: `${profile}/${name}`,
    measured: Math.max(0, before - records),
    of: before,
    limit: limitOf(limits.sourceShrink, before),
  }));
}

function perKind(guard: GuardName, counts: (draft: Draft) => boolean): Guard {
  return ({ limits, drafts, managed }) =>
    KINDS.map((kind) => ({
      guard,
      kind,
      measured: drafts.filter((draft) => draft.kind === kind && counts(draft)).length,
      of: managed[kind],
      limit: limitOf(limits[guard], managed[kind]),
    }));
}

function limitOf(limit: GuardLimit, of: number): number | null {
  if (limit === "off") return null;
  const byPercent =
    limit.percent === undefined || of < PERCENT_FROM ? undefined : Math.floor((of * limit.percent) / 100);
  if (byPercent === undefined) return limit.count ?? null;
  return limit.count === undefined ? byPercent : Math.min(byPercent, limit.count);
}

/** Members that lose access, in all, accounts that are emptied or deleted included. */
function membersRemoved({ limits, drafts }: GuardInput): readonly Measurement[] {
  const limit = limits.memberRemoval;
  const measured = drafts.reduce((sum, draft) => sum + removedFrom(draft).removed, 0);
  const of = drafts.reduce((sum, draft) => sum + removedFrom(draft).before, 0);
  return [{ guard: "memberRemoval", measured, of, limit: limit === "off" ? null : (limit.count ?? null) }];
}

/** The same per account, by percentage. Emptied and deleted accounts are left to their own guards: they lose all. */
function membersRemovedPerAccount({ limits, drafts }: GuardInput): readonly Measurement[] {
  const limit = limits.memberRemoval;
  if (limit === "off" || limit.percent === undefined) return [];
  const { percent } = limit;
  return drafts.flatMap((draft) => {
    const { removed, before } = removedFrom(draft);
    const allowed = limitOf({ percent }, before);
    if (draft.action === "suspend" || draft.action === "delete" || allowed === null || removed <= allowed)
      return [];
    return [
      {
        guard: "memberRemoval",
        kind: draft.kind,
        address: draft.address,
        measured: removed,
        of: before,
        limit: allowed,
      },
    ];
  });
}

function removedFrom(draft: Draft): { readonly removed: number; readonly before: number } {
  const change = draft.fields.find((field) => field.field === "delegates");
  if (change === undefined) return { removed: 0, before: 0 };
  const before = draft.delegatesNow ?? (Array.isArray(change.before) ? change.before : []);
  const after = new Set(Array.isArray(change.after) ? change.after : []);
  return { removed: before.filter((name) => !after.has(name)).length, before: before.length };
}
