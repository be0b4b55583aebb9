import { expect, test } from "vitest";
import { shrinkable } from "../../../src/engine/guards/guards.ts";
import type { SourceSummary } from "../../../src/model/plan/plan.ts";
import { EMPTY_STATE } from "../../../src/model/plan/state.ts";

const names = { anchor: String, accountKey: String, value: String };
const read = (profile: string, name: string, records: number, complete = true): SourceSummary => ({
  profile,
  name,
  type: "csv",
  records,
  complete,
  digest: "sha256:0",
});
const memory = (...sources: readonly (readonly [string, string, number])[]) => ({
  names,
  state: {
    ...EMPTY_STATE,
    sources: sources.map(([profile, name, records]) => ({ profile, name, records })),
  },
});

test.each([
  {
    name: "a source that was read whole is held against the last apply",
    sources: [read("staff", "hr", 6)],
    before: memory(["staff", "hr", 9]),
    expect: [{ profile: "staff", name: "hr", records: 6, before: 9 }],
  },
  {
    name: "one that was not is left out",
    sources: [read("staff", "hr", 6, false), read("staff", "ad", 5)],
    before: memory(["staff", "hr", 9], ["staff", "ad", 5]),
    expect: [{ profile: "staff", name: "ad", records: 5, before: 5 }],
  },
  {
    name: "one that is new is left out",
    sources: [read("staff", "hr", 6)],
    before: memory(["staff", "ad", 5]),
    expect: [],
  },
  {
    name: "one whose profile was renamed is known by its name",
    sources: [read("people", "hr", 6)],
    before: memory(["staff", "hr", 9]),
    expect: [{ profile: "people", name: "hr", records: 6, before: 9 }],
  },
  {
    name: "one of another profile that is still there is another",
    sources: [read("people", "hr", 6), read("staff", "ad", 2)],
    before: memory(["staff", "hr", 9]),
    expect: [],
  },
  {
    name: "without a memory there is nothing",
    sources: [read("staff", "hr", 6)],
    before: undefined,
    expect: [],
  },
])("$name", ({ sources, before, expect: expected }) => {
  expect(shrinkable(sources, before)).toEqual(expected);
});
