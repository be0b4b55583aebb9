import type { DesiredAccount, SourceRecord } from "../../model/account/account.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { Address } from "../../model/values/address.ts";
import { addTo } from "../../model/values/multimap.ts";
import { compareText } from "../../model/values/text.ts";
import type { Candidate } from "../desired/desired.ts";

/** The parts of a candidate that other candidates claim too: the whole account, some of its aliases, or its account key. */
export type Conflict = {
  readonly holds: readonly Finding[];
  readonly notes: readonly Finding[];
  /** Aliases that somebody else claims as well: they are neither given nor taken away. */
  readonly aliases: ReadonlySet<Address>;
  readonly accountKey: boolean;
};

export const NO_CONFLICT: Conflict = { holds: [], notes: [], aliases: new Set(), accountKey: false };

/**
 * Conflicts between candidates: one account wanted by two profiles, one address wanted by two accounts, one
 * account key for two people. The candidate with an address as primary keeps it; an alias that is claimed twice waits.
 */
export function findConflicts(
  candidates: readonly Candidate[],
  everybody: readonly Candidate[],
): ReadonlyMap<Candidate, Conflict> {
  const found = new Map<Candidate, Conflict>();
  const active = candidates.filter((candidate) => candidate.account.active);
  // Hardly any organisation has a conflict, and looking for one costs a Set; groups are made when there is one.
  if (!repeats(candidates, addressesOf) && !repeats(everybody, keysOf)) return found;
  const add = (candidate: Candidate, more: Partial<Conflict>) => {
    const known = found.get(candidate) ?? NO_CONFLICT;
    found.set(candidate, {
      holds: [...known.holds, ...(more.holds ?? [])],
      notes: [...known.notes, ...(more.notes ?? [])],
      aliases: new Set([...known.aliases, ...(more.aliases ?? [])]),
      accountKey: known.accountKey || more.accountKey === true,
    });
  };
  for (const [address, claimants] of groupBy(candidates, (candidate) => [candidate.account.address])) {
    if (claimants.length < 2) continue;
    for (const one of claimants) add(one, { holds: [wantedTwice(one, address, claimants)] });
  }
  for (const [address, claimants] of groupBy(active, addressesOf)) {
    const accounts = new Set(claimants.map(({ account }) => account.address));
    if (accounts.size < 2) continue;
    for (const one of claimants) add(one, claimOf(one, address, accounts));
  }
  // A key belongs to one person, also when that person is disabled, or the account is another profile's or held.
  for (const claimants of groupBy(everybody, keysOf).values()) {
    const accounts = new Set(claimants.map((candidate) => candidate.account.address));
    if (accounts.size < 2 || claimants.every(({ account }) => !account.active)) continue;
    for (const one of claimants) add(one, { accountKey: true, notes: [keyTwice(one, accounts)] });
  }
  return found;
}

/** The candidate with the address as primary keeps it. */
function claimOf(one: Candidate, address: Address, accounts: ReadonlySet<Address>): Partial<Conflict> {
  if (one.account.address === address) return { notes: [alsoAlias(one, address, accounts)] };
  return { aliases: new Set([address]), notes: [claimedTwice(one, address, accounts)] };
}

function addressesOf({ account }: Candidate): readonly Address[] {
  const aliases = account.aliases?.value;
  return aliases === undefined || aliases.length === 0 ? [account.address] : [account.address, ...aliases];
}

function keysOf({ account, records }: Candidate): readonly string[] {
  if (records.length === 1) {
    // A row of a table takes itself apart once more when it is asked, and its account says the same.
    return account.accountKey === undefined ? NO_KEYS : [account.accountKey.value.reveal()];
  }
  return [...new Set(records.flatMap(({ record }) => keyIn(record)))];
}

const NO_KEYS: readonly string[] = [];

function keyIn(record: SourceRecord): readonly string[] {
  return record.kind === "personal" && record.accountKey ? [record.accountKey.value.reveal()] : NO_KEYS;
}

/** Whether any value occurs twice. */
function repeats(
  candidates: readonly Candidate[],
  valuesOf: (candidate: Candidate) => readonly string[],
): boolean {
  const seen = new Set<string>();
  let values = 0;
  for (const candidate of candidates) {
    for (const value of valuesOf(candidate)) {
      seen.add(value);
      values += 1;
    }
    if (seen.size < values) return true;
  }
  return false;
}

function groupBy<K>(
  candidates: readonly Candidate[],
  keysOf: (candidate: Candidate) => readonly K[],
): Map<K, Candidate[]> {
  const groups = new Map<K, Candidate[]>();
  for (const candidate of candidates) for (const key of keysOf(candidate)) addTo(groups, key, candidate);
  return groups;
}

/** The place of a candidate, for a finding. */
export function whereOf(account: DesiredAccount): Finding["where"] {
  return {
    profile: account.profile,
    source: account.addressOrigin.source,
    place: account.addressOrigin.where,
    kind: account.kind,
    address: account.address,
  };
}

function othersThan({ account }: Candidate, accounts: ReadonlySet<Address>): string {
  return [...accounts]
    .filter((other) => other !== account.address)
    .sort(compareText)
    .join(", ");
}

function wantedTwice(candidate: Candidate, address: Address, claimants: readonly Candidate[]): Finding {
  const kinds = new Set(claimants.map((claimant) => claimant.account.kind));
  const names = claimants.map((claimant) => `${claimant.account.profile} (${claimant.account.kind})`).sort();
  return {
    code: kinds.size > 1 ? "kind-mismatch" : "duplicate-record",
    severity: "error",
    summary: `More than one profile gives ${address}: ${names.join(", ")}. The account is left as it is until only one does.`,
    where: whereOf(candidate.account),
  };
}

function alsoAlias(candidate: Candidate, address: Address, accounts: ReadonlySet<Address>): Finding {
  return {
    code: "address-claimed-twice",
    severity: "error",
    summary: `The sources give the address ${address} to this account, and as an alias also to ${othersThan(candidate, accounts)}; it can belong to one only. The alias waits.`,
    where: whereOf(candidate.account),
  };
}

function claimedTwice(candidate: Candidate, address: Address, accounts: ReadonlySet<Address>): Finding {
  return {
    code: "address-claimed-twice",
    severity: "error",
    summary: `The sources give the alias ${address} to this account and also to ${othersThan(candidate, accounts)}; it can belong to one only. It is neither added nor taken away until the sources agree.`,
    where: whereOf(candidate.account),
  };
}

function keyTwice(candidate: Candidate, accounts: ReadonlySet<Address>): Finding {
  return {
    code: "account-key-twice",
    severity: "error",
    summary: `The sources give this account the same account key as ${othersThan(candidate, accounts)}, so one of them would log in as the other. The key is sent to neither.`,
    where: whereOf(candidate.account),
  };
}
