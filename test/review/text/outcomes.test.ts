import { expect, test } from "vitest";
import type { Outcome } from "../../../src/model/plan/outcome.ts";
import { renderOutcomes } from "../../../src/review/text/outcomes.ts";
import { createChange, planOf, suspendChange } from "../../support/plans.ts";

const PLAN = planOf([
  createChange("a@example.org"),
  createChange("b@example.org"),
  suspendChange("c@example.org"),
  createChange("d@example.org"),
]);
const outcome = (change: string, state: Outcome["state"], detail = ""): Outcome => ({
  change,
  state,
  detail,
});

test.each([
  {
    name: "all in place",
    outcomes: [
      outcome("c-1", "applied"),
      outcome("c-2", "applied"),
      outcome("c-3", "already"),
      outcome("c-4", "applied"),
    ],
    expected: ["Applied 3, already 1.", ""],
  },
  {
    name: "in place, with something to check",
    outcomes: [
      outcome("c-1", "applied", "Gone from Zivver, and so left out of the delegates: x@example.org."),
      outcome("c-2", "applied"),
      outcome("c-3", "already"),
      outcome("c-4", "applied"),
    ],
    expected: [
      "Applied 3, already 1.",
      "",
      "In place, with something to check:",
      "  applied: create personal a@example.org",
      "      Gone from Zivver, and so left out of the delegates: x@example.org.",
      "",
    ],
  },
  {
    name: "in part",
    outcomes: [
      outcome("c-1", "failed", "Zivver refused it: \u001b[31mno."),
      outcome("c-2", "unknown", "The connection was lost."),
      outcome("c-3", "conflict", "The account changed since."),
    ],
    expected: [
      "Applied 0, conflict 1, failed 1, unknown 1, not tried 1.",
      "",
      "4 changes are not in place:",
      "  failed: create personal a@example.org",
      "      Zivver refused it: \\u{1b}[31mno.",
      "  unknown: create personal b@example.org",
      "      The connection was lost.",
      "  conflict: suspend personal c@example.org",
      "      The account changed since.",
      "  not tried: create personal d@example.org",
      "",
    ],
  },
])("$name", ({ outcomes, expected }) => {
  expect(renderOutcomes(PLAN, outcomes, { color: false })).toBe(expected.join("\n"));
});

test("what failed for one reason is said once, and not more than twenty are listed", () => {
  const plan = planOf(Array.from({ length: 357 }, (_, at) => createChange(`p${at}@example.org`)));
  const outcomes = plan.changes.map(({ id }) => outcome(id, "failed", "Zivver refused it."));
  expect(renderOutcomes(plan, outcomes, { color: false })).toBe(
    [
      "Applied 0, failed 357.",
      "",
      "357 changes are not in place:",
      "  failed: create 357 personal accounts",
      "      Zivver refused it.",
      ...Array.from({ length: 20 }, (_, at) => `        p${at}@example.org`),
      "        … and 337 more; `zivsync show` with `-f html` lists them all",
      "",
    ].join("\n"),
  );
});

test("a reason that names its own account is one reason for all of them, and other addresses in it stay", () => {
  const plan = planOf(Array.from({ length: 357 }, (_, at) => createChange(`p${at}@example.org`)));
  const outcomes = plan.changes.map(({ id, address }) =>
    outcome(
      id,
      "failed",
      `Zivver refused to create ${address}: desk@example.org is no member. Correct ${address}.`,
    ),
  );
  expect(renderOutcomes(plan, outcomes, { color: false }).split("\n").slice(3, 7)).toEqual([
    "  failed: create 357 personal accounts",
    "      Zivver refused to create the account: desk@example.org is no member. Correct the account.",
    "        p0@example.org",
    "        p1@example.org",
  ]);
});

test("one address is not taken for part of another", () => {
  const plan = planOf(["a@example.org", "b@example.org"].map((address) => createChange(address)));
  const outcomes = plan.changes.map(({ id, address }) =>
    outcome(id, "failed", `It is an alias of x.${address}.`),
  );
  expect(renderOutcomes(plan, outcomes, { color: false })).toContain("It is an alias of x.b@example.org.");
});

test("every suspension that failed is named", () => {
  const plan = planOf(Array.from({ length: 357 }, (_, at) => suspendChange(`p${at}@example.org`)));
  const outcomes = plan.changes.map(({ id }) => outcome(id, "failed", "Zivver refused it."));
  expect(renderOutcomes(plan, outcomes, { color: false }).split("\n")).toHaveLength(5 + 357 + 1);
});
