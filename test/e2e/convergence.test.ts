import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyChanges } from "../../src/engine/apply/apply.ts";
import type { Quirk } from "../../src/simulator/world/quirks.ts";
import { machineTarget, virtualClock } from "../support/machine-target.ts";
import { cases, memoryJournal, planOf, swaps, worldOf } from "../support/random-organisations.ts";
import { runs } from "../support/runs.ts";

/*
 * Whatever the sources say, whatever Zivver has, and whichever way its quirks turn out: plan, apply, and the next plan is
 * empty.
 */

describe("plan, apply, plan", () => {
  it("ends with nothing to do, for random organisations", async () => {
    const organisations = runs(120, 2500);
    const seen = { changes: 0, releases: 0, moves: 0 };
    await fc.assert(
      fc.asyncProperty(fc.oneof(cases, swaps), async (one) => {
        const world = worldOf(one);
        const { body } = await planOf(one, world);
        seen.changes += body.changes.length;
        seen.releases += body.changes.filter((change) => "release" in change && change.release).length;
        seen.moves += body.changes.filter((change) =>
          change.fields.some(({ field }) => field === "address" || field === "aliases"),
        ).length;
        const clock = virtualClock();
        const { target } = machineTarget(world, clock);
        const result = await applyChanges(body.changes, { target, journal: memoryJournal(), clock });
        // What Zivver changes by itself, such as the name of a delegate who was renamed, is as planned already.
        const isFine = (state: string) => state === "applied" || state === "already";
        expect(result.outcomes.filter(({ state }) => !isFine(state))).toEqual([]);
        const again = await planOf(one, world);
        expect(again.body.changes).toEqual([]);
      }),
      { numRuns: organisations },
    );
    expect(seen.changes).toBeGreaterThan(organisations);
    expect(seen.releases).toBeGreaterThanOrEqual(runs(0, 20));
    expect(seen.moves).toBeGreaterThan(0.4 * organisations);
  });

  it("fails in renames alone, and creates nothing twice, where primary addresses cannot be changed", async () => {
    const seen = { refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        cases,
        fc.constantFrom<Quirk>("put-refuses-username", "put-ignores-username"),
        async (one, quirk) => {
          const world = worldOf(one, quirk);
          const { body } = await planOf(one, world);
          const clock = virtualClock();
          const { target, log } = machineTarget(world, clock);
          const { outcomes } = await applyChanges(body.changes, { target, journal: memoryJournal(), clock });
          const renamed = new Set(
            body.changes.flatMap(({ id, fields }) =>
              fields.some(({ field }) => field === "address") ? [id] : [],
            ),
          );
          for (const { change, code } of outcomes) {
            if (code === undefined) continue;
            expect(renamed.has(change)).toBe(true);
            seen.refused += 1;
          }
          if (renamed.size === 0)
            expect(outcomes.filter(({ state }) => state !== "applied" && state !== "already")).toEqual([]);
          const creates = body.changes.filter(({ action }) => action === "create");
          const posts = log.filter(({ method, status }) => method === "POST" && status === 201);
          expect(posts.length).toBeLessThanOrEqual(creates.length);
        },
      ),
      { numRuns: runs(150, 1500) },
    );
    expect(seen.refused).toBeGreaterThan(0);
  });

  it("is the same plan in whatever order records and accounts come", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(cases, swaps), fc.infiniteStream(fc.nat(1000)), async (one, numbers) => {
        const world = worldOf(one);
        const shuffle = <T>(items: readonly T[]) =>
          items
            .map((item) => ({ item, at: numbers.next().value ?? 0 }))
            .sort((a, b) => a.at - b.at)
            .map(({ item }) => item);
        const straight = await planOf(one, world);
        const shuffled = await planOf(one, world, shuffle);
        expect(shuffled.body).toEqual(straight.body);
      }),
      { numRuns: runs(20, 500) },
    );
  });
});
