import type { LiveAccount } from "../model/account.ts";
import type { Address } from "../model/address.ts";
import type { Intent } from "./intents.ts";
import type { LiveIndex } from "./live-index.ts";

/** Who answers to which address once the plan is carried out. */
export type Directory = {
  /** The primary address, after the plan, of the account that an address names; undefined when there will be none. */
  readonly resolve: (address: Address) => Address | undefined;
  /** The primary address, after the plan, of a live account. */
  readonly addressOf: (account: LiveAccount) => Address;
  /** The id of the live account that will have this primary address; undefined for one that is created. */
  readonly idOf: (primary: Address) => string | undefined;
};

/** The directory, made when first asked: only delegates and releases ask, and it takes a Map of every address. */
export function buildDirectory(live: LiveIndex, intents: readonly Intent[]): Directory {
  let made: Directory | undefined;
  const directory = () => {
    made ??= makeDirectory(live, intents);
    return made;
  };
  return {
    resolve: (address) => directory().resolve(address),
    addressOf: (account) => directory().addressOf(account),
    idOf: (primary) => directory().idOf(primary),
  };
}

/** Builds the directory as it will be after the intents: renamed accounts under their new names, deleted ones gone. */
function makeDirectory(live: LiveIndex, intents: readonly Intent[]): Directory {
  const moved = new Map<string, Intent>();
  const final = new Map<Address, Address>();
  const put = (address: Address, primary: Address) => {
    if (!final.has(address)) final.set(address, primary);
  };
  for (const intent of intents) {
    if (intent.type !== "create") moved.set(intent.live.zivverId, intent);
    if (intent.type === "remove") continue;
    final.set(intent.after.address, intent.after.address);
    for (const alias of intent.after.aliases) put(alias, intent.after.address);
  }
  for (const account of live.all) {
    const intent = moved.get(account.zivverId);
    if (intent?.type === "change" || (intent?.type === "remove" && intent.action === "delete")) continue;
    put(account.address, account.address);
    for (const alias of account.aliases) put(alias, account.address);
  }
  const addressOf = (account: LiveAccount): Address => {
    const intent = moved.get(account.zivverId);
    return intent?.type === "change" ? intent.after.address : account.address;
  };
  const resolve = (address: Address): Address | undefined => {
    const found = final.get(address);
    if (found !== undefined) return found;
    // A former address that nobody takes over still names the account that had it.
    const former = live.byPrimary.get(address);
    const intent = former && moved.get(former.zivverId);
    return intent?.type === "change" ? intent.after.address : undefined;
  };
  let ids: ReadonlyMap<Address, string> | undefined;
  const idOf = (primary: Address) => {
    ids ??= new Map(live.all.map((account) => [addressOf(account), account.zivverId]));
    return ids.get(primary);
  };
  return { resolve, addressOf, idOf };
}
