import type { TakeMessage } from "./protocol/frames.ts";

/** Room for a page of most directories; it grows with the pages up to the limit. */
const FIRST_BYTES = 256 * 1024;
const MOST_BYTES = 4 * 1024 * 1024;

/** Whole messages, copied one behind another, that wait to be worked off. Its memory is used again and again. */
export class Backlog {
  #bytes = Buffer.alloc(0);
  #used = 0;
  #ends: number[] = [];

  get isEmpty(): boolean {
    return this.#ends.length === 0;
  }

  /** Answers false, and takes nothing, when there is no room for it beside the others. */
  add(bytes: Buffer, start: number, end: number): boolean {
    const needed = this.#used + end - start;
    if (needed > MOST_BYTES) return false;
    if (needed > this.#bytes.length) this.#grow(needed);
    bytes.copy(this.#bytes, this.#used, start, end);
    this.#used = needed;
    this.#ends.push(needed);
    return true;
  }

  /** Gives every message in its order, until one is answered with false; none is left. */
  workOff(take: TakeMessage): void {
    const ends = this.#ends;
    this.#ends = [];
    this.#used = 0;
    let start = 0;
    for (const end of ends) {
      if (!take(this.#bytes, start, end)) return;
      start = end;
    }
  }

  #grow(needed: number): void {
    const room = Math.min(MOST_BYTES, Math.max(FIRST_BYTES, 2 * needed));
    const bytes = Buffer.allocUnsafeSlow(room);
    this.#bytes.copy(bytes, 0, 0, this.#used);
    this.#bytes = bytes;
  }
}
