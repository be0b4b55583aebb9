import type { DesiredAccount, Given, LiveAccount, SourceRecord } from "../model/account.ts";
import { parseAddress } from "../model/address.ts";
import type { AccountMemory } from "../model/state.ts";
import { NameNumbers, numberOf } from "./name-numbers.ts";

/** Stands for everybody who does not rest. */
const AWAKE = -1;

/**
 * Who has which name, and which of those at rest have one that somebody else has, too. Live accounts go by their places.
 * Names are written down one after the other and sorted at the end: a table of millions is a wait for memory each time.
 */
export class NameBook {
  #names: Float64Array;
  /** Name by name, the place + 1 of the live account at rest that has it, or AWAKE. */
  #owners: Int32Array;
  #count = 0;
  readonly #links: boolean;

  /** Has room for the names of so many accounts at once. With `links`, anchors count as names. */
  constructor(accounts: number, links: boolean) {
    const room = 16 + accounts * (links ? 6 : 4);
    this.#names = new Float64Array(room);
    this.#owners = new Int32Array(room);
    this.#links = links;
  }

  /** Places of those at rest that others name; some more than once. */
  namedByOthers(): readonly number[] {
    const repeated = repeatedOf(this.#names.slice(0, this.#count).sort());
    const places: number[] = [];
    for (let at = 0; at < this.#count; at++) {
      const owner = this.#owners[at] ?? AWAKE;
      if (owner !== AWAKE && repeated.get(this.#names[at] ?? 0) > 0) places.push(owner - 1);
    }
    return places;
  }

  /** All names of an account at rest: its live account has the addresses of the desired one, or more. */
  asleep(place: number, live: LiveAccount, desired: DesiredAccount, known: AccountMemory | undefined): void {
    const by = place + 1;
    this.#own(live, by);
    const { profile, active, accountKey, id } = desired;
    // Two people with one account key are told of, if both are active.
    if (active && accountKey) this.#name(numberOf("key", accountKey.value.reveal()), by);
    if (this.#links && id) this.#name(numberOf("record", recordName(profile, id)), by);
    if (known?.link) this.#name(numberOf("link", known.link.anchor), by);
  }

  liveAwake(account: LiveAccount): void {
    this.#own(account, AWAKE);
    for (const id of account.members) this.#name(numberOf("id", id), AWAKE);
    for (const address of account.delegates) this.#name(numberOf("address", address), AWAKE);
  }

  /** Whatever becomes of a record, alone or with others of its account: no other names can. */
  recordAwake(profile: string, { email, id, aliases, delegates, accountKey }: SourceRecord): void {
    for (const text of [email?.value ?? "", ...(aliases?.value ?? []), ...(delegates?.value ?? [])]) {
      const address = parseAddress(text);
      if (address !== undefined) this.#name(numberOf("address", address), AWAKE);
    }
    if (accountKey) this.#name(numberOf("key", accountKey.value.reveal()), AWAKE);
    if (this.#links && id) this.#name(numberOf("record", recordName(profile, id)), AWAKE);
  }

  /** Its former addresses are among those that it still has, and need no naming. */
  memoryAwake({ link }: AccountMemory): void {
    if (link) this.#name(numberOf("link", link.anchor), AWAKE);
  }

  #own({ zivverId, address, aliases }: LiveAccount, by: number): void {
    this.#name(numberOf("id", zivverId), by);
    this.#name(numberOf("address", address), by);
    for (const alias of aliases) this.#name(numberOf("address", alias), by);
  }

  #name(name: number, by: number): void {
    if (this.#count === this.#names.length) this.#grow();
    this.#names[this.#count] = name;
    this.#owners[this.#count] = by;
    this.#count += 1;
  }

  #grow(): void {
    const names = new Float64Array(this.#count * 2);
    const owners = new Int32Array(this.#count * 2);
    names.set(this.#names);
    owners.set(this.#owners);
    this.#names = names;
    this.#owners = owners;
  }
}

/** The numbers that come more than once; few, so that looking one up is quick. */
function repeatedOf(sorted: Float64Array): NameNumbers {
  const repeated = new NameNumbers(0);
  for (let at = 1; at < sorted.length; at++) {
    const name = sorted[at];
    if (name !== undefined && name === sorted[at - 1]) repeated.set(name, 1);
  }
  return repeated;
}

/** Records with one anchor have one of these. */
function recordName(profile: string, { value, origin }: Given<string>): string {
  return `${profile}\n${origin.source}\n${value.trim()}`;
}
