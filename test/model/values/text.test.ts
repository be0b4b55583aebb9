import { expect, test } from "vitest";
import { shortened } from "../../../src/model/values/text.ts";

test.each([
  ["", 3, ""],
  ["abc", 3, "abc"],
  ["abcd", 3, "abc…"],
  ["🙂🙂🙂", 3, "🙂🙂🙂"],
  ["🙂🙂🙂🙂", 3, "🙂🙂🙂…"],
  ["ab🙂d", 3, "ab🙂…"],
  ["x".repeat(1_000_000), 2, "xx…"],
])("%#: at most so many characters, each whole", (text, most, shown) => {
  expect(shortened(text, most)).toBe(shown);
});
