import { describe, expect, test } from "vitest";
import { runInOrder } from "../../../src/engine/apply/scheduler.ts";
import type { Change } from "../../../src/model/plan/change.ts";
import { person } from "../../support/engine.ts";
import { creating, deleting, suspending, updating } from "./by-hand.ts";

/* When each change begins: after what it needs, removals after all else before them, and never too many at a time. */

const a = person("a@example.org");
const build = (id: string, needs: readonly string[] = []) => creating(`${id}@example.org`, [], { id, needs });
const change = (id: string, needs: readonly string[] = []) => updating(a, [], { id, needs });
const suspend = (id: string, needs: readonly string[] = []) => suspending(a, { id, needs });
const remove = (id: string, needs: readonly string[] = []) => deleting(a, { id, needs });

/** Lets changes end one by one, in the order asked for, and notes which are under way after each. */
async function course(changes: readonly Change[], width: number, ends: readonly string[]) {
  const open = new Map<string, (failed?: Error) => void>();
  const run = ({ id }: Change) =>
    new Promise<void>((resolve, reject) => {
      open.set(id, (failed) => {
        open.delete(id);
        if (failed) reject(failed);
        else resolve();
      });
    });
  const whole = runInOrder(changes, width, run);
  whole.catch(() => {});
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  await turn();
  const seen = [[...open.keys()].join(" ")];
  for (const end of ends) {
    const [id = "", failed] = end.split(" ");
    open.get(id)?.(failed ? new Error(failed) : undefined);
    await turn();
    seen.push([...open.keys()].join(" "));
  }
  return { seen, whole };
}

describe("the changes under way", () => {
  test.each<{
    name: string;
    changes: readonly Change[];
    width?: number;
    ends: readonly string[];
    expect: readonly string[];
  }>([
    { name: "all at once", changes: [build("a"), change("b")], ends: ["a", "b"], expect: ["a b", "b", ""] },
    {
      name: "as many as fit, first come, first served",
      changes: [build("a"), build("b"), build("c"), build("d")],
      width: 2,
      ends: ["b", "a", "c", "d"],
      expect: ["a b", "a c", "c d", "d", ""],
    },
    {
      name: "each after what it needs",
      changes: [build("a"), build("b", ["a"]), build("c", ["b"])],
      ends: ["a", "b", "c"],
      expect: ["a", "b", "c", ""],
    },
    {
      name: "one that needs what is not there, at once",
      changes: [build("a", ["x"])],
      ends: ["a"],
      expect: ["a", ""],
    },
    {
      name: "removals after all that stands before them and removes nothing",
      changes: [build("a"), build("b"), suspend("c"), remove("d")],
      ends: ["a", "b", "d", "c"],
      expect: ["a b", "b", "c d", "c", ""],
    },
    {
      name: "removals not after what stands behind them",
      changes: [build("a"), suspend("b"), build("c")],
      ends: ["a", "b", "c"],
      expect: ["a c", "c b", "c", ""],
    },
    {
      name: "a later removal after what was built since the earlier one",
      changes: [build("a"), suspend("b"), build("c"), remove("d")],
      ends: ["a", "b", "c", "d"],
      expect: ["a c", "c b", "c", "d", ""],
    },
    {
      name: "what needs a removal, after it",
      changes: [build("a"), suspend("b"), build("c", ["b"]), remove("d", ["b"])],
      ends: ["a", "b", "c", "d"],
      expect: ["a", "b", "c", "d", ""],
    },
    { name: "a removal alone", changes: [remove("a")], ends: ["a"], expect: ["a", ""] },
    {
      name: "the rest, where one breaks",
      changes: [build("a"), build("b"), suspend("c")],
      width: 1,
      ends: ["a broken", "b", "c"],
      expect: ["a", "b", "c", ""],
    },
  ])("$name", async ({ changes, width = 8, ends, expect: seen }) => {
    expect((await course(changes, width, ends)).seen).toEqual(seen);
  });
});

test("what breaks is thrown once all the others have ended", async () => {
  const { whole } = await course([build("a"), build("b"), suspend("c")], 8, ["a broken", "b", "c"]);
  await expect(whole).rejects.toThrow("broken");
});

test("nothing to do is done", async () => {
  const { whole } = await course([], 8, []);
  await expect(whole).resolves.toBeUndefined();
});
