import fc from "fast-check";
import { expect, test } from "vitest";
import { TextPacker, unpackText, unpackTexts } from "../../../src/sources/directory/packed-texts.ts";

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
      const packed = lists.map((list) => packer.pack(list));
      for (const [index, one] of packed.entries()) {
        const list = lists[index] ?? [];
        expect(unpackTexts(one, list.length)).toEqual(list);
        expect(list.map((_, nth) => unpackText(one, list.length, nth))).toEqual(list);
      }
    }),
    { numRuns: 100 },
  );
});
