import { describe, expect, test } from "vitest";
import type { Kind } from "../../src/model/account/kind.ts";
import type { Finding } from "../../src/model/plan/finding.ts";
import type { RecordFilter } from "../../src/model/source-config/filter.ts";
import type { DeclaredAccount } from "../../src/model/source-config/source-config.ts";
import type { Problem } from "../../src/model/values/errors.ts";
import { createSource } from "../../src/sources/registry.ts";
import { CLOCK } from "../support/clock.ts";
import { problemsOf, readTables } from "./reading.ts";

const where = "profiles/staff.yaml:7:9";
const own = (name: string, values: readonly string[], exclude = false) => ({
  own: name,
  values,
  exclude,
  where,
});
const members = (memberOf: readonly string[], exclude = false) => ({ memberOf, exclude, where });
const HOLDS_BACK = "Nothing is removed because of this source.";

type Texts = Readonly<Partial<Record<Kind, string>>>;
type Filters = Readonly<Partial<Record<Kind, RecordFilter>>>;

function read(texts: Texts, filters: Filters) {
  const files = Object.fromEntries(Object.entries(texts).map(([kind, text]) => [`${kind}.csv`, text]));
  const tables = Object.fromEntries(
    (Object.keys(texts) as Kind[]).map((kind) => [
      kind,
      { file: `${kind}.csv`, ...(filters[kind] ? { filter: filters[kind] } : {}) },
    ]),
  );
  return readTables(files, tables);
}

type Case = {
  readonly name: string;
  readonly texts: Texts;
  readonly filters: Filters;
  /** The local parts of addresses. */
  readonly taken: readonly (string | undefined)[];
  readonly facts?: string;
  readonly findings?: readonly Finding[];
  /** The kinds that something may be missing of; without them, any finding makes all of it incomplete. */
  readonly incompleteKinds?: readonly Kind[];
  /** Problems of records. */
  readonly held?: readonly (readonly [string, string])[];
};

const PEOPLE = `Email;Full name;Dept;Account key;Aliases
a@example.org;A;Care;1;x@example.com
b@example.org;B;cure;2;y@example.net
c@example.org;C;;3;
`;

