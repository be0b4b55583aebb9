/** Random numbers from 0 to 1 (mulberry32): the same seed gives the same numbers, on every machine. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The uuid (version 4 in form) that belongs to a number: different numbers below 2^32 give different uuids. */
export function uuidOf(seed: number, index: number): string {
  const random = createRandom(Math.imul(seed, 0x9e3779b1) ^ index);
  const hex = (digits: number) =>
    Math.floor(random() * 16 ** digits)
      .toString(16)
      .padStart(digits, "0");
  // The first eight digits are the index itself, scrambled one to one, so that no two ids of a world are equal.
  const first = (Math.imul(index + 1, 0x85ebca6b) ^ seed) >>> 0;
  return `${first.toString(16).padStart(8, "0")}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(6)}${hex(6)}`;
}
