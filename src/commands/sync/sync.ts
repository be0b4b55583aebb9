import { resolve } from "node:path";
import { loadConfiguration } from "../../config/load.ts";
import type { Configuration } from "../../config/organization/configuration.ts";
import type { ApplyResult } from "../../engine/apply/ports.ts";
import { rebase } from "../../engine/apply/rebase.ts";
import { type Parts, partPlan } from "../../engine/plan/standing/parts.ts";
import { type Split, splitChanges, splitNone } from "../../engine/plan/standing/split.ts";
import { mergeUses, usedWithin } from "../../engine/state/ledger.ts";
import { rememberRun } from "../../engine/state/run-memory.ts";
import type { LiveAccount } from "../../model/account/account.ts";
import { ACTIONS } from "../../model/plan/change.ts";
import type { Plan, PlanBody } from "../../model/plan/plan.ts";
import {
  addCounts,
  type StandingApproval,
  type StandingUse,
  type WaitReason,
} from "../../model/plan/standing.ts";
import type { Waiting } from "../../model/run/run.ts";
import type { SyncResult } from "../../model/sync-result.ts";
import { InputError } from "../../model/values/errors.ts";
import { jsonLine } from "../../review/shared/neutral.ts";
import { syncLines } from "../../review/standing/sync-lines.ts";
import { reasonWords } from "../../review/standing/waits.ts";
import { renderOutcomes } from "../../review/text/outcomes.ts";
import { renderText } from "../../review/text/plan.ts";
import { journalPath } from "../../storage/journal.ts";
import { writePlan } from "../../storage/plan/plan-file.ts";
import { type SealKeys, unsealChanges } from "../../storage/plan/seal.ts";
import { carryOut, rememberUnchanged } from "../apply/carry-out.ts";
import { reasonNotReviewed } from "../apply/reviewed.ts";
import { digestOfPolicy, reasonForAll } from "../apply/standing-approval.ts";
import { checkPasswordOption } from "../apply/temporary-passwords.ts";
import { announced, type Tell } from "../notify/announce.ts";
import { parseAcceptances, unusedAcceptances } from "../shared/acceptances.ts";
import { readSealKeys } from "../shared/connect.ts";
import { type CommandIo, type CommonOptions, DEFAULT_DIRECTORY, type ExitCode } from "../shared/io.ts";
import { type OpenMemory, openMemory } from "../shared/open-state.ts";
import { decide, type Read, readAll } from "../shared/read-and-decide.ts";
import { checkNotOlder } from "../shared/state-witness.ts";
import { type Decided, sealDecided } from "../shared/write-plan.ts";
import { finishEarlier, lostUses, readEarlierRoutine, refuseToReplace } from "./earlier-routine.ts";
import { buildSyncResult } from "./result.ts";

export type SyncOptions = CommonOptions & {
  readonly routine: string;
  readonly waiting: string;
  readonly accept?: readonly string[];
  readonly dryRun?: boolean;
  readonly details?: boolean;
};

/** The result of a sync, for its reports elsewhere. */
export type Synced = {
  readonly result: SyncResult;
  readonly routine: Plan;
  /** The plan that waits for people, empty where nothing waits. */
  readonly waiting: Plan;
  readonly keys: SealKeys;
};

/**
 * `zivsync sync`: plans once, applies what standing approval covers, and leaves the rest for people in a plan of its own. `tell` is
 * told at the end; not where an earlier sync had to be finished first and could not.
 */
export async function sync(
  options: SyncOptions,
  io: CommandIo,
  tell: (synced: Synced) => Promise<void> = async () => {},
): Promise<ExitCode> {
  const configuration = await loadConfiguration(options.directory);
  requireState(configuration);
  requireTwoFiles(options);
  // Nobody is told of a trial.
  if (options.dryRun) return syncOnce(configuration, options, () => {}, tell, io);
  return announced("sync", configuration, io, (announce) =>
    syncOnce(configuration, options, announce, tell, io),
  );
}

