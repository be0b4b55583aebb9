import type { Configuration, ProfileConfiguration } from "../../config/organization/configuration.ts";
import { protectionFindings } from "../../config/organization/protected-nobody.ts";
import type { Acceptance } from "../../engine/guards/guards.ts";
import { isProtected } from "../../engine/live/ownership.ts";
import { sortFindings } from "../../engine/plan/assemble.ts";
import { buildPlan, type PlanInput } from "../../engine/plan/plan.ts";
import type { Memory } from "../../engine/readings/links.ts";
import type { LiveAccount } from "../../model/account/account.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { ProfileReadings } from "../../model/ports.ts";
import type { Address } from "../../model/values/address.ts";
import { ZivsyncError } from "../../model/values/errors.ts";
import type { SealKeys } from "../../storage/plan/seal.ts";
import { liveDigest, openForReading, readSealKeys, readSources } from "./connect.ts";
import type { CommandIo } from "./io.ts";
import { type OpenMemory, openMemory, stateFindings } from "./open-state.ts";
import type { Decided } from "./write-plan.ts";

/** All that a plan is decided from, beside the configuration. */
export type Read = {
  readonly keys: SealKeys;
  /** Undefined without a state store. */
  readonly memory: OpenMemory | undefined;
  /** Of all profiles that could be read. */
  readonly readings: readonly ProfileReadings[];
  readonly live: readonly LiveAccount[];
  /** Names of the profiles to plan, and the day. */
  readonly selected: ReadonlySet<string>;
  readonly today: string;
};

/**
 * Reads what is remembered (with `replace`, nothing of it), the sources and the live accounts. The other profiles are read as
 * well, since their records say whose an address is; one of them that cannot be read is left out with a note. Throws what
 * keeps the state, these profiles or Zivver from being read.
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
  const [readings, live] = await Promise.all([readWithOthers(configuration, profiles, io), target.read()]);
  const selected = new Set(profiles.map(({ policy }) => policy.name));
  const today = new Date(io.clock.now()).toISOString().slice(0, 10);
  return { keys, memory, readings, live, selected, today };
}

async function readWithOthers(
  configuration: Configuration,
  profiles: readonly ProfileConfiguration[],
  io: CommandIo,
): Promise<readonly ProfileReadings[]> {
  const readings = [...(await readSources(profiles, configuration, io))];
  for (const other of configuration.profiles.filter((one) => !profiles.includes(one))) {
    try {
      readings.push(...(await readSources([other], configuration, io)));
    } catch (error) {
      if (!(error instanceof ZivsyncError)) throw error;
      const why = error.problems.map(({ message }) => message).join(" ");
      io.note(
        `The profile ${other.policy.name} is not planned and could not be read (${why}) Nobody of it is added to a list of delegates.`,
      );
    }
  }
  return readings;
}

/** Every key that changes what is decided beside the configuration and what was read. */
export type Wishes = { readonly accepted: readonly Acceptance[]; readonly only?: Address };

type Seen = { readonly memory: (Memory & Partial<Pick<OpenMemory, "store">>) | undefined } & Pick<
  Read,
  "readings" | "live"
> &
  Partial<Pick<Read, "selected" | "today">>;

/** The readings as the engine takes them. Pure. */
export function planInput(
  configuration: Configuration,
  { memory, readings, live, selected, today }: Seen,
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
    ...(selected ? { selected } : {}),
    ...(today ? { today } : {}),
  };
}

/** Decides a plan. Pure. `onlyFound` is false when `only` named an address that nobody knows. */
export function decide(
  configuration: Configuration,
  seen: Seen,
  wishes: Wishes,
): { readonly decided: Decided; readonly onlyFound: boolean } {
  const { onlyFound, body, ...result } = buildPlan(planInput(configuration, seen, wishes));
  const names = seen.readings.map(({ policy }) => policy.name);
  const profiles = names.filter((name) => seen.selected?.has(name) ?? true);
  const findings = sortFindings([
    ...body.findings,
    ...protectionFindings(configuration.policy),
    ...unknownProtected(configuration.policy.protected, seen.live),
    ...stateFindings(seen.memory, seen.live),
  ]);
  const state = seen.memory?.store?.witness?.();
  const from = state === undefined ? {} : { state };
  return {
    decided: { ...result, body: { ...body, findings }, profiles, only: wishes.only ?? null, ...from },
    onlyFound,
  };
}

/** A mistyped entry of `protected` looks like one that protects: until the plan that suspends an administrator, nothing else would show it. */
function unknownProtected(patterns: readonly string[], live: readonly LiveAccount[]): readonly Finding[] {
  const unknown = patterns.filter((pattern) => !live.some((account) => isProtected([pattern], account)));
  if (unknown.length === 0 || live.length === 0) return [];
  const summary = `No account in Zivver has an address that \`protected\` names with ${unknown.join(", ")}, so that protects nobody. Correct it if an administrator is meant.`;
  return [{ code: "protected-unknown", severity: "warning", summary, where: { place: "organization.yaml" } }];
}
