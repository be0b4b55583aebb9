import { resolve } from "node:path";
import type { Configuration } from "../config/configuration.ts";
import { loadConfiguration } from "../config/load.ts";
import { buildDesiredState } from "../engine/desired.ts";
import { Links } from "../engine/links.ts";
import { indexLive } from "../engine/live-index.ts";
import { matchAccounts, type Pair } from "../engine/match.ts";
import { buildRevert } from "../engine/revert.ts";
import { accountKeysOf } from "../engine/revert-keys.ts";
import { readJournalEntries } from "../records/journal.ts";
import { parseAcceptances } from "./acceptances.ts";
import { type HandOverOptions, handOver } from "./hand-over.ts";
import type { CommandIo, ExitCode } from "./io.ts";
import { type Read, readAll } from "./planning.ts";
import { liveDigest } from "./setup.ts";

export type RevertOptions = HandOverOptions & {
  readonly accept?: readonly string[];
  readonly deleteCreated?: boolean;
};

/** `zivsync revert JOURNAL`: writes the plan that undoes what a journal did, for review and approval like any other. */
export async function revert(journal: string, options: RevertOptions, io: CommandIo): Promise<ExitCode> {
  const accepted = parseAcceptances(options.accept ?? []);
  const configuration = await loadConfiguration(options.directory);
  const entries = await readJournalEntries(resolve(journal));
  const { keys, memory, readings, live } = await readAll(configuration, configuration.profiles, io);
  const profiles = configuration.profiles.map(({ policy }) => policy);
  const result = buildRevert({
    organization: configuration.policy,
    profiles,
    entries,
    live,
    liveDigest: liveDigest(live),
    accountKeys: accountKeysOf(pairsOf(configuration, { memory, readings, live }), memory, entries),
    accepted,
    deleteCreated: options.deleteCreated ?? false,
    journal,
  });
  const decided = { ...result, profiles: profiles.map(({ name }) => name), only: null };
  const made = await handOver(decided, configuration, keys, options, io);
  return made.applicable ? 0 : 3;
}

/** The records of the sources, each with the account that it is. Pure. */
function pairsOf(
  { policy, profiles }: Configuration,
  { memory, readings, live }: Pick<Read, "memory" | "readings" | "live">,
): readonly Pair[] {
  const policies = profiles.map((profile) => profile.policy);
  const { candidates, incomplete } = buildDesiredState(policy, readings);
  const index = indexLive(live, policies);
  const sources = new Set(
    readings.flatMap((one) => one.readings.map(({ source }) => `${one.policy.name}/${source}`)),
  );
  const links = new Links({ memory, live: index, candidates, sources, incomplete });
  const planned = new Set(policies.map(({ name }) => name));
  return matchAccounts(policy, policies, planned, candidates, index, links).pairs;
}
