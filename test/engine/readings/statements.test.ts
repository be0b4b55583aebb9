import { describe, expect, test } from "vitest";
import { Doubts, NOTHING_LOST, whatIsSaid } from "../../../src/engine/readings/statements.ts";
import type { RecordField, SourceRecord } from "../../../src/model/account/account.ts";
import { EMPTY_STATE, type SourceFields, type SourceMemory } from "../../../src/model/plan/state.ts";
import type { Reading } from "../../../src/model/ports.ts";
import { deskRecord, profile, reading, record } from "../../support/engine.ts";

const A = "a@example.org";
const bare = (row: Parameters<typeof record>[1] = {}) =>
  record(A, { fullName: null, accountKey: null, ...row });
const bareDesk = (row: Parameters<typeof record>[1] = {}) => bare({ kind: "functional", ...row });
const hr = (records: readonly SourceRecord[], given: Partial<Reading> = {}) => reading(records, given);
const ad = (records: readonly SourceRecord[], given: Partial<Reading> = {}) =>
  reading(records, { source: "ad", ...given });

const memoryOf = (name: string, fields?: SourceFields, ofProfile = "staff"): SourceMemory => ({
  profile: ofProfile,
  name,
  records: 1,
  ...(fields ? { fields } : {}),
});

function saidOf(readings: readonly Reading[], sources: readonly SourceMemory[] = []) {
  return whatIsSaid([{ policy: profile(), readings }], { ...EMPTY_STATE, sources });
}

