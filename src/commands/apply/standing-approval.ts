import type { Configuration } from "../../config/organization/configuration.ts";
import { changesSent, countsOf } from "../../engine/plan/standing/classify.ts";
import { judgeChanges } from "../../engine/plan/standing/eligible.ts";
import {
  isBegun,
  isClockBehind,
  mergeUses,
  typesOver,
  usedWithin,
  withUse,
} from "../../engine/state/ledger.ts";
import type { Change } from "../../model/plan/change.ts";
import type { Plan } from "../../model/plan/plan.ts";
import {
  addCounts,
  type StandingApproval,
  type StandingCounts,
  type StandingPolicy,
  type StandingUse,
  type WaitReason,
} from "../../model/plan/standing.ts";
import { EMPTY_STATE, type State } from "../../model/plan/state.ts";
import type { JournalEntry } from "../../model/ports.ts";
import { canonicalJson } from "../../model/values/canonical-json.ts";
import { RefusedError } from "../../model/values/errors.ts";
import { reasonWords } from "../../review/standing/waits.ts";
import { sha256 } from "../../storage/plan/seal.ts";
import type { CommandIo } from "../shared/io.ts";
import type { OpenMemory } from "../shared/open-state.ts";
import { reasonNotReviewed } from "./reviewed.ts";

/** Names a policy: equal policies have equal digests. Pure. */
export function digestOfPolicy(policy: StandingPolicy): string {
  return sha256(canonicalJson(policy));
}

/** The request for a standing approval. */
type Asked = {
  readonly plan: Plan;
  readonly changes: readonly Change[];
  /** The plan's file, for errors. */
  readonly file: string;
  readonly memory: OpenMemory | undefined;
  /** Entries of the ledger that the state has lost. */
  readonly lost?: readonly StandingUse[];
};

/**
 * Takes what a plan needs of the numbers: holds every change against the configuration that is checked out and the state as it
 * is now, and writes the ledger before anything is sent, so that a crash forgets nothing. What the plan file says of its own
 * approval does not count. Throws RefusedError `standing-refused`.
 */
export async function takeStanding(
  asked: Asked,
  configuration: Configuration,
  io: CommandIo,
): Promise<StandingApproval> {
  const { plan, changes, file, memory, lost = [] } = asked;
  const { standing: policy } = configuration;
  if (policy === undefined) return refuse(file, reasonWords({ because: "not-configured" }));
  if (memory === undefined) return refuse(file, "no state is configured, so nobody knows what was used");
  if (plan.guards.some(({ verdict }) => verdict === "accepted"))
    return refuse(file, reasonWords({ because: "accepted-guard" }));
  const unreviewed = await reasonNotReviewed(configuration, io);
  if (unreviewed !== undefined) return refuse(file, unreviewed);
  const now = io.clock.now();
  let verdict: Verdict = { refused: "the state was not asked" };
  await memory.store.update((state) => {
    verdict = judge(plan.seal, changes, { state, lost, policy, configuration, memory, now });
    if ("refused" in verdict) return state;
    const uses = mergeUses(state.standing ?? [], lost);
    return { ...state, standing: withUse(uses, { seal: plan.seal, counts: verdict.counts }, now) };
  });
  return approvalOf(verdict, policy, file);
}

type Verdict =
  | { readonly refused: string }
  | { readonly counts: StandingCounts; readonly used: StandingCounts };

type Terms = {
  readonly state: State;
  readonly lost: readonly StandingUse[];
  readonly policy: StandingPolicy;
  readonly configuration: Configuration;
  readonly memory: OpenMemory;
  readonly now: number;
};

function judge(seal: string, changes: readonly Change[], terms: Terms): Verdict {
  const { state, lost, policy, configuration, memory, now } = terms;
  const reason = reasonForAll(state, lost, now);
  if (reason !== undefined) return { refused: reasonWords(reason) };
  const judged = judgeChanges(changes, {
    policy,
    protectedPatterns: configuration.policy.protected,
    memory: { state, names: memory.names },
    now,
  });
  let counts: StandingCounts = {};
  for (const { id, address } of changes) {
    const one = judged.get(id);
    if (one === undefined || !("counts" in one))
      return { refused: `${address}: ${one === undefined ? "unknown" : reasonWords(one)}` };
    counts = addCounts(counts, one.counts);
  }
  const used = usedWithin(mergeUses(state.standing ?? [], lost), now, policy.windowMs, seal);
  const [type] = typesOver(counts, used, policy.numbers);
  if (type === undefined) return { counts, used };
  const [count = 0, before = 0, number = 0] = [counts[type], used[type], policy.numbers[type]];
  return { refused: reasonWords({ because: "number", type, count, used: before, number }) };
}

/** The reason why nothing of any plan is covered by now; undefined where that hangs on the changes. Pure. */
export function reasonForAll(
  state: State | undefined,
  lost: readonly StandingUse[],
  now: number,
): WaitReason | undefined {
  const { standing = [], applied } = state ?? EMPTY_STATE;
  if (!isBegun({ applied })) return { because: "first-plan" };
  return isClockBehind(mergeUses(standing, lost), now) ? { because: "clock" } : undefined;
}

function approvalOf(verdict: Verdict, policy: StandingPolicy, file: string): StandingApproval {
  if ("refused" in verdict) return refuse(file, verdict.refused);
  const { counts, used } = verdict;
  return { type: "standing", policy: digestOfPolicy(policy), before: used, after: addCounts(used, counts) };
}

/** The result of a plan that standing approval let through, for the ledger; undefined for another plan, and while it can go on. */
export function settledBy(
  plan: Plan,
  changes: readonly Change[],
  entries: readonly JournalEntry[],
  unfinished: boolean,
): Pick<StandingUse, "seal" | "counts"> | undefined {
  if (plan.standing === undefined || unfinished) return undefined;
  return { seal: plan.seal, counts: countsOf(changesSent(changes, entries)) };
}

function refuse(file: string, why: string): never {
  throw new RefusedError({
    code: "standing-refused",
    where: file,
    message: `Standing approval does not cover this plan now: ${why}. Nothing was applied.`,
    remedy: "Run `zivsync sync` again: it plans again, and writes what needs people to waiting.json.",
  });
}
