import { describe, expect, it } from "vitest";
import { Secret } from "../../../src/model/values/secret.ts";
import {
  readResultMarker,
  renderResultMarker,
  resultOrganization,
} from "../../../src/storage/approvals/comment-marker.ts";
import { deriveSealKeys } from "../../../src/storage/plan/seal.ts";

const URL = "https://app.zivver.com/api/scim/v2";
const KEYS = deriveSealKeys(new Secret("one"), URL);
const OTHERS = deriveSealKeys(new Secret("another"), URL);
const MARKER = { organization: KEYS.organization, applied: "c".repeat(40) };

describe("the marker of a result", () => {
  const line = renderResultMarker(MARKER, 7, KEYS);
  it("is read back, with and without a commit", () => {
    expect(readResultMarker(`${line}\r\n# Applied`, 7, KEYS)).toEqual(MARKER);
    const without = { ...MARKER, applied: undefined };
    expect(readResultMarker(renderResultMarker(without, 7, KEYS), 7, KEYS)).toEqual(without);
    const used = { ...MARKER, used: `sha256:${"1".repeat(64)}` };
    const usedLine = renderResultMarker(used, 7, KEYS);
    expect(readResultMarker(usedLine, 7, KEYS)).toEqual(used);
    expect(readResultMarker(usedLine.replace(/,"used":"[^"]*"/, ""), 7, KEYS)).toBeUndefined();
    expect(resultOrganization(line)).toBe(KEYS.organization);
  });

  it.each([
    ["another commit", line.replace('"c', '"d')],
    ["another pull request's", renderResultMarker(MARKER, 8, KEYS)],
    ["the key of another organisation", renderResultMarker(MARKER, 7, OTHERS)],
    ["no commit any more", line.replace(/"c+"/, "null")],
    ["not on the first line", `Look:\n${line}`],
  ])("counts as none: %s", (_, body) => {
    expect(readResultMarker(body, 7, KEYS)).toBeUndefined();
  });
});
