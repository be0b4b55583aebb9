/** A random number generator that gives equal numbers for an equal seed. */
export type Random = {
  /** An integer from 0 up to and without `below`. */
  readonly below: (below: number) => number;
  /** True once in `times` calls, on average. */
  readonly once: (times: number) => boolean;
  /** One of the items; undefined of an empty list. */
  readonly pick: <T>(items: readonly T[]) => T | undefined;
};

/** Mulberry32: small, and good enough in its low bits, unlike a linear congruential generator. */
export function randomOf(...seeds: readonly number[]): Random {
  let state = seeds.reduce((mixed, seed) => Math.imul(mixed ^ seed, 0x9e3779b1) ^ (mixed >>> 15), 0x2545f491);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    once: (times) => below(times) === 0,
    pick: (items) => items[below(Math.max(1, items.length))],
  };
}
