import type { LiveAccount } from "../../model/account/account.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { ProfilePolicy } from "../../model/plan/policy.ts";
import type { OtherId } from "../../model/plan/state.ts";
import type { Address } from "../../model/values/address.ts";
import { addTo } from "../../model/values/multimap.ts";
import type { Anchors } from "../readings/links.ts";
import { isSameName, sharesGivenName } from "./full-names.ts";
import type { MergedFields } from "./merge-records.ts";
import { isSamePerson, type UpToDate } from "./outdated-addresses.ts";
import type { Placed } from "./records-by-address.ts";

/*
 * An account is linked to the record of one source; the ids that the other sources of its profile give are known as well. So
 * a source that gives a person another address before the others do still speaks of the same person. The address that
 * counts is that of the source by which the account is linked, or, where it gives the person no more, of the first other.
 */

/** Brings the records of one person together under one address, by the ids that the state knows. */
export function joinByOtherIds(
  { name: profile }: ProfilePolicy,
  placed: readonly Placed[],
  anchors: Anchors,
): UpToDate {
  const own = new RecordsOfPeople(profile, placed, anchors);
  const joined = new Map<Placed, Placed>();
  const findings: Finding[] = [];
  for (const [live, records] of own.byPerson()) {
    const main = own.mainOf(live);
    if (main === "unclear") continue;
    const isUnread = main === undefined && anchors.stateOf(live) === "unread";
    const address = isUnread ? live.address : (main ?? records[0])?.address;
    for (const one of records) {
      if (address === undefined || one.address === address) {
        joined.set(one, { ...one, person: live });
        continue;
      }
      joined.set(one, { ...one, person: live, address, outdated: one.address });
      findings.push(differs(profile, one, address, main ?? (isUnread ? undefined : records[0])));
    }
  }
  if (joined.size === 0) return { records: placed, findings };
  return { records: placed.map((one) => joined.get(one) ?? one), findings };
}

/** The records of a profile, by the people whom the state knows. */
class RecordsOfPeople {
  readonly #profile: string;
  readonly #placed: readonly Placed[];
  readonly #anchors: Anchors;
  /** How many records of one source give an address. */
  readonly #counts = new Map<string, number>();
  readonly #byAnchor = new Map<string, Placed[]>();

  constructor(profile: string, placed: readonly Placed[], anchors: Anchors) {
    this.#profile = profile;
    this.#placed = placed;
    this.#anchors = anchors;
  }

  byPerson(): ReadonlyMap<LiveAccount, readonly Placed[]> {
    const known = this.#placed.flatMap((one) => {
      const found = this.#anchors.knownByOther(this.#profile, one);
      return found === undefined ? [] : [{ one, ...found }];
    });
    if (known.length > 0) this.#index();
    const people = new Map<LiveAccount, Placed[]>();
    for (const { one, live, isRenamed } of known)
      if (this.#isOf(one, live, isRenamed)) addTo(people, live, one);
    return people;
  }

  #index(): void {
    for (const one of this.#placed) {
      const key = `${one.source}\n${one.address}`;
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
      if (one.anchor !== undefined) addTo(this.#byAnchor, one.anchor, one);
    }
  }

  /** By the id, unless the name speaks against it. Two records of one source with one address are two people, and stay so. */
  #isOf(one: Placed, live: LiveAccount, isRenamed: boolean): boolean {
    if ((this.#counts.get(`${one.source}\n${one.address}`) ?? 0) > 1) return false;
    const name = one.record.fullName?.value;
    if (isRenamed) return name !== undefined && isSameName(name, live.fullName);
    if (name === undefined) return true;
    const main = this.mainOf(live);
    const names = [live.fullName, main === "unclear" ? undefined : main?.record.fullName?.value];
    return names.some((other) => other !== undefined && isSamePerson(one, other));
  }

  /**
   * The record by which an account is linked; or, where its id is not there, the one of that source that has the account's
   * address and name, under an id that is not another account's.
   */
  mainOf(live: LiveAccount): Placed | "unclear" | undefined {
    const link = this.#anchors.linkOf(live);
    if (link === undefined) return undefined;
    const linked = this.#byAnchor.get(link.anchor) ?? [];
    const found =
      linked.length > 0
        ? linked
        : this.#placed.filter(
            ({ source, address, anchor, record }) =>
              source === link.source &&
              address === live.address &&
              isSameName(record.fullName?.value ?? "", live.fullName) &&
              (anchor === undefined || this.#anchors.accountsOf(anchor).length === 0),
          );
    return found.length > 1 ? "unclear" : found[0];
  }
}

/** The ids that further records of an account give, of those that its name does not speak against. */
export function otherIdsOf(
  group: readonly Placed[],
  { id, fullName }: MergedFields,
): { readonly otherIds?: readonly OtherId[] } {
  if (group.length < 2) return {};
  const name = fullName?.value ?? "";
  const otherIds = group.flatMap(({ record, source, anchor }) => {
    if (anchor === undefined || record.id === id) return [];
    const own = record.fullName?.value ?? name;
    return isSameName(own, name) || sharesGivenName(own, name) ? [{ source, anchor }] : [];
  });
  return otherIds.length === 0 ? {} : { otherIds };
}

function differs(profile: string, one: Placed, address: Address, by: Placed | undefined): Finding {
  const why = by
    ? `by its id it is the same person as the record of ${by.source} (${by.record.where}) under the address ${address}. That address counts`
    : `by its id it is the account ${address}, whose record in the source that it is linked to could not be read. The account keeps its address until then`;
  return {
    code: "address-mismatch",
    severity: "warning",
    summary: `The record has the address ${one.address}, and ${why}. Correct the address in the source that has the wrong one.`,
    where: { profile, source: one.source, place: one.record.where, kind: one.record.kind, address },
  };
}
