import { describe, expect, test } from "vitest";
import type { RecordProblem, SourceRecord } from "../../../src/model/account/account.ts";
import type { FilterField } from "../../../src/model/source-config/filter.ts";
import {
  conditionName,
  type FieldValues,
  prepareFilter,
  recordValues,
  unclearProblem,
} from "../../../src/sources/records/filter.ts";
import { record } from "../../support/engine.ts";

const A = "a@example.org";
const where = "profiles/staff.yaml:7:9";
const problem = (attribute: string): readonly RecordProblem[] => [{ attribute, message: "It is an error." }];

describe("the values of a field of a record", () => {
  type Row = readonly [string, SourceRecord, FilterField, readonly string[] | undefined, FieldValues];
  test.each<Row>([
    ["a text", record(A, { division: "/x" }), "division", [], ["/x"]],
    [
      "a list",
      record(A, { aliases: ["b@example.org", "c@example.org"] }),
      "aliases",
      [],
      ["b@example.org", "c@example.org"],
    ],
    ["none", record(A), "division", [], []],
    [
      "its kind, whatever its problems",
      record(A, { kind: "functional", problems: problem("kind") }),
      "kind",
      ["kind"],
      ["functional"],
    ],
    ["active", record(A, { active: true }), "active", [], ["yes"]],
    ["not active", record(A, { active: false }), "active", [], ["no"]],
    ["active where nothing says otherwise", record(A), "active", [], ["yes"]],
    [
      "a problem of its attribute",
      record(A, { division: "/x", problems: problem("ou") }),
      "division",
      ["x", "ou"],
      "unreadable",
    ],
    [
      "a problem of its attribute, for being active",
      record(A, { problems: problem("uac") }),
      "active",
      ["uac"],
      "unreadable",
    ],
    [
      "a problem of another attribute",
      record(A, { division: "/x", problems: problem("tel") }),
      "division",
      ["ou"],
      ["/x"],
    ],
    [
      "a problem of some attribute, and its own are not known",
      record(A, { problems: problem("tel") }),
      "division",
      undefined,
      "unreadable",
    ],
    [
      "a problem of some attribute, and it is given",
      record(A, { division: "/x", problems: problem("tel") }),
      "division",
      undefined,
      ["/x"],
    ],
    ["no problem, and its attributes are not known", record(A), "division", undefined, []],
    [
      "delegates of whom some may be missing",
      { ...record(A, { delegates: [] }), delegatesIncomplete: "It is cut." },
      "delegates",
      [],
      "unreadable",
    ],
    [
      "aliases beside delegates of whom some may be missing",
      { ...record(A, { aliases: [] }), delegatesIncomplete: "It is cut." },
      "aliases",
      [],
      [],
    ],
    ["delegates", record(A, { delegates: ["b@example.org"] }), "delegates", [], ["b@example.org"]],
  ])("%s", (_, one, field, attributes, values) => {
    expect(recordValues(one, field, attributes)).toEqual(values);
  });
});

describe("a condition on values", () => {
  const judged = (
    name: "email" | "division" | "own",
    values: readonly string[],
    found: FieldValues,
    exclude = false,
  ) =>
    prepareFilter([
      name === "own" ? { own: "dept", values, exclude, where } : { field: name, values, exclude, where },
    ]).judge({
      field: (asked) => (asked === name ? found : ["wrong field"]),
      own: (asked) => (asked === "dept" ? found : ["wrong name"]),
      isMember: () => "unreadable",
    });
  const unclear = (name: string) => ({ unclear: [name] });

  test.each<readonly [string, Parameters<typeof judged>, unknown]>([
    ["one of the source's own, that fits", ["own", ["Care"], ["care"]], "taken"],
    ["one of the source's own, that does not", ["own", ["Care"], ["cure"]], "left-out"],
    ["one of the source's own, that cannot be read", ["own", ["Care"], "unreadable"], unclear("dept")],
    ["a field that cannot be read", ["division", ["*"], "unreadable"], unclear("division")],
    ["an address that cannot be read", ["email", ["*"], "unreadable"], unclear("email")],
    ["no address", ["email", ["*@example.org"], []], unclear("email")],
    ["no address, and none is meant", ["email", [""], []], "taken"],
    ["what is not an address, beside one", ["email", ["*@example.com"], ["n/a", A]], "left-out"],
    ["white space, and none is meant", ["division", [" "], [" ", ""]], "taken"],
    ["white space, and any is meant", ["division", ["*"], [" "]], "left-out"],
    ["white space beside a value, and none is meant", ["division", [""], [" ", "x"]], "left-out"],
    ["a value, and none or another is meant", ["division", ["", "y"], ["x"]], "left-out"],
    ["none, and any value is to be left out", ["division", ["*"], [], true], "taken"],
    ["none, and none is to be left out", ["division", [""], [], true], "left-out"],
  ])("%s", (_, given, verdict) => {
    expect(judged(...given)).toEqual(verdict);
  });
});

describe("a condition on members", () => {
  const judged = (isMember: boolean | "unreadable", exclude: boolean) =>
    prepareFilter([{ memberOf: ["CN=Care"], exclude, where }]).judge({
      field: () => [],
      own: () => [],
      isMember: (condition) => (condition.memberOf[0] === "CN=Care" ? isMember : "unreadable"),
    });
  test.each<readonly [boolean | "unreadable", boolean, unknown]>([
    [true, false, "taken"],
    [false, false, "left-out"],
    [true, true, "left-out"],
    [false, true, "taken"],
    ["unreadable", true, { unclear: ["memberOf"] }],
  ])("a member: %s, to be left out: %s", (isMember, exclude, verdict) => {
    expect(judged(isMember, exclude)).toEqual(verdict);
  });
});

test("a filter without conditions takes all, and looks at nothing", () => {
  const refuse = () => {
    throw new Error("asked");
  };
  for (const filter of [prepareFilter(), prepareFilter([])]) {
    expect([filter.ownNames, filter.judge({ field: refuse, own: refuse, isMember: refuse })]).toEqual([
      [],
      "taken",
    ]);
  }
});

test("a condition is named by what it looks at", () => {
  const values = ["x"];
  expect([
    conditionName({ field: "division", values, exclude: false, where }),
    conditionName({ own: "dept", values, exclude: false, where }),
    conditionName({ memberOf: values, exclude: false, where }),
    prepareFilter([{ field: "division", values, exclude: false, where }]).ownNames,
  ]).toEqual(["division", "dept", "memberOf", []]);
});

test("why a record cannot be judged", () => {
  expect([unclearProblem("dept"), unclearProblem("memberOf")]).toEqual([
    {
      attribute: "dept",
      message:
        "The filter looks at it, and it cannot be read, so it is unknown whether the filter includes the record.",
    },
    {
      attribute: "memberOf",
      message:
        "The filter asks for members of a group, and not all of these could be read, so it is unknown whether the filter includes the record.",
    },
  ]);
});