describe("doubts", () => {
  test("the first that is raised stays, for its profile and kind", () => {
    const doubts = new Doubts();
    expect(doubts.isEmpty).toBe(true);
    doubts.raise("staff", "personal", "empty");
    doubts.raise("staff", "personal", "lost");
    expect([
      doubts.of("staff", "personal"),
      doubts.of("staff", "functional"),
      doubts.of("care", "personal"),
    ]).toEqual(["empty", undefined, undefined]);
    expect(doubts.isEmpty).toBe(false);
  });

  const both = [bare(), bareDesk()];
  type Row = readonly [string, readonly Reading[], readonly SourceMemory[], unknown, unknown];
  test.each<Row>([
    ["none of a source that gives both kinds", [hr(both)], [], undefined, undefined],
    ["no source at all", [], [], "incomplete", "incomplete"],
    ["not all could be read", [hr(both, { complete: false })], [], "incomplete", "incomplete"],
    [
      "one of two sources could not be read",
      [hr(both), ad(both, { complete: false })],
      [],
      "incomplete",
      "incomplete",
    ],
    [
      "not all of a kind could be read",
      [hr(both, { incompleteKinds: ["functional"] })],
      [],
      undefined,
      "incomplete",
    ],
    ["a source without records", [hr([])], [], "incomplete", "incomplete"],
    [
      "a kind of which no table speaks",
      [hr([bare()], { speaks: { personal: ["email"] } })],
      [],
      undefined,
      "not-given",
    ],
    [
      "a kind whose table is empty",
      [hr([bare()], { speaks: { personal: [], functional: [] } })],
      [],
      undefined,
      "empty",
    ],
    [
      "a kind that was asked for and not seen",
      [hr([bare()], { unseen: ["functional"] })],
      [],
      undefined,
      "empty",
    ],
    ["a kind that was not asked for", [hr([bare()], { unseen: ["personal"] })], [], undefined, undefined],
    [
      "an empty table beside a source that gives the kind",
      [
        hr([bare()], { speaks: { personal: [], functional: [] } }),
        ad([bareDesk()], { speaks: { functional: [] } }),
      ],
      [],
      undefined,
      "empty",
    ],
    [
      "one not seen beside a source that gives the kind",
      [hr([bare()], { unseen: ["functional"] }), ad(both)],
      [],
      undefined,
      undefined,
    ],
    [
      "an empty table that never gave any, beside a source that gives the kind",
      [hr([bare()], { speaks: { personal: [], functional: [] } }), ad(both)],
      [memoryOf("hr", { personal: ["email"] })],
      undefined,
      undefined,
    ],
    [
      "an empty table of a source of which no fields are known",
      [hr([bare()], { speaks: { personal: [], functional: [] } }), ad(both)],
      [memoryOf("hr")],
      undefined,
      "empty",
    ],
    [
      "an empty table that gave some, beside a source that gives the kind",
      [hr([bare()], { speaks: { personal: [], functional: [] } }), ad(both)],
      [memoryOf("hr", { personal: ["email"], functional: ["email"] })],
      undefined,
      "empty",
    ],
    [
      "an empty table that never gave any, and a former source that did",
      [hr([bare()], { speaks: { personal: [], functional: [] } }), ad(both)],
      [memoryOf("hr", { personal: ["email"] }), memoryOf("former", { functional: ["email"] })],
      undefined,
      "empty",
    ],
    [
      "the same where the former source is another profile's",
      [hr([bare()], { speaks: { personal: [], functional: [] } }), ad(both)],
      [memoryOf("hr", { personal: ["email"] }), memoryOf("former", { functional: ["email"] }, "care")],
      undefined,
      undefined,
    ],
    [
      "the same where the former source never gave any",
      [hr([bare()], { speaks: { personal: [], functional: [] } }), ad(both)],
      [memoryOf("hr", { personal: ["email"] }), memoryOf("former", { personal: ["email"] })],
      undefined,
      undefined,
    ],
    [
      "the same where no fields of the former source are known",
      [hr([bare()], { speaks: { personal: [], functional: [] } }), ad(both)],
      [memoryOf("hr", { personal: ["email"] }), memoryOf("former")],
      undefined,
      undefined,
    ],
    [
      "the same where the source that gave some is there still",
      [hr([bare()], { speaks: { personal: [], functional: [] } }), ad(both)],
      [memoryOf("hr", { personal: ["email"] }), memoryOf("ad", { functional: ["email"] })],
      undefined,
      undefined,
    ],
    [
      "a source without tables that gave the kind, and gives none now",
      [hr([bare()]), ad(both)],
      [memoryOf("hr", { personal: ["email"], functional: ["email"] })],
      undefined,
      "lost",
    ],
    ["a kind that no record has ever had", [hr([bare()])], [], undefined, undefined],
    [
      "two tables of which one was asked for and not seen",
      [hr([bare()], { unseen: ["functional"] }), ad([bare()])],
      [],
      undefined,
      "empty",
    ],
    [
      "two empty tables beside a source that gives the kind, one of which never gave any",
      [
        hr([bare()], { speaks: { personal: [], functional: [] } }),
        ad([bare()], { speaks: { personal: [], functional: [] } }),
        reading(both, { source: "more" }),
      ],
      [memoryOf("hr", { personal: ["email"] })],
      undefined,
      "empty",
    ],
    [
      "entries that only add, beside accounts of the other kind",
      [hr([bare()], { speaks: { personal: [] } }), ad([bareDesk({ supplement: true }), bare()])],
      [],
      undefined,
      "not-given",
    ],
    [
      "entries that only add speak of no kind",
      [hr([bare()], { speaks: { personal: [] } }), ad([bareDesk({ supplement: true })])],
      [],
      undefined,
      "not-given",
    ],
    [
      "entries of which one is an account speak of it",
      [hr([bare()], { speaks: { personal: [] } }), ad([bareDesk({ supplement: true }), bareDesk()])],
      [],
      undefined,
      undefined,
    ],
    [
      "where all is declared, entries that only add speak of their kind",
      [hr([bare({ supplement: true }), bareDesk({ supplement: true })], { type: "declared" })],
      [],
      undefined,
      undefined,
    ],
    [
      "where not all is declared, they do not",
      [
        ad([bareDesk()], { speaks: { functional: ["email"] } }),
        hr([bare({ supplement: true })], { type: "declared", source: "git" }),
      ],
      [],
      "not-given",
      undefined,
    ],
  ])("%s", (_, readings, sources, personal, functional) => {
    const { doubts } = saidOf(readings, sources);
    expect([doubts.of("staff", "personal"), doubts.of("staff", "functional")]).toEqual([
      personal,
      functional,
    ]);
  });
});

