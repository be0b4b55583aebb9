import { KINDS, type Kind } from "../../model/account/kind.ts";
import { isRemoval } from "../../model/plan/change.ts";
import type { GuardLimit, GuardLimits, GuardName } from "../../model/plan/default-guards.ts";
import type { GuardResult, SourceSummary } from "../../model/plan/plan.ts";
import type { Draft } from "../diff/diff.ts";
import type { Memory } from "../readings/links.ts";
import { sourcesBefore } from "../readings/sources-before.ts";

/*
 * A guard refuses a plan whose effect is too large. It measures, compares with its limit, and says both; it never changes
 * a plan. A limit is a percentage of the managed live accounts of a kind (from ten accounts on, for of three accounts one
 * is already a third), a count, or both: what is more than either is refused. Fewer than ten accounts have a count of their
 * own (`few`). Everything is measured for the whole organisation, and for each profile, so that a small profile cannot vanish
 * beside a large one. Of delegates, the count is the organisation's, and the percentage that of one account and of one
 * profile: no account or profile loses most of its delegates within a count that suits the whole.
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
  /** The same of each profile that is planned. */
  readonly managedBy: ReadonlyMap<string, Readonly<Record<Kind, number>>>;
  /** How many delegates the live accounts of each profile have that is planned. */
  readonly delegatesBy: ReadonlyMap<string, number>;
  /** No address is protected, and organization.yaml does not say that this is intended. */
  readonly protectsNobody: boolean;
  readonly accepted: readonly Acceptance[];
  readonly sources: readonly SourceCount[];
};

type Measurement = Omit<GuardResult, "verdict">;
type Guard = (input: GuardInput) => readonly Measurement[];

const GUARDS: readonly Guard[] = [
  perKind("create", (draft) => draft.action === "create"),
  perKind("update", (draft) => draft.action === "update"),
  perKind("suspend", (draft) => draft.action === "suspend"),
  // An empty functional account that gets members again is measured by these.
  perKind("reactivate", (draft) => draft.action === "reactivate" && draft.kind === "personal"),
  perKind("delete", (draft) => draft.action === "delete"),
  perKind("rename", isRename),
  delegatesInAll("memberRemoval", (draft) => removedFrom(draft)),
  delegatesPerAccount("memberRemoval", (draft) => removedFrom(draft)),
  delegatesPerProfile("memberRemoval", (draft) => removedFrom(draft)),
  delegatesInAll("addDelegate", (draft) => addedTo(draft)),
  delegatesPerAccount("addDelegate", (draft) => addedTo(draft), true),
  delegatesPerProfile("addDelegate", (draft) => addedTo(draft)),
  perKind(
    "accountKey",
    (draft) => draft.action !== "create" && draft.fields.some((field) => field.field === "accountKey"),
  ),
  sourcesShrunk,
  protectedNobody,
];

