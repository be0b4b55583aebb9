import { describe, expect, test } from "vitest";
import type { GuardLimits } from "../../../src/model/plan/default-guards.ts";
import {
  desk,
  deskRecord,
  GUARDS_OFF,
  person,
  planOf,
  profile,
  reading,
  record,
  type Setting,
} from "../../support/engine.ts";

/* What guards measure changes against, and whether a plan may be applied. */

const HALF = { percent: 50, few: 1 };
const guards = (given: Partial<GuardLimits>) => ({ organization: { guards: { ...GUARDS_OFF, ...given } } });
const of = (domain: string) => ({ manages: { include: [{ domain }] } });
const A = "a@example.org";
const B = "b@example.org";

/** Of staff: a has two delegates, d two members, b none. Of care: c has one. Of nobody: x has one. */
const TWO: Setting = {
  profiles: [
    {
      policy: profile({ name: "staff", ...of("example.org") }),
      readings: [
        reading([record(A, { delegates: [] }), record(B), deskRecord("d@example.org", { delegates: [A] })]),
      ],
    },
    {
      policy: profile({ name: "care", ...of("example.com") }),
      readings: [reading([record("c@example.com", { delegates: [] }), record("e@example.com")])],
    },
  ],
  live: [
    person(A, { delegates: [B, "c@example.com"] }),
    person(B),
    person("c@example.com", { delegates: [A] }),
    person("e@example.com"),
    desk("d@example.org", [`id-${A}`, `id-${B}`]),
    person("x@other.example", { delegates: [A] }),
  ],
};
const measured = (setting: Setting) =>
  planOf(setting).body.guards.filter(({ limit, measured: count }) => limit !== null && count > 0);

describe("delegates", () => {
  test("are counted by profile, members of groups among them, and only of accounts that a profile manages", () => {
    expect(measured({ ...TWO, ...guards({ memberRemoval: HALF }) })).toEqual([
      {
        guard: "memberRemoval",
        kind: "personal",
        address: A,
        measured: 2,
        of: 2,
        limit: 1,
        verdict: "refused",
      },
      { guard: "memberRemoval", profile: "staff", measured: 3, of: 4, limit: 1, verdict: "refused" },
    ]);
  });

  test("are not counted for a profile that is not planned", () => {
    const selected = ["care"];
    expect(measured({ ...TWO, ...guards({ memberRemoval: { percent: 50, few: 0 } }), selected })).toEqual([
      {
        guard: "memberRemoval",
        kind: "personal",
        address: "c@example.com",
        measured: 1,
        of: 1,
        limit: 0,
        verdict: "refused",
      },
      { guard: "memberRemoval", profile: "care", measured: 1, of: 1, limit: 0, verdict: "refused" },
    ]);
  });
});

describe("accounts", () => {
  const updating = guards({ update: HALF });

  test("are counted for the organization and for each profile that goes over its own", () => {
    expect(measured({ ...TWO, ...updating })).toEqual([
      { guard: "update", kind: "personal", measured: 2, of: 4, limit: 1, verdict: "refused" },
      { guard: "update", kind: "functional", measured: 1, of: 1, limit: 1, verdict: "passed" },
    ]);
  });

  test("of one profile alone, where one alone is planned", () => {
    expect(measured({ ...TWO, ...updating, selected: ["care"] })).toEqual([
      { guard: "update", kind: "personal", measured: 1, of: 2, limit: 1, verdict: "passed" },
    ]);
  });

  test("of a profile that has none yet", () => {
    const setting: Setting = {
      ...TWO,
      live: [],
      ...guards({ create: { count: 1 } }),
    };
    expect(measured(setting)).toEqual([
      { guard: "create", kind: "personal", measured: 4, of: 0, limit: 1, verdict: "refused" },
      { guard: "create", kind: "functional", measured: 1, of: 0, limit: 1, verdict: "passed" },
      {
        guard: "create",
        kind: "personal",
        profile: "staff",
        measured: 2,
        of: 0,
        limit: 1,
        verdict: "refused",
      },
      {
        guard: "create",
        kind: "personal",
        profile: "care",
        measured: 2,
        of: 0,
        limit: 1,
        verdict: "refused",
      },
    ]);
  });
});

describe("a plan may be applied", () => {
  const leaving: Setting = { desired: [record(A)], live: [person(A), person(B)] };
  test.each<{ name: string; setting: Setting; expect: boolean }>([
    {
      name: "where no guard refuses it",
      setting: { ...leaving, ...guards({ suspend: { count: 1 } }) },
      expect: true,
    },
    {
      name: "not where one of several does",
      setting: { ...leaving, ...guards({ suspend: { count: 0 } }) },
      expect: false,
    },
    {
      name: "where what a guard refuses was accepted",
      setting: {
        ...leaving,
        ...guards({ suspend: { count: 0 } }),
        accepted: [{ guard: "suspend", count: 1 }],
      },
      expect: true,
    },
  ])("$name", ({ setting, expect: applicable }) => {
    expect(planOf(setting).body.applicable).toBe(applicable);
  });

  test("not where the organization does not say whom it protects, and somebody is removed", () => {
    const results = (protectsNobody?: boolean) =>
      planOf({
        ...leaving,
        organization: {
          guards: GUARDS_OFF,
          protected: [],
          ...(protectsNobody === undefined ? {} : { protectsNobody }),
        },
      }).body.guards.filter(({ verdict }) => verdict !== "passed");
    expect([results().length, results(false).length, results(true).length]).toEqual([0, 0, 1]);
  });
});

test("a suspended account is named, unless it has no name", () => {
  const { changes } = planOf({
    desired: [record(A)],
    live: [person(A), person(B, { fullName: "Ben" }), person("c@example.org", { fullName: "" })],
  }).body;
  expect(
    changes.map((change) => [change.address, "fullName" in change ? change.fullName : undefined]),
  ).toEqual([
    [B, "Ben"],
    ["c@example.org", undefined],
  ]);
});