async function syncOnce(
  configuration: Configuration,
  options: SyncOptions,
  announce: Tell,
  tell: (synced: Synced) => Promise<void>,
  io: CommandIo,
): Promise<ExitCode> {
  announce({ files: [resolve(options.waiting), resolve(options.routine)] });
  const accepted = parseAcceptances(options.accept ?? []);
  const unfinished = await finishBefore(configuration, options, announce, io);
  if (unfinished !== undefined) return unfinished;
  const read = await readAll(configuration, configuration.profiles, io);
  for (const file of [options.routine, options.waiting])
    await checkNotOlder(file, read.memory, read.keys, io);
  const { decided } = decide(configuration, read, { accepted });
  for (const { guard, count } of decided.unusedAcceptances) io.note(unusedAcceptances(guard, count));
  const planned = await splitDecided(decided, read, configuration, options, io);
  if (read.memory !== undefined) announce({ state: read.memory.state });
  const setting = { read, configuration, options, announce };
  const { result, routine, waiting } = await carryOutParts(planned, setting, io);
  io.out(options.json ? jsonLine(JSON.stringify(result)) : `${syncLines(result).join("\n")}\n`);
  await tell({ result, routine, waiting, keys: read.keys });
  return result.exitCode;
}

/** The numbers of standing approval hold for a stretch of time, so something must remember what was used. */
function requireState({ state }: Configuration): void {
  if (state !== undefined) return;
  throw new InputError([
    {
      code: "sync-needs-state",
      where: "organization.yaml",
      message:
        "`zivsync sync` needs `state`: without it nothing remembers what was applied without a person, and the numbers of `approval.standing` would hold for one run alone.",
      remedy: "Add `state`, for example `state: { store: git, branch: zivsync-state }`.",
    },
  ]);
}

/** The file with which a sync goes on after a crash must not be overwritten by the waiting plan. */
function requireTwoFiles({ routine, waiting }: SyncOptions): void {
  if (resolve(routine) !== resolve(waiting)) return;
  throw new InputError([
    {
      code: "usage",
      where: routine,
      message: "--routine and --waiting name the same file.",
      remedy: "Give each plan a file of its own.",
    },
  ]);
}

/** Goes on with the routine plan of a sync that was interrupted. Returns the exit code where that is not finished even now. */
async function finishBefore(
  configuration: Configuration,
  options: SyncOptions,
  announce: Tell,
  io: CommandIo,
): Promise<ExitCode | undefined> {
  const keys = await readSealKeys(configuration, io);
  const earlier = await readEarlierRoutine(resolve(options.routine), keys);
  const memory = earlier && (await openMemory(configuration, keys, io));
  if (earlier === undefined || memory === undefined) return undefined;
  const going = { configuration, directory: options.directory, announce };
  if (!options.dryRun) return finishEarlier(earlier, memory.state, options.routine, going, io);
  refuseToReplace(earlier, memory.state, options.routine);
  return undefined;
}

/** A plan in two parts, and what is needed to carry them out. */
type Planned = {
  readonly at: number;
  readonly decided: Decided;
  readonly parts: Parts;
  readonly split: Split;
  readonly standing: StandingApproval | undefined;
  readonly lost: readonly StandingUse[];
  readonly nothingCovered: string | null;
  readonly isFirst: boolean;
};

async function splitDecided(
  decided: Decided,
  { memory, keys, live }: Read,
  configuration: Configuration,
  options: SyncOptions,
  io: CommandIo,
): Promise<Planned> {
  const at = io.clock.now();
  const { standing: policy, policy: organization } = configuration;
  const { body } = decided;
  const earlier = await readEarlierRoutine(resolve(options.routine), keys);
  const lost = policy && memory ? lostUses(earlier, memory.state, policy.windowMs) : [];
  const used = usedWithin(mergeUses(memory?.state.standing ?? [], lost), at, policy?.windowMs ?? 0);
  const none = await reasonForNone(body, memory, lost, configuration, io);
  const split =
    none !== undefined || policy === undefined || memory === undefined
      ? splitNone(body.changes, none?.reason ?? { because: "not-configured" })
      : splitChanges(body.changes, {
          policy,
          protectedPatterns: organization.protected,
          memory,
          accountOf: accountsOf(live),
          used,
        });
  return {
    at,
    decided,
    split,
    parts: partPlan(body, split, organization.rateLimit),
    standing: policy && {
      type: "standing",
      policy: digestOfPolicy(policy),
      before: used,
      after: addCounts(used, split.counts),
    },
    lost,
    nothingCovered: none?.words ?? null,
    isFirst: none?.reason.because === "first-plan",
  };
}

