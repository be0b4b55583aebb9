import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadConfiguration } from "../../config/load.ts";
import { DECLARABLE, type Declarable, renderLiveStart } from "../../config/starter/live-start.ts";
import type { OrganizationChoices, StarterFile } from "../../config/starter/starter.ts";
import { buildPlan } from "../../engine/plan/plan.ts";
import type { LiveAccount } from "../../model/account/account.ts";
import type { Change } from "../../model/plan/change.ts";
import { InternalError } from "../../model/values/errors.ts";
import { liveDigest, readSources } from "../shared/connect.ts";
import type { CommandIo } from "../shared/io.ts";

/** A start that changes nothing, and which accounts it cannot declare, or not wholly. */
export type LiveStart = {
  readonly files: readonly StarterFile[];
  /** Which fields of which accounts are not declared, by primary address. */
  readonly partly: ReadonlyMap<string, ReadonlySet<Declarable>>;
  readonly excluded: readonly string[];
};

/** Each round leaves out what the one before changed; two are enough except for accounts that hang on each other. */
const MOST_ROUNDS = 20;

/**
 * Declares the live accounts, plans that against them, and leaves out what would be changed, until nothing is. It is
 * planned as if nobody needed an account key: a missing one must not hide a difference.
 */
export async function buildLiveStart(
  live: readonly LiveAccount[],
  choices: OrganizationChoices,
  io: CommandIo,
): Promise<LiveStart> {
  const fields = new Map<string, Set<Declarable>>();
  const accounts = new Set(addressesOfTwo(live));
  const folder = await mkdtemp(join(tmpdir(), "zivsync-init-"));
  try {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const files = renderLiveStart(live, choices, { fields, accounts });
      await writeAll(folder, files);
      const changes = await planStart(folder, live, io);
      if (changes.length === 0) return { files, partly: fields, excluded: [...accounts] };
      for (const change of changes) leaveOut(change, fields, accounts);
    }
    throw new InternalError("no start could be made that a plan would leave as it is.");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function leaveOut(change: Change, fields: Map<string, Set<Declarable>>, accounts: Set<string>): void {
  const { address } = change;
  const left = fields.get(address) ?? new Set();
  const more = DECLARABLE.filter(
    (field) => !left.has(field) && change.fields.some((changed) => changed.field === field),
  );
  if (change.action !== "update" || more.length < change.fields.length) {
    accounts.add(address);
    fields.delete(address);
  } else fields.set(address, new Set([...left, ...more]));
}

async function planStart(
  folder: string,
  live: readonly LiveAccount[],
  io: CommandIo,
): Promise<readonly Change[]> {
  const configuration = await loadConfiguration(folder);
  const { body } = buildPlan({
    organization: { ...configuration.policy, loginMethod: "password" },
    profiles: configuration.profiles.map(({ policy }) => policy),
    readings: await readSources(configuration.profiles, configuration, io),
    live,
    liveDigest: liveDigest(live),
    accepted: [],
  });
  return body.changes;
}

/** An address that a personal and a functional account share cannot be declared twice. */
function addressesOfTwo(live: readonly LiveAccount[]): readonly string[] {
  const seen = new Set<string>();
  return live.flatMap(({ address }) => {
    if (seen.has(address)) return [address];
    seen.add(address);
    return [];
  });
}

async function writeAll(folder: string, files: readonly StarterFile[]): Promise<void> {
  for (const { path, text } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
