import { describe, expect, test } from "vitest";
import { partPlan } from "../../../../src/engine/plan/standing/parts.ts";
import type { Split } from "../../../../src/engine/plan/standing/split.ts";
import type { Change } from "../../../../src/model/plan/change.ts";
import type { PlanBody } from "../../../../src/model/plan/plan.ts";
import type { WaitReason } from "../../../../src/model/plan/standing.ts";
import { person, planOf } from "../../../support/engine.ts";
import { creating, deleting, field, releasing, suspending, updating } from "../../apply/by-hand.ts";

/* The two plans that a plan is parted into: what goes by standing approval, and what waits for people. */

const [a, b, c] = ["a", "b", "c"].map((name) => person(`${name}@example.org`)) as [
  ReturnType<typeof person>,
  ReturnType<typeof person>,
  ReturnType<typeof person>,
];
const changes: readonly Change[] = [
  creating("n@example.org", [], { id: "c-1" }),
  creating("m@example.org", [], { id: "c-2" }),
  updating(a, [field("phone", "", "1")], { id: "c-3", needs: ["c-1", "c-2"] }),
  suspending(b, { id: "c-4" }),
  deleting(c, { id: "c-5", needs: ["c-2"] }),
];
const RATE = { requests: 50, seconds: 10 };
const empty = planOf({}).body;
const whole: PlanBody = {
  ...empty,
  changes,
  summary: { ...empty.summary, create: 2, update: 1, suspend: 1, delete: 1, reactivate: 0, unchanged: 7 },
  remember: [{ change: "c-1" }, { change: "c-2" }, { zivverId: "quiet" }],
};
const split = (waits: Readonly<Record<string, WaitReason>>): Split => ({
  routine: new Set(changes.flatMap(({ id }) => (id in waits ? [] : [id]))),
  waits: new Map(Object.entries(waits)),
  counts: {},
});
const WAITS = {
  "c-2": { because: "protected" },
  "c-3": { because: "needs", change: "c-2" },
  "c-5": { because: "deletion" },
} as const;
const lines = ({ changes: all }: PlanBody) =>
  all.map(({ id, address, needs }) => `${id} ${address} ${needs.join()}`);
const parts = () => partPlan(whole, split(WAITS), { rate: RATE });

describe("the parts of a plan", () => {
  test("number their changes, and need what is in the same part", () => {
    const { routine, waiting } = parts();
    expect([lines(routine), lines(waiting)]).toEqual([
      ["c-1 n@example.org ", "c-2 b@example.org "],
      ["c-1 m@example.org ", "c-2 a@example.org c-1", "c-3 c@example.org c-1"],
    ]);
  });

  test("say why each change waits, by its new number", () => {
    const { routine, waiting } = parts();
    expect(waiting.waits).toEqual([
      { because: "protected", id: "c-1" },
      { because: "needs", change: "c-1", id: "c-2" },
      { because: "deletion", id: "c-3" },
    ]);
    expect("waits" in routine).toBe(false);
  });

  test("name a change that does not wait by the number that it had", () => {
    const others = partPlan(whole, split({ "c-4": { because: "same-name", change: "c-1" } }), { rate: RATE });
    expect(others.waiting.waits).toEqual([{ because: "same-name", change: "c-1", id: "c-1" }]);
  });

  test("remember what is theirs; what does not change is the routine part's", () => {
    const { routine, waiting } = parts();
    expect([routine.remember, waiting.remember]).toEqual([
      [{ change: "c-1" }, { zivverId: "quiet" }],
      [{ change: "c-1" }],
    ]);
  });

  test("remember nothing where nothing is remembered", () => {
    const { remember: _, ...bare } = whole;
    const others = partPlan(bare, split(WAITS), { rate: RATE });
    expect(["remember" in others.routine, "remember" in others.waiting]).toEqual([false, false]);
  });

  test("count what they do, and existing accounts of the other part as unchanged", () => {
    const { routine, waiting } = parts();
    expect([routine.summary, waiting.summary]).toEqual([
      {
        ...whole.summary,
        create: 1,
        update: 0,
        suspend: 1,
        delete: 0,
        unchanged: 9,
        requests: 6,
        seconds: 1,
      },
      {
        ...whole.summary,
        create: 1,
        update: 1,
        suspend: 0,
        delete: 1,
        unchanged: 8,
        requests: 7,
        seconds: 1,
      },
    ]);
  });

  test("take as long as their requests do", () => {
    const slow = partPlan(whole, split(WAITS), { rate: { requests: 2, seconds: 60 } });
    expect([slow.routine.summary.seconds, slow.waiting.summary.seconds]).toEqual([180, 210]);
  });

  test("have guards and findings of the whole", () => {
    const { routine, waiting } = parts();
    expect([routine.guards, waiting.findings]).toEqual([whole.guards, whole.findings]);
  });

  test("count the first write of an account that gives its address up", () => {
    const swap = [
      updating(a, [field("address", a.address, b.address)], {
        id: "c-1",
        release: releasing("p@example.org"),
      }),
    ];
    const part = partPlan(
      { ...whole, changes: swap },
      { routine: new Set(["c-1"]), waits: new Map(), counts: {} },
      { rate: RATE },
    );
    expect(part.routine.summary.requests).toBe(6);
  });

  test("an empty part needs no request", () => {
    const part = partPlan(whole, { routine: new Set(), waits: new Map(), counts: {} }, { rate: RATE });
    expect([part.routine.changes, part.routine.summary.requests, part.routine.summary.seconds]).toEqual([
      [],
      0,
      0,
    ]);
  });
});
