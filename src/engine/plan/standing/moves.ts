import type { Change } from "../../../model/plan/change.ts";
import type { AddressMove } from "../../../model/plan/standing.ts";
import type { ReleasedAddress } from "../../../model/plan/state.ts";
import { ownAddresses } from "../../diff/own-addresses.ts";
import { releasedLately } from "../../state/released.ts";

/** A move of an address in which a change takes part. */
export type Move = {
  readonly shown: AddressMove;
  /** The change by which an account takes the address. */
  readonly taker: string;
  /** The Zivver ids of the two accounts; one that is to be created has none yet. */
  readonly accounts: readonly string[];
};

/**
 * The changes that take part in the move of an address, and the first move of each: an address that one change of the plan gives
 * up and another takes, or that an earlier apply took from another account than the one that takes it now. Pure.
 */
export function findMoves(
  changes: readonly Change[],
  released: readonly ReleasedAddress[],
  now: number,
): ReadonlyMap<string, Move> {
  const before = releasedLately(released, now);
  const givers = new Map(
    changes.flatMap((change) => ownAddresses(change).gives.map((address) => [address, change] as const)),
  );
  const moves = new Map<string, Move>();
  const note = (change: string, move: Move) => {
    if (!moves.has(change)) moves.set(change, move);
  };
  for (const taker of changes) {
    const to = taker.address;
    for (const address of ownAddresses(taker).takes) {
      const giver = givers.get(address);
      const row = before.get(address);
      if (giver !== undefined) {
        const shown = { address, from: giver.address, to };
        const move = { shown, taker: taker.id, accounts: [...idsOf(giver), ...idsOf(taker)] };
        note(giver.id, move);
        note(taker.id, move);
      } else if (row !== undefined && !idsOf(taker).includes(row.zivverId)) {
        const shown = { address, from: row.account, to, at: row.at };
        note(taker.id, { shown, taker: taker.id, accounts: [row.zivverId, ...idsOf(taker)] });
      }
    }
  }
  return moves;
}

function idsOf(change: Change): readonly string[] {
  return "zivverId" in change ? [change.zivverId] : [];
}
