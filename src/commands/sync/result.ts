import type { ApplyResult } from "../../engine/apply/ports.ts";
import { countsOf } from "../../engine/plan/standing/classify.ts";
import { attentionClass, incompleteSources, isUnsettled } from "../../model/plan/attention.ts";
import { isInPlace, type Outcome, type OutcomeState } from "../../model/plan/outcome.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { StandingPolicy } from "../../model/plan/standing.ts";
import type { EarlierResult, SyncFailure, SyncResult, SyncSubject } from "../../model/sync-result.ts";

/** All that a sync came to. */
export type SyncCourse = {
  readonly at: string;
  readonly dryRun: boolean;
  readonly policy: StandingPolicy | undefined;
  readonly earlier: EarlierResult | null;
  readonly routine: { readonly plan: Plan; readonly file: string };
  readonly waiting: { readonly plan: Plan; readonly file: string; readonly leftOut: readonly string[] };
  readonly nothingCovered: string | null;
  /** The state is new: its first plan is for people, whatever is in it. */
  readonly isFirst: boolean;
  /** Undefined where nothing was applied. */
  readonly result: ApplyResult | undefined;
  readonly journal: string | null;
  /** The routine plan was carried out and remembered, or there was nothing to do. */
  readonly isDone: boolean;
};

type PlannedChange = Plan["changes"][number];

/** One sync as plain data. Pure. */
export function buildSyncResult(course: SyncCourse): SyncResult {
  const { at, dryRun, policy, earlier, routine, waiting, nothingCovered, result, journal } = course;
  const whole = waiting.plan;
  const { standing } = routine.plan;
  const outcomes = new Map((result?.outcomes ?? []).map((outcome) => [outcome.change, outcome]));
  const done = routine.plan.changes.filter(({ id }) => isInPlace(outcomes.get(id)?.state));
  return {
    at,
    dryRun,
    exitCode: exitCodeOf(course),
    earlier,
    routine: {
      file: routine.file,
      digest: routine.plan.digest,
      changes: routine.plan.changes.length,
      counts: countsOf(routine.plan.changes),
      outcomes: countStates(result?.outcomes ?? []),
      journal,
    },
    applied: countsOf(done),
    failures: result === undefined ? [] : failuresIn(routine.plan, outcomes),
    waiting: {
      file: waiting.file,
      digest: whole.digest,
      changes: waitsIn(whole),
      leftOut: waiting.leftOut,
    },
    nothingCovered,
    standing: standingOf(policy, standing),
    heldBack: heldBackIn(whole),
    incomplete: incompleteSources(whole.sources),
    refused: whole.guards.filter(({ verdict }) => verdict === "refused"),
  };
}

/** A sync that ended with an earlier one, which is still not finished: nothing was planned. Pure. */
export function buildUnfinished(
  {
    at,
    policy,
    routine,
    waiting,
  }: Pick<SyncResult, "at"> & {
    readonly policy: StandingPolicy | undefined;
    readonly routine: { readonly plan: Plan; readonly file: string };
    readonly waiting: string;
  },
  earlier: EarlierResult,
): SyncResult {
  return {
    at,
    dryRun: false,
    exitCode: 4,
    earlier,
    routine: { file: routine.file, digest: null, changes: 0, counts: {}, outcomes: {}, journal: null },
    applied: {},
    failures: [],
    waiting: { file: waiting, digest: null, changes: [], leftOut: [] },
    nothingCovered: null,
    standing: standingOf(policy, routine.plan.standing),
    heldBack: [],
    incomplete: [],
    refused: [],
  };
}

function standingOf(policy: StandingPolicy | undefined, standing: Plan["standing"]): SyncResult["standing"] {
  if (policy === undefined || standing === undefined) return null;
  const { windowMs, numbers } = policy;
  const { before, after } = standing;
  return { windowMs, numbers, before, after };
}

/** The routine plan of a sync that was interrupted, once this one has gone on with it. Pure. */
export function buildEarlier(
  {
    plan,
    file,
    journal,
    finished,
  }: Pick<EarlierResult, "file" | "journal" | "finished"> & { readonly plan: Plan },
  results: readonly Outcome[],
): EarlierResult {
  const outcomes = new Map(results.map((outcome) => [outcome.change, outcome]));
  return {
    file,
    digest: plan.digest,
    changes: plan.changes.length,
    finished,
    applied: countsOf(plan.changes.filter(({ id }) => isInPlace(outcomes.get(id)?.state))),
    outcomes: countStates(results),
    failures: failuresIn(plan, outcomes),
    journal,
  };
}

function exitCodeOf({ routine, waiting, isDone, isFirst }: SyncCourse): SyncResult["exitCode"] {
  if (!waiting.plan.applicable) return 3;
  if (!isDone) return 4;
  const waits = waiting.plan.changes.length + waiting.leftOut.length > 0 || isFirst;
  return waits || isUnsettled(routine.plan) ? 2 : 0;
}

function countStates(outcomes: readonly Outcome[]): SyncResult["routine"]["outcomes"] {
  const counts: Partial<Record<OutcomeState, number>> = {};
  for (const { state } of outcomes) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

function failuresIn({ changes }: Plan, outcomes: ReadonlyMap<string, Outcome>): readonly SyncFailure[] {
  return changes.flatMap((change) => {
    const outcome = outcomes.get(change.id);
    if (isInPlace(outcome?.state)) return [];
    const { state = "blocked", detail = "It was not tried." } = outcome ?? {};
    return [{ ...subjectOf(change), state, detail }];
  });
}

function waitsIn({ changes, waits = [] }: Plan): SyncResult["waiting"]["changes"] {
  const byId = new Map(changes.map((change) => [change.id, change]));
  return waits.flatMap((wait) => {
    const change = byId.get(wait.id);
    return change === undefined ? [] : [{ ...subjectOf(change), ...wait }];
  });
}

function heldBackIn({ findings }: Plan): SyncResult["heldBack"] {
  return findings
    .filter((finding) => attentionClass(finding) === "heldBack")
    .map(({ summary, where }) => ({ address: where.address ?? "", profile: where.profile ?? "", summary }));
}

function subjectOf({ kind, action, address, profile }: PlannedChange): SyncSubject {
  return { kind, action, address, profile };
}
