import fc from "fast-check";
import { expect, test } from "vitest";
import { digestOfContents } from "../../../../src/sources/directory/entries/record-digest.ts";

/** A record that says these bytes, which lie between others, and this text. */
function saying(said: string, later = "") {
  const bytes = Buffer.from(`before${said}behind`);
  return { content: () => ({ bytes, from: 6, to: bytes.length - 6, later }) };
}

type Said = readonly [string, string];
const digestOf = (all: readonly Said[]) => digestOfContents(all.map(([said, later]) => saying(said, later)));
const canonical = (all: readonly Said[]) => JSON.stringify(all.map((one) => JSON.stringify(one)).sort());

// Contents that repeat, and that differ only in what was told later: those have the same mark.
const said = fc.oneof(fc.constantFrom("", "a", "b", "ab"), fc.string(), fc.constant("x".repeat(70_000)));
const saidAll = fc.array(fc.tuple(said, fc.constantFrom("", "[]", "[1]", "€")), { maxLength: 12 });

test("the digest is that of the contents, in whatever order", () => {
  fc.assert(
    fc.property(
      saidAll.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => {
        expect(digestOf(shuffled)).toBe(digestOf(all));
      },
    ),
  );
});

test("other contents have another digest", () => {
  fc.assert(
    fc.property(saidAll, saidAll, (one, other) => {
      expect(digestOf(one) === digestOf(other)).toBe(canonical(one) === canonical(other));
    }),
  );
  // What one record says is not taken for what two say, nor what was read for what was told later.
  const alike: readonly (readonly Said[])[] = [
    [["ab", ""]],
    [
      ["a", ""],
      ["b", ""],
    ],
    [["a", "b"]],
    [["", "ab"]],
    [
      ["ab", ""],
      ["", ""],
    ],
    [],
  ];
  expect(new Set(alike.map(digestOf)).size).toBe(alike.length);
});

test("marks that are the same by chance leave the order to the contents", () => {
  // Two texts with one FNV-1a mark of 32 bits.
  const pair: readonly Said[] = [
    ["costarring", ""],
    ["liquid", ""],
  ];
  expect(digestOf([...pair].reverse())).toBe(digestOf(pair));
});
