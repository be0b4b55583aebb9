import type { Configuration, ProfileConfiguration } from "../config/configuration.ts";
import { sortFindings } from "../engine/assemble.ts";
import type { ProfileReadings } from "../engine/desired.ts";
import type { Acceptance } from "../engine/guards.ts";
import type { Memory } from "../engine/links.ts";
import { buildPlan, type PlanInput } from "../engine/plan.ts";
import type { LiveAccount } from "../model/account.ts";
import type { Address } from "../model/address.ts";
import type { SealKeys } from "../records/seal.ts";
import type { Decided } from "./hand-over.ts";
import type { CommandIo } from "./io.ts";
import { type OpenMemory, openMemory } from "./memory.ts";
import { protectionFindings } from "./protected-nobody.ts";
import { liveDigest, openForReading, readSealKeys, readSources } from "./setup.ts";

/** All that a plan is decided from, beside the configuration. */
export type Read = {
  readonly keys: SealKeys;
  /** Undefined without a state store. */
  readonly memory: OpenMemory | undefined;
  readonly readings: readonly ProfileReadings[];
  readonly live: readonly LiveAccount[];
};

/**
 * Reads what is remembered (with `replace`, nothing of it), the sources of these profiles and the live accounts. Throws what
 * keeps them from being read.
 */
export async function readAll(
  configuration: Configuration,
  profiles: readonly ProfileConfiguration[],
  io: CommandIo,
  options: { readonly replace?: boolean } = {},
): Promise<Read> {
  const keys = await readSealKeys(configuration, io);
  const memory = await openMemory(configuration, keys, io, options);
  const target = await openForReading(configuration, io);
  const [readings, live] = await Promise.all([readSources(profiles, configuration, io), target.read()]);
  return { keys, memory, readings, live };
}

/** Every key that changes what is decided beside the configuration and what was read. */
export type Wishes = { readonly accepted: readonly Acceptance[]; readonly only?: Address };

type Seen = { readonly memory: Memory | undefined } & Pick<Read, "readings" | "live">;

/** What was read, as the engine takes it. Pure. */
export function planInput(
  configuration: Configuration,
  { memory, readings, live }: Seen,
  { accepted, only }: Wishes,
): PlanInput {
  return {
    organization: configuration.policy,
    profiles: configuration.profiles.map(({ policy }) => policy),
    readings,
    live,
    liveDigest: liveDigest(live),
    accepted,
    ...(memory ? { memory } : {}),
    ...(only ? { only } : {}),
  };
}

/** Decides a plan. Pure. `onlyFound` is false when `only` named an address that nobody knows. */
export function decide(
  configuration: Configuration,
  seen: Seen,
  wishes: Wishes,
): { readonly decided: Decided; readonly onlyFound: boolean } {
  const { onlyFound, body, ...result } = buildPlan(planInput(configuration, seen, wishes));
  const profiles = seen.readings.map(({ policy }) => policy.name);
  const findings = sortFindings([...body.findings, ...protectionFindings(configuration.policy)]);
  return {
    decided: { ...result, body: { ...body, findings }, profiles, only: wishes.only ?? null },
    onlyFound,
  };
}
