import type { Kind } from "../../model/account/kind.ts";
import { domainOf, parseAddress } from "../../model/values/address.ts";
import { accountAt, addressKey, type StoredAccount, type World } from "../world/world.ts";
import { bad, type Refusal } from "./answers.ts";

const OUTSIDE = bad("Account is outside the organization");

/** Whether an account of this kind may take this primary address. `self` is the account that writes it, when it exists. */
export function checkAddress(
  world: World,
  kind: Kind,
  address: string,
  self?: StoredAccount,
): Refusal | undefined {
  if (self && addressKey(self.address) === addressKey(address)) return undefined;
  const parsed = parseAddress(address);
  if (!parsed) return bad(`Invalid email address: ${address}`);
  if (!world.claimedDomains.has(domainOf(parsed)) || world.guests.has(parsed)) return OUTSIDE;
  const owner = accountAt(world, parsed);
  if (!owner || owner.id === self?.id) return undefined;
  return owner.kind === kind ? { status: 409, text: `Account already exists: ${address}` } : OUTSIDE;
}

/** Whether this account may have these aliases. Those it has already are not made again, so nothing is asked about them. */
export function checkAliases(
  world: World,
  aliases: readonly string[],
  self?: StoredAccount,
): Refusal | undefined {
  for (const alias of aliases) {
    const parsed = parseAddress(alias);
    const owner = accountAt(world, alias);
    if (self && owner?.id === self.id) continue;
    if (!parsed) return bad(`Error creating alias: Invalid email address: ${alias}`);
    if (!world.claimedDomains.has(domainOf(parsed))) return bad("Error creating alias: Domain Not Owned");
    if (owner) return bad(`Error creating alias: Alias is already taken for ${alias}`);
    if (world.guests.has(parsed)) return bad(`Error creating alias: Alias is a guest: ${alias}`);
  }
  return undefined;
}

export function checkDelegates(world: World, delegates: readonly string[]): Refusal | undefined {
  if (!world.quirks.has("delegates-must-exist")) return undefined;
  const unknown = delegates.find((delegate) => !accountAt(world, delegate));
  return unknown === undefined ? undefined : bad(`Error creating delegate: Unknown account: ${unknown}`);
}

export function checkDivision(world: World, division: string | undefined): Refusal | undefined {
  if (division === undefined || division === "/" || world.divisions.has(division)) return undefined;
  return bad(`Invalid division: ${division}`);
}

/** Every id must be an account's, hidden ones included. The two texts for it are both seen of Zivver. */
export function checkMembers(world: World, ids: readonly string[], text: string): Refusal | undefined {
  return ids.every((id) => world.accounts.has(id)) ? undefined : bad(text);
}

/** Each address once, in the order given, without the primary. */
export function withoutRepeats(addresses: readonly string[], primary?: string): readonly string[] {
  const seen = new Set(primary === undefined ? [] : [addressKey(primary)]);
  return addresses.filter((address) => {
    const key = addressKey(address);
    return seen.has(key) ? false : seen.add(key);
  });
}
