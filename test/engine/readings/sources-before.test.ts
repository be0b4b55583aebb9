import { describe, expect, test } from "vitest";
import { sourcesBefore, takenAlong, withTakenAlong } from "../../../src/engine/readings/sources-before.ts";
import type { SourceFields, SourceMemory } from "../../../src/model/plan/state.ts";
import type { Reading } from "../../../src/model/ports.ts";
import { reading } from "../../support/engine.ts";

const memory = (ofProfile: string, name: string, fields?: SourceFields): SourceMemory => ({
  profile: ofProfile,
  name,
  records: 3,
  ...(fields ? { fields } : {}),
});

describe("what is remembered of a source", () => {
  const staff = memory("staff", "hr");
  const care = memory("care", "hr");
  const retired = memory("old", "hr");
  const other = memory("staff", "ad");
  test.each<readonly [string, readonly SourceMemory[], SourceMemory | undefined]>([
    ["is what its profile has of it", [retired, other, staff], staff],
    ["is that of a profile that is not configured any more", [other, retired], retired],
    ["is not that of another profile", [care], undefined],
    ["is not that of another source", [other, memory("old", "ad")], undefined],
    ["is nothing where nothing is remembered", [], undefined],
  ])("%s", (_, sources, expected) => {
    const before = sourcesBefore({ sources }, ["staff", "care"]);
    expect(before.of("staff", "hr")).toBe(expected);
    expect(before.all).toBe(sources);
  });

  test("is nothing without a state", () => {
    const before = sourcesBefore(undefined, ["staff"]);
    expect([before.of("staff", "hr"), before.all]).toEqual([undefined, []]);
  });
});

describe("what a source with a new name takes along", () => {
  const former = memory("staff", "former", { functional: ["email", "phone"] });
  const tables = { speaks: { personal: ["email"], functional: ["email"] } } as const;
  const fresh = (source: string, given: Partial<Reading> = {}) =>
    reading([], { source, ...tables, ...given });

  type Row = {
    readonly name: string;
    readonly readings: readonly Reading[];
    readonly sources: readonly SourceMemory[];
    readonly given?: Readonly<Record<string, SourceFields>>;
    readonly taken: Readonly<Record<string, SourceFields>>;
  };
  const tableless = { speaks: { personal: ["email"] } } as const;
  test.each<Row>([
    {
      name: "the kinds that nobody gives any more",
      readings: [fresh("hr")],
      sources: [former],
      taken: { hr: { functional: ["email", "phone"] } },
    },
    {
      name: "of several sources, every field once",
      readings: [fresh("hr")],
      sources: [
        former,
        memory("staff", "older", { functional: ["id", "email"], personal: ["email"] }),
        memory("staff", "oldest"),
      ],
      taken: { hr: { personal: ["email"], functional: ["email", "phone", "id"] } },
    },
    {
      name: "nothing of a kind that it gives itself",
      readings: [fresh("hr")],
      sources: [former],
      given: { hr: { functional: ["email"] } },
      taken: { hr: {} },
    },
    {
      name: "by every new source with an empty table, also beside one that gives the kind",
      readings: [fresh("hr"), fresh("ad")],
      sources: [former],
      given: { ad: { functional: ["email"] } },
      taken: { hr: { functional: ["email", "phone"] }, ad: {} },
    },
    {
      name: "not by one without a table beside one that gives the kind",
      readings: [fresh("hr", tableless), fresh("ad")],
      sources: [former],
      given: { ad: { functional: ["email"] } },
      taken: { hr: {}, ad: {} },
    },
    {
      name: "by one without a table where no new source gives the kind",
      readings: [fresh("hr", tableless), fresh("ad", tableless)],
      sources: [former],
      taken: { hr: { functional: ["email", "phone"] }, ad: { functional: ["email", "phone"] } },
    },
    {
      name: "by one that says nothing of tables",
      readings: [reading([], { source: "hr" })],
      sources: [former],
      taken: { hr: { functional: ["email", "phone"] } },
    },
    {
      name: "nothing of a source that is there still",
      readings: [fresh("former")],
      sources: [former],
      taken: {},
    },
    {
      name: "nothing of another profile's source",
      readings: [fresh("hr")],
      sources: [memory("care", "former", { functional: ["email"] })],
      taken: {},
    },
    {
      name: "nothing by a source that is known",
      readings: [fresh("hr")],
      sources: [former, memory("staff", "hr")],
      taken: {},
    },
    {
      name: "nothing by entries in Git",
      readings: [fresh("hr", { type: "declared" })],
      sources: [former],
      taken: {},
    },
  ])("$name", ({ readings, sources, given = {}, taken }) => {
    const before = sourcesBefore({ sources }, ["staff", "care"]);
    const fields = new Map(readings.map((one) => [one, given[one.source] ?? {}]));
    expect(Object.fromEntries(takenAlong("staff", readings, fields, before))).toEqual(taken);
  });

  test("counts for a source of which nothing is remembered", () => {
    const before = sourcesBefore(
      { sources: [memory("staff", "ad", { personal: ["id"] }), memory("staff", "x")] },
      ["staff"],
    );
    const taken = new Map([
      [
        "staff",
        new Map([
          ["hr", { functional: ["email"] }],
          ["ad", { functional: ["email"] }],
        ] as const),
      ],
    ]);
    const fields = withTakenAlong(before, taken);
    expect([
      fields("staff", "hr"),
      fields("staff", "ad"),
      fields("staff", "x"),
      fields("care", "hr"),
    ]).toEqual([{ functional: ["email"] }, { personal: ["id"] }, {}, {}]);
  });
});
