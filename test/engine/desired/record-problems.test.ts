import { describe, expect, test } from "vitest";
import {
  decidingRecords,
  type GroupProblems,
  groupProblems,
} from "../../../src/engine/desired/record-problems.ts";
import type { Placed } from "../../../src/engine/desired/records-by-address.ts";
import { NO_ANCHORS } from "../../../src/engine/readings/links.ts";
import type { LostFields } from "../../../src/engine/readings/statements.ts";
import type { LiveAccount, RecordField, RecordProblem } from "../../../src/model/account/account.ts";
import { at, person, profile, record } from "../../support/engine.ts";

const A = "a@example.org";
const ann = person("ann@example.org");
const bob = person("bob@example.org");

type Given = Parameters<typeof record>[1] & {
  readonly anchor?: string;
  readonly person?: LiveAccount;
};

/** A record of a source under one address; by itself it gives no name and no key. */
function of(source: string, { anchor, person: somebody, ...row }: Given = {}): Placed {
  const one = record(A, { where: `row of ${source}`, fullName: null, accountKey: null, ...row });
  return { record: one, source, address: at(A), anchor, ...(somebody ? { person: somebody } : {}) };
}

const accountsOf = (anchor: string) => (anchor === "ann" ? [ann] : anchor === "bob" ? [bob] : []);
const anchors = { ...NO_ANCHORS, accountsOf };

type Lost = Readonly<Record<string, readonly RecordField[]>>;
const lostBy = (lost: Lost): LostFields => ({
  of: (name, source, kind) => (name === "staff" && kind === "personal" ? (lost[source] ?? []) : []),
  ofAny: () => [],
});

const problems = (group: readonly Placed[], lost: Lost = {}): GroupProblems =>
  groupProblems(profile(), at(A), group, anchors, lostBy(lost));

const NOTHING = { holds: [], held: new Set(), partial: new Set(), notes: [], isSeveralPeople: false };
const where = { profile: "staff", source: "hr", place: "row of hr", address: A };

const unreadable = (field?: RecordField): RecordProblem => ({
  attribute: "Cell",
  message: "It is an error.",
  ...(field ? { field } : {}),
});
const unreadableFinding = (source: string, effect: string) => ({
  code: "record-unreadable",
  severity: "error",
  summary: `Cell: It is an error. ${effect}`,
  where: { profile: "staff", source, place: `row of ${source}`, kind: "personal", address: A },
});
const STAYS = "Until it is corrected, this field is left as it is.";

describe("nothing is wrong", () => {
  test.each<readonly [string, readonly Placed[]]>([
    ["with one record", [of("hr", { id: "1", anchor: "ann" })]],
    ["with one of each source", [of("hr", { id: "1" }), of("ad", { id: "2" })]],
    ["with two that are linked to one account", [of("hr", { anchor: "ann" }), of("ad", { anchor: "ann" })]],
    [
      "where one is linked to the person whom the other is by another id",
      [of("hr", { anchor: "ann" }), of("ad", { anchor: "bob", person: ann })],
    ],
  ])("%s", (_, group) => {
    expect(problems(group)).toEqual(NOTHING);
  });
});

