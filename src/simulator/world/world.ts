import type { Kind } from "../../model/account/kind.ts";
import { parseAddress } from "../../model/values/address.ts";
import type { JsonObject } from "../../model/values/json.ts";
import { keepPast, type Lag } from "./lag.ts";
import type { Quirks } from "./quirks.ts";
import { uuidOf } from "./random.ts";

type StoredCommon = {
  readonly id: string;
  /** Addresses stand here as they were written; `addressKey` compares them. */
  readonly address: string;
  readonly fullName: string;
  readonly aliases: readonly string[];
  readonly division: string;
  /** Other attributes of the enterprise extension, which have no meaning here. */
  readonly enterprise?: JsonObject;
  /** Keys of the Zivver extension that have no meaning here. */
  readonly extra: JsonObject;
  /** Exists, but no listing shows it. */
  readonly hidden: boolean;
};

export type StoredPersonal = StoredCommon & {
  readonly kind: "personal";
  readonly active: boolean;
  readonly delegates: readonly string[];
  readonly nickName: string;
  readonly phoneNumbers: readonly unknown[];
  /** Write-only: no answer ever holds it. */
  readonly ssoAccountKey: string | null;
  /** Write-only as well. */
  readonly password: string | null;
};

export type StoredFunctional = StoredCommon & {
  readonly kind: "functional";
  /** Ids. */
  readonly members: readonly string[];
};

export type StoredAccount = StoredPersonal | StoredFunctional;

/**
 * The whole state of one simulated organisation. Changed in place, and only by `store` and `remove`; the accounts in it
 * are never changed, only replaced, so copies of a world share them.
 */
export type World = {
  /** By id, in the order of creation. */
  readonly accounts: Map<string, StoredAccount>;
  /** The owner of an address, as primary or alias: one name space over both kinds. */
  readonly owners: Map<string, string>;
  readonly claimedDomains: Set<string>;
  readonly divisions: Set<string>;
  readonly guests: Set<string>;
  quirks: Quirks;
  readonly seed: number;
  /** How many ids were given out. */
  created: number;
  /** How many times the state changed. */
  writes: number;
  /** The owner of the API key; when this account is deleted, the key is dead. */
  admin: string | null;
  /** Absent until a request is answered at some time. */
  lag?: Lag<StoredAccount>;
};

/** The common form of two spellings of one address. Live data is kept as it is, also text that is not an address. */
export function addressKey(text: string): string {
  return parseAddress(text) ?? text.trim().toLowerCase();
}

/** A copy that shares nothing which can change. */
export function cloneWorld(world: World): World {
  return {
    ...world,
    accounts: new Map(world.accounts),
    owners: new Map(world.owners),
    claimedDomains: new Set(world.claimedDomains),
    divisions: new Set(world.divisions),
    guests: new Set(world.guests),
    ...(world.lag ? { lag: { ...world.lag } } : {}),
  };
}

/** The next id; ids depend on the seed and on how many were given out, on nothing else. */
export function nextId(world: World): string {
  world.created += 1;
  const id = uuidOf(world.seed, world.created);
  return world.accounts.has(id) ? nextId(world) : id;
}

/** The account that has this address, as primary or alias, hidden ones included. */
export function accountAt(world: World, address: string): StoredAccount | undefined {
  const id = world.owners.get(addressKey(address));
  return id === undefined ? undefined : world.accounts.get(id);
}

/** Puts an account in, or in place of the one with its id. The caller has checked it. */
export function store(world: World, account: StoredAccount): void {
  keepPast(world);
  const before = world.accounts.get(account.id);
  if (before) disown(world, before);
  world.accounts.set(account.id, account);
  for (const address of addressesOf(account)) world.owners.set(addressKey(address), account.id);
  world.writes += 1;
  if (before && world.quirks.has("rename-reaches-delegates"))
    renameDelegates(world, before.address, account.address);
}

/** Takes an account out, and out of member lists and delegates unless a quirk leaves it there. */
export function remove(world: World, account: StoredAccount): void {
  keepPast(world);
  disown(world, account);
  world.accounts.delete(account.id);
  world.writes += 1;
  const leavesIds = world.quirks.has("delete-leaves-member-ids");
  // A server that refuses delegates that do not exist leaves none behind either: the account could never be written again.
  const leavesDelegates = leavesIds && !world.quirks.has("delegates-must-exist");
  const gone = addressKey(account.address);
  for (const other of world.accounts.values()) {
    if (other.kind === "functional" && !leavesIds && other.members.includes(account.id)) {
      world.accounts.set(other.id, { ...other, members: other.members.filter((id) => id !== account.id) });
    } else if (
      other.kind === "personal" &&
      !leavesDelegates &&
      other.delegates.some((delegate) => addressKey(delegate) === gone)
    ) {
      const delegates = other.delegates.filter((delegate) => addressKey(delegate) !== gone);
      world.accounts.set(other.id, { ...other, delegates });
    }
  }
}

/** The accounts of a kind that listings show, in the order of creation. */
export function listed<K extends Kind>(
  { accounts }: { readonly accounts: ReadonlyMap<string, StoredAccount> },
  kind: K,
): Extract<StoredAccount, { kind: K }>[] {
  const isListed = (account: StoredAccount): account is Extract<StoredAccount, { kind: K }> =>
    account.kind === kind && !account.hidden;
  return [...accounts.values()].filter(isListed);
}

function addressesOf(account: StoredAccount): readonly string[] {
  return [account.address, ...account.aliases];
}

function disown(world: World, account: StoredAccount): void {
  for (const address of addressesOf(account)) world.owners.delete(addressKey(address));
}

function renameDelegates(world: World, from: string, to: string): void {
  const old = addressKey(from);
  if (old === addressKey(to)) return;
  for (const other of world.accounts.values()) {
    if (other.kind !== "personal" || !other.delegates.some((delegate) => addressKey(delegate) === old))
      continue;
    // An account that had both the old and the new address has one delegate by now.
    const byKey = new Map<string, string>();
    for (const delegate of other.delegates) {
      const present = addressKey(delegate) === old ? to : delegate;
      if (!byKey.has(addressKey(present))) byKey.set(addressKey(present), present);
    }
    world.accounts.set(other.id, { ...other, delegates: [...byKey.values()] });
  }
}