const CASES: readonly Case[] = [
  {
    name: "a column by its header, as headers are found elsewhere",
    texts: { personal: PEOPLE },
    filters: { personal: [own("DEPT ", ["care", "CURE"])] },
    taken: ["a", "b"],
    facts: "2 of 3 records taken",
  },
  {
    name: "an empty cell",
    texts: { personal: PEOPLE },
    filters: { personal: [own("dept", [""], true)] },
    taken: ["a", "b"],
    facts: "2 of 3 records taken",
  },
  {
    name: "a column that a field is read from holds what the field holds",
    texts: { personal: PEOPLE },
    filters: { personal: [own("aliases", ["X@example.com"])] },
    taken: ["a"],
    facts: "1 of 3 records taken",
  },
  {
    name: "a filter that fits nobody",
    texts: { personal: PEOPLE },
    filters: { personal: [own("Dept", ["Cura"])] },
    taken: [],
    facts: "0 of 3 records taken",
    findings: [
      {
        code: "source-empty",
        severity: "warning",
        summary: `The filter takes none of the 3 records. ${HOLDS_BACK}`,
        where: { source: "hr" },
      },
    ],
  },
  {
    name: "a filter that fits nobody of one kind",
    texts: { personal: PEOPLE, functional: "Email,Full name\ndesk@example.org,Desk\n" },
    filters: { functional: [{ field: "fullName", values: ["Shared *"], exclude: false, where }] },
    taken: ["a", "b", "c"],
    facts: "3 of 4 records taken",
    findings: [
      {
        code: "source-empty",
        severity: "warning",
        summary:
          "The filter takes none of the 1 functional record. No functional account is removed because of this source.",
        where: { source: "hr", kind: "functional" },
      },
    ],
    incompleteKinds: ["functional"],
  },
  {
    name: "a filter by kind means that nothing of the other kind is taken",
    texts: { personal: PEOPLE, functional: "Email,Full name\ndesk@example.org,Desk\n" },
    filters: { functional: [{ field: "kind", values: ["personal"], exclude: false, where }] },
    taken: ["a", "b", "c"],
    facts: "3 of 4 records taken",
  },
  {
    name: "rows without an address stay, unless the filter clearly leaves them out",
    texts: { personal: `${PEOPLE};D;Care;4;\nn/a;E;Cure;5;\n` },
    filters: { personal: [own("Dept", ["Care"])] },
    taken: ["a"],
    facts: "1 of 4 records taken",
    findings: [
      {
        code: "record-without-address",
        severity: "error",
        summary: `The row cannot be matched to an account. Its column "Email" is empty. ${HOLDS_BACK} Correct the row, or exclude it with \`filter\` if it is not an account, such as a total.`,
        where: { source: "hr", place: "personal.csv, line 5", kind: "personal" },
      },
    ],
  },
  {
    name: "that an address does not fit says nothing about a row without one",
    texts: { personal: `${PEOPLE}n/a;E;Cure;5;\n` },
    filters: { personal: [{ field: "email", values: ["a@example.org"], exclude: false, where }] },
    taken: ["a"],
    facts: "1 of 3 records taken",
    findings: [
      {
        code: "record-without-address",
        severity: "error",
        summary: `The row cannot be matched to an account. Its column "Email" holds no e-mail address. ${HOLDS_BACK} Correct the row, or exclude it with \`filter\` if it is not an account, such as a total.`,
        where: { source: "hr", place: "personal.csv, line 5", kind: "personal" },
      },
    ],
  },
  {
    name: "rows without an address that are left out by name",
    texts: { personal: `${PEOPLE};D;Care;4;\nn/a;E;Cure;5;\n` },
    filters: { personal: [{ field: "email", values: ["", "N/A"], exclude: true, where }] },
    taken: ["a", "b", "c"],
    facts: "3 of 5 records taken",
  },
  {
    name: "a row that may be shifted is not left out",
    texts: { personal: "Email,Full name,Dept\na@example.org,A,Care\nb@example.org,Doe, Jane,Cure\n" },
    filters: { personal: [own("Dept", ["Care"])] },
    taken: ["a", "b"],
    facts: "2 of 2 records taken",
    held: [
      [
        "the whole row",
        "The row has more cells than the header row, so its values may be in the wrong columns.",
      ],
    ],
    findings: [
      {
        code: "source-incomplete",
        severity: "error",
        summary: `The row has more cells than the header row, so its values may be in the wrong columns. ${HOLDS_BACK}`,
        where: { source: "hr", place: "personal.csv, line 3", kind: "personal" },
      },
    ],
  },
  {
    name: "a row that ends before the column that a filter looks at",
    texts: { personal: "Email,Full name,Dept\na@example.org,A,Care\nb@example.org,B\n" },
    filters: { personal: [own("Dept", ["Care"], true)] },
    taken: ["b"],
    facts: "1 of 2 records taken",
    held: [["Dept", "The row ends before this column, so it may have been cut off."]],
    findings: [
      {
        code: "source-incomplete",
        severity: "error",
        summary: `The row ends before this column, so it may have been cut off. ${HOLDS_BACK}`,
        where: { source: "hr", place: "personal.csv, line 3", kind: "personal" },
      },
    ],
  },
  {
    name: "a field that cannot be read keeps its record, held back",
    texts: { personal: "Email,Full name,Active\na@example.org,A,yes\nb@example.org,B,perhaps\n" },
    filters: { personal: [{ field: "active", values: ["yes"], exclude: true, where }] },
    taken: ["b"],
    facts: "1 of 2 records taken",
    held: [
      ["Active", "The cell says neither yes nor no."],
      [
        "active",
        "The filter looks at it, and it cannot be read, so it is unknown whether the filter includes the record.",
      ],
    ],
  },
  {
    name: "members of a functional account, through others, by any of their addresses",
    texts: {
      personal: PEOPLE,
      functional:
        "Email,Full name,Delegates\nall@example.org,All,desk@example.org; a@example.org\ndesk@example.org,Desk,Y@Example.net; all@example.org\n",
    },
    filters: { personal: [members(["ALL@example.org"])] },
    taken: ["a", "b", "all", "desk"],
    facts: "4 of 5 records taken",
  },
  {
    name: "members that cannot be read hold back whoever is not known to be one",
    texts: {
      personal: PEOPLE,
      functional: "Email,Full name,Delegates,Id\ndesk@example.org,Desk,a@example.org,1\nn/a,Unknown,,2\n",
    },
    filters: { personal: [members(["desk@example.org"], true)] },
    taken: ["b", "c", "desk", undefined],
    facts: "4 of 5 records taken",
    held: [
      [
        "memberOf",
        "The filter asks for members of a group, and not all of these could be read, so it is unknown whether the filter includes the record.",
      ],
      [
        "memberOf",
        "The filter asks for members of a group, and not all of these could be read, so it is unknown whether the filter includes the record.",
      ],
      ["Email", "The cell holds no e-mail address."],
    ],
  },
  {
    name: "a row of functional accounts that names nobody may have members of the group",
    texts: {
      personal: PEOPLE,
      functional: "Email,Full name,Delegates\ndesk@example.org,Desk,a@example.org\n,Unknown,b@example.org\n",
    },
    filters: { personal: [members(["desk@example.org"])] },
    taken: ["a", "b", "c", "desk"],
    facts: "4 of 4 records taken",
    findings: [
      {
        code: "record-without-address",
        severity: "error",
        summary: `The row cannot be matched to an account. Its column "Email" is empty. ${HOLDS_BACK} Correct the row, or exclude it with \`filter\` if it is not an account, such as a total.`,
        where: { source: "hr", place: "functional.csv, line 3", kind: "functional" },
      },
    ],
    held: [
      [
        "memberOf",
        "The filter asks for members of a group, and not all of these could be read, so it is unknown whether the filter includes the record.",
      ],
      [
        "memberOf",
        "The filter asks for members of a group, and not all of these could be read, so it is unknown whether the filter includes the record.",
      ],
    ],
  },
];

