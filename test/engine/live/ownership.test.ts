import { expect, test } from "vitest";
import { manages, policyOf } from "../../../src/engine/live/ownership.ts";
import type { Condition, Manages } from "../../../src/model/plan/policy.ts";
import { InternalError } from "../../../src/model/values/errors.ts";
import { at, profile } from "../../support/engine.ts";

const account = {
  kind: "personal",
  address: at("ann@example.org"),
  fullName: "Ann Jos\u00e9",
  division: "/Care/Ward 1",
} as const;

const ALL: Manages = { kinds: ["personal", "functional"], include: [], exclude: [] };
const mine: Condition = { domain: "example.org" };
const others: Condition = { domain: "example.com" };

test.each<readonly [string, Partial<Manages>, boolean]>([
  ["without conditions", {}, true],
  ["of another kind", { kinds: ["functional"] }, false],
  ["one condition, met", { include: [mine] }, true],
  ["one condition, not met", { include: [others] }, false],
  ["two conditions, the first met", { include: [mine, others] }, true],
  ["two conditions, the second met", { include: [others, mine] }, true],
  ["excluded", { exclude: [mine] }, false],
  ["excluded by the second of two", { exclude: [others, mine] }, false],
  ["excluded by none of two", { exclude: [others, { address: "b*@example.org" }] }, true],
  ["included and excluded", { include: [mine], exclude: [{ address: "ann@example.org" }] }, false],
  ["all parts of a condition are met", { include: [{ ...mine, divisionUnder: "/care" }] }, true],
  ["one part of a condition is not met", { include: [{ ...others, divisionUnder: "/care" }] }, false],
  [
    "by name, in whatever case and form",
    { include: [{ fullName: "ann jose\u0301".normalize("NFC") }] },
    true,
  ],
  ["by another name", { include: [{ fullName: "bob *" }] }, false],
  ["excluded in the division itself", { exclude: [{ divisionUnder: "/care/ward 1" }] }, false],
  ["excluded above the division", { exclude: [{ divisionUnder: "/CARE/" }] }, false],
  ["not excluded by a division that begins alike", { exclude: [{ divisionUnder: "/care/ward" }] }, true],
  ["not excluded by a division below", { exclude: [{ divisionUnder: "/care/ward 1/bed" }] }, true],
  ["excluded by the top", { exclude: [{ divisionUnder: "/" }] }, false],
])("%s", (_, given, expected) => {
  expect(manages({ ...ALL, ...given }, account)).toBe(expected);
});

test("a profile that does not exist is a bug, and not one without rules", () => {
  const staff = profile();
  const policies = new Map([["staff", staff]]);
  expect(policyOf(policies, "staff")).toBe(staff);
  expect(() => policyOf(policies, "care")).toThrow(new InternalError("no profile is named care"));
});
