import { realpath } from "node:fs/promises";
import { loadConfiguration } from "../../config/load.ts";
import type { Configuration } from "../../config/organization/configuration.ts";
import type { Change, SealedKey } from "../../model/plan/change.ts";
import type { StandingPolicy } from "../../model/plan/standing.ts";
import type { ProfileReadings, Reading } from "../../model/ports.ts";
import type { SourceConfig } from "../../model/source-config/source-config.ts";
import { canonicalJson } from "../../model/values/canonical-json.ts";
import { InputError, type Problem, ZivsyncError } from "../../model/values/errors.ts";
import {
  type CommitTree,
  parentsOfHead,
  repositoryRoot,
  withCommitTree,
} from "../../storage/git/commit-tree.ts";
import type { GitRepository } from "../../storage/git/repository.ts";
import { accountKeyDigest, mapKeys } from "../../storage/plan/seal.ts";
import { type Checkout, comparable, moved, placeSource } from "../shared/base-paths.ts";
import { readSources } from "../shared/connect.ts";
import type { CommandIo } from "../shared/io.ts";
import { decide, type Read } from "../shared/read-and-decide.ts";

/** The changes that the base would make, or why zivsync cannot tell. */
export type BasePlan =
  | { readonly changes: readonly Change<SealedKey>[]; readonly standing: StandingPolicy | undefined }
  | { readonly problems: readonly Problem[] };

/** The configuration that is checked out, and all that was read for its plan. */
export type Head = { readonly configuration: Configuration; readonly read: Read };

/**
 * Plans the configuration of the base commit from what was read for the head: the live accounts, what is remembered, and
 * every source that is the same in both. Only what differs is read, from the files of the base.
 */
export async function planBase(
  head: Head,
  commit: string,
  repository: GitRepository,
  io: CommandIo,
): Promise<BasePlan> {
  try {
    const checkout = { root: await repositoryRoot(repository), repository };
    io.progress(`Planning the base, ${commit}`);
    return await withCommitTree(repository, commit, async (tree) => {
      const base = await loadBase(head.configuration, tree, checkout);
      const readings = await readBase(head, base, io);
      const memory = base.state === undefined ? undefined : head.read.memory;
      const { decided } = decide(base, { readings, live: head.read.live, memory }, { accepted: [] });
      const { keys } = head.read;
      return {
        standing: base.standing,
        changes: mapKeys(decided.body.changes, (key, address) => ({
          sealed: "",
          digest: accountKeyDigest(address, key, keys),
        })),
      };
    });
  } catch (error) {
    if (error instanceof ZivsyncError) return { problems: error.problems };
    throw error;
  }
}

/** The base of a pull request: what its merge commit is merged into, where that is checked out. */
export async function baseOf(
  { headSha, baseSha }: { readonly headSha: string; readonly baseSha: string },
  repository: GitRepository,
): Promise<string> {
  const [first, second, ...more] = await parentsOfHead(repository).catch(() => []);
  // The base may have moved on since the event, and the merge commit with it.
  return first !== undefined && second === headSha && more.length === 0 ? first : baseSha;
}

async function loadBase(head: Configuration, tree: CommitTree, checkout: Checkout): Promise<Configuration> {
  const base = await loadConfiguration(moved(await realpath(head.directory), checkout.root, tree.root));
  if (base.target.url !== head.target.url || identity(base) !== identity(head)) {
    throw new InputError({
      code: "base-other-target",
      where: "organization.yaml",
      message: "The pull request changes which organisation is meant, or how its API key is found.",
    });
  }
  const profiles = [];
  for (const profile of base.profiles) {
    const sources: SourceConfig[] = [];
    for (const source of profile.sources) sources.push(await placeSource(source, tree, checkout));
    profiles.push({ ...profile, sources });
  }
  return { ...base, profiles };
}

/** A file with the key lies in another folder in the base tree; only a variable's name can be compared. */
function identity({ target }: Configuration): string {
  return "env" in target.apiKey ? target.apiKey.env : "";
}

async function readBase(
  { configuration, read }: Head,
  base: Configuration,
  io: CommandIo,
): Promise<readonly ProfileReadings[]> {
  const known = new Map<string, Reading>();
  const nameOf = (source: SourceConfig, of: Configuration) =>
    canonicalJson([of.defaultPhoneRegion ?? null, comparable(source)]);
  for (const { policy, sources } of configuration.profiles) {
    const readings = read.readings.find((one) => one.policy.name === policy.name)?.readings ?? [];
    for (const [index, source] of sources.entries()) {
      const reading = readings[index];
      if (reading !== undefined) known.set(nameOf(source, configuration), reading);
    }
  }
  return readSources(base.profiles, base, io, (source) => known.get(nameOf(source, base)));
}