describe("the fields that a source gives", () => {
  const all = (fields: readonly RecordField[]) => ({ personal: fields });
  test.each<readonly [string, Reading, SourceFields]>([
    [
      "are those of any record, by kind",
      hr([bare({ phone: "1" }), bare({ id: "1" }), bareDesk({ division: "/" })]),
      { personal: ["email", "phone", "id"], functional: ["email", "division"] },
    ],
    ["are none of a kind without records", hr([bare()]), all(["email"])],
    ["are none without records", hr([]), {}],
    [
      "with one that cannot be read",
      hr([bare({ problems: [{ attribute: "x", message: "y", field: "active" }] })]),
      all(["email", "active"]),
    ],
    [
      "without whole records that cannot be read",
      hr([bare({ problems: [{ attribute: "x", message: "y" }] })]),
      all(["email"]),
    ],
    ["with a phone number that cannot be one", hr([bare({ phoneInvalid: true })]), all(["email", "phone"])],
    [
      "without those that it cannot give",
      hr([bare({ phone: "1", id: "1" })], { speaks: { personal: ["email", "id", "active"] } }),
      all(["email", "id"]),
    ],
    [
      "whole where it does not say which it can give",
      hr([bare({ phone: "1" })], { speaks: { functional: ["email"] } }),
      all(["email", "phone"]),
    ],
  ])("%s", (_, one, fields) => {
    const said = saidOf([one]);
    expect(said.givenBy(one)).toEqual(fields);
    expect(said.fieldsOf("staff", one)).toEqual(fields);
    expect(said.findings).toEqual([]);
  });

  test("are none of a source that was not read", () => {
    const said = saidOf([]);
    expect([said.givenBy(hr([bare()])), said.fieldsOf("staff", hr([bare()]))]).toEqual([{}, {}]);
  });

  test("are kept in the state with those that were lost, until somebody forgets them", () => {
    const one = hr([bare({ phone: "1" })]);
    const before = memoryOf("hr", { personal: ["active", "email"], functional: ["email"] });
    expect(saidOf([one], [before]).fieldsOf("staff", one)).toEqual({
      personal: ["email", "active", "phone"],
      functional: ["email"],
    });
  });
});

