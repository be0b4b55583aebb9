import type { LiveAccount, SourceRecord } from "../../model/account/account.ts";
import type { Address } from "../../model/values/address.ts";
import { compareText } from "../../model/values/text.ts";

/** A record with the source that gave it, its canonical address, and the anchor of its id. */
export type Placed = {
  readonly record: SourceRecord;
  readonly source: string;
  readonly address: Address;
  /** Undefined without an id, and where nothing is remembered. */
  readonly anchor: string | undefined;
  /** The record gives no address: it is the one of the account that its id is linked to. */
  readonly addressFromLink?: true;
  /** The address that the record gives, where that of another source counts: a former one of the account, mostly. */
  readonly outdated?: Address;
  /** The account of the same person, by an id of a source by which it is not linked. */
  readonly person?: LiveAccount;
};

/**
 * The records of a profile, a list for each address, by code unit. Within a list by precedence of the sources (those that are
 * named first come first) and then by place: so the order of the records does not matter.
 */
export function groupByAddress(records: readonly Placed[]): readonly (readonly Placed[])[] {
  const ranks = new Map<string, number>();
  for (const { source } of records) if (!ranks.has(source)) ranks.set(source, ranks.size);
  const rank = ({ source }: Placed) => ranks.get(source) ?? 0;
  const sorted = records.toSorted(
    (a, b) =>
      compareText(a.address, b.address) || rank(a) - rank(b) || compareText(a.record.where, b.record.where),
  );
  const groups: Placed[][] = [];
  let group: Placed[] = [];
  for (const one of sorted) {
    if (group[0]?.address === one.address) group.push(one);
    else {
      group = [one];
      groups.push(group);
    }
  }
  return groups;
}

export function firstPlace(group: readonly Placed[]): { source?: string; place?: string } {
  const first = group[0];
  return first ? { source: first.source, place: first.record.where } : {};
}
