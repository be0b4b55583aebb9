import type { Configuration } from "../../config/organization/configuration.ts";
import type { Memory } from "../../engine/readings/links.ts";
import type { LiveAccount } from "../../model/account/account.ts";
import type { Finding } from "../../model/plan/finding.ts";
import { EMPTY_STATE } from "../../model/plan/state.ts";
import type { StateStore } from "../../model/ports.ts";
import type { SealKeys } from "../../storage/plan/seal.ts";
import type { CommandIo } from "./io.ts";

/** The state, and the store that it came from. */
export type OpenMemory = Memory & {
  readonly store: StateStore;
  /** The names of all profiles of the configuration. */
  readonly profiles: readonly string[];
};

/**
 * Reads what is remembered; undefined where organization.yaml has no `state`. With `replace` it begins again at the first
 * update. Throws RefusedError when what is there cannot be believed.
 */
export async function openMemory(
  configuration: Configuration,
  keys: SealKeys,
  io: CommandIo,
  options: { readonly replace?: boolean } = {},
): Promise<OpenMemory | undefined> {
  const { state: place, directory } = configuration;
  const profiles = configuration.profiles.map(({ policy }) => policy.name);
  if (place === undefined) return undefined;
  const { createStateStore } = await import("../../storage/state/create-store.ts");
  const { createPseudonyms } = await import("../../storage/state/pseudonyms.ts");
  const { validateStateLine } = await import("../../config/schema/state.ts");
  const store = createStateStore(place, directory, keys, validateStateLine, io.version, {
    ...options,
    ...restoredBy(io),
  });
  return { store, state: (await store.read()) ?? EMPTY_STATE, names: createPseudonyms(keys), profiles };
}

/** The number of the state that a person says was put back on purpose. No file of the configuration can say so. */
export function restoredBy({ environment }: CommandIo): { readonly restored?: number } {
  const { ZIVSYNC_STATE_RESTORED: written = "" } = environment;
  return /^\d{1,15}$/.test(written) ? { restored: Number(written) } : {};
}

/**
 * The finding of a plan where a state is configured and nothing is in it, although there are accounts: that is so before the first
 * apply, and also when the state was lost, which nothing else would show.
 */
export function stateFindings(memory: Memory | undefined, live: readonly LiveAccount[]): readonly Finding[] {
  if (memory === undefined || live.length === 0) return [];
  const { accounts, sources, applied } = memory.state;
  if (accounts.length + sources.length + applied.length > 0) return [];
  return [
    {
      code: "state-empty",
      severity: "info",
      summary:
        "The state is empty, so accounts are recognised by address alone: who was renamed at the source looks like somebody new, and the old account like a leaver's. Before the first apply that is as it should be. If zivsync has applied before, restore the state first.",
      where: {},
    },
  ];
}
