import type { LiveAccount } from "../model/account.ts";
import type { AccountMemory } from "../model/state.ts";
import type { Memory } from "./links.ts";
import { numberOf, TextPlaces } from "./name-numbers.ts";

/** What is remembered of each account, some of it set aside with the live account that it is about. */
export class Memories {
  readonly #accounts: readonly AccountMemory[];
  /** By Zivver id. */
  readonly #places: TextPlaces;
  /** Account by account, the place + 1 of the live account that it was set aside with; 0 for the others. */
  readonly #aside: Int32Array;

  constructor(memory: Memory | undefined) {
    this.#accounts = memory?.state.accounts ?? [];
    this.#places = new TextPlaces(this.#accounts.length, (place) => this.#accounts[place]?.zivverId ?? "");
    this.#aside = new Int32Array(this.#accounts.length);
    this.#accounts.forEach(({ zivverId }, place) => {
      this.#places.add(place, numberOf("id", zivverId));
    });
  }

  of(live: LiveAccount): AccountMemory | undefined {
    return this.#accounts[this.#placeOf(live)];
  }

  /** Sets aside what is remembered of the live account at a place, and gives it. */
  setAside(live: LiveAccount, place: number): AccountMemory | undefined {
    this.#aside[this.#placeOf(live)] = place + 1;
    return this.of(live);
  }

  /** All but what was set aside with a live account that rests. */
  awake(rests: (live: number) => boolean): readonly AccountMemory[] {
    return this.#accounts.filter((_, at) => {
      const live = this.#aside[at] ?? 0;
      return live === 0 || !rests(live - 1);
    });
  }

  #placeOf({ zivverId }: LiveAccount): number {
    return this.#places.find(zivverId, numberOf("id", zivverId));
  }
}
