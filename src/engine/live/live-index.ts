import type { LiveAccount } from "../../model/account/account.ts";
import type { Kind } from "../../model/account/kind.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { ProfilePolicy } from "../../model/plan/policy.ts";
import type { Address } from "../../model/values/address.ts";
import { compareText } from "../../model/values/text.ts";
import { ownersOf } from "./ownership.ts";

/** The live accounts, found by id and by address, and whose they are. */
export type LiveIndex = {
  /** By kind and address. */
  readonly all: readonly LiveAccount[];
  readonly byId: Lookup<string, LiveAccount>;
  readonly byPrimary: Lookup<Address, LiveAccount>;
  /** By every address that an account answers to, its primary one first. */
  readonly byAddress: Lookup<Address, LiveAccount>;
  /** Zivver id → name of the profile that owns the account; unmanaged accounts are not in it. */
  readonly owner: ReadonlyMap<string, string>;
  /** Profile name → how many accounts of each kind it owns. */
  readonly owned: ReadonlyMap<string, Readonly<Record<Kind, number>>>;
  /** Accounts that no plan touches: owned twice, or one of two with the same address. */
  readonly untouchable: ReadonlySet<string>;
  readonly findings: readonly Finding[];
};

/** Indexes live accounts. Pure. */
export function indexLive(accounts: readonly LiveAccount[], profiles: readonly ProfilePolicy[]): LiveIndex {
  const byPrimary = new Map<Address, LiveAccount>();
  const owner = new Map<string, string>();
  const owned = new Map(profiles.map(({ name }) => [name, { personal: 0, functional: 0 }]));
  const untouchable = new Set<string>();
  const findings: Finding[] = [];
  const live = liveInOrder(accounts);
  for (const account of live) {
    const other = byPrimary.get(account.address);
    if (other) {
      untouchable.add(account.zivverId).add(other.zivverId);
      findings.push(addressTwice(account, other));
    } else byPrimary.set(account.address, account);
    const owners = ownersOf(profiles, account);
    const [only] = owners;
    if (owners.length === 1 && only) {
      owner.set(account.zivverId, only.name);
      const count = owned.get(only.name);
      if (count) count[account.kind] += 1;
    } else if (owners.length > 1) {
      untouchable.add(account.zivverId);
      findings.push(ownedTwice(account, owners));
    }
  }
  return {
    all: live,
    byId: whenAsked(() => new Map(live.map((account) => [account.zivverId, account]))),
    byPrimary,
    byAddress: whenAsked(() => withAliases(byPrimary, live)),
    owner,
    owned,
    untouchable,
    findings,
  };
}

/** By kind and address; two accounts with one address must not come in an order of chance either. */
export function liveInOrder(accounts: readonly LiveAccount[]): readonly LiveAccount[] {
  return [...accounts].sort(
    (a, b) =>
      compareText(a.kind, b.kind) || compareText(a.address, b.address) || compareText(a.zivverId, b.zivverId),
  );
}

/** An account with an address as primary comes before one that has it as an alias. */
function withAliases(
  byPrimary: ReadonlyMap<Address, LiveAccount>,
  live: readonly LiveAccount[],
): ReadonlyMap<Address, LiveAccount> {
  const byAddress = new Map(byPrimary);
  for (const account of live) {
    for (const alias of account.aliases) if (!byAddress.has(alias)) byAddress.set(alias, account);
  }
  return byAddress;
}

function addressTwice(account: LiveAccount, other: LiveAccount): Finding {
  return {
    code: "live-address-twice",
    severity: "error",
    summary: `Two live accounts have this address (${other.kind} ${other.zivverId} and ${account.kind} ${account.zivverId}). Both are left as they are.`,
    where: { kind: account.kind, address: account.address },
  };
}

function ownedTwice(account: LiveAccount, owners: readonly ProfilePolicy[]): Finding {
  return {
    code: "account-owned-twice",
    severity: "error",
    summary: `The profiles ${owners.map((profile) => profile.name).join(" and ")} both manage this account. It is left as it is until an include or exclude settles whose it is.`,
    where: { kind: account.kind, address: account.address },
  };
}

/** The part of a Map that looks values up. */
export type Lookup<K, V> = Pick<ReadonlyMap<K, V>, "get" | "has" | "keys">;

/**
 * A Map of all accounts or addresses that is made when somebody asks. Most plans ask for few of them, and one of 100,000
 * entries takes as long as deciding a tenth of the accounts.
 */
export function whenAsked<K, V>(make: () => ReadonlyMap<K, V>): Lookup<K, V> {
  let map: ReadonlyMap<K, V> | undefined;
  const made = () => {
    map ??= make();
    return map;
  };
  return { get: (key) => made().get(key), has: (key) => made().has(key), keys: () => made().keys() };
}
