import { compareText, type Kind, type LiveAccount } from "../model/account.ts";
import type { Address } from "../model/address.ts";
import type { Finding } from "../model/plan.ts";
import type { ProfilePolicy } from "../model/policy.ts";
import { ownersOf } from "./territory.ts";

type Lookup<K> = Pick<ReadonlyMap<K, LiveAccount>, "get" | "has">;

/** The live accounts, found by id and by address, and whose they are. */
export type LiveIndex = {
  /** By kind and address. */
  readonly all: readonly LiveAccount[];
  readonly byId: Lookup<string>;
  readonly byPrimary: Lookup<Address>;
  /** By every address that an account answers to, its primary one first. */
  readonly byAddress: ReadonlyMap<Address, LiveAccount>;
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
  const byAddress = new Map<Address, LiveAccount>();
  const owner = new Map<string, string>();
  const owned = new Map(profiles.map(({ name }) => [name, { personal: 0, functional: 0 }]));
  const untouchable = new Set<string>();
  const findings: Finding[] = [];
  const live = liveInOrder(accounts);
  for (const account of live) {
    const other = byAddress.get(account.address);
    if (other) {
      untouchable.add(account.zivverId).add(other.zivverId);
      findings.push(addressTwice(account, other));
    } else byAddress.set(account.address, account);
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
  for (const account of live) {
    for (const alias of account.aliases) if (!byAddress.has(alias)) byAddress.set(alias, account);
  }
  const byId = idsWhenAsked(live);
  return {
    all: live,
    byId,
    byPrimary: primaries(byAddress),
    byAddress,
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

/** A Map of a million entries is a second of work: this one is made when somebody asks, which most plans do not. */
function idsWhenAsked(live: readonly LiveAccount[]): Lookup<string> {
  let ids: ReadonlyMap<string, LiveAccount> | undefined;
  const made = () => {
    ids ??= new Map(live.map((account) => [account.zivverId, account]));
    return ids;
  };
  return { get: (id) => made().get(id), has: (id) => made().has(id) };
}

/** Primary addresses stand in `byAddress` before any alias, so it knows them without a Map of their own. */
function primaries(byAddress: ReadonlyMap<Address, LiveAccount>): Lookup<Address> {
  const get = (address: Address) => {
    const found = byAddress.get(address);
    return found?.address === address ? found : undefined;
  };
  return { get, has: (address) => get(address) !== undefined };
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
