import { describe, expect, test } from "vitest";
import type { SourceConfig } from "../../../../src/model/source-config/source-config.ts";
import type { Problem } from "../../../../src/model/values/errors.ts";
import { load, ORGANIZATION, problemsOf } from "../../folder.ts";

const FILE = "profiles/staff.yaml";

const ACCOUNTS = `apiVersion: zivsync/v1
kind: Accounts
personal:
  - { email: j.doe@example.org, fullName: Jane Doe }
`;

const DIRECTORY = "type: ldap, urls: ldaps://ldap.example.org";
const SHEET = "type: spreadsheet, file: ../users.csv";
const DECLARED = "type: declared, files: ../accounts/*.yaml";

/** A profile whose source is in line 6, and its filter from line 7 on. */
const files = (source: string, filter: readonly string[], kinds = "[personal]") => ({
  "organization.yaml": ORGANIZATION,
  [FILE]: `apiVersion: zivsync/v1
kind: Profile
name: staff
manages: { kinds: ${kinds} }
sources:
  - { name: hr, ${source},
${filter.map((line) => `      ${line}\n`).join("")}    }
`,
  "accounts/extra.yaml": ACCOUNTS,
});

type Built = {
  readonly name: string;
  readonly source: string;
  readonly kinds?: string;
  readonly filter: readonly string[];
  readonly expect: object;
};

const at = (line: number, column: number) => `${FILE}:${line}:${column}`;

const BUILT: readonly Built[] = [
  {
    name: "a spreadsheet: fields of records in any case, columns, one or many values",
    source: SHEET,
    filter: [
      "filter:",
      "  - { field: Department, values: [Care, Cure] }",
      '  - { field: EMAIL, values: "*@Partner.Example.ORG", exclude: true }',
      "  - { field: active, values: yes }",
      "  - { memberOf: Desk@example.org }",
    ],
    expect: {
      personal: {
        filter: [
          { own: "Department", values: ["Care", "Cure"], exclude: false, where: at(8, 11) },
          { field: "email", values: ["*@partner.example.org"], exclude: true, where: at(9, 11) },
          { field: "active", values: ["yes"], exclude: false, where: at(10, 11) },
          { memberOf: ["desk@example.org"], exclude: false, where: at(11, 11) },
        ],
      },
    },
  },
  {
    name: "what is said for a kind replaces what is said for the source",
    source: SHEET,
    kinds: "[personal, functional]",
    filter: [
      "filter: [{ field: division, values: /care }],",
      "personal: { file: ../users.csv },",
      "functional: { file: ../desks.csv, filter: [{ field: fullName, values: Desk * }] }",
    ],
    expect: {
      personal: {
        filter: [{ field: "division", values: ["/care"], exclude: false, where: at(7, 16) }],
      },
      functional: {
        filter: [{ field: "fullName", values: ["Desk *"], exclude: false, where: at(9, 50) }],
      },
    },
  },
  {
    name: "an empty filter takes all again",
    source: DECLARED,
    kinds: "[personal, functional]",
    filter: ['filter: [{ field: phone, values: "" }],', "functional: { filter: [] }"],
    expect: {
      filters: { personal: [{ field: "phone", values: [""], exclude: false, where: at(7, 16) }] },
    },
  },
  {
    name: "a directory: texts and conditions side by side",
    source: DIRECTORY,
    filter: [
      'filter: ["(department=Care)", { field: employeeType, values: 4* }, "(!(title=Test *))"],',
      "personal: { memberOf: Zivver@example.org }",
    ],
    expect: {
      personal: {
        filter: "(&(department=Care)(!(title=Test *)))",
        memberOf: ["Zivver@example.org"],
        conditions: [{ own: "employeeType", values: ["4*"], exclude: false, where: at(7, 37) }],
      },
    },
  },
  {
    name: "a directory: a list for a kind replaces the text of the source, and the other way round",
    source: DIRECTORY,
    kinds: "[personal, functional]",
    filter: [
      "filter: (a=b),",
      "personal: { filter: [{ field: mail, values: x }] },",
      "functional: { filter: [(c=d)], disabledUsers: { filter: [{ field: id, values: 1 * }] } }",
    ],
    expect: {
      personal: {
        conditions: [{ own: "mail", values: ["x"], exclude: false, where: at(8, 28) }],
      },
      functional: {
        filter: "(c=d)",
        disabledUsers: {
          map: {},
          conditions: [{ field: "id", values: ["1 *"], exclude: false, where: at(9, 64) }],
        },
      },
    },
  },
];

