import { type Address, domainOf, parseAddress } from "../../../model/values/address.ts";

const nameOf = (zivverId: string) =>
  `zivsync-${zivverId
    .replace(/[^a-z0-9]/gi, "")
    .slice(0, 12)
    .toLowerCase()}`;

/** An address that an account has while others take its own: `zivsync-`, part of its id, the domain of its own. Pure. */
export function temporaryAddress(
  { zivverId, address: own }: { readonly zivverId: string; readonly address: Address },
  isFree: (address: Address) => boolean,
): Address {
  for (let number = 1; ; number++) {
    const name = `${nameOf(zivverId)}${number === 1 ? "" : `-${number}`}`;
    const address = parseAddress(`${name}@${domainOf(own)}`);
    if (address !== undefined && isFree(address)) return address;
  }
}

/** Was this address made for the account, and so never one that people write to? Pure. */
export function isTemporary(address: Address, zivverId: string): boolean {
  const name = nameOf(zivverId);
  const local = address.slice(0, address.lastIndexOf("@"));
  return local === name || (local.startsWith(`${name}-`) && /^\d+$/.test(local.slice(name.length + 1)));
}