function accountsOf(live: readonly LiveAccount[]): (zivverId: string) => LiveAccount | undefined {
  const accounts = new Map(live.map((account) => [account.zivverId, account]));
  return (zivverId) => accounts.get(zivverId);
}

type None = { readonly reason: WaitReason; readonly words: string };

/** Why nothing of a plan is covered, whatever is in it; undefined where its changes are judged one by one. */
async function reasonForNone(
  { applicable, guards }: PlanBody,
  memory: OpenMemory | undefined,
  lost: readonly StandingUse[],
  configuration: Configuration,
  io: CommandIo,
): Promise<None | undefined> {
  const none = (reason: WaitReason, words = reasonWords(reason)) => ({ reason, words });
  if (!applicable) return none({ because: "refused" });
  const reason = reasonForAll(memory?.state, lost, io.clock.now());
  if (reason?.because === "first-plan") return none(reason);
  if (configuration.standing === undefined) return none({ because: "not-configured" });
  if (reason !== undefined) return none(reason);
  if (guards.some(({ verdict }) => verdict === "accepted")) return none({ because: "accepted-guard" });
  const why = await reasonNotReviewed(configuration, io);
  return why === undefined ? undefined : none({ because: "not-reviewed" }, why);
}

type Setting = {
  readonly read: Read;
  readonly configuration: Configuration;
  readonly options: SyncOptions;
  readonly announce: Tell;
};

async function carryOutParts(
  planned: Planned,
  setting: Setting,
  io: CommandIo,
): Promise<Omit<Synced, "keys">> {
  const { parts, standing } = planned;
  const { options } = setting;
  const routine = await writePart(parts.routine, standing, options.routine, planned, setting, io);
  const waiting = await writePart(parts.waiting, undefined, options.waiting, planned, setting, io);
  const at = new Date(planned.at).toISOString();
  // Nobody can approve what guards refuse, so it waits for nobody: that it was refused is told.
  const waits = waiting.applicable ? { waiting: waitingOf(waiting, at) } : {};
  setting.announce({ plan: routine, shown: waiting, ...waits });
  const isApplied = !options.dryRun && routine.applicable;
  const { result, code } = isApplied
    ? await applyRoutine(routine, waitingOf(waiting, at), planned, setting, io)
    : { result: undefined, code: 0 as const };
  const left =
    result === undefined ? { plan: waiting, leftOut: [] } : await writeRest(result, planned, setting, io);
  await tellWhatWaits(left.plan, waiting, at, setting, io);
  if (!options.json) showParts(routine, result, left.plan, options, io);
  const isBegun = result !== undefined && routine.changes.length > 0;
  const told = buildSyncResult({
    at,
    dryRun: options.dryRun ?? false,
    policy: setting.configuration.standing,
    routine: { plan: routine, file: options.routine },
    waiting: { ...left, file: options.waiting },
    nothingCovered: planned.nothingCovered,
    isFirst: planned.isFirst,
    result,
    journal: isBegun ? journalPath(options.routine, routine) : null,
    isDone: code === 0,
  });
  return { result: told, routine, waiting: left.plan };
}

/** The waiting changes, for messages and the state; null where there are none. */
function waitingOf({ changes, digest, summary, waits = [] }: Plan, at: string): Waiting | null {
  if (changes.length === 0) return null;
  const counts = ACTIONS.flatMap((action) =>
    summary[action] > 0 ? [[action, summary[action]] as const] : [],
  );
  const reasons = [...new Set(waits.map(reasonWords))];
  return { digest, since: at, changes: Object.fromEntries(counts), reasons };
}

/** The waiting part that was written again after the apply may be another one than the state has by now. */
async function tellWhatWaits(
  now: Plan,
  before: Plan,
  at: string,
  { read: { memory }, announce }: Setting,
  io: CommandIo,
): Promise<void> {
  if (now.digest === before.digest) return;
  const waiting = waitingOf(now, at);
  announce({ shown: now, waiting });
  const ran = {
    command: "sync",
    at: new Date(io.clock.now()).toISOString(),
    outcome: "pending",
    waiting,
  } as const;
  await memory?.store.update((state) => rememberRun(state, ran));
}

