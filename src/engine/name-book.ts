import type { Given, LiveAccount, SourceRecord } from "../model/account.ts";
import { parseAddress } from "../model/address.ts";
import type { AccountMemory } from "../model/state.ts";
import { NumberCounts, numberOf } from "./name-numbers.ts";

/** Stands for everybody who does not rest. */
const AWAKE = -1;
const BITS_PER_NAME = 8;

/**
 * Who has which name, and which of those at rest have one that somebody else has, too. Live accounts go by their places.
 * Names are written down one after the other, and one bit of a table says that such a one may have come before: few have to
 * be looked at again, where a table of all of them is a wait for memory each time. Somebody may be taken to be named by
 * others who is not, since names go by numbers.
 */
export class NameBook {
  #names: Int32Array;
  #count = 0;
  /** Owner by owner, the place of the live account at rest or AWAKE, and where its names end. */
  #owners: Int32Array;
  #ends: Int32Array;
  #ownerCount = 0;
  readonly #seen: Int32Array;
  readonly #repeated: number[] = [];
  readonly #links: boolean;

  /** Best for so many accounts. With `links`, anchors count as names. */
  constructor(accounts: number, links: boolean) {
    // A little more than where nearly all rest: growing takes twice the memory for a moment.
    const owners = 1024 + Math.ceil(accounts * 1.1);
    const names = owners * (links ? 6 : 4);
    this.#names = new Int32Array(names);
    this.#owners = new Int32Array(owners);
    this.#ends = new Int32Array(owners);
    this.#seen = new Int32Array(2 ** Math.ceil(Math.log2((names * BITS_PER_NAME) / 32)));
    this.#links = links;
  }

  /** Places of those at rest that others name; some more than once. */
  namedByOthers(): readonly number[] {
    const counts = new NumberCounts(this.#repeated);
    for (let at = 0; at < this.#count; at++) counts.count(this.#names[at] ?? 0);
    const places: number[] = [];
    let at = 0;
    for (let owner = 0; owner < this.#ownerCount; owner++) {
      const place = this.#owners[owner] ?? AWAKE;
      const end = this.#ends[owner] ?? 0;
      for (; at < end; at++) if (place !== AWAKE && counts.of(this.#names[at] ?? 0) > 1) places.push(place);
    }
    return places;
  }

  /** All names of an account at rest: its live account, at this place, has the addresses of its record, or more. */
  asleep(
    profile: string,
    { accountKey, id }: SourceRecord,
    live: LiveAccount,
    place: number,
    known: AccountMemory | undefined,
  ): void {
    this.#own(live);
    // Two people with one account key are told of, if both are active.
    if (live.active && accountKey) this.#name(numberOf("key", accountKey.value.reveal()));
    if (this.#links && id) this.#name(numberOf("record", recordName(profile, id)));
    if (known?.link) this.#name(numberOf("link", known.link.anchor));
    this.#closeFor(place);
  }

  liveAwake(account: LiveAccount): void {
    this.#own(account);
    for (const id of account.members) this.#name(numberOf("id", id));
    for (const address of account.delegates) this.#name(numberOf("address", address));
    this.#closeFor(AWAKE);
  }

  /** Whatever becomes of a record, alone or with others of its account: no other names can. */
  recordAwake(profile: string, { email, id, aliases, delegates, accountKey }: SourceRecord): void {
    for (const text of [email?.value ?? "", ...(aliases?.value ?? []), ...(delegates?.value ?? [])]) {
      const address = parseAddress(text);
      if (address !== undefined) this.#name(numberOf("address", address));
    }
    if (accountKey) this.#name(numberOf("key", accountKey.value.reveal()));
    if (this.#links && id) this.#name(numberOf("record", recordName(profile, id)));
    this.#closeFor(AWAKE);
  }

  /** Its former addresses are among those that it still has, and need no naming. */
  memoryAwake({ link }: AccountMemory): void {
    if (link) this.#name(numberOf("link", link.anchor));
    this.#closeFor(AWAKE);
  }

  #own({ zivverId, address, aliases }: LiveAccount): void {
    this.#name(numberOf("id", zivverId));
    this.#name(numberOf("address", address));
    for (const alias of aliases) this.#name(numberOf("address", alias));
  }

  #name(number: number): void {
    if (this.#count === this.#names.length) this.#names = grown(this.#names);
    this.#names[this.#count++] = number;
    const word = (number >>> 5) & (this.#seen.length - 1);
    const bits = this.#seen[word] ?? 0;
    const bit = 1 << (number & 31);
    if ((bits & bit) === 0) this.#seen[word] = bits | bit;
    else this.#repeated.push(number);
  }

  /** The names since the last time are those of one owner. */
  #closeFor(owner: number): void {
    if (this.#ownerCount === this.#owners.length) {
      this.#owners = grown(this.#owners);
      this.#ends = grown(this.#ends);
    }
    this.#owners[this.#ownerCount] = owner;
    this.#ends[this.#ownerCount++] = this.#count;
  }
}

function grown(list: Int32Array): Int32Array {
  const longer = new Int32Array(Math.ceil(list.length * 1.5));
  longer.set(list);
  return longer;
}

/** Records with one anchor have one of these. */
function recordName(profile: string, { value, origin }: Given<string>): string {
  return `${profile}\n${origin.source}\n${value.trim()}`;
}
