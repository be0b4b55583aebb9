import type { LiveAccount } from "../../model/account/account.ts";
import type { ReleasedAddress } from "../../model/plan/state.ts";
import type { Address } from "../../model/values/address.ts";
import { compareText } from "../../model/values/text.ts";
import { type AnyChange, ownAddresses } from "../diff/own-addresses.ts";

/*
 * Addresses that applies took from accounts: an alias that was taken away, the former address of a rename that does not keep it,
 * all addresses of an account that was deleted. Whoever takes such an address next, other than the account that had it, takes part
 * in a move, which is for people, however many nights lie between.
 */

/** For how long a released address is remembered: longer than any window of standing approval. */
export const RELEASED_MS = 90 * 86_400_000;

/** Of more than these, the oldest are forgotten. */
export const MOST_RELEASED = 50_000;

/** The addresses that were released lately, by address. Those of the future count: a clock that is set back forgets nothing. Pure. */
export function releasedLately(
  rows: readonly ReleasedAddress[],
  now: number,
): ReadonlyMap<Address, ReleasedAddress> {
  const late = rows.filter(({ at }) => Date.parse(at) > now - RELEASED_MS);
  return new Map(late.map((row) => [row.address, row]));
}

/**
 * The state before an apply sends anything: what its changes give up counts as released, so that a crash forgets nothing.
 * Pure.
 */
export function expectReleases(
  rows: readonly ReleasedAddress[],
  changes: readonly AnyChange[],
  at: string,
): readonly ReleasedAddress[] {
  const expected = changes.flatMap((change) => releasedBy(change, at));
  return expected.length === 0 ? rows : merge(rows, expected, at);
}

export type Carried = {
  readonly changes: readonly AnyChange[];
  /** Ids of the changes that were carried out. */
  readonly done: { has(change: string): boolean };
  /** The live accounts as last read. */
  readonly live: readonly LiveAccount[];
  /** As a date and time. */
  readonly at: string;
};

/**
 * The state once it is known what the changes came to. Of a change that was not carried out, or of which that is not
 * known, the live account says which addresses it has given up. An address that a change took is released no more. Pure.
 */
export function settleReleases(
  rows: readonly ReleasedAddress[],
  { changes, done, live, at }: Carried,
): readonly ReleasedAddress[] {
  if (changes.length === 0) return rows;
  const accounts = new Map(live.map((account) => [account.zivverId, account]));
  const isHeld = ({ zivverId, address }: ReleasedAddress) => {
    const account = accounts.get(zivverId);
    return account !== undefined && (account.address === address || account.aliases.includes(address));
  };
  const given: ReleasedAddress[] = [];
  const kept = new Set<string>();
  for (const change of changes) {
    for (const row of releasedBy(change, at)) {
      if (done.has(change.id) || !isHeld(row)) given.push(row);
      else kept.add(nameOf(row));
    }
  }
  const taken = new Set(changes.flatMap((change) => (done.has(change.id) ? ownAddresses(change).takes : [])));
  const still = rows.filter((row) => !kept.has(nameOf(row)));
  return merge(still, given, at).filter(({ address }) => !taken.has(address));
}

function releasedBy(change: AnyChange, at: string): readonly ReleasedAddress[] {
  if (!("zivverId" in change)) return [];
  const { zivverId, address: account } = change;
  return ownAddresses(change).gives.map((address) => ({ address, zivverId, account, at }));
}

const nameOf = ({ zivverId, address }: ReleasedAddress) => `${zivverId} ${address}`;

/** One row an address, of whoever released it last; counted back from the newest row as well, as a clock may run ahead for a night. */
function merge(
  rows: readonly ReleasedAddress[],
  more: readonly ReleasedAddress[],
  at: string,
): readonly ReleasedAddress[] {
  const newest = rows.reduce((latest, row) => Math.max(latest, Date.parse(row.at)), Number.NEGATIVE_INFINITY);
  const now = Date.parse(at);
  const from = Math.min(now, Number.isFinite(newest) ? newest : now) - RELEASED_MS;
  const byAddress = new Map([...rows, ...more].map((row) => [row.address, row]));
  return [...byAddress.values()]
    .filter((row) => Date.parse(row.at) > from)
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || compareText(a.address, b.address))
    .slice(0, MOST_RELEASED)
    .sort((a, b) => compareText(a.address, b.address));
}
