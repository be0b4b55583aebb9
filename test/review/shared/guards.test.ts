import { describe, expect, test } from "vitest";
import type { GuardResult } from "../../../src/model/plan/plan.ts";
import { acceptOptions, guardMeasure, guardScope, refusalLine } from "../../../src/review/shared/guards.ts";
import { createTerminal, MARKDOWN } from "../../../src/review/shared/medium.ts";
import { createPaint } from "../../../src/review/text/terminal/color.ts";
import { address, guardResult } from "../../support/plans.ts";

const TERMINAL = createTerminal(createPaint(false));
const refused = (given: Partial<GuardResult>): GuardResult => guardResult({ ...given, verdict: "refused" });
const { kind: _, ...overAll } = refused({});
const all = (given: Partial<GuardResult>): GuardResult => ({ ...overAll, ...given });

const CASES: readonly (readonly [GuardResult, string, string])[] = [
  [
    refused({ guard: "create", measured: 412, limit: 240 }),
    "create, personal accounts",
    "create: 412 personal accounts would be created beside the 800 that exist; the limit is 240.",
  ],
  [
    refused({ guard: "update", kind: "functional", measured: 30, of: 40, limit: 12 }),
    "update, functional accounts",
    "update: 30 of 40 functional accounts would be updated; the limit is 12.",
  ],
  [
    refused({ guard: "suspend", measured: 41 }),
    "suspend, personal accounts",
    "suspend: 41 of 800 personal accounts would be suspended; the limit is 40.",
  ],
  [
    refused({ guard: "suspend", profile: "ward 3", measured: 13, of: 14, limit: 3 }),
    "suspend, personal accounts of profile ward 3",
    "suspend: 13 of 14 personal accounts of profile ward 3 would be suspended; the limit is 3.",
  ],
  [
    refused({ guard: "reactivate", measured: 90, limit: 50 }),
    "reactivate, personal accounts",
    "reactivate: 90 of 800 personal accounts would be made active again; the limit is 50.",
  ],
  [
    refused({ guard: "delete", measured: 1, of: 1, limit: 0 }),
    "delete, personal accounts",
    "delete: 1 of 1 personal account would be deleted; the limit is 0.",
  ],
  [
    refused({ guard: "rename", measured: 51, limit: 50 }),
    "rename, personal accounts",
    "rename: 51 of 800 personal accounts would get another primary address; the limit is 50.",
  ],
  [
    all({ guard: "memberRemoval", measured: 230, of: 300, limit: 200 }),
    "memberRemoval, all accounts",
    "memberRemoval: 230 of 300 delegates would lose access; the limit is 200.",
  ],
  [
    refused({ guard: "memberRemoval", address: address("desk@example.org"), measured: 8, of: 20, limit: 4 }),
    "memberRemoval, desk@example.org",
    "memberRemoval: 8 of 20 delegates of desk@example.org would lose access; the limit is 4.",
  ],
  [
    all({ guard: "addDelegate", measured: 230, of: 300, limit: 200 }),
    "addDelegate, all accounts",
    "addDelegate: 230 delegates would get access to accounts that exist; the limit is 200.",
  ],
  [
    refused({ guard: "addDelegate", address: address("desk@example.org"), measured: 1, of: 20, limit: 0 }),
    "addDelegate, desk@example.org",
    "addDelegate: 1 delegate would get access to desk@example.org; the limit is 0.",
  ],
  [
    refused({ guard: "accountKey", measured: 90, limit: 40 }),
    "accountKey, personal accounts",
    "accountKey: 90 of 800 personal accounts would get another account key; the limit is 40.",
  ],
  [
    all({ guard: "sourceShrink", source: "staff/head-office", measured: 90, of: 812, limit: 81 }),
    "sourceShrink, staff/head-office",
    "sourceShrink: staff/head-office gives 90 records fewer than the 812 of the last apply; the limit is 81.",
  ],
  [
    refused({ guard: "protectedNobody", measured: 2, limit: 0 }),
    "protectedNobody, personal accounts",
    "protectedNobody: 2 personal accounts would be suspended or deleted while organization.yaml protects nobody, and your administrators may be among them. This cannot be accepted: name your administrators under `protected`, or write `protected: none`.",
  ],
];

describe("a refusal in words", () => {
  test.each(CASES)("%#", (result, scope, line) => {
    expect(guardScope(result, TERMINAL)).toBe(scope);
    expect(refusalLine(result, TERMINAL)).toBe(line);
  });

  test("names are neutralised", () => {
    const result = refused({ profile: "a`|\u202e", measured: 13, of: 14, limit: 3 });
    expect(refusalLine(result, MARKDOWN)).toBe(
      "suspend: 13 of 14 personal accounts of profile `a\\u{60}\\u{7c}\\u{202e}` would be suspended; the limit is 3.",
    );
  });
});

test("what was measured", () => {
  expect(guardMeasure(guardResult({ measured: 12 }))).toBe("12 of 800, limit 40");
  expect(guardMeasure(guardResult({ limit: null }))).toBe("1 of 800, no limit");
});

describe("the options that accept", () => {
  test("all that is over its limit, accepted before or not", () => {
    const guards = [
      guardResult(),
      refused({ measured: 41 }),
      guardResult({ guard: "reactivate", measured: 90, verdict: "accepted" }),
    ];
    expect(acceptOptions(guards)).toEqual(["--accept suspend=41", "--accept reactivate=90"]);
  });

  test("none while nobody is protected, which must be settled first", () => {
    expect(acceptOptions([refused({ measured: 41 }), refused({ guard: "protectedNobody" })])).toEqual([]);
  });
});
