import { resolve } from "node:path";
import { loadConfiguration } from "../../config/load.ts";
import type { Configuration } from "../../config/organization/configuration.ts";
import { fileKey } from "../../config/yaml/glob.ts";
import type { ApplyResult } from "../../engine/apply/ports.ts";
import { rebase } from "../../engine/apply/rebase.ts";
import { partPlan } from "../../engine/plan/standing/parts.ts";
import { rememberRun } from "../../engine/state/run-memory.ts";
import { ACTIONS } from "../../model/plan/change.ts";
import type { Plan, PlanBody } from "../../model/plan/plan.ts";
import type { StandingApproval } from "../../model/plan/standing.ts";
import type { Waiting } from "../../model/run/run.ts";
import type { EarlierResult, SyncResult } from "../../model/sync-result.ts";
import { InputError, type Problem, ZivsyncError } from "../../model/values/errors.ts";
import { jsonLine } from "../../review/shared/neutral.ts";
import { syncLines } from "../../review/standing/sync-lines.ts";
import { reasonWords } from "../../review/standing/waits.ts";
import { renderOutcomes } from "../../review/text/outcomes.ts";
import { renderText } from "../../review/text/plan.ts";
import { renderProblems } from "../../review/text/problems.ts";
import { journalPath } from "../../storage/journal.ts";
import { writePlan } from "../../storage/plan/plan-file.ts";
import { type SealKeys, unsealChanges } from "../../storage/plan/seal.ts";
import { carryOut, rememberUnchanged } from "../apply/carry-out.ts";
import { checkPasswordOption } from "../apply/temporary-passwords.ts";
import { type Announce, announced } from "../notify/announce.ts";
import { parseAcceptances, unusedAcceptances } from "../shared/acceptances.ts";
import { readSealKeys } from "../shared/connect.ts";
import { type CommandIo, type CommonOptions, type ExitCode, folderOption } from "../shared/io.ts";
import { openMemory } from "../shared/open-state.ts";
import { checkOutput } from "../shared/output-file.ts";
import { decide, type Read, readAll } from "../shared/read-and-decide.ts";
import { checkNotOlder } from "../shared/state-witness.ts";
import { sealDecided } from "../shared/write-plan.ts";
import { type Finished, finishEarlier, readEarlierRoutine, refuseToReplace } from "./earlier-routine.ts";
import { buildSyncResult, buildUnfinished } from "./result.ts";
import { type Planned, splitDecided } from "./split-plan.ts";

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
  /** It waits for people: it has changes, or is the first one of its state. */
  readonly isForPeople: boolean;
  readonly keys: SealKeys;
};

/**
 * `zivsync sync`: plans once, applies what standing approval covers, and leaves the rest for people in a plan of its own. `report` is
 * called at the end; not where an earlier sync had to be finished first and could not.
 */
export async function sync(
  options: SyncOptions,
  io: CommandIo,
  report: (synced: Synced) => Promise<void> = async () => {},
): Promise<ExitCode> {
  const configuration = await loadConfiguration(options.directory);
  requireState(configuration);
  requireTwoFiles(options);
  for (const file of [options.routine, options.waiting]) await checkOutput(configuration, file);
  // A trial is announced to nobody.
  if (options.dryRun) return syncOnce(configuration, options, () => {}, report, io);
  return announced("sync", configuration, io, (announce) =>
    syncOnce(configuration, options, announce, report, io),
  );
}

async function syncOnce(
  configuration: Configuration,
  options: SyncOptions,
  announce: Announce,
  report: (synced: Synced) => Promise<void>,
  io: CommandIo,
): Promise<ExitCode> {
  announce({ files: [resolve(options.waiting), resolve(options.routine)] });
  const accepted = parseAcceptances(options.accept ?? []);
  const before = await finishBefore(configuration, options, io);
  if (before?.isOpen) return reportUnfinished(before, configuration, options, announce, io);
  if (before !== undefined) announce({ earlier: before.facts });
  const read = await readAll(configuration, configuration.profiles, io);
  for (const file of [options.routine, options.waiting])
    await checkNotOlder(file, read.memory, read.keys, io);
  const { decided } = decide(configuration, read, { accepted });
  for (const { guard, count } of decided.unusedAcceptances) io.note(unusedAcceptances(guard, count));
  const planned = await splitDecided(decided, read, configuration, options.routine, io);
  if (read.memory !== undefined) announce({ state: read.memory.state });
  const setting = { read, configuration, options, announce, earlier: before?.result ?? null };
  return sayingWhatIsDone(setting, io, async (begun) => {
    const synced = await carryOutParts(planned, begun, io);
    const { result } = synced;
    showResult(result, options, io);
    await report({ ...synced, keys: read.keys });
    return result.exitCode;
  });
}

/** What fails once the routine part is applied does not make it undone: that is a sync in part, not one that wrote nothing. */
async function sayingWhatIsDone(
  setting: Setting,
  io: CommandIo,
  work: (begun: Setting) => Promise<ExitCode>,
): Promise<ExitCode> {
  let isApplied = false;
  const announce: Announce = (facts) => {
    isApplied ||= facts.outcomes !== undefined;
    setting.announce(facts);
  };
  try {
    return await work({ ...setting, announce });
  } catch (error) {
    if (!isApplied || !(error instanceof ZivsyncError)) throw error;
    setting.announce({ problems: error.problems });
    io.note(renderProblems(error.problems, { color: io.color }).trimEnd());
    io.note(
      `${setting.options.routine} was carried out, as its journal says; what follows it could not be done.`,
    );
    return 4;
  }
}

