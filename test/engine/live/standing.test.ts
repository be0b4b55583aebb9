import { describe, expect, test } from "vitest";
import { describeStanding, isProtected, isProtectedAddress } from "../../../src/engine/live/ownership.ts";
import type { ProfilePolicy } from "../../../src/model/plan/policy.ts";
import { at, desk, person, profile } from "../../support/engine.ts";

const A = "a@example.org";
const ALIAS = "chief@example.org";
const account = person(A, { aliases: [ALIAS], fullName: "Ann", division: "/care" });

test("an account is protected by any address that it answers to", () => {
  expect([
    isProtected(["a@*"], account),
    isProtected(["nobody@example.org", "chief@*"], account),
    isProtected(["b@*"], account),
    isProtected([], account),
    isProtectedAddress(["b@*", "a@*"], at(A)),
    isProtectedAddress(["chief@*"], at(A)),
  ]).toEqual([true, true, false, false, true, false]);
});

describe("the standing of an account, and its rule", () => {
  const of = (name: string, manages: Partial<ProfilePolicy["manages"]> = {}) => profile({ name, manages });
  const org = { domain: "example.org" };
  type Row = readonly [string, readonly ProfilePolicy[], readonly string[], string, string];
  test.each<Row>([
    ["managed with all of its kind", [of("staff")], [], "managed", "staff: all personal accounts"],
    [
      "managed by a condition",
      [of("staff", { include: [{ domain: "example.com" }, org] })],
      [],
      "managed",
      "staff: include domain example.org",
    ],
    [
      "managed by all parts of one",
      [of("staff", { include: [{ ...org, divisionUnder: "/care" }] })],
      [],
      "managed",
      "staff: include domain example.org and divisionUnder /care",
    ],
    [
      "protected",
      [of("staff", { include: [org] })],
      ["b@*", "chief@*"],
      "protected",
      "protected: chief@*; staff: include domain example.org",
    ],
    [
      "managed, where others are protected",
      [of("staff")],
      ["b@*"],
      "managed",
      "staff: all personal accounts",
    ],
    [
      "managed twice",
      [of("staff"), of("care")],
      ["a@*"],
      "unmanaged",
      "several profiles manage it: staff, care",
    ],
    [
      "excluded",
      [
        of("desks", { kinds: ["functional"], exclude: [org] }),
        of("other", { include: [{ domain: "x.test" }] }),
        of("staff", { exclude: [{ fullName: "bob" }, { fullName: "ann" }] }),
      ],
      [],
      "unmanaged",
      "staff: exclude fullName ann",
    ],
    [
      "in no profile",
      [of("desks", { kinds: ["functional"], exclude: [org] })],
      ["a@*"],
      "unmanaged",
      "no profile includes it",
    ],
  ])("%s", (_, profiles, patterns, standing, rule) => {
    expect(describeStanding(profiles, patterns, account)).toEqual({ standing, rule });
  });

  test("of a functional account", () => {
    expect(describeStanding([of("staff")], [], desk("d@example.org"))).toEqual({
      standing: "managed",
      rule: "staff: all functional accounts",
    });
  });
});
