import { resolve } from "node:path";
import { loadConfiguration } from "../../config/load.ts";
import { decide } from "../../engine/decide/decide.ts";
import { accountKeysOf } from "../../engine/revert/keys.ts";
import { buildRevert } from "../../engine/revert/revert.ts";
import { readJournalEntries } from "../../storage/journal.ts";
import { parseAcceptances } from "../shared/acceptances.ts";
import { liveDigest } from "../shared/connect.ts";
import type { CommandIo, ExitCode } from "../shared/io.ts";
import { planInput, readAll } from "../shared/read-and-decide.ts";
import { type HandOverOptions, handOver } from "../shared/write-plan.ts";

export type RevertOptions = HandOverOptions & {
  readonly accept?: readonly string[];
  readonly deleteCreated?: boolean;
};

/** An apply goes on with its own plan, and a sync with the routine plan that it began. */
const UNFINISHED =
  "The apply of this journal did not finish. If its plan is applied again, or a sync goes on with it, what this revert undoes can be done once more. Move the plan file away, or finish that apply first.";

/** `zivsync revert JOURNAL`: writes the plan that undoes what a journal did, for review and approval like any other. */
export async function revert(journal: string, options: RevertOptions, io: CommandIo): Promise<ExitCode> {
  const accepted = parseAcceptances(options.accept ?? []);
  const configuration = await loadConfiguration(options.directory);
  const entries = await readJournalEntries(resolve(journal));
  if (!entries.some(({ type }) => type === "end")) io.note(UNFINISHED);
  const read = await readAll(configuration, configuration.profiles, io);
  const { keys, memory, live } = read;
  const { matching } = decide(planInput(configuration, read, { accepted: [] }));
  const profiles = configuration.profiles.map(({ policy }) => policy);
  const result = buildRevert({
    organization: configuration.policy,
    profiles,
    entries,
    live,
    liveDigest: liveDigest(live),
    accountKeys: accountKeysOf(matching.pairs, memory, entries),
    accepted,
    deleteCreated: options.deleteCreated ?? false,
    journal,
  });
  const decided = { ...result, profiles: profiles.map(({ name }) => name), only: null };
  const made = await handOver(decided, configuration, keys, options, io);
  return made.applicable ? 0 : 3;
}
