import type { LiveAccount, SourceRecord } from "../model/account.ts";
import { parseAddress } from "../model/address.ts";
import type { OrganizationPolicy, ProfilePolicy } from "../model/policy.ts";
import type { Reading } from "../model/ports.ts";
import { isAsRemembered, isAsWanted, isOwnedBy } from "./as-it-should-be.ts";
import { buildCandidate, buildDesiredState, type DesiredState, type ProfileReadings } from "./desired.ts";
import type { Memory } from "./links.ts";
import type { AtRest } from "./live-index.ts";
import { Memories } from "./memories.ts";
import { NameBook } from "./name-book.ts";
import { numberOf, TextPlaces } from "./name-numbers.ts";
import { isPlainlySo } from "./plainly-so.ts";

type Input = {
  readonly organization: OrganizationPolicy;
  readonly profiles: readonly ProfilePolicy[];
  readonly readings: readonly ProfileReadings[];
  readonly live: readonly LiveAccount[];
  readonly memory?: Memory;
};

/** What has to be decided about, and who rests. */
export type Restless = {
  readonly desired: DesiredState;
  readonly live: readonly LiveAccount[];
  /** What is remembered of all but those at rest. */
  readonly memory?: Memory;
  readonly atRest: AtRest;
};

/**
 * Sets aside the accounts that are as the sources say, so that deciding, which takes a dozen Maps, sees the few others. An
 * account rests when one record says of it just what Zivver has, when nothing is wrong or worth telling about either, and
 * when no name of it (address, id, account key, anchor) is named by anybody else: then no decision depends on it, but for
 * counts. With a memory, all that is to be remembered of it must be so already. Pure.
 */
export function findRestless(input: Input): Restless {
  const { organization, readings, live } = input;
  const sleepers = new Sleepers(input);
  const isAtRest = (reading: Reading, place: number) => sleepers.has(reading, place);
  return {
    desired: buildDesiredState(organization, readings, isAtRest),
    live: live.filter((_, place) => !sleepers.hasLive(place)),
    ...(input.memory ? { memory: sleepers.withoutThem(input.memory) } : {}),
    atRest: { everyone: live, personal: sleepers.countByProfile() },
  };
}

/** A reading whose records may rest: record by record 1 if it does, and where its first record stands among those of all. */
type Bed = { readonly profile: string; readonly rests: Uint8Array; readonly offset: number };

class Sleepers {
  readonly #input: Input;
  readonly #places: TextPlaces;
  readonly #book: NameBook;
  /** Live account by live account, the place + 1 of its record among those of all readings; 0 for one that does not rest. */
  readonly #records: Int32Array;
  readonly #beds = new Map<Reading, Bed>();
  readonly #memories: Memories;

  constructor(input: Input) {
    this.#input = input;
    this.#records = new Int32Array(input.live.length);
    this.#places = placesOf(input.live);
    this.#memories = new Memories(input.memory);
    this.#book = new NameBook(input.live.length, input.memory !== undefined);
    const all = input.readings.flatMap(({ policy, readings }) =>
      readings.map((reading) => ({ policy, reading })),
    );
    let offset = 0;
    for (const { policy, reading } of all) {
      const isShared = all.filter((other) => other.reading === reading).length > 1;
      if (isShared) for (const record of reading.records) this.#book.recordAwake(policy.name, record);
      else this.#findIn(policy, reading, offset);
      offset += reading.records.length;
    }
    input.live.forEach((account, place) => {
      if (!this.hasLive(place)) this.#book.liveAwake(account);
    });
    for (const known of this.#memories.awake(() => true)) this.#book.memoryAwake(known);
    for (const place of this.#book.namedByOthers()) this.#wake(place);
  }

  has(reading: Reading, record: number): boolean {
    return this.#beds.get(reading)?.rests[record] === 1;
  }

  /** What is remembered of everybody else. */
  withoutThem({ state, names }: Memory): Memory {
    return { names, state: { ...state, accounts: this.#memories.awake((live) => this.hasLive(live)) } };
  }

  hasLive(place: number): boolean {
    return this.#records[place] !== 0;
  }

  countByProfile(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { profile, rests } of this.#beds.values())
      counts.set(
        profile,
        rests.reduce((sum, one) => sum + one, counts.get(profile) ?? 0),
      );
    return counts;
  }

  #findIn(policy: ProfilePolicy, reading: Reading, offset: number): void {
    const rests = new Uint8Array(reading.records.length);
    this.#beds.set(reading, { profile: policy.name, rests, offset });
    reading.records.forEach((record, index) => {
      const place = this.#placeOf(record);
      const live = this.#input.live[place];
      if (!live || this.hasLive(place) || !this.#canRest(policy, reading.source, record, live)) {
        this.#book.recordAwake(policy.name, record);
        return;
      }
      rests[index] = 1;
      this.#records[place] = offset + index + 1;
      const known = this.#input.memory && this.#memories.setAside(live, place);
      this.#book.asleep(policy.name, record, live, place, known);
    });
  }

  /** Of the live account with the address of a record; -1 where there is none. */
  #placeOf({ email }: SourceRecord): number {
    if (email === undefined) return -1;
    // Those of live accounts are canonical: what reads the same needs no parsing.
    const place = this.#places.find(email.value, numberOf("address", email.value));
    if (place >= 0) return place;
    const address = parseAddress(email.value);
    return address === undefined ? -1 : this.#places.find(address, numberOf("address", address));
  }

  /** Is the live account just what a record alone asks for, and is nothing more to be said of either? */
  #canRest(policy: ProfilePolicy, source: string, record: SourceRecord, live: LiveAccount): boolean {
    return (
      record.kind === "personal" &&
      !record.supplement &&
      this.#isSo(policy, source, record, live) &&
      isOwnedBy(policy.name, live, this.#input.profiles) &&
      this.#isRemembered(policy.name, record, live)
    );
  }

  #isSo(policy: ProfilePolicy, source: string, record: SourceRecord, live: LiveAccount): boolean {
    const { organization } = this.#input;
    if (isPlainlySo(record, live, policy, organization)) return true;
    const { address } = live;
    const placed = { record, source, address };
    const { holds, notes, account } = buildCandidate(organization, policy, address, [placed]);
    return holds.length === 0 && notes.length === 0 && isAsWanted(account, live);
  }

  #isRemembered(profile: string, record: SourceRecord, live: LiveAccount): boolean {
    const { memory, organization } = this.#input;
    if (memory === undefined) return true;
    const known = this.#memories.of(live);
    if (known === undefined) return false;
    const { unknownAccountKeys } = organization;
    return isAsRemembered({ profile, record, live }, known, memory.names, unknownAccountKeys);
  }

  #wake(place: number): void {
    const record = (this.#records[place] ?? 0) - 1;
    this.#records[place] = 0;
    for (const { rests, offset } of this.#beds.values())
      if (record >= offset && record < offset + rests.length) rests[record - offset] = 0;
  }
}

/** Personal accounts by their primary addresses. */
function placesOf(live: readonly LiveAccount[]): TextPlaces {
  const places = new TextPlaces(live.length, (place) => live[place]?.address ?? "");
  live.forEach(({ kind, address }, place) => {
    if (kind === "personal") places.add(place, numberOf("address", address));
  });
  return places;
}