describe("a cell that cannot be read", () => {
  test("without a field, the account is left as it is", () => {
    expect(problems([of("hr", { problems: [unreadable()] })])).toEqual({
      ...NOTHING,
      holds: [unreadableFinding("hr", "The account is left as it is.")],
    });
  });

  test("of a field, that field is left as it is", () => {
    expect(problems([of("hr", { problems: [unreadable("phone")] })])).toEqual({
      ...NOTHING,
      held: new Set(["phone"]),
      notes: [unreadableFinding("hr", STAYS)],
    });
  });

  test.each<readonly [string, RecordField, Given, readonly RecordField[]]>([
    ["a field that the first gives is not in doubt", "phone", { phone: "1" }, []],
    ["one that the first does not give is", "phone", { division: "/x" }, ["phone"]],
    ["a list is united of all", "aliases", { aliases: [] }, ["aliases"]],
    ["and so are delegates", "delegates", { delegates: [] }, ["delegates"]],
  ])("of the second source: %s", (_, field, row, held) => {
    expect(problems([of("hr", row), of("ad", { problems: [unreadable(field)] })])).toEqual({
      ...NOTHING,
      held: new Set(held),
      notes: [unreadableFinding("ad", STAYS)],
    });
  });

  test("of the first source, the field is in doubt whatever the second gives", () => {
    const group = [of("hr", { problems: [unreadable("phone")] }), of("ad", { phone: "1" })];
    expect(problems(group).held).toEqual(new Set(["phone"]));
  });

  test("of a key, that of whichever other source counts", () => {
    const group = [of("hr", { problems: [unreadable("accountKey")] }), of("ad", { accountKey: "k" })];
    expect(problems(group)).toEqual({
      ...NOTHING,
      notes: [unreadableFinding("hr", "The key that another source gives counts.")],
    });
  });

  test("of a key that no source gives, the key is held", () => {
    const group = [of("hr", { problems: [unreadable("accountKey")] }), of("ad")];
    expect(problems(group)).toEqual({
      ...NOTHING,
      held: new Set(["accountKey"]),
      notes: [unreadableFinding("hr", STAYS)],
    });
  });

  test("of another field, a key at hand is of no use", () => {
    const group = [of("hr", { problems: [unreadable("phone")], accountKey: "k" })];
    expect(problems(group).held).toEqual(new Set(["phone"]));
  });
});

describe("a field that a source gives for nobody any more", () => {
  test.each<readonly [string, readonly Placed[], Lost, readonly RecordField[], readonly RecordField[]]>([
    ["is held", [of("hr")], { hr: ["phone"] }, ["phone"], []],
    [
      "of lists, nothing is taken out",
      [of("hr")],
      { hr: ["aliases", "delegates"] },
      [],
      ["aliases", "delegates"],
    ],
    ["is nothing where it is an id or the address", [of("hr")], { hr: ["id", "email"] }, [], []],
    ["is held of the first source", [of("hr"), of("ad", { phone: "1" })], { hr: ["phone"] }, ["phone"], []],
    [
      "counts for nothing after a source that gives it",
      [of("hr", { phone: "1" }), of("ad")],
      { ad: ["phone"] },
      [],
      [],
    ],
    [
      "is held after a source that gives another",
      [of("hr", { division: "/" }), of("ad")],
      { ad: ["phone"] },
      ["phone"],
      [],
    ],
    ["is no matter of another source", [of("hr"), of("ad")], { other: ["phone"] }, [], []],
    [
      "where it is the key, one of another source counts",
      [of("hr"), of("ad", { accountKey: "k" })],
      { hr: ["accountKey", "phone"] },
      ["phone"],
      [],
    ],
    [
      "where it is the key, none of another source holds it",
      [of("hr"), of("ad")],
      { hr: ["accountKey"] },
      ["accountKey"],
      [],
    ],
  ])("%s", (_, group, lost, held, partial) => {
    expect(problems(group, lost)).toEqual({ ...NOTHING, held: new Set(held), partial: new Set(partial) });
  });

  test("concerns records of that kind", () => {
    const group = [of("hr", { kind: "functional" })];
    expect(problems(group, { hr: ["phone"] })).toEqual(NOTHING);
  });

  test("is held beside one that cannot be read", () => {
    const group = [of("hr", { problems: [unreadable("active")] })];
    expect(problems(group, { hr: ["phone"] }).held).toEqual(new Set(["phone", "active"]));
  });
});

