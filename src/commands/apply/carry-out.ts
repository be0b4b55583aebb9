import type { Configuration } from "../../config/organization/configuration.ts";
import { applyChanges } from "../../engine/apply/apply.ts";
import type { ApplyResult } from "../../engine/apply/ports.ts";
import { expectReleases } from "../../engine/state/released.ts";
import type { Change } from "../../model/plan/change.ts";
import { isInPlace } from "../../model/plan/outcome.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { StandingApproval, StandingUse } from "../../model/plan/standing.ts";
import { EMPTY_STATE } from "../../model/plan/state.ts";
import { type ErrorCode, RefusedError, ZivsyncError } from "../../model/values/errors.ts";
import { jsonLine } from "../../review/shared/neutral.ts";
import { renderOutcomes } from "../../review/text/outcomes.ts";
import { progressLine } from "../../review/text/terminal/progress.ts";
import { journalPath, openJournal, readJournalEntries } from "../../storage/journal.ts";
import { checkNotExpired } from "../../storage/plan/plan-file.ts";
import { openTarget } from "../shared/connect.ts";
import type { CommandIo, CommonOptions, ExitCode } from "../shared/io.ts";
import type { OpenMemory } from "../shared/open-state.ts";
import { checkStateOf } from "../shared/state-witness.ts";
import { type Hold, holdAlone, stopWith } from "./hold-alone.ts";
import {
  checkNotApplied,
  hasNews,
  rememberApplied,
  rememberSuccess,
  type SaveOptions,
} from "./save-state.ts";
import { settledBy, takeStanding } from "./standing-approval.ts";
import { openTemporaryPasswords, type TemporaryPasswords } from "./temporary-passwords.ts";

/** A plan that was verified and approved, with its account keys in the open. */
export type Verified = {
  readonly plan: Plan;
  readonly changes: readonly Change[];
  /** Its file, absolute: the journal is beside it. */
  readonly path: string;
  readonly memory: OpenMemory | undefined;
};

/**
 * The callers' part in carrying out a plan. `report` is called as soon as it is known what became of the changes; `again` tells
 * the person how to go on where the state could not be saved.
 */
export type CarryOptions = SaveOptions & {
  readonly temporaryPasswords?: string;
  readonly report: (result: ApplyResult) => void;
  /** Entries of the ledger of standing approval that the state has lost. */
  readonly lostUses?: readonly StandingUse[];
};

/** Carries out a plan, verifies it, and remembers it. Nobody else applies to the organisation meanwhile. */
export async function carryOut(
  verified: Verified,
  configuration: Configuration,
  options: CarryOptions,
  io: CommandIo,
): Promise<ExitCode> {
  const { plan, memory } = verified;
  return holdAlone(plan.target.organization, configuration, memory, io, async (hold) => {
    const again = await verifyAgain(verified, io);
    const approval = await standingOf(again, configuration, options, io);
    await expectReleased(again, io);
    return carryOutAlone(again, configuration, { ...options, hold, approval }, io);
  });
}

/** People approved the other plans before; this one is approved by the configuration and the state as they are now. */
async function standingOf(
  { plan, changes, path, memory }: Verified,
  configuration: Configuration,
  { lostUses = [] }: CarryOptions,
  io: CommandIo,
): Promise<StandingApproval | undefined> {
  if (plan.standing === undefined) return undefined;
  return takeStanding({ plan, changes, file: path, memory, lost: lostUses }, configuration, io);
}

/** Remembers the addresses that the plan takes from accounts before anything is sent, as a crash could forget them. */
async function expectReleased({ changes, memory }: Verified, io: CommandIo): Promise<void> {
  const at = new Date(io.clock.now()).toISOString();
  if (memory === undefined || expectReleases([], changes, at).length === 0) return;
  await memory.store.update((state) => ({
    ...state,
    released: expectReleases(state.released ?? [], changes, at),
  }));
}

/** A question can stand open for days, in which the plan expires, or is applied from another copy of its file. */
async function verifyAgain(verified: Verified, io: CommandIo): Promise<Verified> {
  const { plan, path, memory } = verified;
  checkNotExpired(plan, path, io.clock.now());
  if (memory === undefined) return verified;
  const present = { ...memory, state: (await memory.store.read()) ?? EMPTY_STATE };
  checkStateOf(plan, path, present);
  checkNotApplied(plan, path, present);
  return { ...verified, memory: present };
}

type Alone = CarryOptions & { readonly hold: Hold; readonly approval: StandingApproval | undefined };