function showResult(result: SyncResult, { json }: SyncOptions, io: CommandIo): void {
  io.out(json ? jsonLine(JSON.stringify(result)) : `${syncLines(result).join("\n")}\n`);
}

/** The sync ends with an earlier one that could not be finished even now. */
function reportUnfinished(
  { result, plan, facts }: Finished,
  { standing: policy }: Configuration,
  options: SyncOptions,
  announce: Announce,
  io: CommandIo,
): ExitCode {
  announce(facts);
  const at = new Date(io.clock.now()).toISOString();
  const { routine: file, waiting } = options;
  showResult(buildUnfinished({ at, policy, routine: { plan, file }, waiting }, result), options, io);
  return 4;
}

/** The numbers of standing approval hold for a stretch of time, so something must remember what was used. */
function requireState({ state }: Configuration): void {
  if (state !== undefined) return;
  throw new InputError({
    code: "sync-needs-state",
    where: "organization.yaml",
    message:
      "`zivsync sync` needs `state`: without it nothing remembers what was applied without a person, and the numbers of `approval.standing` would hold for one run alone.",
    remedy: "Add `state`, for example `state: { store: git, branch: zivsync-state }`.",
  });
}

/** The file with which a sync goes on after a crash must not be overwritten by the waiting plan. */
function requireTwoFiles({ routine, waiting }: SyncOptions): void {
  if (fileKey(resolve(routine)) !== fileKey(resolve(waiting))) return;
  throw new InputError({
    code: "usage",
    where: routine,
    message: "--routine and --waiting name the same file.",
    remedy: "Give each plan a file of its own.",
  });
}

/** Goes on with the routine plan of a sync that was interrupted. */
async function finishBefore(
  configuration: Configuration,
  options: SyncOptions,
  io: CommandIo,
): Promise<Finished | undefined> {
  const keys = await readSealKeys(configuration, io);
  const earlier = await readEarlierRoutine(resolve(options.routine), keys);
  const memory = earlier && (await openMemory(configuration, keys, io));
  if (earlier === undefined || memory === undefined) return undefined;
  const going = { configuration, memory, file: options.routine, directory: options.directory };
  if (!options.dryRun) return finishEarlier(earlier, going, io);
  refuseToReplace(earlier, memory.state, options.routine);
  return undefined;
}

type Setting = {
  readonly read: Read;
  readonly configuration: Configuration;
  readonly options: SyncOptions;
  readonly announce: Announce;
  readonly earlier: EarlierResult | null;
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
  // Nobody can approve what guards refuse, so it waits for nobody: the refusal is reported.
  const waits = waitingOf(waiting, at, planned);
  setting.announce({ plan: routine, shown: waiting, ...(waiting.applicable ? { waiting: waits } : {}) });
  const isApplied = !options.dryRun && routine.applicable;
  const { result, code } = isApplied
    ? await applyRoutine(routine, waits, planned, setting, io)
    : { result: undefined, code: 0 as const };
  const left =
    result === undefined ? { plan: waiting, leftOut: [] } : await writeRest(result, planned, setting, io);
  await reportWaiting(left.plan, waiting, at, planned, setting, io);
  if (!options.json) showParts(routine, result, left.plan, options, io);
  const isBegun = result !== undefined && routine.changes.length > 0;
  const synced = buildSyncResult({
    at,
    dryRun: options.dryRun ?? false,
    policy: setting.configuration.standing,
    earlier: setting.earlier,
    routine: { plan: routine, file: options.routine },
    waiting: { ...left, file: options.waiting },
    nothingCovered: planned.nothingCovered,
    isFirst: planned.isFirst,
    result,
    journal: isBegun ? journalPath(options.routine, routine) : null,
    isDone: code === 0,
  });
  const isForPeople = left.plan.applicable && waitingOf(left.plan, at, planned) !== null;
  return { result: synced, routine, waiting: left.plan, isForPeople };
}

/** The waiting part, for messages and the state; null where nothing does. The first plan of a state waits, whatever is in it. */
function waitingOf(
  { changes, digest, summary, waits = [] }: Plan,
  at: string,
  { isFirst }: Planned,
): Waiting | null {
  if (changes.length === 0) {
    const reasons = [reasonWords({ because: "first-plan" })];
    return isFirst ? { digest, since: at, changes: {}, reasons } : null;
  }
  const counts = ACTIONS.flatMap((action) =>
    summary[action] > 0 ? [[action, summary[action]] as const] : [],
  );
  const reasons = [...new Set(waits.map(reasonWords))];
  return { digest, since: at, changes: Object.fromEntries(counts), reasons };
}

/** The waiting part that was written again after the apply may be another one than the state has by now. */
async function reportWaiting(
  now: Plan,
  before: Plan,
  at: string,
  planned: Planned,
  { read: { memory }, announce }: Setting,
  io: CommandIo,
): Promise<void> {
  if (now.digest === before.digest) return;
  const waiting = waitingOf(now, at, planned);
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
  const again = `run \`zivsync${folderOption(options.directory)} sync\` again`;
  const unsaved = (problems: readonly Problem[]) => announce({ problems });
  const save = { again, run: { command: "sync", waiting }, unsaved } as const;
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
  const { waiting } = partPlan(body, kept, { rate: setting.configuration.policy.rateLimit });
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
