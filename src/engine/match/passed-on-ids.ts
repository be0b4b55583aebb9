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
  if (isNameOf(linked, fullName.value) || answersTo(linked, account)) return undefined;
  const key = keyOf(linked, account, links);
  if (key === "its own" || (key === "unknown" && keepsAddress(account, linked))) return undefined;
  const summary = `By its id the record is ${named(linked)}, but its name (${fullName.value}) and its address are others, and neither an account key nor the former address shows that they are one person. The id may have been passed on to somebody else, so nothing is created or renamed for it, and that account is left as it is. If both are the same person, give that account the address ${account.address} in Zivver; if not, run \`zivsync adopt --relink ${linked.address}\`.`;
  return { accounts: [linked], holds: [about(account, "link-doubtful", "error", summary)], notes: [] };
}

/** An account without a name, or with an address for one, has none that speaks against anybody. */
function isNameOf({ fullName, address }: LiveAccount, name: string): boolean {
  if (fullName.trim() === "" || fullName.includes(address)) return true;
  return isSameName(name, fullName) || sharesGivenName(name, fullName) || sharesFamilyName(name, fullName);
}

/** It has the record's address already: an administrator may have given it that. */
function answersTo(live: LiveAccount, { address }: DesiredAccount): boolean {
  return live.address === address || live.aliases.includes(address);
}

/** The former address is an alias of the record, or only its domain has changed. A successor may have both, but not the account key. */
function keepsAddress({ address, aliases }: DesiredAccount, live: LiveAccount): boolean {
  return aliases?.value.includes(live.address) === true || localPart(address) === localPart(live.address);
}

function localPart(address: string): string {
  return address.slice(0, address.lastIndexOf("@"));
}

/** Whether the record gives the account key that was last seen with the account. */
function keyOf(
  live: LiveAccount,
  { accountKey }: DesiredAccount,
  links: Links,
): "its own" | "another" | "unknown" {
  const known = links.memoryOf(live)?.accountKey?.digest;
  if (known === undefined || accountKey === undefined) return "unknown";
  return links.keyDigest(live.zivverId, accountKey.value) === known ? "its own" : "another";
}