/** Runs all guards and reports all, whether they refuse or not. */
export function checkGuards(input: GuardInput): {
  readonly results: readonly GuardResult[];
  readonly unused: readonly Acceptance[];
} {
  const open = [...input.accepted];
  const acceptedInAll = new Set<string>();
  const results = GUARDS.flatMap((guard) => guard(input)).map((measurement): GuardResult => {
    if (measurement.limit === null || measurement.measured <= measurement.limit)
      return { ...measurement, verdict: "passed" };
    const what = `${measurement.guard} ${measurement.kind}`;
    // An acceptance of the whole covers its parts.
    if (measurement.profile !== undefined && acceptedInAll.has(what))
      return { ...measurement, verdict: "accepted" };
    // `protectedNobody` is nothing that an acceptance could name.
    const at = open.findIndex(
      ({ guard, count }) => guard === measurement.guard && count === measurement.measured,
    );
    if (at < 0) return { ...measurement, verdict: "refused" };
    open.splice(at, 1);
    if (measurement.profile === undefined) acceptedInAll.add(what);
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
  const count = (drafts: readonly Draft[], kind: Kind) =>
    drafts.filter((draft) => draft.kind === kind && counts(draft)).length;
  return ({ limits, drafts, managed, managedBy }) => {
    const inAll = KINDS.map((kind) => ({
      guard,
      kind,
      measured: count(drafts, kind),
      of: managed[kind],
      limit: limitOf(limits[guard], managed[kind]),
    }));
    // Of one profile alone, both would be the same.
    if (managedBy.size < 2) return inAll;
    return [...inAll, ...[...managedBy].flatMap(([profile, own]) => ofProfile(profile, own, limits[guard]))];

    function ofProfile(
      profile: string,
      own: Readonly<Record<Kind, number>>,
      limit: GuardLimit,
    ): readonly Measurement[] {
      const ofIts = drafts.filter((draft) => draft.profile === profile);
      return KINDS.flatMap((kind) => {
        const measured = count(ofIts, kind);
        const allowed = limitOf(limit, own[kind], true);
        if (allowed === null || measured <= allowed) return [];
        return [{ guard, kind, profile, measured, of: own[kind], limit: allowed }];
      });
    }
  };
}

function isRename({ action, fields }: Draft): boolean {
  return action !== "create" && action !== "delete" && fields.some(({ field }) => field === "address");
}

/** `isPart`: of one profile, of which a few may always be affected. */
function limitOf(limit: GuardLimit, of: number, isPart = false): number | null {
  if (limit === "off") return null;
  const byPercent = limit.percent === undefined ? undefined : byShare(limit.percent, limit.few, of, isPart);
  if (byPercent === undefined) return limit.count ?? null;
  return limit.count === undefined ? byPercent : Math.min(byPercent, limit.count);
}

function byShare(percent: number, few: number | undefined, of: number, isPart: boolean): number | undefined {
  if (of < PERCENT_FROM) return few;
  const share = Math.floor((of * percent) / 100);
  return isPart ? Math.max(share, few ?? 0) : share;
}

type DelegateGuard = "memberRemoval" | "addDelegate";
type DelegateCount = { readonly measured: number; readonly before: number };

/** Delegates who lose access (accounts that are emptied or deleted included) or get it, in all. */
function delegatesInAll(guard: DelegateGuard, countOf: (draft: Draft) => DelegateCount): Guard {
  return ({ limits, drafts }) => {
    const limit = limits[guard];
    const counts = drafts.map(countOf);
    const measured = counts.reduce((sum, one) => sum + one.measured, 0);
    const of = counts.reduce((sum, one) => sum + one.before, 0);
    return [{ guard, measured, of, limit: limit === "off" ? null : (limit.count ?? null) }];
  };
}

/** The same per account, by percentage, and below ten delegates by `few`; `mayBeFew`: from ten on, too, a few are too few to refuse. */
function delegatesPerAccount(
  guard: DelegateGuard,
  countOf: (draft: Draft) => DelegateCount,
  mayBeFew = false,
): Guard {
  return ({ limits, drafts }) => {
    const limit = shareOf(limits[guard]);
    // Accounts that are suspended or deleted lose all their delegates; their own guards measure them.
    return drafts.flatMap((draft) => {
      const { measured, before } = countOf(draft);
      const allowed = limitOf(limit, before, mayBeFew);
      if (isRemoval(draft) || allowed === null || measured <= allowed) return [];
      return [{ guard, kind: draft.kind, address: draft.address, measured, of: before, limit: allowed }];
    });
  };
}

/** The same per profile, of all delegates that its accounts have. */
function delegatesPerProfile(guard: DelegateGuard, countOf: (draft: Draft) => DelegateCount): Guard {
  return ({ limits, drafts, delegatesBy }) => {
    const limit = shareOf(limits[guard]);
    return [...delegatesBy].flatMap(([profile, of]) => {
      const allowed = limitOf(limit, of, true);
      if (allowed === null) return [];
      const ofIts = drafts.filter((draft) => draft.profile === profile && !isRemoval(draft));
      const measured = ofIts.reduce((sum, draft) => sum + countOf(draft).measured, 0);
      return measured <= allowed ? [] : [{ guard, profile, measured, of, limit: allowed }];
    });
  };
}

/** The count of a limit is the organisation's: it holds for no account or profile. */
function shareOf(limit: GuardLimit): GuardLimit {
  if (limit === "off") return limit;
  const { count: _, ...share } = limit;
  return share;
}

function removedFrom(draft: Draft): DelegateCount {
  const { before, after } = delegatesOf(draft);
  const stays = new Set(after);
  return { measured: before.filter((name) => !stays.has(name)).length, before: before.length };
}

/** An account that is created has no delegates to compare with: its creation is what is measured. */
function addedTo(draft: Draft): DelegateCount {
  if (draft.action === "create") return { measured: 0, before: 0 };
  const { before, after } = delegatesOf(draft);
  const was = new Set(before);
  return { measured: after.filter((name) => !was.has(name)).length, before: before.length };
}

function delegatesOf({ fields, delegatesNow }: Draft) {
  const change = fields.find((field) => field.field === "delegates");
  if (change === undefined) return { before: [], after: [] };
  const before = delegatesNow ?? (Array.isArray(change.before) ? change.before : []);
  return { before, after: Array.isArray(change.after) ? change.after : [] };
}

/** The first plan of an organisation may suspend its administrators: somebody has to say whom no plan may touch. */
function protectedNobody({ protectsNobody, drafts, managed }: GuardInput): readonly Measurement[] {
  const measured = drafts.filter((draft) => draft.kind === "personal" && isRemoval(draft)).length;
  if (!protectsNobody || measured === 0) return [];
  return [{ guard: "protectedNobody", kind: "personal", measured, of: managed.personal, limit: 0 }];
}

/** The sources that can be held against what they gave at the last apply. One that was not read in full removes nothing anyway. */
export function shrinkable(
  sources: readonly SourceSummary[],
  memory: Memory | undefined,
): readonly SourceCount[] {
  const before = sourcesBefore(
    memory?.state,
    sources.map(({ profile }) => profile),
  );
  return sources.flatMap(({ profile, name, records, complete }) => {
    const last = before.of(profile, name);
    return last && complete ? [{ profile, name, records, before: last.records }] : [];
  });
}
