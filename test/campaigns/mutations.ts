import { HOSTILE } from "../support/hostile-text.ts";

/** A source of random numbers from a seed (mulberry32), so that a campaign can be run again. */
export type Random = {
  /** A whole number from 0 up to, not including, `end`. */
  readonly below: (end: number) => number;
  readonly pick: <T>(items: readonly T[]) => T;
};

export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number) => Math.floor(next() * end);
  return { below, pick: <T>(items: readonly T[]) => items[below(items.length)] as T };
}

const TOKENS: readonly Buffer[] = [
  ...HOSTILE,
  ..."{ } [ ] , : \" ' \\ - * & ! | > # % @ ` ? < / = ; \\u0000 \\ud800 \u0000 \ufeff null true -1 1e999 99999999999999999999".split(
    " ",
  ),
  ..."__proto__ constructor toString &a *a <<: !!js/function ]]> &#0; &#x110000; &lol; <!DOCTYPE <![CDATA[".split(
    " ",
  ),
  "\n",
  "\r",
  "\t",
  "---\n",
  "\n\n\n",
  '"__proto__":{"a":1},',
  '"type":"start",',
  "[".repeat(5000),
  "{a: ".repeat(300),
  '{"a":'.repeat(3000),
  "<c>".repeat(2000),
  "9".repeat(400),
  "a".repeat(20_000),
].map((text) => Buffer.from(text));

const INVALID = [0x80, 0xc0, 0xed, 0xf8, 0xfe, 0xff, 0x00].map((byte) => Buffer.from([byte]));

/** One cut, repetition, splice, hostile token or flipped bit, anywhere in the bytes. */
function mutateOnce(bytes: Buffer, other: Buffer, random: Random): Buffer {
  const from = random.below(bytes.length + 1);
  const length = 1 + random.below(random.pick([4, 30, 400]));
  const [before, after] = [bytes.subarray(0, from), bytes.subarray(from)];
  switch (random.below(8)) {
    case 0:
      return Buffer.from(before);
    case 1:
      return Buffer.concat([before, after.subarray(length)]);
    case 2:
      return Buffer.concat([before, after.subarray(0, length), after]);
    case 3: {
      const at = random.below(other.length + 1);
      return Buffer.concat([
        before,
        other.subarray(at, at + length),
        after.subarray(random.below(2) * length),
      ]);
    }
    case 4:
      return Buffer.concat([before, random.pick(TOKENS), after]);
    case 5:
      return Buffer.concat([before, random.pick(INVALID), after.subarray(random.below(2))]);
    default: {
      const flipped = Buffer.from(bytes);
      const now = flipped[from];
      if (now !== undefined) flipped[from] = now ^ (1 << random.below(8));
      return flipped;
    }
  }
}

/** Some mutations of the bytes, with pieces of `other`; one time in forty, bytes of chance. */
export function mutateBytes(bytes: Uint8Array, other: Uint8Array, random: Random): Buffer {
  if (random.below(40) === 0)
    return Buffer.from(Array.from({ length: random.below(200) }, () => random.below(256)));
  let now: Buffer = Buffer.from(bytes);
  for (let edits = 1 + random.below(4); edits > 0; edits -= 1)
    now = mutateOnce(now, Buffer.from(other), random);
  return now;
}

const deep = (levels: number): unknown => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);
const VALUES: readonly unknown[] = [
  ...HOSTILE,
  ...[null, true, false, 0, -1, 0.5, 1e308, 2 ** 53, -(2 ** 31), [], {}, [null], [[]], [{}], { a: 1 }],
  ...["__proto__", "0", "id:", "c-1", "c-999", "personal", "functional", "delete", "create", "x@example.org"],
  ...[
    "2026-13-45T99:99:99Z",
    "sha256:",
    "a".repeat(50_000),
    "@".repeat(500),
    `${"a.".repeat(300)}@example.org`,
  ],
  JSON.parse('{"__proto__":{"polluted":true}}'),
  deep(3000),
  Array.from({ length: 500 }, (_, index) => index),
];

type Place = { readonly holder: Record<string, unknown>; readonly key: string };

function placesIn(value: unknown, places: Place[]): Place[] {
  if (typeof value !== "object" || value === null || places.length > 5000) return places;
  const holder = value as Record<string, unknown>;
  for (const key of Object.keys(holder)) {
    places.push({ holder, key });
    // The deep ones among the hostile values are not gone into.
    if (places.length < 5000 && !VALUES.includes(holder[key])) placesIn(holder[key], places);
  }
  return places;
}

function put(holder: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

/** JSON of the same syntax and another content: values replaced, swapped, taken away, doubled, and keys renamed. */
export function mutateJson(text: string, random: Random): string {
  const root = { value: JSON.parse(text) as unknown };
  for (let edits = 1 + random.below(3); edits > 0; edits -= 1) {
    const places = placesIn(root as Record<string, unknown>, []);
    if (places.length === 0) break;
    const { holder, key } = random.pick(places);
    const other = random.pick(places);
    const value = holder[key];
    const copy = () => JSON.parse(JSON.stringify(other.holder[other.key] ?? null)) as unknown;
    switch (random.below(7)) {
      case 0:
        if (Array.isArray(holder)) holder.splice(Number(key), 1);
        else delete holder[key];
        break;
      case 1:
        if (Array.isArray(holder)) holder.push(copy());
        else put(holder, random.pick(["__proto__", "toString", "extra", "", key.toUpperCase()]), value);
        break;
      case 2:
        put(holder, key, copy());
        break;
      case 3:
        put(holder, key, [value]);
        break;
      case 4:
        if (typeof value === "string") put(holder, key, value + random.pick(HOSTILE));
        else put(holder, key, JSON.stringify(value) ?? "");
        break;
      default:
        put(holder, key, random.pick(VALUES));
    }
  }
  return JSON.stringify(root.value) ?? "";
}

/** Half of the time by bytes, half by content. */
export function mutateText(text: string, other: string, random: Random): string {
  if (random.below(2) === 0) return mutateJson(text, random);
  return mutateBytes(Buffer.from(text), Buffer.from(other), random).toString("utf8");
}
