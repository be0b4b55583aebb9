import { compareText, type LiveAccount } from "../model/account.ts";
import type { Address } from "../model/address.ts";
import type { Finding } from "../model/plan.ts";
import type { ProfilePolicy } from "../model/policy.ts";
import { ownersOf } from "./territory.ts";

/** The live accounts, found by id and by address, and whose they are. */
export type LiveIndex = {
  readonly all: readonly LiveAccount[];
  readonly byId: ReadonlyMap<string, LiveAccount>;
  readonly byPrimary: ReadonlyMap<Address, LiveAccount>;
  /** By every address that an account answers to, its primary one first. */
  readonly byAddress: ReadonlyMap<Address, LiveAccount>;
  /** Zivver id → name of the profile that owns the account; unmanaged accounts are not in it. */
  readonly owner: ReadonlyMap<string, string>;
  /** Accounts that no plan touches: owned twice, or one of two with the same address. */
  readonly untouchable: ReadonlySet<string>;
  readonly findings: readonly Finding[];
};

export function indexLive(accounts: readonly LiveAccount[], profiles: readonly ProfilePolicy[]): LiveIndex {
  const byId = new Map<string, LiveAccount>();
  const byPrimary = new Map<Address, LiveAccount>();
  const byAddress = new Map<Address, LiveAccount>();
  const owner = new Map<string, string>();
  const untouchable = new Set<string>();
  const findings: Finding[] = [];
  // The target sorts by kind and address; two accounts with one address must not come in an order of chance either.
  const live = [...accounts].sort(
    (a, b) =>
      compareText(a.kind, b.kind) || compareText(a.address, b.address) || compareText(a.zivverId, b.zivverId),
  );
  for (const account of live) {
    byId.set(account.zivverId, account);
    const other = byPrimary.get(account.address);
    if (other) {
      untouchable.add(account.zivverId).add(other.zivverId);
      findings.push({
        code: "live-address-twice",
        severity: "error",
        summary: `Two live accounts have this address (${other.kind} ${other.zivverId} and ${account.kind} ${account.zivverId}). Both are left as they are.`,
        where: { kind: account.kind, address: account.address },
      });
    } else {
      byPrimary.set(account.address, account);
      byAddress.set(account.address, account);
    }
    const owners = ownersOf(profiles, account);
    const [only] = owners;
    if (owners.length === 1 && only) owner.set(account.zivverId, only.name);
    else if (owners.length > 1) {
      untouchable.add(account.zivverId);
      findings.push({
        code: "account-owned-twice",
        severity: "error",
        summary: `The profiles ${owners.map((profile) => profile.name).join(" and ")} both manage this account. It is left as it is until an include or exclude settles whose it is.`,
        where: { kind: account.kind, address: account.address },
      });
    }
  }
  for (const account of live) {
    for (const alias of account.aliases) if (!byAddress.has(alias)) byAddress.set(alias, account);
  }
  return { all: live, byId, byPrimary, byAddress, owner, untouchable, findings };
}
