import fc from "fast-check";
import { expect, test } from "vitest";
import {
  endOf,
  flagsOf,
  TextPacker,
  unpackText,
  unpackTexts,
} from "../../../../src/sources/directory/entries/packed-texts.ts";

const short = fc.oneof(
  fc.constant(undefined),
  fc.string({ unit: "grapheme" }),
  // Around the lengths where one byte no longer says how long a text is.
  fc.integer({ min: 80, max: 90 }).map((length) => "€".repeat(length)),
  fc.integer({ min: 250, max: 260 }).map((length) => "x".repeat(length)),
);
const long = fc.constantFrom("y".repeat(70_000), "\u{1f600}".repeat(300_000));
const text = fc.oneof({ weight: 200, arbitrary: short }, { weight: 1, arbitrary: long });

test("what was packed is unpacked, whatever comes before and after", () => {
  fc.assert(
    fc.property(fc.array(fc.array(text, { maxLength: 12 }), { maxLength: 40 }), (lists) => {
      const packer = new TextPacker();
      const packed = lists.map((list, index) => packer.pack(index % 256, list));
      for (const [index, one] of packed.entries()) {
        const list = lists[index] ?? [];
        expect(flagsOf(one)).toBe(index % 256);
        expect(unpackTexts(one)).toEqual(list);
        expect(list.map((_, nth) => unpackText(one, nth))).toEqual(list);
        expect(unpackText(one, list.length)).toBeUndefined();
        const next = packed[index + 1];
        if (next?.bytes === one.bytes) expect(endOf(one)).toBe(next.at);
      }
    }),
    { numRuns: 100 },
  );
});
