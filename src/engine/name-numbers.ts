const LEAST_ROOM = 1 << 10;

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
 * An integer of 32 bits that stands for a name; never 0. Other names may have the same one (two in 4,000,000,000 pairs), so
 * it can tell for certain that names differ, and never that they are the same.
 */
export function numberOf(naming: Naming, text: string): number {
  let number = SALT[naming] ^ text.length;
  for (let at = 0; at < text.length; at++) {
    number = Math.imul(number ^ text.charCodeAt(at), 0x9e3779b1);
    number ^= number >>> 15;
  }
  number = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  number = Math.imul(number ^ (number >>> 13), 0xc2b2ae35);
  return number ^ (number >>> 16) || 1;
}

/** Room for so many, two thirds full at most, as a power of two. */
function roomFor(count: number): number {
  let room = LEAST_ROOM;
  while (room * 2 < count * 3) room *= 2;
  return room;
}

/** Where texts stand in a list that keeps them: only their places are kept here, where a Map of a million takes seconds. */
export class TextPlaces {
  readonly #textAt: (place: number) => string;
  /** Place + 1; 0 where there is room. */
  readonly #slots: Int32Array;

  /** Has room for so many. */
  constructor(count: number, textAt: (place: number) => string) {
    this.#textAt = textAt;
    this.#slots = new Int32Array(roomFor(count));
  }

  /** `number` is that of the text. The last place of several that have the same text counts. */
  add(place: number, number: number): void {
    this.#slots[this.#slotOf(this.#textAt(place), number)] = place + 1;
  }

  /** -1 where there is none. */
  find(text: string, number: number): number {
    return (this.#slots[this.#slotOf(text, number)] ?? 0) - 1;
  }

  #slotOf(text: string, number: number): number {
    const slots = this.#slots;
    const last = slots.length - 1;
    let slot = number & last;
    for (;;) {
      const kept = slots[slot] ?? 0;
      if (kept === 0 || this.#textAt(kept - 1) === text) return slot;
      slot = (slot + 1) & last;
    }
  }
}

/** Counts numbers of names, those only that it was told to. */
export class NumberCounts {
  readonly #numbers: Int32Array;
  readonly #counts: Int32Array;
  /** A bit for each of the numbers, and for some others: small enough to be at hand for all that are not counted. */
  readonly #marks: Int32Array;

  /** Of these numbers; they may repeat. */
  constructor(counted: readonly number[]) {
    const room = roomFor(counted.length);
    this.#marks = new Int32Array(room / 4);
    this.#numbers = new Int32Array(room);
    this.#counts = new Int32Array(room);
    for (const number of counted) {
      this.#numbers[this.#slotOf(number)] = number;
      this.#marks[this.#wordOf(number)] = (this.#marks[this.#wordOf(number)] ?? 0) | (1 << (number & 31));
    }
  }

  count(number: number): void {
    if (!this.#isMarked(number)) return;
    const slot = this.#slotOf(number);
    if (this.#numbers[slot] === number) this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
  }

  /** 0 for those that are not counted. */
  of(number: number): number {
    return this.#isMarked(number) ? (this.#counts[this.#slotOf(number)] ?? 0) : 0;
  }

  #isMarked(number: number): boolean {
    return (((this.#marks[this.#wordOf(number)] ?? 0) >>> (number & 31)) & 1) === 1;
  }

  #wordOf(number: number): number {
    return (number >>> 5) & (this.#marks.length - 1);
  }

  #slotOf(number: number): number {
    const numbers = this.#numbers;
    const last = numbers.length - 1;
    let slot = number & last;
    while (numbers[slot] !== 0 && numbers[slot] !== number) slot = (slot + 1) & last;
    return slot;
  }
}
