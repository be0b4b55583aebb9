import { findProfiles, loadConfiguration } from "../../config/load.ts";
import type { Configuration } from "../../config/organization/configuration.ts";
import { isUnsettled } from "../../model/plan/attention.ts";
import type { Change } from "../../model/plan/change.ts";
import { DEFAULT_SETTLE_MS } from "../../model/plan/policy.ts";
import { InputError } from "../../model/values/errors.ts";
import { parseAcceptances, parseAsked } from "../shared/acceptances.ts";
import type { CommandIo, ExitCode } from "../shared/io.ts";
import { checkOutput } from "../shared/output-file.ts";
import { decide, type Read, readAll } from "../shared/read-and-decide.ts";
import { checkNotOlder } from "../shared/state-witness.ts";
import { type HandOverOptions, handOver } from "../shared/write-plan.ts";

export type PlanOptions = HandOverOptions & {
  readonly profile?: readonly string[];
  readonly only?: string;
  readonly accept?: readonly string[];
  readonly detailedExitcode?: boolean;
};

/** `zivsync plan`: reads sources and Zivver, decides, writes the plan file and prints its review. */
export async function plan(options: PlanOptions, io: CommandIo): Promise<ExitCode> {
  const configuration = await loadConfiguration(options.directory);
  const accepted = parseAcceptances(options.accept ?? []);
  const only = options.only === undefined ? undefined : parseAsked(options.only, "--only");
  const profiles = findProfiles(configuration, options.profile ?? []);
  await checkOutput(configuration, options.output);
  const read = await readAll(configuration, profiles, io);
  await checkNotOlder(options.output, read.memory, read.keys, io);
  const { decided, onlyFound } = decide(configuration, read, { accepted, ...(only ? { only } : {}) });
  if (!onlyFound) throw notFound(options.only ?? "");
  noteRecentApply(decided.body.changes, read, configuration, io);
  const made = await handOver(decided, configuration, read.keys, options, io);
  if (!made.applicable) return 3;
  return options.detailedExitcode && (made.changes.length > 0 || isUnsettled(made)) ? 2 : 0;
}

/** Zivver may show late what was applied a moment ago: a plan of this moment would propose it again, as drift or as a newcomer. */
function noteRecentApply(
  changes: readonly Pick<Change, "action" | "address" | "fields">[],
  { memory }: Read,
  { target: { settleMs = DEFAULT_SETTLE_MS } }: Configuration,
  io: CommandIo,
): void {
  const last = memory?.state.applied.at(-1)?.at;
  const since = last === undefined ? Number.NaN : io.clock.now() - Date.parse(last);
  if (!(since >= 0 && since < settleMs)) return;
  const known = new Set(memory?.state.accounts.map(({ address }) => address));
  const isRepeated = changes.some(
    ({ action, address, fields }) =>
      (action === "create" && known.has(address)) ||
      fields.some(({ changedIn }) => changedIn === "zivver" || changedIn === "both"),
  );
  if (!isRepeated) return;
  const wait = Math.ceil((settleMs - since) / 1000);
  io.note(
    `A plan was applied ${Math.floor(since / 1000)} s ago, and Zivver's lists may show that late. If this plan proposes it again, make it again in ${wait} s (target.settle).`,
  );
}

function notFound(address: string): InputError {
  return new InputError({
    code: "address-not-found",
    where: "--only",
    message: `Neither the sources nor Zivver know ${address}.`,
    remedy: "Check the spelling; `zivsync accounts` and `zivsync records` list what there is.",
  });
}
