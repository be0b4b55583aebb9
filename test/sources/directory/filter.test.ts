import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/model/plan/finding.ts";
import type { Reading } from "../../../src/model/ports.ts";
import type { DirectoryConfig } from "../../../src/model/source-config/directory.ts";
import type { RecordFilter } from "../../../src/model/source-config/filter.ts";
import {
  config,
  dnOf,
  functional,
  group,
  guidOf,
  personal,
  problemsOf,
  ROOT,
  read,
  sid,
  table,
  user,
} from "./builders.ts";
import type { Memory, MemoryEntry } from "./memory-session.ts";

const where = "profiles/staff.yaml:9:11";
const HOLDS_BACK = "Nothing is removed because of this source.";
const HOLDS_BACK_KIND = "No personal account is removed because of this source.";
const own = (name: string, values: readonly string[], exclude = false) => ({
  own: name,
  values,
  exclude,
  where,
});
const members = (memberOf: readonly string[], exclude = false) => ({ memberOf, exclude, where });
const filtered = (...conditions: RecordFilter) => personal({ conditions });

const zivver = `CN=Zivver,OU=Groups,${ROOT}`;
const jane = user("Jane", { department: "Care", otherMailbox: ["a@x.test", "B@Y.test"] });
const kim = user("Kim", { department: "Cure" });
const lee = user("Lee", { department: ["Night", "CARE"] });
const moe = user("Moe");

const names = ({ records }: Reading) => records.map(({ email }) => email?.value.split("@")[0]).sort();
const filterFact = ({ facts = [] }: Reading) => facts.find(({ label }) => label === "filter")?.value;

type Case = {
  readonly name: string;
  readonly config: DirectoryConfig;
  readonly entries?: readonly MemoryEntry[];
  readonly memory?: Omit<Memory, "entries">;
  readonly taken: readonly string[];
  readonly fact: string | undefined;
  readonly findings?: readonly Omit<Finding, "where">[];
  readonly held?: readonly (readonly [string, string])[];
};

const unseen = (name: string) => ({
  code: "filter-unseen" as const,
  severity: "warning" as const,
  summary: `The filter looks at ${name}, and no entry that was read has this attribute. Its name may be mistyped, or it may not be read.`,
});

