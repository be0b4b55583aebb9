import { describe, expect, test } from "vitest";
import { renderFindings, renderProblems } from "../../../src/review/text/problems.ts";
import { finding } from "../../support/plans.ts";

const PLAIN = { color: false, width: 100 };

describe("renderProblems", () => {
  test("place, message and remedy, and how many there are", () => {
    const problems = [
      {
        code: "unknown-key" as const,
        where: "profiles/staff.yaml:12:5",
        message: "A profile has no key `source`, so it would read nothing.",
        remedy: "Write `sources`.",
      },
      { code: "usage" as const, message: "There is no command `paln`." },
    ];
    expect(renderProblems(problems, PLAIN)).toBe(
      [
        "error[unknown-key] profiles/staff.yaml:12:5",
        "  A profile has no key `source`, so it would read nothing.",
        "  Write `sources`.",
        "",
        "error[usage]",
        "  There is no command `paln`.",
        "",
        "2 problems.",
        "",
      ].join("\n"),
    );
  });

  test("one problem is not counted; what it quotes is neutralised; colour goes around it", () => {
    const problem = {
      code: "config-shape" as const,
      where: "a\u001b.yaml:1:1",
      message: "Not \u202e\nthis.",
    };
    expect(renderProblems([problem], { color: true })).toBe(
      "\u001b[31merror[config-shape]\u001b[39m\u001b[1m a\\u{1b}.yaml:1:1\u001b[22m\n  Not \\u{202e}\\u{a}this.\n",
    );
  });
});

describe("renderFindings", () => {
  test("by severity and code, notes counted only", () => {
    const findings = [
      finding({ severity: "info", code: "record-not-managed" }),
      finding(),
      finding({
        severity: "error",
        code: "source-empty",
        summary: "The source is empty.",
        where: { source: "b" },
      }),
    ];
    expect(renderFindings(findings, PLAIN)).toBe(
      [
        "Findings: 1 error, 1 warning, 1 note",
        "  error source-empty (1)",
        "    The source is empty. (b)",
        "  warning alias-unclaimed (1)",
        "    j.doe@example.org: The alias jd@example.net lies in no claimed domain and is left out. (staff,",
        "      head-office, users.csv, line 12)",
        "  note record-not-managed (1)",
        "",
      ].join("\n"),
    );
  });

  test("past 20 of a code they are counted, unless details are wanted", () => {
    const findings = Array.from({ length: 23 }, (_, at) =>
      finding({ summary: "Left out.", where: { place: `line ${at}` } }),
    );
    const short = renderFindings(findings, PLAIN).split("\n");
    expect(short.slice(0, 3)).toEqual([
      "Findings: 0 errors, 23 warnings, 0 notes",
      "  warning alias-unclaimed (23)",
      "    Left out. (line 0)",
    ]);
    expect(short.slice(-3)).toEqual(["    Left out. (line 19)", "    … and 3 more", ""]);
    expect(
      renderFindings(findings, { ...PLAIN, details: true })
        .split("\n")
        .slice(-2),
    ).toEqual(["    Left out. (line 22)", ""]);
  });

  test("no findings give nothing", () => {
    expect(renderFindings([], PLAIN)).toBe("");
  });
});