describe("two records of one source", () => {
  const duplicate = (source: string, summary: string) => ({
    code: "duplicate-record",
    severity: "error",
    summary,
    where: { profile: "staff", source, address: A },
  });
  const contradict = (places: string) =>
    `2 records have this address, and they may contradict each other: ${places}. The account is left as it is. Remove all but one of them.`;
  const people = (places: string) =>
    `2 records of different people have this address: ${places}. Their accounts are left as they are, and all of these people count as present. Correct the address in the wrong one.`;

  test.each<readonly [string, Given, Given, boolean]>([
    ["with one id are one person", { id: "1", fullName: "Ann" }, { id: " 1 ", fullName: "Bob" }, false],
    ["with two ids are two people", { id: "1", fullName: "Ann" }, { id: "2", fullName: "Ann" }, true],
    ["without ids and names say nothing", {}, {}, false],
    ["with one name are one person", { fullName: "Ann" }, { fullName: " ann" }, false],
    ["with two names are two people", { fullName: "Ann" }, { fullName: "Bob" }, true],
    ["of which one has no id go by the names", { id: "1", fullName: "Ann" }, { fullName: "Bob" }, true],
    ["of which one has an empty id, too", { id: "1", fullName: "Ann" }, { id: " ", fullName: "Bob" }, true],
    ["of which one has neither may be one", { id: "1", fullName: "Ann" }, {}, false],
    ["of which one has an empty name may be one", { fullName: "Ann" }, { fullName: " " }, false],
  ])("%s", (_, one, other, isSeveralPeople) => {
    const group = [of("hr", { where: "row 3", ...one }), of("hr", { where: "row 2", ...other })];
    const says = isSeveralPeople ? people : contradict;
    expect(problems(group)).toEqual({
      ...NOTHING,
      holds: [duplicate("hr", says("row 2; row 3"))],
      isSeveralPeople,
    });
  });

  test("are found in each source, and one pair of two people is enough", () => {
    const group = [
      of("hr", { where: "row 1", id: "1" }),
      of("hr", { where: "row 2", id: "2" }),
      of("ad", { where: "dn 1" }),
      of("ad", { where: "dn 2" }),
      of("extra"),
    ];
    expect(problems(group)).toEqual({
      ...NOTHING,
      holds: [duplicate("hr", people("row 1; row 2")), duplicate("ad", contradict("dn 1; dn 2"))],
      isSeveralPeople: true,
    });
  });
});

describe("records that belong to different accounts", () => {
  const conflict = {
    code: "identity-conflict",
    severity: "error",
    summary:
      "The records with this address belong to different accounts by their ids: ann@example.org and bob@example.org. All are left as they are. Correct the address in the source that has the wrong one.",
    where,
  };

  test.each<readonly [string, readonly Placed[]]>([
    ["by their links", [of("hr", { anchor: "bob" }), of("ad", { anchor: "ann" })]],
    ["by an id of a further source", [of("hr", { anchor: "bob" }), of("ad", { anchor: "7", person: ann })]],
  ])("%s are a conflict, and both people are present", (_, group) => {
    expect(problems(group)).toEqual({ ...NOTHING, holds: [conflict], isSeveralPeople: true });
  });

  test("are said once where they are of one source", () => {
    const group = [of("hr", { anchor: "ann" }), of("hr", { anchor: "bob" })];
    const { holds, isSeveralPeople } = problems(group);
    expect([holds.map(({ code }) => code), isSeveralPeople]).toEqual([["duplicate-record"], false]);
  });
});

test("records of two kinds leave the account as it is", () => {
  expect(problems([of("hr"), of("ad", { kind: "functional" })])).toEqual({
    ...NOTHING,
    holds: [
      {
        code: "kind-mismatch",
        severity: "error",
        summary:
          "One record says that this is a personal account, another that it is a functional one. The account is left as it is. If it is a shared mailbox, disable its user in the directory.",
        where,
      },
    ],
  });
});

describe("of records of two kinds", () => {
  const gone = of("hr", { active: false });
  const here = of("hr", { active: true });
  const unsaid = of("hr");
  const added = of("hr", { supplement: true, active: false });
  const shared = of("ad", { kind: "functional" });
  test.each<readonly [string, readonly Placed[], readonly Placed[]]>([
    ["the personal ones decide where the person is disabled", [gone, shared], [gone]],
    ["with what they add", [gone, shared, added], [gone, added]],
    ["not where the person is active", [here, shared], [here, shared]],
    ["not where nothing is said", [unsaid, shared], [unsaid, shared]],
    ["not where one says so and another does not", [gone, here, shared], [gone, here, shared]],
    ["not by what only adds to an account", [added, shared], [added, shared]],
  ])("%s", (_, group, expected) => {
    expect(decidingRecords(group)).toEqual(expected);
  });

  test.each([
    ["personal", [gone, added]],
    ["functional", [shared]],
  ])("all of them decide where all are %s", (_, group) => {
    expect(decidingRecords(group)).toBe(group);
  });
});