const CASES: readonly Case[] = [
  {
    name: "an attribute of which any value fits",
    config: filtered(own("DEPARTMENT", ["care"])),
    taken: ["jane", "lee"],
    fact: "2 of 4 records taken",
  },
  {
    name: "entries without the attribute",
    config: filtered(own("department", ["", "cure"])),
    taken: ["kim", "moe"],
    fact: "2 of 4 records taken",
  },
  {
    name: "an attribute that no entry has, with nothing left",
    config: filtered(own("departmnt", ["care"])),
    taken: [],
    fact: "0 of 4 records taken",
    findings: [
      unseen("departmnt"),
      {
        code: "source-empty",
        severity: "warning",
        summary: `The filter takes none of the 4 records. ${HOLDS_BACK}`,
      },
    ],
  },
  {
    name: "an attribute that no entry has, with all left",
    config: filtered(own("departmnt", ["care"], true)),
    taken: ["jane", "kim", "lee", "moe"],
    fact: "4 of 4 records taken",
    findings: [unseen("departmnt")],
  },
  {
    name: "an immutable id, as Windows writes it",
    config: filtered(own("objectguid", [guidOf(77)])),
    entries: [jane, user("Guid", { objectGUID: new Uint8Array(16).fill(0).with(15, 77) })],
    taken: ["guid"],
    fact: "1 of 2 records taken",
  },
  {
    name: "bytes that are not text keep the entry, held back",
    config: filtered(own("photo", ["x"])),
    entries: [jane, user("Photo", { photo: new Uint8Array([0xff, 0xd8]) })],
    taken: ["photo"],
    fact: "1 of 2 records taken",
    held: [
      [
        "photo",
        "The filter looks at it, and it cannot be read, so it is unknown whether the filter includes the record.",
      ],
    ],
  },
  {
    name: "beside a text that the server is asked",
    config: personal({ filter: "(department=Care)", conditions: [own("otherMailbox", ["*@y.test"], true)] }),
    taken: ["lee"],
    fact: "1 of 2 records taken",
  },
  {
    name: "a text that fits nobody",
    config: personal({ filter: "(department=Cura)" }),
    taken: [],
    fact: undefined,
    findings: [
      {
        code: "source-empty",
        severity: "warning",
        summary: `The directory gives no personal record that the filter takes. ${HOLDS_BACK_KIND}`,
      },
    ],
  },
  {
    name: "members of one group who are not in another, by address and by DN, at any depth",
    config: filtered(members(["zivver@example.org"]), members([`CN=Deep,OU=Groups,${ROOT}`], true)),
    entries: [
      jane,
      kim,
      lee,
      group("Zivver", [dnOf(jane), dnOf(kim), dnOf(lee)]),
      group("Deep", [`CN=Deeper,OU=Groups,${ROOT}`]),
      group("Deeper", [dnOf(kim), `CN=Deep,OU=Groups,${ROOT}`], { mail: [] }),
    ],
    taken: ["jane", "lee"],
    fact: "2 of 3 records taken",
  },
  {
    name: "both groups at once, one of them by the key of its own",
    config: personal({ memberOf: [zivver], conditions: [members(["care@example.org"])] }),
    entries: [jane, kim, group("Zivver", [dnOf(jane), dnOf(kim)]), group("Care", [dnOf(kim)])],
    taken: ["kim"],
    fact: "1 of 2 records taken",
  },
  {
    name: "those whose primary group it is are left out",
    config: filtered(members([zivver], true)),
    entries: [
      jane,
      user("Prim", { objectSid: sid(5, 2001), primaryGroupID: "1300" }),
      user("Stranger", { objectSid: sid(6, 2001), primaryGroupID: "1300" }),
      group("Zivver", [], { objectSid: sid(5, 1300) }),
    ],
    taken: ["jane", "stranger"],
    fact: "2 of 3 records taken",
  },
  {
    name: "a group in which nobody is found leaves nobody out",
    config: filtered(members([zivver], true)),
    entries: [jane, group("Zivver", [])],
    taken: ["jane"],
    fact: "1 of 1 record taken",
    findings: [
      {
        code: "filter-unseen",
        severity: "warning",
        summary: `The filter leaves out the members of ${zivver}, and nobody was found in there, so it may be that this may not be read.`,
      },
    ],
  },
  {
    name: "a global catalogue cannot tell who is not in a group",
    config: filtered(members([zivver], true)),
    entries: [jane, kim, group("Zivver", [dnOf(jane)], { groupType: "-2147483646" })],
    memory: { url: "ldaps://dc1.corp.example.test:3269" },
    taken: ["kim"],
    fact: "1 of 2 records taken",
    findings: [
      {
        code: "source-incomplete",
        severity: "error",
        summary: `memberOf goes through groups that are not universal, and a global catalogue holds the members of universal groups only: ${zivver}. Read a domain controller (port 636) instead. ${HOLDS_BACK_KIND}`,
      },
    ],
    held: [
      [
        "memberOf",
        "The filter asks for members of a group, and not all of these could be read, so it is unknown whether the filter includes the record.",
      ],
    ],
  },
  {
    name: "groups by the people in them, at any depth",
    config: functional({
      conditions: [{ field: "delegates", values: ["kim@example.org"], exclude: false, where }],
    }),
    entries: [
      jane,
      kim,
      group("Desk", [dnOf(jane)]),
      group("All", [`CN=Mid,OU=Groups,${ROOT}`]),
      group("Mid", [dnOf(kim)]),
    ],
    taken: ["all", "mid"],
    fact: "2 of 3 records taken",
  },
  {
    name: "a group of whose members zivsync cannot tell is not left out",
    config: functional({
      conditions: [{ field: "delegates", values: ["kim@example.org"], exclude: true, where }],
    }),
    entries: [jane, kim, group("Desk", [dnOf(kim)]), group("Gap", [`CN=Gone,${ROOT}`])],
    taken: ["gap"],
    fact: "1 of 2 records taken",
    held: [
      [
        "delegates",
        "The filter looks at it, and it cannot be read, so it is unknown whether the filter includes the record.",
      ],
    ],
  },
  {
    name: "people whom the filter leaves out stay delegates of the groups that are taken",
    config: config({
      personal: table({ conditions: [own("department", ["care"])] }),
      functional: table({ conditions: [{ field: "fullName", values: ["D*"], exclude: false, where }] }),
    }),
    entries: [jane, kim, group("Desk", [dnOf(jane), dnOf(kim)]), group("Other", [])],
    taken: ["desk", "jane"],
    fact: "2 of 4 records taken",
  },
  {
    name: "disabled users that are not functional accounts by the filter are personal ones",
    config: config({
      personal: table(),
      functional: {
        ...table(),
        disabledUsers: { map: {}, conditions: [own("department", ["Shared"])] },
      },
    }),
    entries: [
      user("Box", { department: "Shared", userAccountControl: "514" }),
      user("Former", { department: "Care", userAccountControl: "514" }),
    ],
    taken: ["box", "former"],
    fact: "2 of 2 records taken",
  },
];

