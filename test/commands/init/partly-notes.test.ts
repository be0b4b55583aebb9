import { expect, test } from "vitest";
import { partlyNotes } from "../../../src/commands/init/from-live.ts";
import { DECLARABLE } from "../../../src/config/starter/live-start.ts";

const WHOM = "a@example.org";

test("every field that is left out has a reason", () => {
  expect(DECLARABLE.length).toBeGreaterThan(4);
  for (const field of DECLARABLE) {
    const [note = ""] = partlyNotes(new Map([[WHOM, new Set([field])]]));
    expect(note).toMatch(/ has it: a@example\.org \([a-z ]+: [^)]{10,}\)\.$/);
    expect(note).not.toContain("not writable");
  }
});

test("of many accounts the first twenty are named, and the others counted", () => {
  const partly = new Map(
    Array.from({ length: 359 }, (_, at) => [`p${at}@example.org`, new Set(["aliases"] as const)]),
  );
  const [note = ""] = partlyNotes(partly);
  expect(note.match(/@example\.org/g)).toHaveLength(20);
  expect(note).toMatch(/, and 339 more, whose entries lack such a field\.$/);
});

test("nothing is said where nothing is left out", () => {
  expect(partlyNotes(new Map())).toEqual([]);
});
