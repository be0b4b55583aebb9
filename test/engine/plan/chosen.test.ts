import { describe, expect, test } from "vitest";
import type { SourceRecord } from "../../../src/model/account/account.ts";
import {
  findingInLine,
  GUARDS_OFF,
  inLine,
  known,
  PLAIN_NAMES,
  person,
  planOf,
  profile,
  reading,
  record,
  type Setting,
} from "../../support/engine.ts";

/* A plan of one account, or of the accounts of some profiles: what it does, finds and remembers of all that was decided. */

const A = "a@example.org";
const B = "b@example.org";
const C = "c@example.com";
const GONE = "gone@example.org";
const under = (divisionUnder: string) => ({ manages: { include: [{ divisionUnder }] } });
const of = (domain: string) => ({ manages: { include: [{ domain }] } });

const shown = (setting: Setting) => {
  const { body, onlyFound } = planOf(setting);
  return {
    changes: body.changes.map(inLine),
    findings: body.findings.map(findingInLine),
    sources: body.sources.map((source) => `${source.profile}/${source.name}`),
    remembers: body.remember?.map(({ zivverId }) => zivverId),
    found: onlyFound,
  };
};

const TWO: Setting = {
  profiles: [
    {
      policy: profile({ name: "staff", ...of("example.org") }),
      readings: [
        reading([
          record(A, { fullName: "New A" }),
          record(B, { fullName: "New B", aliases: ["u@example.net"] }),
        ]),
      ],
    },
    {
      policy: profile({ name: "care", ...of("example.com") }),
      readings: [reading([record(C, { fullName: "New C", aliases: ["v@example.net"] })])],
    },
  ],
  live: [person(A), person(B), person(C), person(GONE)],
  known: [known(A), known(B), known(C), known(GONE)],
};
const change = (address: string, name: string) =>
  `update ${address} fullName: Name of ${name.toLowerCase()} → New ${name}`;

describe("a plan of all", () => {
  test("has everything", () => {
    expect(shown(TWO)).toEqual({
      changes: [change(A, "A"), change(B, "B"), change(C, "C"), `suspend ${GONE} active: true → false`],
      findings: [`alias-unclaimed ${C}`, `alias-unclaimed ${B}`],
      sources: ["care/hr", "staff/hr"],
      remembers: [`id-${A}`, `id-${B}`, `id-${C}`, `id-${GONE}`],
      found: true,
    });
  });
});

describe("a plan of one profile", () => {
  test.each<{ selected: string; expect: object }>([
    {
      selected: "staff",
      expect: {
        changes: [change(A, "A"), change(B, "B"), `suspend ${GONE} active: true → false`],
        findings: [`alias-unclaimed ${B}`],
        sources: ["staff/hr"],
        remembers: [`id-${A}`, `id-${B}`, `id-${GONE}`],
        found: true,
      },
    },
    {
      selected: "care",
      expect: {
        changes: [change(C, "C")],
        findings: [`alias-unclaimed ${C}`],
        sources: ["care/hr"],
        remembers: [`id-${C}`],
        found: true,
      },
    },
  ])("$selected has what is its own", ({ selected, expect: expected }) => {
    expect(shown({ ...TWO, selected: [selected] })).toEqual(expected);
  });
});

describe("a plan of one account", () => {
  test.each<{ only: string; expect: object }>([
    {
      only: A,
      expect: { changes: [change(A, "A")], findings: [], remembers: [`id-${A}`], found: true },
    },
    {
      only: B,
      expect: {
        changes: [change(B, "B")],
        findings: [`alias-unclaimed ${B}`],
        remembers: [`id-${B}`],
        found: true,
      },
    },
    {
      only: GONE,
      expect: {
        changes: [`suspend ${GONE} active: true → false`],
        findings: [],
        remembers: [`id-${GONE}`],
        found: true,
      },
    },
    { only: "nobody@example.org", expect: { changes: [], findings: [], remembers: [], found: false } },
  ])("$only has what is its own, and names all sources", ({ only, expect: expected }) => {
    expect(shown({ ...TWO, only })).toEqual({ ...expected, sources: ["care/hr", "staff/hr"] });
  });

  test("remembers it by the address that it has in Zivver, by that of its record, and by an alias at the source", () => {
    const renamed: Setting = {
      desired: [
        record("new@example.org", { id: "1", fullName: "Name of a", aliases: ["x@example.org"] }),
        record(B),
      ],
      live: [person(A), person(B)],
      known: [known(A, { id: "1" }), known(B)],
    };
    for (const only of [A, "new@example.org", "x@example.org"])
      expect({ only, remembers: shown({ ...renamed, only }).remembers }).toEqual({
        only,
        remembers: [`id-${A}`],
      });
  });

  test("has findings of the record that it is linked to, and of the one that may be it", () => {
    const setting: Setting = {
      desired: [
        record("new@example.org", { id: "1", fullName: "Name of a", aliases: ["u@example.net"] }),
        record(B, { aliases: ["u@example.net"] }),
      ],
      live: [person(A), person(B)],
      known: [known(A, { id: "1" })],
    };
    expect(shown({ ...setting, only: A }).findings).toEqual(["alias-unclaimed new@example.org"]);
    expect(shown({ ...setting, only: "new@example.org" }).findings).toEqual([
      "alias-unclaimed new@example.org",
    ]);
  });

  test("does not compare its sources with what they gave before", () => {
    const setting: Setting = {
      desired: [record(A), record(B)],
      live: [person(A), person(B)],
      recordsBefore: 100,
      organization: { guards: { ...GUARDS_OFF, sourceShrink: { percent: 10, few: 0 } } },
    };
    const verdicts = (given: Setting) => planOf(given).body.guards.map(({ verdict }) => verdict);
    expect([
      verdicts(setting).includes("refused"),
      verdicts({ ...setting, only: A }).includes("refused"),
    ]).toEqual([true, false]);
  });
});