async function carryOutAlone(
  { plan, changes, path, memory }: Verified,
  configuration: Configuration,
  { temporaryPasswords, report, hold, approval, ...save }: Alone,
  io: CommandIo,
): Promise<ExitCode> {
  const target = await openTarget(configuration, io, hold.isHeld);
  const file = journalPath(path, plan);
  const journal = await openJournal(file, plan, new Date(io.clock.now()).toISOString(), approval);
  let passwords: TemporaryPasswords | undefined;
  try {
    passwords = await openTemporaryPasswords(
      temporaryPasswords,
      changes,
      { path: file, resumed: journal.entries.length > 0 },
      io,
    );
    const result = await applyChanges(changes, {
      target,
      journal,
      clock: io.clock,
      ...(configuration.target.settleMs === undefined ? {} : { settleMs: configuration.target.settleMs }),
      stop: stopWith(io.listenForStop(), hold),
      onProgress: progressOf(io),
      ...passwords.ports,
    });
    report(result);
    hold.noteLoss();
    const isDone = result.outcomes.every(({ state }) => isInPlace(state));
    const applied = { ...result, settled: await settle({ plan, changes }, file, result) };
    const isRemembered = memory === undefined || (await rememberApplied(plan, applied, memory, save, io));
    return isDone && !result.unfinished && isRemembered ? 0 : 4;
  } finally {
    try {
      await passwords?.finish();
    } finally {
      await journal.close();
    }
  }
}

/** What was used of the numbers; undefined, so that all that was taken stays used, where the journal was removed meanwhile. */
async function settle(
  { plan, changes }: Pick<Verified, "plan" | "changes">,
  journal: string,
  { unfinished }: ApplyResult,
): Promise<ReturnType<typeof settledBy>> {
  if (plan.standing === undefined) return undefined;
  try {
    return settledBy(plan, changes, await readJournalEntries(journal), unfinished);
  } catch (error) {
    if (error instanceof ZivsyncError) return undefined;
    throw error;
  }
}

function progressOf(io: CommandIo) {
  const startedAt = io.clock.now();
  return (done: number, of: number) =>
    io.progress(progressLine("Applying", { done, of, unit: "changes" }, startedAt, io.clock.now()));
}

/** Accounts may have to be remembered otherwise although none of them changes: on the first apply, most of them. */
export async function rememberUnchanged(
  plan: Plan,
  memory: OpenMemory | undefined,
  configuration: Configuration,
  save: SaveOptions,
  io: CommandIo,
): Promise<ExitCode> {
  if (memory === undefined) return 0;
  if (!hasNews(plan, memory)) {
    await rememberSuccess(plan, memory, save, io);
    return 0;
  }
  const target = await openTarget(configuration, io);
  const nothing = { outcomes: [], done: new Map(), keys: new Map(), unfinished: false };
  const applied = { ...nothing, accounts: await target.read() };
  const isRemembered = await rememberApplied(plan, applied, memory, save, io);
  return isRemembered ? 0 : 4;
}

/** Shows what became of each change, and where the journal is. */
export function showOutcomes(
  plan: Plan,
  { outcomes, unfinished }: ApplyResult,
  journal: string,
  { json }: Pick<CommonOptions, "json">,
  io: CommandIo,
): void {
  io.out(
    json
      ? jsonLine(JSON.stringify({ digest: plan.digest, journal, outcomes, unfinished }))
      : renderOutcomes(plan, outcomes, { color: io.color }),
  );
  io.note(`The journal is ${journal}.`);
}

/** Throws RefusedError for a plan of another configuration, and for one that its guards refuse. */
export function checkApplicable(plan: Plan, file: string, configuration: Configuration): void {
  if (plan.configuration.digest !== configuration.digest) {
    refuse(
      "plan-other-configuration",
      file,
      "The plan was made from other configuration files than those in this folder.",
      "Check out the commit that the plan names, or make a new plan.",
    );
  }
  if (!plan.applicable) {
    const guards = plan.guards
      .filter(({ verdict }) => verdict === "refused")
      .map(({ guard, measured, limit }) => `${guard} (${measured}, the limit is ${limit})`);
    refuse(
      "plan-not-applicable",
      file,
      `The plan was refused by its guards: ${guards.join(", ")}.`,
      "Make a new plan; `zivsync show` says how to accept exactly this effect.",
    );
  }
}

/** Throws RefusedError with one problem. */
export function refuse(code: ErrorCode, where: string, message: string, remedy: string): never {
  throw new RefusedError({ code, where, message, remedy });
}
