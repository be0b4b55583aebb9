import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SourceRecord } from "../../../src/model/account/account.ts";
import type { FilterField } from "../../../src/model/source-config/filter.ts";
import { prepareFilter, recordValues, textPattern } from "../../../src/sources/records/filter.ts";

const where = "profiles/staff.yaml:7:9";

describe("a pattern", () => {
  const CASES: readonly (readonly [string, string, boolean])[] = [
    ["Care", "care", true],
    ["care", " CARE\t", true],
    ["Care", "Care home", false],
    ["Care*", "Care home", true],
    ["*home", "Care  Home", true],
    ["care home", "Care \n Home", true],
    ["C*e*h*e", "Care home", true],
    ["C*x*e", "Care home", false],
    ["aba*ba", "aba", false],
    ["a*", "a", true],
    ["*", "anything", true],
    ["**", "anything", true],
    ["a.c", "abc", false],
    ["\u200bCare\u2060", "care", true],
    ["É*", "e\u0301tage", true],
    ["*@partner.example.org", "X@Partner.Example.org", true],
    ["*@xn--mnchen-3ya.example.org", "jane@münchen.example.org", true],
    ["jane@münchen.example.org", "jane@xn--mnchen-3ya.example.org", true],
    ["smtp:*", "SMTP:jane@example.org", true],
  ];
  test.each(CASES)("%s and %s: %s", (pattern, text, fits) => {
    expect(textPattern(pattern)(text)).toBe(fits);
  });

  test("means what a regular expression with the same parts means", () => {
    const unit = fc.constantFrom("a", "b", "*");
    const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 8 });
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 6 }), text, (pattern, value) => {
        const same = new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(value);
        expect(textPattern(pattern)(value)).toBe(same);
      }),
    );
  });
});

const given = <T>(value: T, attribute: string) => ({
  value,
  origin: { source: "hr", where: "row 2", attribute },
});
const record = (more: Partial<SourceRecord> = {}): SourceRecord => ({
  kind: "personal",
  where: "row 2",
  supplement: false,
  email: given("jane@example.org", "Mail"),
  problems: [],
  ...more,
});
const problem = (attribute: string) => [{ attribute, message: "It cannot be read." }];

type Judged = {
  readonly name: string;
  readonly record: SourceRecord;
  readonly field: FilterField;
  readonly values: readonly string[];
  /** Positive, and with `exclude`. */
  readonly verdicts: readonly [unknown, unknown];
};

const TAKEN = ["taken", "left-out"] as const;
const OUT = ["left-out", "taken"] as const;
const unclear = (field: string) => [{ unclear: [field] }, { unclear: [field] }] as const;

const JUDGED: readonly Judged[] = [
  {
    name: "one of several values",
    record: record({ division: given("Care", "Division") }),
    field: "division",
    values: ["cure", "care"],
    verdicts: TAKEN,
  },
  {
    name: "none of them",
    record: record({ division: given("Care", "Division") }),
    field: "division",
    values: ["cure"],
    verdicts: OUT,
  },
  {
    name: "any of the values of a list",
    record: record({ aliases: given(["a@example.org", "b@example.com"], "Aliases") }),
    field: "aliases",
    values: ["*@example.com"],
    verdicts: TAKEN,
  },
  {
    name: "a value with characters that nobody sees",
    record: record({ division: given("\u200bCa\u00adre\u200b", "Division") }),
    field: "division",
    values: ["care"],
    verdicts: TAKEN,
  },
  {
    name: "characters that nobody sees, and none is meant",
    record: record({ division: given("\u200b", "Division") }),
    field: "division",
    values: [""],
    verdicts: TAKEN,
  },
  { name: "no value, and none is meant", record: record(), field: "division", values: [""], verdicts: TAKEN },
  {
    name: "an empty list, and none is meant",
    record: record({ aliases: given([], "Aliases") }),
    field: "aliases",
    values: ["x", ""],
    verdicts: TAKEN,
  },
  {
    name: "a value, and none is meant",
    record: record({ division: given("Care", "Division") }),
    field: "division",
    values: [""],
    verdicts: OUT,
  },
  { name: "no value, and any is meant", record: record(), field: "division", values: ["*"], verdicts: OUT },
  {
    name: "a field with a problem",
    record: record({ problems: problem("Division") }),
    field: "division",
    values: ["care"],
    verdicts: unclear("division"),
  },
  {
    name: "another field with a problem",
    record: record({ problems: problem("Phone") }),
    field: "division",
    values: ["care"],
    verdicts: OUT,
  },
  {
    name: "delegates that may not be all",
    record: record({ delegates: given([], "Delegates"), delegatesIncomplete: "A member is not found." }),
    field: "delegates",
    values: ["x@example.org"],
    verdicts: unclear("delegates"),
  },
  {
    name: "nothing says whether the account is active",
    record: record(),
    field: "active",
    values: ["yes"],
    verdicts: TAKEN,
  },
  {
    name: "a disabled account",
    record: record({ active: given(false, "Active") }),
    field: "active",
    values: ["No"],
    verdicts: TAKEN,
  },
  { name: "the kind", record: record(), field: "kind", values: ["personal"], verdicts: TAKEN },
  {
    name: "an address that fits",
    record: record(),
    field: "email",
    values: ["*@example.org"],
    verdicts: TAKEN,
  },
  {
    name: "an address that does not",
    record: record(),
    field: "email",
    values: ["*@example.com"],
    verdicts: OUT,
  },
  {
    name: "no address, so that zivsync cannot tell whose it is",
    record: record({ email: given("n/a", "Mail") }),
    field: "email",
    values: ["*@example.org"],
    verdicts: unclear("email"),
  },
  {
    name: "no address, and this is what is meant",
    record: record({ email: given("n/a", "Mail") }),
    field: "email",
    values: ["n/a"],
    verdicts: TAKEN,
  },
];

describe("a condition", () => {
  const attributesOf: Readonly<Partial<Record<FilterField, readonly string[]>>> = {
    email: ["Mail"],
    division: ["Division"],
    phone: ["Phone"],
  };
  for (const { name, record: one, field, values, verdicts } of JUDGED) {
    test(name, () => {
      const judge = (exclude: boolean) =>
        prepareFilter([{ field, values, exclude, where }]).judge({
          field: (asked) => recordValues(one, asked, attributesOf[asked] ?? []),
          own: () => [],
          isMember: () => "unreadable",
        });
      expect([judge(false), judge(true)]).toEqual(verdicts);
    });
  }

  test("one clear no outweighs what zivsync cannot tell; all that is unclear is named", () => {
    const own = (name: string, exclude = false) => ({ own: name, values: ["yes"], exclude, where });
    const member = { memberOf: ["desk@example.org"], exclude: false, where };
    const judge = (filter: Parameters<typeof prepareFilter>[0]) =>
      prepareFilter(filter).judge({
        field: () => [],
        own: (name) => (name === "dim" ? "unreadable" : [name]),
        isMember: () => "unreadable",
      });
    expect(judge([])).toBe("taken");
    expect(judge([own("yes"), own("dim")])).toEqual({ unclear: ["dim"] });
    expect(judge([member, own("dim"), own("yes")])).toEqual({ unclear: ["memberOf", "dim"] });
    expect(judge([member, own("dim"), own("no")])).toBe("left-out");
    expect(judge([own("dim"), own("yes", true)])).toBe("left-out");
  });

  test("the names of the source's own are told once", () => {
    const own = { own: "Department", values: ["x"], exclude: false, where };
    expect(prepareFilter([own, { ...own, exclude: true }]).ownNames).toEqual(["Department"]);
  });
});