describe("a filter as the program uses it", () => {
  for (const { name, source, kinds, filter, expect: wanted } of BUILT) {
    test(name, async () => {
      const { profiles } = await load(files(source, flow(filter), kinds));
      const config: SourceConfig | undefined = profiles[0]?.sources[0];
      expect(config).toMatchObject(wanted);
      const said = JSON.stringify(wanted);
      for (const key of ["filter", "conditions", "memberOf"]) {
        if (said.includes(`"${key}"`)) continue;
        expect(JSON.stringify(config)).not.toMatch(new RegExp(`"${key}":(?!\\[\\])`));
      }
    });
  }
});

type Case = {
  readonly name: string;
  readonly source: string;
  readonly filter: readonly string[];
  readonly problems: readonly Omit<Problem, "code">[];
};

const CASES: readonly Case[] = [
  {
    name: "text where no directory is",
    source: SHEET,
    filter: ['filter: ["(department=Care)", { field: department, values: Care }]'],
    problems: [
      {
        where: at(7, 16),
        message:
          "A text is a filter as in RFC 4515, which only a directory can be asked, and this source is a spreadsheet.",
        remedy: "Write a list of conditions, for example `[{ field: department, values: [Care, Cure] }]`.",
      },
    ],
  },
  {
    name: "text alone, in declared accounts",
    source: DECLARED,
    filter: ["filter: (department=Care)"],
    problems: [
      {
        where: at(7, 15),
        message:
          "A text is a filter as in RFC 4515, which only a directory can be asked, and this source is declared in YAML.",
        remedy: "Write a list of conditions, for example `[{ field: department, values: [Care, Cure] }]`.",
      },
    ],
  },
  {
    name: "conditions that say nothing, or two things",
    source: SHEET,
    filter: [
      "filter:",
      "  - { exclude: true }",
      "  - { field: department }",
      "  - { field: department, memberOf: desk@example.org }",
      "  - { memberOf: desk@example.org, values: x }",
    ],
    problems: [
      {
        where: at(8, 11),
        message: "The condition names neither `field` nor `memberOf`, so it would look at nothing.",
        remedy: "Write for example `{ field: department, values: [Care, Cure] }`.",
      },
      {
        where: at(9, 11),
        message: '`values` is missing, so nothing says which values of "department" are meant.',
        remedy: 'Add it, for example `values: [Care, Cure]`; `""` stands for no value.',
      },
      {
        where: at(10, 11),
        message: "The condition names a `field` and `memberOf`, and it can look at one of the two only.",
        remedy: "Write two conditions: a record must meet all of them.",
      },
      {
        where: at(11, 11),
        message: "`values` belongs to `field`, and says nothing beside `memberOf`.",
        remedy: "Remove it, and name the groups after `memberOf`.",
      },
    ],
  },
  {
    name: "account keys, and values that a field never has",
    source: SHEET,
    filter: [
      "filter:",
      "  - { field: AccountKey, values: canary }",
      '  - { field: active, values: [yes, "noo"] }',
      "  - { field: kind, values: shared }",
      "  - { memberOf: [desk] }",
    ],
    problems: [
      {
        where: at(8, 20),
        message:
          "A filter cannot look at account keys: its values would be secrets that everybody who sees this file can read.",
        remedy: "Filter by another field.",
      },
      {
        where: at(9, 42),
        message: '`active` is never "noo", so the condition would fit nothing.',
        remedy: "Did you mean `no`?",
      },
      {
        where: at(10, 34),
        message: '`kind` is never "shared", so the condition would fit nothing.',
        remedy: "Write one of `personal`, `functional`.",
      },
      {
        where: at(11, 24),
        message:
          '"desk" is not an e-mail address, and here a group is a functional account of the same source, named by its address.',
        remedy: "Write an address such as `desk@example.org`.",
      },
    ],
  },
  {
    name: "declared accounts have no columns",
    source: DECLARED,
    filter: ["filter: [{ field: fulname, values: x }, { field: department, values: x }]"],
    problems: [
      {
        where: at(7, 25),
        message: '"fulname" is not a field of declared accounts, so the filter would look at nothing.',
        remedy: "Did you mean `fullName`?",
      },
      {
        where: at(7, 56),
        message: '"department" is not a field of declared accounts, so the filter would look at nothing.',
        remedy:
          "Known here: `email`, `fullName`, `aliases`, `delegates`, `active`, `division`, `phone`, `id`, `kind`.",
      },
    ],
  },
  {
    name: "a directory: no attribute, bytes, fields that nothing is read for, keys, groups",
    source: DIRECTORY,
    filter: [
      "map: { accountKey: employeeNumber },",
      "filter:",
      "  - { field: e-mail address, values: x }",
      "  - { field: objectSid, values: S-1-5-* }",
      "  - { field: division, values: Care }",
      "  - { field: delegates, values: x }",
      "  - { field: EmployeeNumber, values: canary }",
      "  - { memberOf: Zivver }",
      "  - (department=Care",
    ],
    problems: [
      {
        where: at(9, 20),
        message:
          '"e-mail address" is neither a field of records nor the name of an attribute: those hold letters, digits and hyphens only.',
        remedy: "Write the name as the directory has it, for example `department`.",
      },
      {
        where: at(10, 20),
        message:
          'The attribute "objectSid" holds bytes that are not text, so no value that is written here could fit.',
        remedy: "Ask the directory itself, by a filter as in RFC 4515.",
      },
      {
        where: at(11, 11),
        message:
          "`division` is a field of records, and no attribute is read for it, so it would be empty everywhere.",
        remedy: "Add it to the map: `map: { division: … }`.",
      },
      {
        where: at(12, 11),
        message:
          "`delegates` is a field of personal accounts, and no attribute is read for it, so it would be empty everywhere.",
        remedy: "Add it to the map: `map: { delegates: … }`.",
      },
      {
        where: at(13, 11),
        message:
          "The account keys come from EmployeeNumber, and a filter cannot look at these: its values would be secrets that everybody who sees this file can read.",
        remedy: "Filter by another attribute.",
      },
      {
        where: at(14, 23),
        message: '"Zivver" is neither a DN nor an e-mail address, and a group is named by one of the two.',
        remedy:
          "Write it as the directory shows it, for example `CN=Zivver,OU=Groups,DC=corp,DC=example,DC=org`.",
      },
      {
        where: at(15, 11),
        message: "`filter` is not a filter as in RFC 4515: at character 1, this `(` is not closed.",
        remedy: "Add the `)`.",
      },
    ],
  },
];

/** The filter is in a flow map, where a block list cannot: such cases are written as a flow list. */
const flow = (lines: readonly string[]) => {
  const start = lines.indexOf("filter:");
  if (start < 0) return lines;
  const items = lines.slice(start + 1).map((line) => line.replace(/^ {2}- /, "    ").concat(","));
  return [...lines.slice(0, start), "filter: [", ...items, "]"];
};

describe("a filter: what is wrong, where, and what to do", () => {
  for (const { name, source, filter, problems } of CASES) {
    test(name, async () => {
      const found = await problemsOf(files(source, flow(filter)));
      expect(found).toEqual(problems.map((one) => ({ code: "config-shape", ...one })));
      expect(JSON.stringify(found)).not.toContain("canary");
    });
  }
});
