import type { DesiredAccount, Given, LiveAccount, SourceRecord } from "../model/account.ts";
import { parseAddress } from "../model/address.ts";
import type { AccountMemory } from "../model/state.ts";
import { NameNumbers, numberOf } from "./name-numbers.ts";

/** Stands for everybody who does not rest. */
const AWAKE = -1;

/** Who has which name, and which of those at rest have one that somebody else has, too. Live accounts go by their places. */
export class NameBook {
  /** Number of a name → place + 1 of the live account at rest that has it, or AWAKE. */
  readonly #names = new NameNumbers();
  /** Places of those at rest that others name; some more than once. */
  readonly namedByOthers: number[] = [];
  readonly #links: boolean;

  /** With `links`, anchors count as names. */
  constructor(links: boolean) {
    this.#links = links;
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
    const other = this.#names.getOrSet(name, by);
    if (other === 0) return;
    if (other !== AWAKE) this.namedByOthers.push(other - 1);
    if (by !== AWAKE) this.namedByOthers.push(by - 1);
  }
}

/** Records with one anchor have one of these. */
function recordName(profile: string, { value, origin }: Given<string>): string {
  return `${profile}\n${origin.source}\n${value.trim()}`;
}
