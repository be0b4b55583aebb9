import type { AccountMemory } from "../../model/plan/state.ts";
import type { Candidate } from "../desired/desired.ts";
import { type FindContext, type Found, held, named } from "./match-result.ts";

/**
 * Somebody deleted an account in Zivver, and its record is unread or has no readable address: the address is that person's
 * still, and lists of delegates mean them by it. No other record is created under it or renamed to it.
 */
export function holdAwaitedAddresses(found: Map<Candidate, Found>, { links, live }: FindContext): void {
  const { deleted } = links;
  if (deleted.length === 0) return;
  const placed = [...found.keys()].flatMap(({ records }) => records.flatMap(({ anchor }) => anchor ?? []));
  // Of several records with one id, each that has no address may be the one that is meant.
  const isPlaced = (anchor: string) => {
    const count = placed.filter((one) => one === anchor).length;
    return count > 0 && count >= links.sharing(anchor);
  };
  const awaited = new Map(
    deleted
      .filter(({ link, address }) => link && !isPlaced(link.anchor) && !live.byAddress.has(address))
      .map((account) => [account.address, account]),
  );
  for (const [candidate, now] of found) {
    const { address, active } = candidate.account;
    const owner = awaited.get(address);
    if (owner && active && now.holds.length === 0) found.set(candidate, heldFor(owner, candidate, now));
  }
}

function heldFor(owner: AccountMemory, { account }: Candidate, { live }: Found): Found {
  const who = live ? `The account ${named(live)} is left as it is` : "Nothing is created for this record";
  const summary = `${owner.address} was the address of an account that somebody deleted in Zivver, and the record of that account is not read, or its address is not. The address may be that person's still, and lists that name it would let somebody else in. ${who} until that record can be read; if the address is this record's now, correct the other record.`;
  return held(account, live ? [live] : [], "address-reused", summary);
}
