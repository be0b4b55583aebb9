const LEAST_ROOM = 1 << 10;
const HIGH = 2 ** 32;
const HIGH_BITS = 0x1fffff;

/** What a text names: an address and an id that read the same are two things. */
export type Naming = "address" | "id" | "key" | "record" | "link";
const SALT: Readonly<Record<Naming, number>> = {
  address: 0x9e3779b1,
  id: 0x27d4eb2f,
  key: 0x165667b1,
  record: 0x2c1b3c6d,
  link: 0x297a2d39,
};

/**
 * A number of 53 bits that stands for a name; never 0. Two names may have one number (about once in 10^16 pairs), so it
 * can tell for certain that names differ, and never that they are the same.
 */
export function numberOf(naming: Naming, text: string): number {
  let low = SALT[naming];
  let high = ~low;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x85ebca6b);
    high = Math.imul(high ^ unit, 0xc2b2ae35);
    low ^= high >>> 15;
  }
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  return (high & HIGH_BITS) * HIGH + (low >>> 0) || 1;
}

/** Keeps a whole number other than 0 for each of millions of names: in typed arrays, where a Map takes seconds. */
export class NameNumbers {
  #names: Float64Array;
  #values: Int32Array;
  #size = 0;

  /** Has room for so many at once; more make it move. */
  constructor(expected: number) {
    let room = LEAST_ROOM;
    while (room * 2 < expected * 3) room *= 2;
    this.#names = new Float64Array(room);
    this.#values = new Int32Array(room);
  }

  /** 0 when nothing is kept for it. */
  get(name: number): number {
    return this.#values[this.#place(name)] ?? 0;
  }

  set(name: number, value: number): void {
    const place = this.#place(name);
    if (this.#names[place] === 0) this.#size += 1;
    this.#names[place] = name;
    this.#values[place] = value;
    if (this.#size * 3 > this.#names.length * 2) this.#grow();
  }

  /** Where it stands, or where there is room for it. */
  #place(name: number): number {
    const names = this.#names;
    const last = names.length - 1;
    let place = name & last;
    while (names[place] !== 0 && names[place] !== name) place = (place + 1) & last;
    return place;
  }

  #grow(): void {
    const names = this.#names;
    const values = this.#values;
    this.#names = new Float64Array(names.length * 2);
    this.#values = new Int32Array(names.length * 2);
    for (let at = 0; at < names.length; at++) {
      const name = names[at];
      if (name === undefined || name === 0) continue;
      const place = this.#place(name);
      this.#names[place] = name;
      this.#values[place] = values[at] ?? 0;
    }
  }
}