describe("a filter on tables", () => {
  for (const { name, texts, filters, taken, facts, findings = [], incompleteKinds, held = [] } of CASES) {
    test(name, async () => {
      const reading = await read(texts, filters);
      expect(reading.records.map(({ email }) => email?.value.split("@")[0])).toEqual(taken);
      expect(reading.facts).toEqual([{ label: "filter", value: facts }]);
      expect(reading.findings).toEqual(findings);
      expect(reading.incompleteKinds).toEqual(incompleteKinds);
      expect(reading.complete).toBe(incompleteKinds !== undefined || findings.length === 0);
      expect(
        reading.records.flatMap(({ problems }) => problems.map((one) => [one.attribute, one.message])),
      ).toEqual(held);
    });
  }
});

type Refused = {
  readonly name: string;
  readonly texts: Texts;
  readonly filter: RecordFilter;
  readonly problems: readonly Problem[];
};

const PRESENT = 'The columns are "Email", "Full name", "Dept", "Account key", "Aliases".';

const REFUSED: readonly Refused[] = [
  {
    name: "columns and fields that are not there, and account keys",
    texts: { personal: PEOPLE },
    filter: [
      own("Departement", ["Care"]),
      { field: "division", values: ["/care"], exclude: false, where },
      own("account-key", ["canary"]),
    ],
    problems: [
      {
        code: "column-missing",
        where: "personal.csv, line 1",
        message: `There is no column "Departement", and the filter at ${where} looks at it.`,
        remedy: `${PRESENT} Correct \`field:\` or the header.`,
      },
      {
        code: "column-missing",
        where: "personal.csv, line 1",
        message: `There is no column for \`division\`, and the filter at ${where} looks at it.`,
        remedy: `${PRESENT} Name the one that holds it: \`map: { division: … }\`.`,
      },
      {
        code: "config-shape",
        where,
        message:
          'The column "account-key" holds account keys, and a filter cannot look at these: its values would be secrets that everybody who sees this file can read.',
        remedy: "Filter by another column.",
      },
    ],
  },
  {
    name: "two columns of one name",
    texts: { personal: "Email;Dept;dept\na@example.org;1;2\n" },
    filter: [own("dept", ["1"])],
    problems: [
      {
        code: "column-duplicate",
        where: "personal.csv, line 1",
        message:
          'The filter looks at "dept", and more than one column is named so: "Dept" (column 2), "dept" (column 3). They may contradict each other.',
        remedy: "Rename all but one.",
      },
    ],
  },
  {
    name: "groups that are not there, or no table of them",
    texts: { personal: PEOPLE },
    filter: [members(["desk@example.org", "a@example.org"]), members(["desk@example.org"], true)],
    problems: ["desk@example.org", "a@example.org"].map((group) => ({
      code: "address-not-found",
      where,
      message: `memberOf names ${group}, and the source has no functional account with this address. It would look as if nobody were in it.`,
      remedy: "Correct the address, or let the source give the functional account as well.",
    })),
  },
];

