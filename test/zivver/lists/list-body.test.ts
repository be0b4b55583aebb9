import { expect, test } from "vitest";
import { ListBody, Taken } from "../../../src/zivver/lists/list-splitter.ts";

const MEGABYTE = 1 << 20;
const answer = (size: number) => {
  const [start, end] = ['{"Resources":[{"id":"a"},{"id":"b"}],"more":"', '"}'];
  return Buffer.from(start + "x".repeat(size - start.length - end.length) + end);
};

/** A body that comes in pieces of so many bytes. */
function bodyOf(bytes: Buffer, piece: number) {
  const body = new ListBody(() => "taken");
  for (let at = 0; at < bytes.length; at += piece) body.write(bytes.subarray(at, at + piece));
  return body;
}

test("a small body is kept whole, so that a message can show all of it", () => {
  const bytes = answer(MEGABYTE);
  for (const piece of [100_000, MEGABYTE]) {
    const body = bodyOf(bytes, piece);
    expect(body.end()).toBeUndefined();
    expect(body.beginning().equals(bytes)).toBe(true);
  }
  expect(new ListBody(() => "taken").beginning()).toHaveLength(0);
});

test("a larger one is taken apart, and its beginning is kept", () => {
  const bytes = answer(3 * MEGABYTE);
  const body = bodyOf(bytes, 300_000);
  const end = body.end();
  expect(end).toMatchObject({ json: { Resources: [new Taken("a", "taken"), new Taken("b", "taken")] } });
  const beginning = body.beginning();
  expect(beginning.equals(bytes.subarray(0, 1_200_000))).toBe(true);
});
