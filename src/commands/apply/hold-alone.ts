import type { Configuration } from "../../config/organization/configuration.ts";
import type { Lease } from "../../model/ports.ts";
import { takeLock } from "../../storage/lock/lock.ts";
import type { CommandIo } from "../shared/io.ts";
import type { OpenMemory } from "../shared/open-state.ts";

/** The locks that keep other applies away from an organisation. */
export type Hold = {
  /** False once another machine may apply: nothing new may be begun. */
  isHeld(): boolean;
  /** Says that the apply stopped because of it, if it did. */
  noteLoss(): void;
};

/**
 * Does something while no other apply to the organisation is under way: on this machine, or on another one that shares the state.
 * Throws RefusedError `plan-locked`, or what the lock and the lease throw.
 */
export async function holdAlone<T>(
  organization: string,
  configuration: Configuration,
  memory: OpenMemory | undefined,
  io: CommandIo,
  work: (hold: Hold) => Promise<T>,
): Promise<T> {
  const at = new Date(io.clock.now()).toISOString();
  const lock = await takeLock(organization, at, { state: configuration.state });
  let lease: Lease | undefined;
  try {
    lease = await memory?.store.takeLease?.({ organization, at, onWait: (message) => io.note(message) });
    return await work(holdOf(lease, io));
  } finally {
    await lease?.release();
    await lock.release();
  }
}

function holdOf(lease: Lease | undefined, io: CommandIo): Hold {
  let isLost = false;
  return {
    isHeld() {
      isLost ||= lease !== undefined && !lease.isHeld();
      return !isLost;
    },
    noteLoss() {
      if (isLost)
        io.note(
          "The apply stopped: its lease of the state could not be renewed in time, so that another machine may apply now. Check the connection to the Git remote, then run the same command again.",
        );
    },
  };
}

/** A stop that is requested by a person, or by the loss of the hold. */
export function stopWith(stop: { readonly requested: boolean }, hold: Hold): { readonly requested: boolean } {
  return {
    get requested() {
      return stop.requested || !hold.isHeld();
    },
  };
}