describe("a filter that cannot be used on tables", () => {
  for (const { name, texts, filter, problems } of REFUSED) {
    test(name, async () => {
      const found = await problemsOf(read(texts, { personal: filter }));
      expect(found).toEqual(problems);
      expect(JSON.stringify(found)).not.toContain("canary");
    });
  }
});

describe("a filter on declared accounts", () => {
  const account = (email: string, more: Partial<DeclaredAccount> = {}): DeclaredAccount => ({
    kind: "personal",
    where: "accounts/all.yaml:4:5",
    email,
    fullName: email,
    ...more,
  });
  const accounts = [
    account("a@example.org", { division: "/care" }),
    account("b@example.org"),
    account("desk@example.org", { kind: "functional", delegates: ["b@example.org"] }),
  ];
  const declared = (filters: Filters) =>
    createSource(
      { type: "declared", name: "hr", accounts, filters },
      { readSecret: () => Promise.reject(new Error("no secret is read")), clock: CLOCK },
    ).read();

  test("for each kind its own", async () => {
    const { records, facts, complete, leftOut } = await declared({
      personal: [{ field: "division", values: ["/Care*"], exclude: true, where }],
    });
    expect(records.map(({ email }) => email?.value)).toEqual(["b@example.org", "desk@example.org"]);
    expect({ facts, complete, leftOut }).toEqual({
      facts: [{ label: "filter", value: "2 of 3 records taken" }],
      complete: true,
      leftOut: 1,
    });
  });

  test("nobody is left", async () => {
    const filter = [{ field: "email" as const, values: ["*@example.com"], exclude: false, where }];
    const { findings, complete } = await declared({ personal: filter, functional: filter });
    expect({ findings, complete }).toEqual({
      findings: [
        {
          code: "source-empty",
          severity: "warning",
          summary: `The filter takes none of the 3 records. ${HOLDS_BACK}`,
          where: { source: "hr" },
        },
      ],
      complete: false,
    });
  });

  test("a group that is not there", async () => {
    expect(await problemsOf(declared({ personal: [members(["desk@example.com"])] }))).toEqual([
      {
        code: "address-not-found",
        where,
        message:
          "memberOf names desk@example.com, and the source has no functional account with this address. It would look as if nobody were in it.",
        remedy: "Correct the address, or let the source give the functional account as well.",
      },
    ]);
  });
});
