import { randomBytes } from "node:crypto";
import { loadConfiguration } from "../../config/load.ts";
import type { Configuration } from "../../config/organization/configuration.ts";
import type { ConformanceReport } from "../../model/conformance.ts";
import { DEFAULT_SETTLE_MS } from "../../model/plan/policy.ts";
import { parseDomain } from "../../model/values/address.ts";
import { InputError, RefusedError } from "../../model/values/errors.ts";
import { jsonLine } from "../../review/shared/neutral.ts";
import { renderConformance } from "../../review/text/conformance.ts";
import { progressLine } from "../../review/text/terminal/progress.ts";
import {
  type CleanUpFile,
  cleanUpPath,
  createCleanUpFile,
  readCleanUpFile,
  removeCleanUpFile,
  writeCleanUpFile,
} from "../../storage/conformance/clean-up-file.ts";
import { writeReport } from "../../storage/conformance/report-file.ts";
import { refuseToReplaceKept } from "../../storage/files/result-file.ts";
import { targetOptions } from "../shared/connect.ts";
import type { CommandIo, CommonOptions, ExitCode } from "../shared/io.ts";

export type ConformanceCommandOptions = CommonOptions & {
  readonly domain?: string;
  readonly yes?: boolean;
  readonly inProduction?: boolean;
  readonly cleanUp?: string;
  readonly output: string;
};

/**
 * `zivsync conformance`: finds out on a test organisation how the API behaves, with accounts of its own that it deletes. Exits with
 * 0 as expected, 2 where zivsync copes or a question has no answer, 3 where it would be wrong, 1 where accounts are left.
 */
export async function conformance(options: ConformanceCommandOptions, io: CommandIo): Promise<ExitCode> {
  const configuration = await loadConfiguration(options.directory);
  if (options.cleanUp !== undefined) return cleanUp(options.cleanUp, configuration, options, io);
  const domain = checkDomain(options.domain, configuration);
  await refuseToReplaceKept(options.output);
  const { askTarget } = await import("../../zivver/conformance/conformance.ts");
  const { openWire } = await import("../../zivver/connection.ts");
  const wire = await openWire(await targetOptions(configuration, io));
  await confirm(domain, options, io);
  const run = { token: randomBytes(8).toString("hex"), domain };
  const file = cleanUpPath(options.output);
  const kept = (more: Pick<CleanUpFile, "pending" | "accounts">): CleanUpFile => ({
    formatVersion: 1,
    url: configuration.target.url,
    ...run,
    at: new Date(io.clock.now()).toISOString(),
    ...more,
  });
  let open: Pick<CleanUpFile, "pending" | "accounts"> = { pending: [], accounts: [] };
  await createCleanUpFile(file, kept(open));
  const isOpen = () => open.pending.length > 0 || open.accounts.length > 0;
  const stop = io.listenForStop();
  const startedAt = io.clock.now();
  try {
    const report = await askTarget({
      ...wire,
      run,
      version: io.version,
      requestsInWindow: configuration.policy.rateLimit.requests,
      inProduction: options.inProduction ?? false,
      remember: (pending, accounts) => {
        open = { pending, accounts };
        return writeCleanUpFile(file, kept(open));
      },
      stop: () => stop.requested,
      onProgress: (done, of) =>
        io.progress(progressLine("Asking", { done, of, unit: "experiments" }, startedAt, io.clock.now())),
    });
    await writeReport(options.output, report);
    show(report, options, io);
    return exitCodeOf(report, isOpen());
  } finally {
    if (isOpen()) io.note(`Accounts may be left: run \`zivsync conformance --clean-up ${file}\`.`);
    else await removeCleanUpFile(file);
  }
}

function show(report: ConformanceReport, options: ConformanceCommandOptions, io: CommandIo): void {
  io.out(options.json ? jsonLine(JSON.stringify(report)) : renderConformance(report, io));
  io.note(
    `The report is ${options.output}: it holds no address and no secret, and can be sent to those who maintain zivsync.`,
  );
}

function exitCodeOf({ answers }: ConformanceReport, isOpen: boolean): ExitCode {
  if (answers.some(({ verdict }) => verdict === "wrong")) return 3;
  if (isOpen) return 1;
  return answers.every(({ verdict }) => verdict === "as-expected") ? 0 : 2;
}

/** Throws InputError for a domain that the configuration does not claim. */
function checkDomain(text: string | undefined, { policy }: Configuration): string {
  const domain = parseDomain(text ?? "");
  if (domain !== undefined && policy.claimedDomains.includes(domain)) return domain;
  throw new InputError({
    code: "usage",
    where: "--domain",
    message:
      text === undefined
        ? "The domain is missing in which accounts may be made and deleted again."
        : "The domain is not among `claimedDomains` of organization.yaml.",
    remedy: `Name one of ${policy.claimedDomains.join(", ")}.`,
  });
}

/** Throws RefusedError unless somebody types the domain again, or said `--yes`. */
async function confirm(domain: string, { yes }: ConformanceCommandOptions, io: CommandIo): Promise<void> {
  if (yes) return;
  const refusal = (message: string, remedy: string) =>
    new RefusedError({ code: "conformance-unconfirmed", where: "conformance", message, remedy });
  if (!io.interactive)
    throw refusal(
      "Cannot ask for confirmation: standard input is not a terminal. Nothing was sent.",
      "Run it on a terminal, or with --yes.",
    );
  io.note(
    `Up to six accounts are made in ${domain} and deleted again, and the rate limit is used up once for some seconds. No other account is written to.`,
  );
  const typed = await io.ask("To go on, type the domain again: ");
  if (parseDomain(typed.trim()) !== domain)
    throw refusal("What was typed is not the domain. Nothing was sent.", "Run it again.");
}

/** `zivsync conformance --clean-up FILE`: deletes what a run that was killed has left, and the file. Exits with 1 where some stay. */
async function cleanUp(
  file: string,
  configuration: Configuration,
  options: CommonOptions,
  io: CommandIo,
): Promise<ExitCode> {
  const kept = await readCleanUpFile(file);
  const left = kept ? await deleteLeft(kept, file, configuration, io) : [];
  if (left.length === 0) await removeCleanUpFile(file);
  if (options.json) io.out(jsonLine(JSON.stringify({ left })));
  else if (left.length === 0) io.out("Nothing is left of the run.\n");
  else
    io.out(
      `Could not be deleted:\n${left.map(({ kind, id }) => `  ${kind} ${id}\n`).join("")}Delete them in Zivver, or run the same command again.\n`,
    );
  return left.length === 0 ? 0 : 1;
}

async function deleteLeft(kept: CleanUpFile, file: string, configuration: Configuration, io: CommandIo) {
  const { url, token, domain, at, pending, accounts } = kept;
  if (url !== configuration.target.url) {
    throw new InputError({
      code: "conformance-file",
      where: file,
      message: "The run was at another target than the one of this configuration.",
      remedy: "Name its configuration with -C.",
    });
  }
  const { cleanUpRun } = await import("../../zivver/conformance/conformance.ts");
  const { openWire } = await import("../../zivver/connection.ts");
  const wire = await openWire(await targetOptions(configuration, io));
  // The last write may not show yet.
  const since = Math.max(0, io.clock.now() - Date.parse(at));
  const { settleMs = DEFAULT_SETTLE_MS } = configuration.target;
  const patienceMs = Math.max(0, settleMs - since);
  return cleanUpRun({ ...wire, run: { token, domain }, leftovers: { pending, accounts, patienceMs } });
}
