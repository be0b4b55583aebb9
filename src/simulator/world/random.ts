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
  // The first eight digits are the index itself, scrambled one to one, so that no two ids of a world are equal.
  const first = hex32(Math.imul(index + 1, 0x85ebca6b) ^ seed);
  const middle = hex32(random() * 4_294_967_296);
  const last = hex32(random() * 4_294_967_296);
  return `${first}-${middle.slice(0, 4)}-4${middle.slice(4, 7)}-8${last.slice(0, 3)}-${first.slice(4)}${last}`;
}

function hex32(number: number): string {
  return (number >>> 0).toString(16).padStart(8, "0");
}