describe("fields that a source gives no more", () => {
  const finding = (summary: string, source = "hr") => ({
    code: "field-lost",
    severity: "warning",
    summary,
    where: { profile: "staff", source, kind: "personal" },
  });
  const END = "Correct the source or its `map:`; if this is intended, run `zivsync adopt --forget-fields`.";
  const KEPT =
    "a column or attribute may be renamed, or may not be read any more. What Zivver has stays as it is.";

  test.each<readonly [RecordField, string]>([
    ["fullName", "No account is created. "],
    ["active", "No account is reactivated because of it. "],
    ["aliases", "No alias is taken away. "],
    ["delegates", "No delegate is taken away. "],
    ["accountKey", "No account key is changed, and no account is created that needs one. "],
    ["phone", ""],
    [
      "id",
      "Its records cannot be matched to accounts by id, so nothing is removed while one of them has no account under its address. ",
    ],
  ])("%s is said with what comes of it", (field, effect) => {
    const { findings, lost } = saidOf([hr([bare()])], [memoryOf("hr", { personal: ["email", field] })]);
    expect(findings).toEqual([
      finding(
        `The source used to give \`${field}\` of personal accounts, and now gives it for nobody: ${KEPT} ${effect}${END}`,
      ),
    ]);
    expect(lost.of("staff", "hr", "personal")).toEqual([field]);
  });

  test("the address too", () => {
    const nobody = record(undefined, { id: "1", fullName: null, accountKey: null });
    const { findings } = saidOf([hr([nobody])], [memoryOf("hr", { personal: ["email", "id"] })]);
    expect(findings).toEqual([
      finding(
        `The source used to give \`email\` of personal accounts, and now gives it for nobody: ${KEPT} Its records cannot be matched to accounts by address. ${END}`,
      ),
    ]);
  });

  test("several are said together", () => {
    const { findings } = saidOf([hr([bare()])], [memoryOf("hr", { personal: ["aliases", "phone"] })]);
    expect(findings).toEqual([
      finding(
        `The source used to give \`aliases\`, \`phone\` of personal accounts, and now gives them for nobody: ${KEPT} No alias is taken away. ${END}`,
      ),
    ]);
  });

  test("are found by profile, source and kind, and for a profile of all its sources", () => {
    const readings = [hr([bare(), bareDesk()]), ad([bare()])];
    const sources = [
      memoryOf("hr", { personal: ["phone"], functional: ["division"] }),
      memoryOf("ad", { personal: ["active"] }),
    ];
    const { lost } = saidOf(readings, sources);
    expect({
      hr: [lost.of("staff", "hr", "personal"), lost.of("staff", "hr", "functional")],
      ad: [lost.of("staff", "ad", "personal"), lost.of("staff", "ad", "functional")],
      care: lost.of("care", "hr", "personal"),
      any: [
        lost.ofAny("staff", "personal"),
        lost.ofAny("staff", "functional"),
        lost.ofAny("care", "personal"),
      ],
    }).toEqual({
      hr: [["phone"], ["division"]],
      ad: [["active"], []],
      care: [],
      any: [["phone", "active"], ["division"], []],
    });
  });

  test("of a kind without records are no matter: the kind is", () => {
    const { findings, lost } = saidOf([hr([bare()])], [memoryOf("hr", { functional: ["phone"] })]);
    expect([findings, lost.of("staff", "hr", "functional")]).toEqual([[], []]);
  });

  test("that are given still are not lost", () => {
    const { findings } = saidOf([hr([bare({ phone: "1" })])], [memoryOf("hr", { personal: ["phone"] })]);
    expect(findings).toEqual([]);
  });

  test("of declared entries are said, and what other sources give counts at once", () => {
    const readings = [hr([bare()], { type: "declared" })];
    const { findings, lost } = saidOf(readings, [memoryOf("hr", { personal: ["aliases"] })]);
    expect(findings).toEqual([
      finding(
        "The source used to give `aliases` of personal accounts, and now gives it for nobody: its entries were taken out. What the other sources of the profile give counts; where none gives the field, what Zivver has stays as it is. If this is intended, run `zivsync adopt --forget-fields`; otherwise restore the entries.",
      ),
    ]);
    expect(lost.of("staff", "hr", "personal")).toEqual([]);
  });

  test("are taken along by the source that has another name now", () => {
    const readings = [ad([bare()], { speaks: { personal: ["email"], functional: ["email"] } })];
    const { doubts, fieldsOf } = saidOf(readings, [memoryOf("hr", { functional: ["email", "phone"] })]);
    expect(doubts.of("staff", "functional")).toBe("empty");
    expect(readings.map((one) => fieldsOf("staff", one))).toEqual([
      { personal: ["email"], functional: ["email", "phone"] },
    ]);
  });
});

test("where nothing is in doubt, a record that cannot be matched still raises one", () => {
  const { doubts } = saidOf([hr([bare(), bareDesk()])]);
  expect(doubts.isEmpty).toBe(true);
  doubts.raise("staff", "personal", "unidentified");
  expect(doubts.of("staff", "personal")).toBe("unidentified");
});

test("without a state nothing is lost", () => {
  const one = hr([deskRecord(A)]);
  const said = whatIsSaid([{ policy: profile(), readings: [one] }], undefined);
  expect([said.findings, said.lost.of("staff", "hr", "functional")]).toEqual([[], []]);
  expect([NOTHING_LOST.of("staff", "hr", "personal"), NOTHING_LOST.ofAny("staff", "personal")]).toEqual([
    [],
    [],
  ]);
});
