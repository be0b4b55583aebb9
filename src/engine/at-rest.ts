import type { DesiredAccount, LiveAccount } from "../model/account.ts";
import { parseAddress } from "../model/address.ts";
import type { OrganizationPolicy, ProfilePolicy } from "../model/policy.ts";
import type { Reading } from "../model/ports.ts";
import { isAsRemembered, isAsWanted, isOwnedBy } from "./as-it-should-be.ts";
import { buildCandidate, buildDesiredState, type DesiredState, type ProfileReadings } from "./desired.ts";
import type { Memory } from "./links.ts";
import type { AtRest } from "./live-index.ts";
import { Memories } from "./memories.ts";
import { NameBook } from "./name-book.ts";
import { NameNumbers, numberOf } from "./name-numbers.ts";
import type { Placed } from "./record-problems.ts";

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
  readonly #places: NameNumbers;
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
    for (const [place, account] of input.live.entries())
      if (!this.hasLive(place)) this.#book.liveAwake(account);
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
    for (const [index, record] of reading.records.entries()) {
      const address = record.email && parseAddress(record.email.value);
      if (address === undefined) continue;
      const place = this.#places.get(numberOf("address", address)) - 1;
      const live = this.#input.live[place];
      const account =
        live?.address === address && !this.hasLive(place)
          ? this.#lookAt(policy, { record, source: reading.source, address }, live)
          : undefined;
      if (live === undefined || account === undefined) {
        this.#book.recordAwake(policy.name, record);
        continue;
      }
      rests[index] = 1;
      this.#records[place] = offset + index + 1;
      const known = this.#input.memory && this.#memories.setAside(live, place);
      this.#book.asleep(place, live, account, known);
    }
  }

  /** The desired account of a record alone, if the live one is just so and nothing more can be said of either. */
  #lookAt(policy: ProfilePolicy, placed: Placed, live: LiveAccount): DesiredAccount | undefined {
    if (placed.record.kind !== "personal" || placed.record.supplement) return undefined;
    const { organization, profiles } = this.#input;
    const { holds, notes, account } = buildCandidate(organization, policy, placed.address, [placed]);
    if (holds.length > 0 || notes.length > 0 || !isAsWanted(account, live)) return undefined;
    if (!isOwnedBy(policy.name, live, profiles)) return undefined;
    return this.#isRemembered(account, live) ? account : undefined;
  }

  #isRemembered(account: DesiredAccount, live: LiveAccount): boolean {
    const { memory, organization } = this.#input;
    if (memory === undefined) return true;
    const known = this.#memories.of(live);
    return (
      known !== undefined && isAsRemembered(account, known, memory.names, organization.unknownAccountKeys)
    );
  }

  #wake(place: number): void {
    const record = (this.#records[place] ?? 0) - 1;
    this.#records[place] = 0;
    for (const { rests, offset } of this.#beds.values())
      if (record >= offset && record < offset + rests.length) rests[record - offset] = 0;
  }
}

/** Address number → place + 1 of the personal account that has it as its primary one. */
function placesOf(live: readonly LiveAccount[]): NameNumbers {
  const places = new NameNumbers(live.length);
  for (const [place, { kind, address }] of live.entries())
    if (kind === "personal") places.set(numberOf("address", address), place + 1);
  return places;
}
