import { compareText, type LiveAccount, type SourceRecord } from "../model/account.ts";
import type { Address } from "../model/address.ts";

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

/** The records of a profile by canonical address, source by source in order of precedence. */
export class PlacedRecords {
  readonly #byAddress = new Map<Address, Placed[]>();
  readonly #sources = new Map<string, number>();

  /** Sources come first that are named first. */
  add(placed: Placed): void {
    if (!this.#sources.has(placed.source)) this.#sources.set(placed.source, this.#sources.size);
    const others = this.#byAddress.get(placed.address);
    if (others === undefined) this.#byAddress.set(placed.address, [placed]);
    else others.push(placed);
  }

  /** By code unit, as compareText does. */
  addresses(): readonly Address[] {
    return [...this.#byAddress.keys()].sort();
  }

  /** By precedence of the sources, and within one by place: so the order of its records does not matter. */
  at(address: Address): readonly Placed[] {
    const found = this.#byAddress.get(address) ?? [];
    if (found.length < 2) return found;
    const rank = ({ source }: Placed) => this.#sources.get(source) ?? 0;
    return found.toSorted((a, b) => rank(a) - rank(b) || compareText(a.record.where, b.record.where));
  }
}

export function firstPlace(group: readonly Placed[]): { source?: string; place?: string } {
  const first = group[0];
  return first ? { source: first.source, place: first.record.where } : {};
}
