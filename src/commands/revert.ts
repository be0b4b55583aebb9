import { resolve } from "node:path";
import type { Configuration } from "../config/configuration.ts";
import { loadConfiguration } from "../config/load.ts";
import { buildDesiredState } from "../engine/desired.ts";
import { buildRevert } from "../engine/revert.ts";
import type { Address } from "../model/address.ts";
import type { Secret } from "../model/secret.ts";
import { readJournalEntries } from "../records/journal.ts";
import { parseAcceptances } from "./acceptances.ts";
import { type HandOverOptions, handOver } from "./hand-over.ts";
import type { CommandIo, ExitCode } from "./io.ts";
import { liveDigest, openForReading, readSealKeys, readSources } from "./setup.ts";

export type RevertOptions = HandOverOptions & {
  readonly accept?: readonly string[];
  readonly deleteCreated?: boolean;
};

/** `zivsync revert JOURNAL`: writes the plan that undoes what a journal did, for review and approval like any other. */
export async function revert(journal: string, options: RevertOptions, io: CommandIo): Promise<ExitCode> {
  const accepted = parseAcceptances(options.accept ?? []);
  const configuration = await loadConfiguration(options.directory);
  const entries = await readJournalEntries(resolve(journal));
  const keys = await readSealKeys(configuration, io);
  const target = await openForReading(configuration, io);
  const [accountKeys, live] = await Promise.all([readAccountKeys(configuration, io), target.read()]);
  const profiles = configuration.profiles.map(({ policy }) => policy);
  const result = buildRevert({
    organization: configuration.policy,
    profiles,
    entries,
    live,
    liveDigest: liveDigest(live),
    accountKeys,
    accepted,
    deleteCreated: options.deleteCreated ?? false,
    journal,
  });
  const decided = { ...result, profiles: profiles.map(({ name }) => name), only: null };
  const made = await handOver(decided, configuration, keys, options, io);
  return made.applicable ? 0 : 3;
}

/** The account keys that the sources give, by address. */
async function readAccountKeys(
  configuration: Configuration,
  io: CommandIo,
): Promise<ReadonlyMap<Address, Secret>> {
  const readings = await readSources(configuration.profiles, configuration, io);
  const { candidates } = buildDesiredState({ organization: configuration.policy, profiles: readings });
  return new Map(
    candidates.flatMap(({ account }) =>
      account.accountKey ? [[account.address, account.accountKey.value] as const] : [],
    ),
  );
}