async function writePart(
  body: PlanBody,
  standing: StandingApproval | undefined,
  file: string,
  { decided }: Planned,
  { configuration, options, read }: Setting,
  io: CommandIo,
): Promise<Plan> {
  const part = { ...decided, body, ...(standing === undefined ? {} : { standing }) };
  const plan = await sealDecided(part, configuration, read.keys, options, io);
  await writePlan(resolve(file), plan);
  return plan;
}

type Carried = { readonly result: ApplyResult | undefined; readonly code: ExitCode };

/** Applies the routine part as `zivsync apply` does. Of a new state nothing is kept before people have seen its first plan. */
async function applyRoutine(
  plan: Plan,
  waiting: Waiting | null,
  { isFirst, lost }: Planned,
  { read: { memory, keys }, configuration, options, announce }: Setting,
  io: CommandIo,
): Promise<Carried> {
  const again = `run \`zivsync${folderOf(options)} sync\` again`;
  const save = { again, run: { command: "sync", waiting } } as const;
  if (plan.changes.length === 0) {
    const code = isFirst ? 0 : await rememberUnchanged(plan, memory, configuration, save, io);
    return { result: undefined, code };
  }
  const results: ApplyResult[] = [];
  const changes = unsealChanges(plan, keys);
  checkPasswordOption(undefined, configuration, changes, io);
  const code = await carryOut(
    { plan, changes, path: resolve(options.routine), memory },
    configuration,
    {
      ...save,
      report(result) {
        results.push(result);
        announce({ outcomes: result.outcomes });
      },
      lostUses: lost,
    },
    io,
  );
  return { result: results[0], code };
}

/**
 * Writes the waiting part again once the routine part was carried out: with the accounts as they are now, and without changes
 * whose needs were not met. So it has the digest that the same changes have the next night.
 */
async function writeRest(
  result: ApplyResult,
  planned: Planned,
  setting: Setting,
  io: CommandIo,
): Promise<{ readonly plan: Plan; readonly leftOut: readonly string[] }> {
  const { decided, split, parts } = planned;
  const { body } = decided;
  const routine = body.changes.filter(({ id }) => split.routine.has(id));
  const missing = new Set(
    routine.flatMap(({ id }, at) => (result.done.has(parts.routine.changes[at]?.id ?? "") ? [] : [id])),
  );
  const leftOut = new Set<string>();
  for (const { id, needs } of body.changes) {
    if (split.waits.has(id) && needs.some((need) => missing.has(need) || leftOut.has(need))) leftOut.add(id);
  }
  const kept = { ...split, waits: new Map([...split.waits].filter(([id]) => !leftOut.has(id))) };
  const { waiting } = partPlan(body, kept, setting.configuration.policy.rateLimit);
  const first = { changes: parts.routine.changes, before: setting.read.live, result };
  const rebased = { ...waiting, changes: rebase(waiting.changes, first) };
  const plan = await writePart(rebased, undefined, setting.options.waiting, planned, setting, io);
  return { plan, leftOut: body.changes.flatMap(({ id, address }) => (leftOut.has(id) ? [address] : [])) };
}

function showParts(
  routine: Plan,
  result: ApplyResult | undefined,
  waiting: Plan,
  { details = false, routine: file }: SyncOptions,
  io: CommandIo,
): void {
  const text = { color: io.color, width: io.width, details, sealChecked: "valid" } as const;
  if (routine.changes.length > 0) io.out(`${renderText(routine, text)}\n`);
  if (result !== undefined) {
    io.out(`${renderOutcomes(routine, result.outcomes, { color: io.color })}\n`);
    io.note(`The journal is ${journalPath(file, routine)}.`);
  }
  io.out(`${renderText(waiting, text)}\n`);
}

function folderOf({ directory }: SyncOptions): string {
  return directory === DEFAULT_DIRECTORY ? "" : ` -C ${JSON.stringify(directory)}`;
}
