import type { DesiredAccount, Given, LiveAccount, SourceRecord } from "../model/account.ts";
import { parseAddress } from "../model/address.ts";
import type { OrganizationPolicy, ProfilePolicy } from "../model/policy.ts";
import type { Reading } from "../model/ports.ts";
import type { Secret } from "../model/secret.ts";
import { buildCandidate, buildDesiredState, type DesiredState, type ProfileReadings } from "./desired.ts";
import { canonicalPhone } from "./desired-fields.ts";
import { sameList } from "./field-values.ts";
import type { AtRest } from "./live-index.ts";
import { NameNumbers, numberOf } from "./name-numbers.ts";
import type { Placed } from "./record-problems.ts";
import { manages } from "./territory.ts";

type Input = {
  readonly organization: OrganizationPolicy;
  readonly profiles: readonly ProfilePolicy[];
  readonly readings: readonly ProfileReadings[];
  readonly live: readonly LiveAccount[];
};

/** What has to be decided about, and who rests. */
export type Restless = {
  readonly desired: DesiredState;
  readonly live: readonly LiveAccount[];
  readonly atRest: AtRest;
};

/**
 * Sets aside the accounts that are as the sources say, so that deciding, which takes a dozen Maps, sees the few others. An
 * account rests when one record says of it just what Zivver has, when nothing is wrong or worth telling about either, and
 * when no name of it (address, id, account key) is named by anybody else: then no decision depends on it, but for counts.
 * Only for plans without a memory: who is remembered takes part in deciding. Pure.
 */
export function findRestless(input: Input): Restless {
  const { organization, readings, live } = input;
  const sleepers = new Sleepers(input);
  const isAtRest = (reading: Reading, place: number) => sleepers.has(reading, place);
  return {
    desired: buildDesiredState(organization, readings, isAtRest),
    live: live.filter((_, place) => !sleepers.hasLive(place)),
    atRest: { everyone: live, personal: sleepers.countByProfile() },
  };
}

/** A reading whose records may rest: record by record 1 if it does, and where its first record stands among those of all. */
type Bed = { readonly profile: string; readonly rests: Uint8Array; readonly offset: number };

/** Stands for everybody who does not rest. */
const AWAKE = -1;

class Sleepers {
  readonly #input: Input;
  readonly #places: NameNumbers;
  /** Number of a name → place + 1 of the live account at rest that has it, or AWAKE. */
  readonly #names = new NameNumbers();
  /** Live account by live account, the place + 1 of its record among those of all readings; 0 for one that does not rest. */
  readonly #records: Int32Array;
  readonly #beds = new Map<Reading, Bed>();
  readonly #named: number[] = [];

  constructor(input: Input) {
    this.#input = input;
    this.#records = new Int32Array(input.live.length);
    this.#places = placesOf(input.live);
    const all = input.readings.flatMap(({ policy, readings }) =>
      readings.map((reading) => ({ policy, reading })),
    );
    let offset = 0;
    for (const { policy, reading } of all) {
      const isShared = all.filter((other) => other.reading === reading).length > 1;
      if (isShared) for (const record of reading.records) this.#nameByRecord(record);
      else this.#findIn(policy, reading, offset);
      offset += reading.records.length;
    }
    for (const [place, account] of input.live.entries()) if (!this.hasLive(place)) this.#nameByLive(account);
    for (const place of this.#named) this.#wake(place);
  }

  has(reading: Reading, record: number): boolean {
    return this.#beds.get(reading)?.rests[record] === 1;
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
        this.#nameByRecord(record);
        continue;
      }
      rests[index] = 1;
      this.#records[place] = offset + index + 1;
      this.#nameOwn(live, place + 1);
      // Two people with one account key are told of, if both are active.
      if (account.active && account.accountKey) this.#nameKey(account.accountKey, place + 1);
    }
  }

  /** The desired account of a record alone, if the live one is just so and nothing more can be said of either. */
  #lookAt(policy: ProfilePolicy, placed: Placed, live: LiveAccount): DesiredAccount | undefined {
    if (placed.record.kind !== "personal" || placed.record.supplement) return undefined;
    const { organization, profiles } = this.#input;
    const { holds, notes, account } = buildCandidate(organization, policy, placed.address, [placed]);
    if (holds.length > 0 || notes.length > 0 || !isAsWanted(account, live)) return undefined;
    return isOwnedBy(policy.name, live, profiles) ? account : undefined;
  }

  #nameOwn({ zivverId, address, aliases }: LiveAccount, by: number): void {
    this.#name(numberOf("id", zivverId), by);
    this.#name(numberOf("address", address), by);
    for (const alias of aliases) this.#name(numberOf("address", alias), by);
  }

  #nameKey(key: Given<Secret>, by: number): void {
    this.#name(numberOf("key", key.value.reveal()), by);
  }

  #nameByLive(account: LiveAccount): void {
    this.#nameOwn(account, AWAKE);
    for (const id of account.members) this.#name(numberOf("id", id), AWAKE);
    for (const address of account.delegates) this.#name(numberOf("address", address), AWAKE);
  }

  /** Whatever becomes of a record, alone or with others of its account: no other names can. */
  #nameByRecord({ email, aliases, delegates, accountKey }: SourceRecord): void {
    for (const text of [email?.value ?? "", ...(aliases?.value ?? []), ...(delegates?.value ?? [])]) {
      const address = parseAddress(text);
      if (address !== undefined) this.#name(numberOf("address", address), AWAKE);
    }
    if (accountKey) this.#nameKey(accountKey, AWAKE);
  }

  #name(name: number, by: number): void {
    const other = this.#names.getOrSet(name, by);
    if (other === 0) return;
    if (other !== AWAKE) this.#named.push(other - 1);
    if (by !== AWAKE) this.#named.push(by - 1);
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
  const places = new NameNumbers();
  for (const [place, { kind, address }] of live.entries())
    if (kind === "personal") places.set(numberOf("address", address), place + 1);
  return places;
}

/** Delegates depend on other accounts, so whoever has some never rests. */
function isAsWanted(account: DesiredAccount, live: LiveAccount): boolean {
  return (
    account.active === live.active &&
    (account.fullName === undefined || account.fullName.value === live.fullName) &&
    (account.aliases === undefined || sameList(account.aliases.value, live.aliases)) &&
    (account.delegates === undefined || account.delegates.value.length === 0) &&
    live.delegates.length === 0 &&
    (account.division === undefined || account.division.value === live.division) &&
    (account.phone === undefined || account.phone.value === canonicalPhone(live.phone))
  );
}

function isOwnedBy(name: string, live: LiveAccount, profiles: readonly ProfilePolicy[]): boolean {
  let isOwned = false;
  for (const profile of profiles) {
    const isIts = manages(profile.manages, live);
    if (isIts !== (profile.name === name)) return false;
    isOwned ||= isIts;
  }
  return isOwned;
}
