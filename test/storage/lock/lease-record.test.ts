import { describe, expect, test } from "vitest";
import {
  LARGEST_LEASE,
  type LeaseRecord,
  parseLeaseCommit,
  renderLease,
} from "../../../src/storage/lock/lease-record.ts";

const LEASE: LeaseRecord = {
  pid: 7,
  host: "one",
  boot: "b",
  space: "s",
  start: "1",
  token: "t",
  organization: "aa",
  since: "2026-01-05T08:00:00.000Z",
  until: "2026-01-05T08:03:00.000Z",
  renewal: 3,
};
const [A, B] = ["a".repeat(40), "b".repeat(64)];
const commit = (message: string, ...head: readonly string[]) =>
  [`tree ${A}`, ...head, "author Ann <ann@example.org> 1 +0000", "", message].join("\n");
const line = (value: unknown) => `Lease: ${JSON.stringify(value)}\n`;

describe("a commit with a lease", () => {
  test.each([
    ["on top of the state", [`parent ${A}`], A],
    ["of a repository with long ids", [`parent ${B}`], B],
    ["before the first state", [], undefined],
  ])("%s is read as it was written, with more lines after it", (_, head, parent) => {
    expect(parseLeaseCommit(commit(`${renderLease(LEASE)}Write: 1\nparent ${B}\n`, ...head))).toEqual({
      lease: LEASE,
      parent,
    });
  });

  test("has a title for people", () => {
    expect(renderLease(LEASE).split("\n").slice(0, 2)).toEqual(["An apply is under way", ""]);
  });

  test.each<readonly [string, LeaseRecord]>([
    ["one that is over", { ...LEASE, over: true }],
    [
      "one of a machine that says no more of itself",
      { ...LEASE, boot: undefined, space: undefined, start: undefined },
    ],
    ["one that was not renewed yet", { ...LEASE, renewal: 0 }],
  ])("%s", (_, lease) => {
    expect(parseLeaseCommit(commit(renderLease(lease))).lease).toEqual(lease);
  });
});

describe("no lease is in", () => {
  test.each([
    ["a commit of the state", commit("2 accounts, 1 changed\n", `parent ${A}`), A],
    ["one without a message", `tree ${A}\nparent ${A}`, A],
    ["a line of the head", `tree ${A}\nparent ${A}\n${line(LEASE)}\nmessage`, A],
    ["the middle of a line", commit(`See Lease: ${JSON.stringify(LEASE)}`, `parent ${A}`), A],
    [
      "a line with more after it",
      commit(`Lease: ${JSON.stringify(LEASE)} `.replace("} ", "} x"), `parent ${A}`),
      A,
    ],
    ["a message with a line like one of the head", commit(`x\nparent ${B}`, `parent ${A}`), A],
    ["a merge", commit(renderLease(LEASE), `parent ${A}`, `parent ${B}`), A],
    ["what is not JSON", commit("Lease: {", `parent ${A}`), A],
    ["a parent that is not an id", commit("x", `parent ${"g".repeat(40)}`), undefined],
    ["a parent with more after it", commit("x", `parent ${A} x`), undefined],
    ["a line that ends as a parent does", commit("x", `grandparent ${A}`), undefined],
  ])("%s", (_, text, parent) => {
    expect(parseLeaseCommit(text)).toEqual({ lease: undefined, parent });
  });

  test("more than a lease has", () => {
    const text = (length: number) => {
      const bare = JSON.stringify({ ...LEASE, more: "" });
      return commit(`Lease: ${JSON.stringify({ ...LEASE, more: "x".repeat(length - bare.length) })}\n`);
    };
    expect(parseLeaseCommit(text(LARGEST_LEASE)).lease).toMatchObject(LEASE);
    expect(parseLeaseCommit(text(LARGEST_LEASE + 1)).lease).toBeUndefined();
  });

  const LONG = "x".repeat(256);
  test.each<readonly [string, unknown]>([
    ["null", null],
    ["a text", "x"],
    ["a number", 7],
    ["no process", { ...LEASE, pid: undefined }],
    ["a process in a text", { ...LEASE, pid: "7" }],
    ["process 0", { ...LEASE, pid: 0 }],
    ["all processes", { ...LEASE, pid: -1 }],
    ["half a renewal", { ...LEASE, renewal: 1.5 }],
    ["no renewal", { ...LEASE, renewal: undefined }],
    ["another sort of end", { ...LEASE, over: false }],
    ["no beginning", { ...LEASE, since: undefined }],
    ["a beginning that is not a time", { ...LEASE, since: "yesterday" }],
    ["an end that is not a time", { ...LEASE, until: "" }],
    ["an end that is a number", { ...LEASE, until: 2026 }],
    ["no token", { ...LEASE, token: undefined }],
    ["no organisation", { ...LEASE, organization: 7 }],
    ["no host", { ...LEASE, host: null }],
    ["a host of endless length", { ...LEASE, host: LONG }],
    ["a boot that is not a text", { ...LEASE, boot: 7 }],
    ["a space that is not a text", { ...LEASE, space: 7 }],
    ["a start that is not a text", { ...LEASE, start: null }],
    ["a start of endless length", { ...LEASE, start: LONG }],
  ])("a lease with %s", (_, value) => {
    expect(parseLeaseCommit(commit(line(value))).lease).toBeUndefined();
  });

  test("but in one with the longest host there is", () => {
    expect(parseLeaseCommit(commit(line({ ...LEASE, host: LONG.slice(1) }))).lease).toBeDefined();
  });
});
