import { resolve } from "node:path";
import { loadConfiguration } from "../../config/load.ts";
import type { Configuration } from "../../config/organization/configuration.ts";
import { validatePlan } from "../../config/schema/plan.ts";
import type { ApplyResult } from "../../engine/apply/ports.ts";
import { recallApply } from "../../engine/apply/recall.ts";
import { isInPlace } from "../../model/plan/outcome.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { EMPTY_STATE } from "../../model/plan/state.ts";
import type { JournalEntry } from "../../model/ports.ts";
import type { Problem } from "../../model/values/errors.ts";
import { present } from "../../model/values/present.ts";
import { attentionLine } from "../../review/attention/attention.ts";
import { renderText } from "../../review/text/plan.ts";
import { checkUnused, journalPath, readEndedJournal } from "../../storage/journal.ts";
import { readPlan, verifyPlan } from "../../storage/plan/plan-file.ts";
import { unsealChanges } from "../../storage/plan/seal.ts";
import { type Announce, announced } from "../notify/announce.ts";
import { openTarget, readSealKeys } from "../shared/connect.ts";
import { type CommandIo, type CommonOptions, type ExitCode, folderOption, shellWord } from "../shared/io.ts";
import { type OpenMemory, openMemory } from "../shared/open-state.ts";
import { checkStateOf } from "../shared/state-witness.ts";
import { requireApprovals } from "./approvals.ts";
import {
  type CarryOptions,
  carryOut,
  checkApplicable,
  refuse,
  rememberUnchanged,
  showOutcomes,
  type Verified,
} from "./carry-out.ts";
import { holdAlone } from "./hold-alone.ts";
import { checkNotApplied, rememberApplied } from "./save-state.ts";
import { settledBy } from "./standing-approval.ts";
import { checkPasswordOption } from "./temporary-passwords.ts";

export type ApplyOptions = CommonOptions & {
  readonly approve?: string;
  readonly temporaryPasswords?: string;
};

/** `zivsync apply plan.json`: verifies the plan, asks for approval, carries it out and verifies again. */
export async function apply(file: string, options: ApplyOptions, io: CommandIo): Promise<ExitCode> {
  const configuration = await loadConfiguration(options.directory);
  return announced("apply", configuration, io, (announce) =>
    applyFile(file, configuration, options, announce, io),
  );
}

/** The same as a part of another run, which reports what came of it. */
export async function applyFile(
  file: string,
  configuration: Configuration,
  options: ApplyOptions,
  announce: Announce,
  io: CommandIo,
): Promise<ExitCode> {
  const path = resolve(file);
  announce({ files: [path] });
  const plan = await readPlan(path, validatePlan);
  const keys = await readSealKeys(configuration, io);
  verifyPlan(plan, file, keys, configuration.target.url, io.clock.now());
  announce({ plan });
  checkApplicable(plan, file, configuration);
  const changes = unsealChanges(plan, keys);
  const memory = await openMemory(configuration, keys, io);
  if (memory !== undefined) announce({ state: memory.state });
  checkStateOf(plan, file, memory);
  const save = {
    again: again(plan, file, options),
    unsaved: (problems: readonly Problem[]) => announce({ problems }),
  };
  if (changes.length === 0) {
    const text = ["No changes: there is nothing to apply.", attentionLine(plan)].join(" ").trim();
    io.out(options.json ? '{"outcomes":[],"unfinished":false}\n' : `${text}\n`);
    return rememberUnchanged(plan, memory, configuration, save, io);
  }
  const verified = { plan, changes, path, memory };
  const journal = journalPath(file, plan);
  const carrying = {
    ...save,
    report: (result: ApplyResult) => {
      announce({ outcomes: result.outcomes, files: [path, journalPath(path, plan)] });
      showOutcomes(plan, result, journal, options, io);
      noteNext(result, io);
    },
  };
  const remembered = await rememberAgain(verified, configuration, carrying, io);
  if (remembered !== undefined) return remembered;
  checkPasswordOption(options.temporaryPasswords, configuration, changes, io);
  await checkUnused(journalPath(path, plan), plan);
  checkNotApplied(plan, file, memory);
  // Standing approval is settled when the lock is held: the configuration and the state decide, not the plan.
  if (plan.standing !== undefined) io.note("This plan needs standing approval, which is checked now.");
  else if (configuration.approval === undefined) await confirm(plan, options, io);
  else
    await requireApprovals(
      plan,
      path,
      configuration.approval,
      { ...configuration, keys, state: memory?.state },
      io,
    );
  const { temporaryPasswords } = options;
  return carryOut(verified, configuration, { ...carrying, ...present({ temporaryPasswords }) }, io);
}

/** The command that goes on where this one could not, for a person to type. */
function again({ expiresAt }: Plan, file: string, { directory }: ApplyOptions): string {
  return `run \`zivsync${folderOption(directory)} apply ${shellWord(file)}\` before ${expiresAt} (after that, \`zivsync adopt\`)`;
}

function noteNext({ outcomes, unfinished }: ApplyResult, io: CommandIo): void {
  if (unfinished) io.note("The plan is not finished. Run the same command again to go on.");
  else if (!outcomes.every(({ state }) => isInPlace(state))) {
    io.note(
      "The plan is used up: applying it again is refused. For what is not in place, settle the reasons above, run `zivsync plan`, and review the new plan.",
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
      "Nobody is there to approve the plan: this is not a terminal.",
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

/**
 * Saves what an apply did that came to its end while the state could not be written, or was killed just then. It writes nothing to
 * Zivver, so it needs no approval. Undefined when there is nothing of the kind, or another plan was applied since.
 */
async function rememberAgain(
  { plan, changes, path, memory }: Verified,
  configuration: Configuration,
  { report, ...save }: CarryOptions,
  io: CommandIo,
): Promise<ExitCode | undefined> {
  const entries = memory && (await readEndedJournal(journalPath(path, plan), plan));
  if (memory === undefined || entries === undefined || !isForgotten(plan, entries, memory)) return undefined;
  return holdAlone(plan.target.organization, configuration, memory, io, async () => {
    const present = { ...memory, state: (await memory.store.read()) ?? EMPTY_STATE };
    if (!isForgotten(plan, entries, present)) return undefined;
    const target = await openTarget(configuration, io);
    const result = recallApply(changes, entries, await target.read());
    io.note(
      "The plan was applied already, but the state was not saved then. Nothing is sent to Zivver again.",
    );
    report(result);
    const settled = settledBy(plan, changes, entries, result.unfinished);
    if (!(await rememberApplied(plan, { ...result, settled }, present, save, io))) return 4;
    io.note("The state is saved.");
    return result.outcomes.every(({ state }) => isInPlace(state)) ? 0 : 4;
  });
}

/** The state of a later apply is newer than this one's. */
function isForgotten(
  plan: Verified["plan"],
  entries: readonly JournalEntry[],
  { state }: OpenMemory,
): boolean {
  const last = entries.at(-1)?.at ?? "";
  return !state.applied.some(({ seal, at }) => seal === plan.seal || at > last);
}
