import { expect, test } from "vitest";
import { changesSent, countsOf } from "../../../../src/engine/plan/standing/classify.ts";
import type { StandingCounts } from "../../../../src/model/plan/standing.ts";
import type { JournalEntry } from "../../../../src/model/ports.ts";
import { person } from "../../../support/engine.ts";
import { answered, creating, deleting, failed, field, started, updating, WHEN } from "../../apply/by-hand.ts";

/* What a plan has used of the numbers: whatever may have been carried out counts. */

const a = person("a@example.org");
const create = creating("n@example.org");
const update = updating(a, [field("phone", "", "1")], { id: "c-2" });
const remove = deleting(a, { id: "c-3" });
const refused = failed(create, false);
const lost = failed(create, true);
const begin = started(create, null);

test.each<{ name: string; entries: readonly JournalEntry[]; expect: StandingCounts }>([
  { name: "nothing, without a request", entries: [{ type: "resume", at: WHEN }], expect: {} },
  { name: "a change that was begun", entries: [begin], expect: { create: 1 } },
  { name: "a change that was answered", entries: [begin, answered(create)], expect: { create: 1 } },
  { name: "nothing, where Zivver refused it", entries: [begin, refused], expect: {} },
  { name: "a change whose answer was lost", entries: [begin, lost], expect: { create: 1 } },
  {
    name: "a change of which one request was refused, and one not",
    entries: [begin, refused, begin],
    expect: { create: 1 },
  },
  {
    name: "a change of which one request was answered, and one refused",
    entries: [begin, answered(create), begin, refused],
    expect: { create: 1 },
  },
  { name: "nothing, where two requests were refused", entries: [begin, refused, begin, refused], expect: {} },
  { name: "each of several", entries: [begin, started(update, a)], expect: { create: 1, update: 1 } },
  { name: "nothing of what standing approval never covers", entries: [started(remove, a)], expect: {} },
])("$name", ({ entries, expect: counts }) => {
  expect(countsOf(changesSent([create, update, remove], entries))).toEqual(counts);
});
