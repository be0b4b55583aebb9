import fc from "fast-check";
import { expect, test } from "vitest";
import { compareNatural } from "../../../src/model/values/text.ts";

test("numbers in names count as numbers", () => {
  const names = [
    "left10@example.org",
    "a@example.org",
    "left2@example.org",
    "left01@example.org",
    "left1@example.org",
  ];
  expect([...names].sort(compareNatural)).toEqual([
    "a@example.org",
    "left01@example.org",
    "left1@example.org",
    "left2@example.org",
    "left10@example.org",
  ]);
});

test("it is an order: one for all, and equal only for equal texts", () => {
  const text = fc.string({ unit: fc.constantFrom("0", "1", "9", "a", "-", "@"), maxLength: 6 });
  fc.assert(
    fc.property(text, text, text, (a, b, c) => {
      expect(Math.sign(compareNatural(a, b)) + Math.sign(compareNatural(b, a))).toBe(0);
      expect(compareNatural(a, b) === 0).toBe(a === b);
      if (compareNatural(a, b) < 0 && compareNatural(b, c) < 0) expect(compareNatural(a, c)).toBeLessThan(0);
    }),
  );
});
