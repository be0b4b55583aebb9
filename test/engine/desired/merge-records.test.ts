import { describe, expect, test } from "vitest";
import { mergeRecords } from "../../../src/engine/desired/merge-records.ts";
import type { SourceRecord } from "../../../src/model/account/account.ts";
import { record } from "../../support/engine.ts";

const A = "a@example.org";
const first = (row: Parameters<typeof record>[1] = {}) =>
  record(A, { where: "row 1", fullName: null, accountKey: null, ...row });
const second = (row: Parameters<typeof record>[1] = {}) =>
  record(A, { where: "row 2", fullName: null, accountKey: null, ...row });
const third = (row: Parameters<typeof record>[1] = {}) =>
  record(A, { where: "row 3", fullName: null, accountKey: null, ...row });
const from = (where: string, attribute: string) => ({ source: "hr", where, attribute });

test("one record is what it says", () => {
  const only = first({ id: "1", aliases: [], phone: "1" });
  expect(mergeRecords([only])).toBe(only);
});

test("no records say nothing", () => {
  expect(mergeRecords([])).toEqual({});
});

describe("of several records", () => {
  test("the first that gives a field wins, field by field", () => {
    const given = {
      id: "1",
      active: true,
      accountKey: "k1",
      fullName: "One",
      division: "/one",
      phone: "1",
    };
    const other = { id: "2", active: false, accountKey: "k2", fullName: "Two", division: "/two", phone: "2" };
    const whole = first(given);
    const { kind: _, where: __, supplement: ___, problems: ____, email: _____, ...fields } = whole;
    expect(mergeRecords([whole, second(other)])).toEqual(fields);
    expect(mergeRecords([second(), whole, third(other)])).toEqual(fields);
  });

  test("what none gives is absent", () => {
    expect(Object.keys(mergeRecords([first(), second()]))).toEqual([]);
  });

  test.each<readonly [string, readonly SourceRecord[], string | undefined]>([
    ["the first number counts", [first({ phone: "1" }), second({ phoneInvalid: true })], "1"],
    [
      "a number that cannot be one is not replaced",
      [first({ phoneInvalid: true }), second({ phone: "2" })],
      undefined,
    ],
    ["a record without a number makes room", [first(), second({ phone: "2" })], "2"],
  ])("phone: %s", (_, records, value) => {
    expect(mergeRecords(records).phone?.value).toBe(value);
  });

  test("a phone number that cannot be one holds back no other field", () => {
    const merged = mergeRecords([first({ phoneInvalid: true }), second({ division: "/two" })]);
    expect(merged.division?.value).toBe("/two");
  });
});

describe("lists are united, and say whom they come from", () => {
  test.each(["aliases", "delegates"] as const)("%s", (field) => {
    const records = [
      first({ [field]: ["b@x.test"] }),
      second(),
      third({ [field]: ["a@x.test", "b@x.test"] }),
    ];
    expect(mergeRecords(records)).toEqual({
      [field]: { value: ["b@x.test", "a@x.test", "b@x.test"], origin: from("row 1; row 3", field) },
    });
  });

  test("one that is empty adds nothing, and is not named", () => {
    const records = [first({ aliases: [] }), second({ aliases: ["b@x.test"] })];
    expect(mergeRecords(records)).toEqual({
      aliases: { value: ["b@x.test"], origin: from("row 2", "aliases") },
    });
  });

  test("where all are empty, the first is named", () => {
    expect(mergeRecords([first({ aliases: [] }), second({ aliases: [] })])).toEqual({
      aliases: { value: [], origin: from("row 1", "aliases") },
    });
  });

  test("each source and attribute is named once", () => {
    const moved = (one: SourceRecord, source: string, attribute: string): SourceRecord => ({
      ...one,
      aliases: { value: ["b@x.test"], origin: { source, where: one.where, attribute } },
    });
    const records = [
      moved(first(), "hr", "mail"),
      moved(second(), "ad", "proxyAddresses"),
      moved(third(), "hr", "mail"),
    ];
    expect(mergeRecords(records).aliases?.origin).toEqual({
      source: "hr, ad",
      where: "row 1; row 2; row 3",
      attribute: "mail, proxyAddresses",
    });
  });
});

test("why delegates may lack some is said once for each reason", () => {
  const lacks = (one: SourceRecord, why: string): SourceRecord => ({ ...one, delegatesIncomplete: why });
  const records = [
    lacks(first(), "It is long."),
    lacks(second(), "It is cut."),
    lacks(third(), "It is long."),
  ];
  expect(mergeRecords(records)).toEqual({ delegatesIncomplete: "It is long. It is cut." });
});
