import type { Address } from "../model/address.ts";
import type { Finding } from "../model/plan.ts";
import type { Candidate } from "./desired.ts";

/**
 * What candidates say against each other: one account wanted by two profiles, one address wanted by two accounts, one
 * account key for two people. Returns the findings by candidate; every candidate named here is left as it is.
 */
export function contradictions(candidates: readonly Candidate[]): ReadonlyMap<Candidate, readonly Finding[]> {
  const found = new Map<Candidate, Finding[]>();
  const active = candidates.filter((candidate) => candidate.account.active);
  // Hardly any organisation has a contradiction, and looking for one costs a Set; groups are made when there is one.
  if (!repeats(candidates, addressesOf) && !repeats(active, keysOf)) return found;
  const add = (candidate: Candidate, finding: Finding) => {
    found.set(candidate, [...(found.get(candidate) ?? []), finding]);
  };
  for (const [address, claimants] of groupBy(candidates, (candidate) => [candidate.account.address])) {
    if (claimants.length > 1)
      for (const candidate of claimants) add(candidate, wantedTwice(candidate, address, claimants));
  }
  for (const [address, claimants] of groupBy(active, addressesOf)) {
    const accounts = new Set(claimants.map((candidate) => candidate.account.address));
    if (accounts.size > 1)
      for (const candidate of claimants) add(candidate, claimedTwice(candidate, address, [...accounts]));
  }
  for (const claimants of groupBy(active, keysOf).values()) {
    const accounts = new Set(claimants.map((candidate) => candidate.account.address));
    if (accounts.size > 1)
      for (const candidate of claimants) add(candidate, keyTwice(candidate, [...accounts]));
  }
  return found;
}

function addressesOf({ account }: Candidate): readonly Address[] {
  const aliases = account.aliases?.value;
  return aliases === undefined || aliases.length === 0 ? [account.address] : [account.address, ...aliases];
}

function keysOf({ account }: Candidate): readonly string[] {
  return account.accountKey ? [account.accountKey.value.reveal()] : [];
}

/** Does any value come twice, by whomever? */
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
  for (const candidate of candidates) {
    for (const key of keysOf(candidate)) {
      const group = groups.get(key);
      if (group) group.push(candidate);
      else groups.set(key, [candidate]);
    }
  }
  return groups;
}

function whereOf({ account }: Candidate): Finding["where"] {
  return {
    profile: account.profile,
    source: account.addressOrigin.source,
    place: account.addressOrigin.where,
    kind: account.kind,
    address: account.address,
  };
}

function wantedTwice(candidate: Candidate, address: Address, claimants: readonly Candidate[]): Finding {
  const kinds = new Set(claimants.map((claimant) => claimant.account.kind));
  const names = claimants.map((claimant) => `${claimant.account.profile} (${claimant.account.kind})`).sort();
  return {
    code: kinds.size > 1 ? "kind-mismatch" : "duplicate-record",
    severity: "error",
    summary: `More than one profile gives ${address}: ${names.join(", ")}. The account is left as it is until only one does.`,
    where: whereOf(candidate),
  };
}

function claimedTwice(candidate: Candidate, address: Address, accounts: readonly Address[]): Finding {
  const others = accounts.filter((other) => other !== candidate.account.address).sort();
  return {
    code: "address-claimed-twice",
    severity: "error",
    summary: `The sources give the address ${address} to this account and also to ${others.join(", ")}; it can belong to one only. Both are left as they are.`,
    where: whereOf(candidate),
  };
}

function keyTwice(candidate: Candidate, accounts: readonly Address[]): Finding {
  const others = accounts.filter((other) => other !== candidate.account.address).sort();
  return {
    code: "account-key-twice",
    severity: "error",
    summary: `The sources give this account the same account key as ${others.join(", ")}, so one of them would log in as the other. Both are left as they are.`,
    where: whereOf(candidate),
  };
}
