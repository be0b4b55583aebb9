import { compareText, type SourceRecord } from "../model/account.ts";
import type { Address } from "../model/address.ts";
import type { Placed } from "./record-problems.ts";

/** Most addresses are those of one record: a list for each, or an object with its place, would be 100,000 of them. */
type ByAddress = Map<Address, SourceRecord | SourceRecord[]>;

/** The records of a profile by canonical address, source by source in order of precedence. */
export class PlacedRecords {
  readonly #sources = new Map<string, ByAddress>();

  /** A source is known from here on; those named first come first. */
  add(source: string, address: Address, record: SourceRecord): void {
    const byAddress = this.#of(source);
    const others = byAddress.get(address);
    if (others === undefined) byAddress.set(address, record);
    else if (isSeveral(others)) others.push(record);
    else byAddress.set(address, [others, record]);
  }

  /** By code unit, as compareText does. */
  addresses(): readonly Address[] {
    const [first, ...more] = this.#sources.values();
    const all = more.length === 0 ? (first?.keys() ?? []) : new Set(this.#allAddresses());
    return [...all].sort();
  }

  /** By precedence of the sources, and within one by place: so the order of its records does not matter. */
  at(address: Address): readonly Placed[] {
    const placed: Placed[] = [];
    for (const [source, byAddress] of this.#sources) {
      const found = byAddress.get(address);
      if (found === undefined) continue;
      if (!isSeveral(found)) placed.push({ record: found, source, address });
      else for (const record of inOrder(found)) placed.push({ record, source, address });
    }
    return placed;
  }

  #of(source: string): ByAddress {
    const known = this.#sources.get(source);
    if (known !== undefined) return known;
    const made: ByAddress = new Map();
    this.#sources.set(source, made);
    return made;
  }

  *#allAddresses(): Generator<Address> {
    for (const byAddress of this.#sources.values()) yield* byAddress.keys();
  }
}

function isSeveral(found: SourceRecord | SourceRecord[]): found is SourceRecord[] {
  return Array.isArray(found);
}

function inOrder(records: readonly SourceRecord[]): readonly SourceRecord[] {
  return [...records].sort((a, b) => compareText(a.where, b.where));
}
