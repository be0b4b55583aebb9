import { describe, expect, test } from "vitest";
import { attentionClass, countAttention, isUnsettled } from "../../../src/model/plan/attention.ts";
import { finding, sourceSummary } from "../../support/plans.ts";

const source = { profile: "staff", source: "head-office" };

describe("the class of a finding", () => {
  test.each([
    ["source-incomplete", "error", "incomplete"],
    ["source-empty", "warning", "incomplete"],
    ["removal-held-back", "warning", "heldBack"],
    ["identity-conflict", "error", "conflict"],
    ["record-unreadable", "error", "frozen"],
    ["alias-unclaimed", "error", "frozen"],
    // As a note it says that an alias is left out, and nothing is left as it is.
    ["alias-unclaimed", "info", undefined],
    ["delegate-unknown", "warning", undefined],
    // An error leaves something as it is, whatever its code.
  ] as const)("%s (%s): %s", (code, severity, expected) => {
    expect(attentionClass(finding({ code, severity }))).toBe(expected);
  });
});

test("sources, removals and accounts count once each", () => {
  const about = (address: string) => ({ where: { ...source, address } });
  const seen = {
    sources: [sourceSummary({ complete: false }), sourceSummary({ name: "other" })],
    findings: [
      finding({ code: "source-incomplete", severity: "error", where: source }),
      finding({ code: "record-without-address", severity: "error", where: source }),
      finding({ code: "source-empty", where: { profile: "desks", source: "head-office" } }),
      finding({ code: "removal-held-back", ...about("a@example.org") }),
      finding({ code: "removal-held-back", ...about("b@example.org") }),
      finding({ code: "identity-conflict", severity: "error", ...about("c@example.org") }),
      finding({ code: "alias-waits", ...about("c@example.org") }),
      finding({ code: "record-unreadable", severity: "error", where: source }),
      finding({ code: "record-unreadable", severity: "error", where: source }),
      finding(),
    ],
  };
  expect(countAttention(seen)).toEqual({ incomplete: 2, heldBack: 2, conflict: 1, frozen: 2 });
});

describe("unsettled", () => {
  test.each([
    ["nothing found", [], [], false],
    ["an incomplete source", [sourceSummary({ complete: false })], [], true],
    ["a source that gives nothing", [], [finding({ code: "source-empty", where: source })], true],
    ["a source that gives no field any more", [], [finding({ code: "field-lost", where: source })], true],
    [
      "no account of one kind",
      [],
      [finding({ code: "source-empty", where: { ...source, kind: "functional" } })],
      false,
    ],
    ["a removal that is held back", [], [finding({ code: "removal-held-back" })], true],
    ["a conflict", [], [finding({ code: "identity-conflict", severity: "error" })], false],
  ] as const)("%s", (_, sources, findings, expected) => {
    expect(isUnsettled({ sources, findings })).toBe(expected);
  });
});
