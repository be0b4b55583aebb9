import { resolve } from "node:path";
import type { Configuration } from "../config/configuration.ts";
import { loadConfiguration } from "../config/load.ts";
import { validatePlan } from "../config/plan-shape.ts";
import { applyChanges } from "../engine/apply.ts";
import type { ApplyResult } from "../engine/apply-session.ts";
import { type ErrorCode, RefusedError } from "../errors.ts";
import type { Change, Plan } from "../model/plan.ts";
import { checkUnused, journalPath, openJournal } from "../records/journal.ts";
import { takeLock } from "../records/lock.ts";
import { readPlan, verifyPlan } from "../records/plan-file.ts";
import { unsealChanges } from "../records/seal.ts";
import { renderOutcomes } from "../review/outcomes.ts";
import { renderText } from "../review/text.ts";
import { requireApprovals } from "./approvals.ts";
import type { CommandIo, CommonOptions, ExitCode } from "./io.ts";
import { type OpenMemory, openMemory } from "./memory.ts";
import { checkNotApplied, hasNews, rememberApplied } from "./remembering.ts";
import { openTarget, readSealKeys } from "./setup.ts";
import {
  checkPasswordOption,
  openTemporaryPasswords,
  type TemporaryPasswords,
} from "./temporary-passwords.ts";

export type ApplyOptions = CommonOptions & {
  readonly approve?: string;
  readonly temporaryPasswords?: string;
};

/** `zivsync apply plan.json`: verifies the plan, asks for approval, carries it out and verifies again. */
export async function apply(file: string, options: ApplyOptions, io: CommandIo): Promise<ExitCode> {
  const configuration = await loadConfiguration(options.directory);
  const path = resolve(file);
  const plan = await readPlan(path, validatePlan);
  const keys = await readSealKeys(configuration, io);
  verifyPlan(plan, file, keys, configuration.target.url, io.clock.now());
  checkApplicable(plan, file, configuration);
  const changes = unsealChanges(plan, keys);
  const memory = await openMemory(configuration, keys, io);
  if (changes.length === 0) return nothingToApply(plan, memory, configuration, options, io);
  checkPasswordOption(options.temporaryPasswords, configuration, changes, io);
  await checkUnused(journalPath(path, plan), plan);
  checkNotApplied(plan, file, memory);
  if (configuration.approval === undefined) await confirm(plan, options, io);
  else await requireApprovals(plan, path, configuration.approval, { ...configuration, keys }, io);
  const lock = await takeLock(keys.organization, new Date(io.clock.now()).toISOString());
  try {
    return await carryOut({ plan, changes, path, shownAs: file, memory }, configuration, options, io);
  } finally {
    await lock.release();
  }
}

type Verified = {
  readonly plan: Plan;
  readonly changes: readonly Change[];
  readonly path: string;
  readonly shownAs: string;
  readonly memory: OpenMemory | undefined;
};

/** Accounts may have to be remembered otherwise although none of them changes: on the first apply, most of them. */
async function nothingToApply(
  plan: Plan,
  memory: OpenMemory | undefined,
  configuration: Configuration,
  options: ApplyOptions,
  io: CommandIo,
): Promise<ExitCode> {
  io.out(options.json ? '{"outcomes":[],"unfinished":false}\n' : "No changes: there is nothing to apply.\n");
  if (memory === undefined || !hasNews(plan, memory)) return 0;
  const target = await openTarget(configuration, io);
  const nothing = { done: new Map(), keys: new Map(), unfinished: false };
  const isRemembered = await rememberApplied(plan, { ...nothing, accounts: await target.read() }, memory, io);
  return isRemembered ? 0 : 4;
}

async function carryOut(
  { plan, changes, path, shownAs, memory }: Verified,
  configuration: Configuration,
  options: ApplyOptions,
  io: CommandIo,
): Promise<ExitCode> {
  const target = await openTarget(configuration, io);
  const journal = await openJournal(journalPath(path, plan), plan, new Date(io.clock.now()).toISOString());
  let passwords: TemporaryPasswords | undefined;
  try {
    passwords = await openTemporaryPasswords(
      options.temporaryPasswords,
      changes,
      { path: journalPath(path, plan), resumed: journal.entries.length > 0 },
      io,
    );
    const result = await applyChanges(changes, {
      target,
      journal,
      clock: io.clock,
      stop: io.listenForStop(),
      onProgress: progressOf(io),
      ...passwords.ports,
    });
    report(plan, result, journalPath(shownAs, plan), options, io);
    const isDone = result.outcomes.every(({ state }) => state === "applied" || state === "already");
    const isRemembered = memory === undefined || (await rememberApplied(plan, result, memory, io));
    return isDone && !result.unfinished && isRemembered ? 0 : 4;
  } finally {
    await passwords?.close();
    await journal.close();
  }
}

function progressOf(io: CommandIo) {
  return (settled: number, of: number) => io.progress(`Applying: ${settled} of ${of} changes settled`);
}

function report(
  plan: Plan,
  { outcomes, unfinished }: ApplyResult,
  journal: string,
  options: ApplyOptions,
  io: CommandIo,
): void {
  io.out(
    options.json
      ? `${JSON.stringify({ digest: plan.digest, journal, outcomes, unfinished })}\n`
      : renderOutcomes(plan, outcomes, { color: io.color }),
  );
  io.note(`The journal is ${journal}.`);
  if (unfinished) io.note("The plan is not finished. Run the same command again to go on.");
}

function refuse(code: ErrorCode, where: string, message: string, remedy: string): never {
  throw new RefusedError([{ code, where, message, remedy }]);
}

function checkApplicable(plan: Plan, file: string, configuration: Configuration): void {
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

/** Typing the digest's first 8 characters on a terminal, or giving the whole digest, says that this very plan was read. */
async function confirm(plan: Plan, options: ApplyOptions, io: CommandIo): Promise<void> {
  const hex = plan.digest.replace(/^sha256:/, "");
  if (options.approve !== undefined) {
    if (
      options.approve
        .trim()
        .toLowerCase()
        .replace(/^sha256:/, "") === hex
    )
      return;
    refuse(
      "plan-unapproved",
      "--approve",
      `The plan's digest is another one than ${options.approve.slice(0, 80)}.`,
      `Review the plan, then give its digest: ${plan.digest}`,
    );
  }
  if (!io.interactive) {
    refuse(
      "plan-unapproved",
      "apply",
      "Nobody is there to approve the plan: this is no terminal.",
      `Review the plan, then run again with --approve ${plan.digest}`,
    );
  }
  if (!options.json) io.note(renderText(plan, { color: io.color, width: io.width, sealChecked: "valid" }));
  const answer = await io.ask(
    `To apply this plan, type the first 8 characters of its digest (after "sha256:"): `,
  );
  const typed = answer
    .trim()
    .toLowerCase()
    .replace(/^sha256:/, "");
  if (typed.length < 8 || !hex.startsWith(typed)) {
    refuse(
      "plan-unapproved",
      "apply",
      "What was typed is not the beginning of the plan's digest.",
      "Nothing was applied. Review the plan and run again.",
    );
  }
}
