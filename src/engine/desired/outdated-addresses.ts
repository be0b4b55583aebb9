import type { Finding } from "../../model/plan/finding.ts";
import type { ProfilePolicy } from "../../model/plan/policy.ts";
import type { Address } from "../../model/values/address.ts";
import { addTo } from "../../model/values/multimap.ts";
import type { Anchors } from "../readings/links.ts";
import { isSameName, sharesGivenName } from "./full-names.ts";
import type { Placed } from "./records-by-address.ts";

/*
 * Sources of a profile do not change at the same time. When one of them gives a person another address, the others go on
 * giving the former one for a while. Those records are the same person's: taken by their address alone, each would become
 * a second account at an address that people still write to.
 */

export type UpToDate = { readonly records: readonly Placed[]; readonly findings: readonly Finding[] };

/** Moves the records with the former address of somebody whom another source renamed to that person's present address. */
export function bringUpToDate(
  { name: profile }: ProfilePolicy,
  placed: readonly Placed[],
  anchors: Anchors,
): UpToDate {
  const sources = new Set(placed.map(({ source }) => source));
  if (sources.size < 2) return { records: placed, findings: [] };
  const byAnchor = new Map<string, Placed[]>();
  const taken = new Set<string>();
  for (const one of placed) {
    if (one.anchor !== undefined) addTo(byAnchor, one.anchor, one);
    taken.add(`${one.source}\n${one.address}`);
  }
  /** The record that the account at this record's address is linked to, where that is the same person's. */
  const renamedOf = (one: Placed): Placed | undefined => {
    if (one.person !== undefined) return undefined;
    const { live, link } = anchors.holderOf(one.address) ?? {};
    if (live === undefined || link?.profile !== profile || link.source === one.source) return undefined;
    const [linked, ...more] = byAnchor.get(link.anchor) ?? [];
    if (linked === undefined || more.length > 0 || linked.address === one.address) return undefined;
    const isTaken =
      taken.has(`${linked.source}\n${one.address}`) || taken.has(`${one.source}\n${linked.address}`);
    const isElsewhere = one.anchor !== undefined && anchors.accountsOf(one.anchor).length > 0;
    if (isTaken || isElsewhere) return undefined;
    return [live.fullName, linked.record.fullName?.value ?? ""].some((name) => isSamePerson(one, name))
      ? linked
      : undefined;
  };
  const findings: Finding[] = [];
  const records = placed.map((one) => {
    const linked = renamedOf(one);
    if (linked === undefined) return one;
    findings.push(outdated(profile, one, linked));
    return { ...one, address: linked.address, outdated: one.address };
  });
  return { records, findings };
}

export function isSamePerson({ record }: Placed, name: string): boolean {
  const own = record.fullName?.value;
  if (own === undefined || record.supplement || name === "") return false;
  return isSameName(own, name) || (record.kind === "personal" && sharesGivenName(own, name));
}

function outdated(profile: string, one: Placed, linked: Placed): Finding {
  const former: Address = one.address;
  return {
    code: "address-mismatch",
    severity: "warning",
    summary: `The record still has the address ${former}, and by its id the record of ${linked.source} (${linked.record.where}) is the same person under the address ${linked.address}. That address counts. Correct the address in the source that has the wrong one.`,
    where: {
      profile,
      source: one.source,
      place: one.record.where,
      kind: one.record.kind,
      address: linked.address,
    },
  };
}
