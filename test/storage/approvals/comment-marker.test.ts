import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../src/model/values/secret.ts";
import {
  type Marker,
  markedOrganization,
  readMarker,
  renderMarker,
  visibleHash,
} from "../../../src/storage/approvals/comment-marker.ts";
import { deriveSealKeys } from "../../../src/storage/plan/seal.ts";

const URL = "https://app.zivver.com/api/scim/v2";
const KEYS = deriveSealKeys(new Secret("one"), URL);
const OTHERS = deriveSealKeys(new Secret("another"), URL);
const MARKER: Marker = {
  organization: KEYS.organization,
  digest: `sha256:${"d".repeat(64)}`,
  head: "c".repeat(40),
  run: 123,
  shown: { since: "2026-11-28T12:00:00Z", body: "1".repeat(64), form: "2".repeat(64), by: ["ann", "x[bot]"] },
};

function shownOf({ shown }: Marker) {
  if (shown === undefined) throw new Error("it shows no plan");
  return shown;
}

describe("the marker of a comment", () => {
  it("is one line that GitHub does not show, and is read back", () => {
    const line = renderMarker(MARKER, 7, KEYS);
    expect(line).toMatch(
      /^<!-- zivsync \{"v":2,"organization":"[0-9a-f]{32}","digest":"sha256:d{64}","head":"c{40}","run":123,"shown":\{"since":"2026-11-28T12:00:00Z","body":"1{64}","form":"2{64}","by":\["ann","x\[bot\]"\]\},"seal":"hmac-sha256:[0-9a-f]{64}"\} -->$/,
    );
    const issue: Marker = { ...MARKER, shown: { ...shownOf(MARKER), since: undefined } };
    expect(readMarker(renderMarker(issue, 7, KEYS), 7, KEYS)).toEqual(issue);
    const { shown: _, ...plain } = MARKER;
    expect(readMarker(renderMarker(plain, 0, KEYS), 0, KEYS)).toEqual(plain);
    for (const rest of ["", "\n# Plan", "\r\n# Plan"])
      expect(readMarker(`${line}${rest}`, 7, KEYS)).toEqual(MARKER);
  });

  it("names its organisation to anybody", () => {
    expect(markedOrganization(renderMarker(MARKER, 7, OTHERS))).toBe(KEYS.organization);
    expect(markedOrganization("# Plan")).toBeUndefined();
  });

  const line = renderMarker(MARKER, 7, KEYS);
  it.each([
    ["none at all", "# Plan"],
    ["not on the first line", `Look:\n${line}`],
    ["quoted", `> ${line}`],
    ["another digest", line.replace("sha256:d", "sha256:e")],
    ["another commit", line.replace(`"head":"c`, `"head":"a`)],
    ["another run", line.replace("123", "124")],
    ["another version", line.replace('"v":2', '"v":1')],
    ["another moment", line.replace("12:00:00Z", "11:00:00Z")],
    ["the moment taken out", line.replace('"2026-11-28T12:00:00Z"', "null")],
    ["another text", line.replace('"body":"1', '"body":"3')],
    ["another actor", line.replace('"ann"', '"eve"')],
    ["no actors", line.replace('["ann","x[bot]"]', "null")],
    ["the key of another organisation", renderMarker(MARKER, 7, OTHERS)],
    ["another pull request's", renderMarker(MARKER, 8, KEYS)],
    ["no seal", line.replace(/,"seal":"[^"]*"/, "")],
    ["a seal of another kind", line.replace(/"seal":"[^"]*"/, '"seal":null')],
    ["an empty seal", line.replace(/"seal":"[^"]*"/, '"seal":""')],
    ["no JSON", "<!-- zivsync {v:1} -->"],
    ["a list", "<!-- zivsync {[]} -->"],
    ["text after it on the line", `${line} and more`],
  ])("counts as none: %s", (_, body) => {
    expect(readMarker(body, 7, KEYS)).toBeUndefined();
  });

  it("counts as none once any character is another one", () => {
    fc.assert(
      fc.property(fc.nat(line.length - 1), fc.string({ unit: "binary", maxLength: 2 }), (at, text) => {
        const changed = `${line.slice(0, at)}${text}${line.slice(at + 1)}`;
        fc.pre(changed !== line && !changed.startsWith(`${line}\n`) && changed.trimEnd() !== line);
        expect(readMarker(changed, 7, KEYS)).toBeUndefined();
      }),
    );
  });
});

describe("the visible part of a comment", () => {
  const line = renderMarker(MARKER, 7, KEYS);
  it("is the same whatever GitHub does to line ends and white space", () => {
    const hash = visibleHash("# Plan\n\n- one\n");
    expect(visibleHash(`${line}\r\n# Plan  \r\n\r\n- one\r\n\r\n`)).toBe(hash);
    expect(visibleHash("# Plan\n\n- one")).toBe(hash);
  });

  it.each([
    "# Plan\n\n- two\n",
    "# Plan\n- one\n",
    "# Plan\n\n  - one\n",
    `${line}\n${line}\n# Plan\n\n- one`,
  ])("is another one: %j", (body) => {
    expect(visibleHash(body)).not.toBe(visibleHash("# Plan\n\n- one\n"));
  });
});