describe("a filter on a directory", () => {
  for (const { name, config: of, entries, memory, taken, fact, findings = [], held = [] } of CASES) {
    test(name, async () => {
      const reading = await read(of, { entries: entries ?? [jane, kim, lee, moe], ...memory });
      expect(names(reading)).toEqual(taken);
      expect(filterFact(reading)).toBe(fact);
      expect(reading.findings.map(({ where: _, ...one }) => one)).toEqual(findings);
      const stops = findings.some(({ code }) => code !== "filter-unseen");
      expect(reading.complete).toBe(!stops);
      expect(
        reading.records.flatMap(({ problems }) => problems.map((one) => [one.attribute, one.message])),
      ).toEqual(held);
    });
  }

  test("delegates whom the filter leaves out, and kinds of disabled users", async () => {
    const [desk] = (
      await read(CASES.at(-2)?.config ?? config(), { entries: CASES.at(-2)?.entries ?? [] })
    ).records.filter(({ kind }) => kind === "functional");
    expect(desk?.delegates?.value).toEqual(["jane@example.org", "kim@example.org"]);
    const { records } = await read(CASES.at(-1)?.config ?? config(), {
      entries: CASES.at(-1)?.entries ?? [],
    });
    expect(records.map(({ kind, fullName }) => [kind, fullName?.value])).toEqual([
      ["functional", "Box"],
      ["personal", "Former"],
    ]);
  });

  test("in other directories a member list that comes in part leaves nobody in doubt out", async () => {
    const wrong = { rangeOf: 1, wrongRange: () => "5-6" };
    const entries = [
      jane,
      kim,
      lee,
      group("Zivver", [dnOf(jane), dnOf(kim)], { objectClass: ["groupOfNames"] }),
    ];
    const of = config({ type: "ldap", personal: table({ conditions: [members([zivver], true)] }) });
    const reading = await read(of, { entries, ...wrong });
    expect(names(reading)).toEqual(["kim", "lee"]);
    expect(reading.records.map(({ problems }) => problems.map(({ attribute }) => attribute))).toEqual([
      ["memberOf"],
      ["memberOf"],
    ]);
    expect(reading.findings.map(({ code, summary }) => [code, summary])).toEqual([
      [
        "source-incomplete",
        `memberOf goes through groups whose members the server gave only in part: ${zivver}. ${HOLDS_BACK_KIND}`,
      ],
    ]);
  });

  test("groups that are not there, and an address that two have", async () => {
    const two = [
      group("One", [], { mail: "both@example.org" }),
      group("Two", [], { proxyAddresses: "smtp:both@example.org" }),
    ];
    const conditions = [members(["none@example.org", "both@example.org", zivver], true)];
    expect(await problemsOf(read(personal({ conditions }), { entries: [jane, ...two] }))).toEqual({
      name: "RemoteError",
      problems: [
        {
          code: "directory-not-found",
          where,
          message:
            "memberOf names none@example.org, and the directory has no such group, or does not show it. It would look as if nobody were in it.",
          remedy:
            "Write the address of the group as the directory has it, and let the account that reads see it.",
        },
        {
          code: "directory-not-found",
          where,
          message: `memberOf names both@example.org, and 2 groups have this address, so it is ambiguous: ${two.map(dnOf).join("; ")}.`,
          remedy: "Name the group by its DN.",
        },
        {
          code: "directory-not-found",
          where,
          message: `memberOf names ${zivver}, and the directory has no such group, or does not show it. It would look as if nobody were in it.`,
          remedy: "Write the DN of the group as the directory has it, and let the account that reads see it.",
        },
      ],
    });
  });
});
