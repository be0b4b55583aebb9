import { resolve } from "node:path";
import type { Configuration } from "../../config/organization/configuration.ts";
import { type Parts, partPlan } from "../../engine/plan/standing/parts.ts";
import { type Split, splitChanges, splitNone } from "../../engine/plan/standing/split.ts";
import { isOfThese, mergeUses, usedWithin } from "../../engine/state/ledger.ts";
import type { LiveAccount } from "../../model/account/account.ts";
import type { PlanBody } from "../../model/plan/plan.ts";
import {
  addCounts,
  type StandingApproval,
  type StandingUse,
  type WaitReason,
} from "../../model/plan/standing.ts";
import { reasonWords } from "../../review/standing/waits.ts";
import { reasonNotReviewed } from "../apply/reviewed.ts";
import { digestOfPolicy, reasonForAll } from "../apply/standing-approval.ts";
import type { CommandIo } from "../shared/io.ts";
import type { OpenMemory } from "../shared/open-state.ts";
import type { Read } from "../shared/read-and-decide.ts";
import type { Decided } from "../shared/write-plan.ts";
import { lostUses, readEarlierRoutine } from "./earlier-routine.ts";

/** A plan in two parts, and what is needed to carry them out. */
export type Planned = {
  readonly at: number;
  readonly decided: Decided;
  readonly parts: Parts;
  readonly split: Split;
  readonly standing: StandingApproval | undefined;
  readonly lost: readonly StandingUse[];
  readonly nothingCovered: string | null;
  readonly isFirst: boolean;
};

/** Parts a plan by what standing approval covers, as the configuration and the state are now. */
export async function splitDecided(
  decided: Decided,
  { memory, keys, live }: Read,
  configuration: Configuration,
  file: string,
  io: CommandIo,
): Promise<Planned> {
  const at = io.clock.now();
  const { standing: policy, policy: organization } = configuration;
  const { body } = decided;
  const earlier = await readEarlierRoutine(resolve(file), keys);
  const lost = policy && memory ? lostUses(earlier, memory.state, policy.windowMs) : [];
  const used = usedWithin(mergeUses(memory?.state.standing ?? [], lost), at, policy?.windowMs ?? 0);
  const isOfOthers = memory !== undefined && !isOfThese(memory.state, live);
  const none = await reasonForNone(body, isOfOthers ? undefined : memory, lost, configuration, io);
  const split =
    none !== undefined || policy === undefined || memory === undefined
      ? splitNone(body.changes, none?.reason ?? { because: "not-configured" })
      : splitChanges(body.changes, {
          policy,
          protectedPatterns: organization.protected,
          memory,
          now: at,
          accountOf: accountsOf(live),
          used,
        });
  const isFirst = none?.reason.because === "first-plan";
  return {
    at,
    decided,
    split,
    parts: partPlan(body, split, { rate: organization.rateLimit, isFirst }),
    standing: policy && {
      type: "standing",
      policy: digestOfPolicy(policy),
      before: used,
      after: addCounts(used, split.counts),
    },
    lost,
    nothingCovered: none?.words ?? null,
    isFirst,
  };
}

function accountsOf(live: readonly LiveAccount[]): (zivverId: string) => LiveAccount | undefined {
  const accounts = new Map(live.map((account) => [account.zivverId, account]));
  return (zivverId) => accounts.get(zivverId);
}

type None = { readonly reason: WaitReason; readonly words: string };

const noneFor = (reason: WaitReason, words = reasonWords(reason)): None => ({ reason, words });

/** The reason why nothing of a plan is covered, whatever is in it; undefined where its changes are judged one by one. */
async function reasonForNone(
  { applicable, guards }: PlanBody,
  memory: OpenMemory | undefined,
  lost: readonly StandingUse[],
  configuration: Configuration,
  io: CommandIo,
): Promise<None | undefined> {
  if (!applicable) return noneFor({ because: "refused" });
  const reason = reasonForAll(memory?.state, lost, io.clock.now());
  if (reason?.because === "first-plan") return noneFor(reason);
  if (configuration.standing === undefined) return noneFor({ because: "not-configured" });
  if (reason !== undefined) return noneFor(reason);
  if (guards.some(({ verdict }) => verdict === "accepted")) return noneFor({ because: "accepted-guard" });
  const why = await reasonNotReviewed(configuration, io);
  return why === undefined ? undefined : noneFor({ because: "not-reviewed" }, why);
}
