import type { DesiredAccount, LiveAccount } from "../../model/account/account.ts";
import { isSameName, sharesFamilyName, sharesGivenName } from "../desired/full-names.ts";
import type { Links } from "../readings/links.ts";
import { about, type FindContext, type Found, named } from "./match-result.ts";

/*
 * An id that a source gives to somebody else: it numbers anew, or fills the gaps that leavers left. Then nothing of the record is
 * the former person's but the id, and the account must not go to the newcomer.
 */

/** Holds an active person's record and its linked account where nothing but the id says that they are one. */
export function heldAsPassedOn(
  account: DesiredAccount,
  linked: LiveAccount,
  { links }: Pick<FindContext, "links">,
): Found | undefined {
  const { kind, fullName, active } = account;
  if (kind !== "personal" || !active || fullName === undefined) return undefined;
  if (isNameOf(linked, fullName.value) || sharesAddress(account, linked) || hasKeyOf(linked, account, links))
    return undefined;
  const summary = `By its id the record is ${named(linked)}, but its name (${fullName.value}) and its address are others, and it does not give the former address as an alias. The id may have been passed on to somebody else, so nothing is created or renamed for it, and that account is left as it is. If both are the same person, give that account the address ${account.address} in Zivver; if not, run \`zivsync adopt --relink ${linked.address}\`.`;
  return { accounts: [linked], holds: [about(account, "link-doubtful", "error", summary)], notes: [] };
}

/** An account without a name, or with an address for one, has none that speaks against anybody. */
function isNameOf({ fullName, address }: LiveAccount, name: string): boolean {
  if (fullName.trim() === "" || fullName.includes(address)) return true;
  return isSameName(name, fullName) || sharesGivenName(name, fullName) || sharesFamilyName(name, fullName);
}

/** One gives an address of the other, or both have the same before the `@`, as after a change of domain. */
function sharesAddress({ address, aliases }: DesiredAccount, live: LiveAccount): boolean {
  if (live.address === address || live.aliases.includes(address)) return true;
  return aliases?.value.includes(live.address) === true || localPart(address) === localPart(live.address);
}

function localPart(address: string): string {
  return address.slice(0, address.lastIndexOf("@"));
}

function hasKeyOf(live: LiveAccount, { accountKey }: DesiredAccount, links: Links): boolean {
  const known = links.memoryOf(live)?.accountKey?.digest;
  return (
    known !== undefined &&
    accountKey !== undefined &&
    links.keyDigest(live.zivverId, accountKey.value) === known
  );
}
