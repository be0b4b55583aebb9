import type { RecordField, SourceRecord } from "../../model/account/account.ts";
import type { KindFilters, MemberCondition } from "../../model/source-config/filter.ts";
import { addressKey } from "../../model/values/address.ts";
import type { Problem } from "../../model/values/errors.ts";
import type { Known } from "./filtering.ts";

type Members = { readonly addresses: ReadonlySet<string>; readonly isPartial: boolean };

/** Memberships, by the functional accounts of a source: their delegates, and those of functional accounts among these. */
export class AccountGroups {
  readonly #accounts = new Map<string, SourceRecord[]>();
  readonly #members = new Map<MemberCondition, Members>();
  /** Whether there is an account of which an address is not known. It may be one that a group names, with delegates of its own. */
  #hasUnknown: boolean;

  /** `isWhole`: no functional account of the source is missing among the records. */
  constructor(records: Iterable<SourceRecord>, isWhole = true) {
    this.#hasUnknown = !isWhole;
    for (const record of records) {
      if (record.kind !== "functional") continue;
      this.#hasUnknown ||= record.email === undefined || isInDoubt(record, ["email", "aliases"]);
      for (const address of addressesOf(record)) {
        const known = this.#accounts.get(address);
        if (known === undefined) this.#accounts.set(address, [record]);
        else known.push(record);
      }
    }
  }

  has(group: string): boolean {
    return this.#accounts.has(addressKey(group));
  }

  /** Whether the account of a record is in one of the groups of a condition, by any of its addresses. */
  isMember(condition: MemberCondition, record: SourceRecord): ReturnType<NonNullable<Known["isMember"]>> {
    const { addresses, isPartial } = this.#membersOf(condition);
    if (addressesOf(record).some((address) => addresses.has(address))) return true;
    return isPartial || record.email === undefined ? "unreadable" : false;
  }

  #membersOf(condition: MemberCondition): Members {
    const known = this.#members.get(condition);
    if (known !== undefined) return known;
    const addresses = new Set<string>();
    const open = condition.memberOf.map(addressKey);
    const seen = new Set(open);
    let isPartial = this.#hasUnknown;
    for (let group = open.pop(); group !== undefined; group = open.pop()) {
      for (const record of this.#accounts.get(group) ?? []) {
        isPartial ||= record.delegatesIncomplete !== undefined || isInDoubt(record, ["delegates"]);
        for (const address of (record.delegates?.value ?? []).map(addressKey)) {
          addresses.add(address);
          if (seen.has(address)) continue;
          seen.add(address);
          open.push(address);
        }
      }
    }
    const members = { addresses, isPartial };
    this.#members.set(condition, members);
    return members;
  }
}

/** All conditions of these filters that ask for members. */
export function memberConditions({
  personal = [],
  functional = [],
}: KindFilters): readonly MemberCondition[] {
  return [...personal, ...functional].flatMap((one) => ("memberOf" in one ? [one] : []));
}

/** A problem for each group that is not there: it would look as if nobody were in it. */
export function missingGroups(
  groups: AccountGroups,
  conditions: readonly MemberCondition[],
): readonly Problem[] {
  const problems = new Map<string, Problem>();
  for (const { memberOf, where } of conditions) {
    for (const group of memberOf) {
      if (groups.has(group)) continue;
      problems.set(`${where} ${group}`, {
        code: "address-not-found",
        where,
        message: `memberOf names ${group}, and the source has no functional account with this address. It would look as if nobody were in it.`,
        remedy: "Correct the address, or let the source give the functional account as well.",
      });
    }
  }
  return [...problems.values()];
}

/** Whether one of these fields is in doubt, or the whole record. */
function isInDoubt({ problems }: SourceRecord, fields: readonly RecordField[]): boolean {
  return problems.some(({ field }) => field === undefined || fields.includes(field));
}

function addressesOf({ email, aliases }: SourceRecord): readonly string[] {
  return [...(email ? [email.value] : []), ...(aliases?.value ?? [])].map(addressKey);
}