describe("removals that are held back", () => {
  const held = (setting: Setting) =>
    planOf(setting)
      .body.remember?.filter(({ removalHeldBack }) => removalHeldBack)
      .map(({ zivverId }) => zivverId);
  const setting: Setting = {
    readings: [reading([record(A)], { complete: false })],
    live: [person(A), person(B), person(GONE)],
    known: [known(A), known(B), known(GONE)],
  };

  test("are remembered of all", () => {
    expect(held(setting)).toEqual([`id-${B}`, `id-${GONE}`]);
  });

  test("are remembered of the one account that is planned", () => {
    expect(held({ ...setting, only: B })).toEqual([`id-${B}`]);
    expect(held({ ...setting, only: A })).toEqual([]);
  });
});

test("account keys of which nothing is known are remembered as seen, or sent, as configured", () => {
  const setting: Setting = { desired: [record(A)], live: [person(A)], known: [known(A)] };
  const of = (given: Setting) => planOf(given).body;
  expect(of(setting).remember).toMatchObject([{ zivverId: `id-${A}`, accountKey: `id-${A} key of ${A}` }]);
  const send: Setting = { ...setting, organization: { unknownAccountKeys: "send" } };
  expect(of(send).changes.map(inLine)).toEqual([`update ${A} accountKey: - → id-${A} key of ${A}`]);
  expect(of(send).remember?.map(({ accountKey }) => accountKey)).toEqual([undefined]);
});

test("without a state, nothing is remembered", () => {
  const { known: _, ...setting } = TWO;
  expect("remember" in planOf(setting).body).toBe(false);
});

describe("findings about somebody who may be an account of another profile", () => {
  const X = "x@example.com";
  /** A record of care gives the address of a leaver of staff to somebody of another name. */
  const setting: Setting = {
    profiles: [
      { policy: profile({ name: "staff", ...of("example.org") }), readings: [reading([record(A)])] },
      {
        policy: profile({ name: "care", ...of("example.com") }),
        readings: [
          reading([
            record(X, { fullName: "Nils New", aliases: [GONE, "u@example.net"] }),
            record(C, { aliases: ["v@example.net"] }),
          ]),
        ],
      },
    ],
    live: [person(A), person(C), person(GONE, { fullName: "Lena Leaver" })],
    known: [known(A), known(C), known(GONE)],
  };
  const careOf = (records: readonly SourceRecord[]): Setting["profiles"] => [
    { policy: profile({ name: "staff", ...under("/staff") }), readings: [reading([record(A)])] },
    { policy: profile({ name: "care", ...under("/care") }), readings: [reading(records)] },
  ];
  const about = (given: Setting) =>
    planOf(given).body.findings.map((found) => `${found.severity} ${findingInLine(found)}`);

  test("are all in a plan of all", () => {
    expect(about(setting)).toEqual([
      `error address-reused ${X}`,
      `info alias-unclaimed ${C}`,
      `info alias-unclaimed ${X}`,
    ]);
  });

  test("are in a plan of the account's profile, unless they are for information alone", () => {
    expect(about({ ...setting, selected: ["staff"] })).toEqual([`error address-reused ${X}`]);
  });

  test("are in a plan of the account alone, and of the record alone", () => {
    const found = [`error address-reused ${X}`, `info alias-unclaimed ${X}`];
    expect([
      about({ ...setting, only: GONE }),
      about({ ...setting, only: X }),
      about({ ...setting, only: A }),
    ]).toEqual([found, found, []]);
  });

  test.each<{ name: string; records: Setting["profiles"]; shown: readonly string[] }>([
    {
      name: "a record that is another account by its address has the leaver's as an alias",
      records: careOf([record(C, { aliases: [GONE] })]),
      shown: [`warning alias-waits ${C}`],
    },
    {
      name: "a record that is another account by its id is to be renamed to the leaver's address",
      records: careOf([record(GONE, { id: "7", fullName: "Name of c", accountKey: null })]),
      shown: [`error address-taken ${GONE}`],
    },
  ])("are in a plan of the account's profile where $name", ({ records, shown }) => {
    const linked = {
      profile: "care",
      source: "hr",
      anchor: PLAIN_NAMES.anchor("care", "hr", "personal", "7"),
    };
    const here: Setting = {
      ...setting,
      organization: { loginMethod: "password" },
      profiles: records ?? [],
      live: [
        person(A, { division: "/staff" }),
        person(C, { division: "/care" }),
        person(GONE, { division: "/staff", fullName: "Lena Leaver" }),
      ],
      known: [known(A), known(C, { link: linked }), known(GONE)],
    };
    expect(planOf(here).body.changes.map(inLine)).toEqual([]);
    expect(about({ ...here, selected: ["staff"] })).toEqual(shown);
  });

  test("what is said of no account is in every plan", () => {
    const empty: Setting = {
      readings: [reading([record(A)]), reading([], { source: "more" })],
      live: [person(A), person(B)],
    };
    expect(about({ ...empty, only: A })).toContain("warning source-empty");
  });
});

test("a source that could not be read in full is shown so, by its own name", () => {
  const { sources } = planOf({
    readings: [reading([record(A)], { complete: false }), reading([record(B)], { source: "more" })],
    live: [person(A), person(B)],
  }).body;
  expect(sources.map(({ name, complete }) => [name, complete])).toEqual([
    ["hr", false],
    ["more", true],
  ]);
});
