import { expect, test } from "vitest";
import { sharedIds } from "../../../src/engine/desired/shared-ids.ts";
import type { SourceRecord } from "../../../src/model/account/account.ts";
import { deskRecord, profile, reading, record } from "../../support/engine.ts";

const A = "a@example.org";
const B = "b@example.org";
const one = record(A, { id: "1", where: "row 3" });
const other = record(B, { id: " 1 ", where: "row 2" });

const found = (...records: readonly SourceRecord[]) =>
  sharedIds([{ policy: profile(), readings: [reading(records)] }]);

const shared = (address: string, place: string, kind: "personal" | "functional" = "personal") => ({
  code: "anchor-twice",
  severity: "warning",
  summary:
    "2 records have the id of this one: row 2; row 3. Their accounts are found by the addresses. Give each record an id of its own.",
  where: { profile: "staff", source: "hr", place, kind, address },
});

test("records with one id and two addresses are named, each with all of them", () => {
  const others = [record("c@example.org", { id: "2" }), record("d@example.org")];
  expect(found(one, ...others, other)).toEqual([shared(A, "row 3"), shared(B, "row 2")]);
});

test("functional ones too", () => {
  const desks = [deskRecord(A, { id: "1", where: "row 3" }), deskRecord(B, { id: "1", where: "row 2" })];
  expect(found(...desks)).toEqual([shared(A, "row 3", "functional"), shared(B, "row 2", "functional")]);
});

test("a third one that has an address is counted", () => {
  const summaries = found(one, other, record(A, { id: "1", where: "row 4" })).map(({ summary }) => summary);
  expect(summaries).toEqual(
    Array.from(
      { length: 3 },
      () =>
        "3 records have the id of this one: row 2; row 3; row 4. Their accounts are found by the addresses. Give each record an id of its own.",
    ),
  );
});

test.each<readonly [string, readonly SourceRecord[]]>([
  ["one record", [one]],
  ["two ids", [one, record(B, { id: "2" })]],
  ["two records with one address", [one, record("A@example.org", { id: "1" })]],
  ["two kinds", [one, deskRecord(B, { id: "1" })]],
  [
    "two kinds, where another id is shared",
    [one, deskRecord(B, { id: "1" }), record(A, { id: "2" }), record(A, { id: "2" })],
  ],
  ["no ids", [record(A), record(B)]],
  ["empty ids", [record(A, { id: " " }), record(B, { id: "" })]],
  ["one of them without an address", [one, record(undefined, { id: "1" })]],
  ["one of them with what is not an address", [one, record("nobody", { id: "1" })]],
])("nothing is said of %s", (_, records) => {
  expect(found(...records)).toEqual([]);
});

test("two sources number in their own ways", () => {
  const readings = [reading([one]), reading([other], { source: "ad" })];
  expect(sharedIds([{ policy: profile(), readings }])).toEqual([]);
});
