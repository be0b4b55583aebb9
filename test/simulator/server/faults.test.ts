import { describe, expect, it } from "vitest";
import {
  createFaultSchedule,
  FAULT_KINDS,
  type FaultRule,
  parseFaults,
} from "../../../src/simulator/index.ts";
import { problemsOf } from "../organization.ts";

const GET = { method: "GET", path: "/Users" };
const PUT = { method: "PUT", path: "/Users/1" };
const DELETE = { method: "DELETE", path: "/Groups/1" };

function kindsOf(rules: readonly FaultRule[], requests: readonly (typeof GET)[], seed?: number): string {
  const next = createFaultSchedule(rules, seed);
  return requests.map((request) => next(request)?.kind ?? "-").join(" ");
}

describe("when faults befall requests", () => {
  it.each<[string, readonly FaultRule[], readonly (typeof GET)[], string]>([
    ["at", [{ at: 2, kind: "500" }], [GET, GET, GET], "- 500 -"],
    ["every", [{ every: 2, kind: "503" }], [GET, GET, GET, GET], "- 503 - 503"],
    ["at most so many times", [{ every: 1, kind: "503", times: 2 }], [GET, GET, GET], "503 503 -"],
    ["of a method", [{ at: 1, method: "PUT", kind: "500" }], [GET, PUT, PUT], "- 500 -"],
    ["under a path", [{ every: 1, path: "/Users/", kind: "html" }], [GET, PUT, DELETE], "- html -"],
    [
      "the first rule that fits",
      [
        { at: 2, kind: "500" },
        { every: 1, kind: "429" },
      ],
      [GET, GET, GET],
      "429 500 429",
    ],
    ["never", [{ probability: 0, kind: "500" }], [GET, GET], "- -"],
    ["always", [{ probability: 1, kind: "500" }], [GET, GET], "500 500"],
  ])("%s", (_, rules, requests, kinds) => {
    expect(kindsOf(rules, requests)).toBe(kinds);
  });

  it("depends on the seed and on nothing else", () => {
    const rules: FaultRule[] = [{ probability: 0.3, kind: "500" }];
    const many = Array.from({ length: 1000 }, () => GET);
    const once = kindsOf(rules, many, 7);
    expect(kindsOf(rules, many, 7)).toBe(once);
    expect(kindsOf(rules, many, 8)).not.toBe(once);
    const hits = once.split(" ").filter((kind) => kind === "500").length;
    expect(hits).toBeGreaterThan(240);
    expect(hits).toBeLessThan(360);
  });
});

describe("faults as words", () => {
  it("reads every setting", () => {
    expect(
      parseFaults([
        "kind=503,every=10",
        "kind=stall,at=3,method=PUT,path=/Users,times=1,milliseconds=50,done=false",
        "probability=0.05,kind=reset-after",
      ]),
    ).toEqual([
      { kind: "503", every: 10 },
      { kind: "stall", at: 3, method: "PUT", path: "/Users", times: 1, milliseconds: 50, done: false },
      { kind: "reset-after", probability: 0.05 },
    ]);
  });

  it("refuses what it does not know, all at once", async () => {
    const remedy = `Write for example kind=503,every=10,method=PUT. Kinds: ${Object.keys(FAULT_KINDS).join(", ")}. Settings: kind, at, every, probability, method, path, times, milliseconds, done.`;
    const needs = "A fault needs a kind, and one of at, every and probability.";
    const problem = (word: string, message: string) => ({
      code: "usage",
      where: `--fault ${word}`,
      message,
      remedy,
    });
    expect(
      await problemsOf(() =>
        parseFaults([
          "kind=404,at=0,x",
          "kind=500",
          "every=1",
          "kind=500,at=1,every=2",
          "kind=500,kind=503,at=1",
        ]),
      ),
    ).toEqual({
      InputError: [
        problem("kind=404,at=0,x", "`kind=404`, `at=0`, `x`: no setting of a fault, or given twice."),
        problem("kind=500", needs),
        problem("every=1", needs),
        problem("kind=500,at=1,every=2", needs),
        problem("kind=500,kind=503,at=1", "`kind=503`: no setting of a fault, or given twice."),
      ],
    });
  });
});
