import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Journal, Target } from "../../src/model/ports.ts";
import { cloneWorld, type FaultRule, worldFromSeed } from "../../src/simulator/index.ts";
import { memoryJournal, targetAt } from "../support/over-http.ts";
import { runs } from "../support/runs.ts";
import {
  apply,
  applyUnder,
  changesAt,
  endOf,
  isDone,
  PROFILES,
  rule,
  running,
  SEED,
} from "../support/trouble.ts";
import { contentsOf, restore } from "../support/world-contents.ts";

/*
 * One organisation with a change of every sort, the real client over HTTP, and everything that can go wrong on the way.
 * Whatever an apply reports as done is done; whatever is not done is reported; the next plan and apply finish the work;
 * and the end is the same as without any trouble.
 */

/** Every third request, or every one. */
const STRIDE = runs(3, 1);

describe("an apply in trouble", () => {
  it("is done where it says so, and done by the next apply where it does not: any schedule of faults", async () => {
    const ends = await Promise.all(PROFILES.map(endOf));
    const seen = { converged: 0, open: 0, states: {} as Record<string, number> };
    await fc.assert(
      fc.asyncProperty(
        fc.array(rule, { minLength: 1, maxLength: 4 }),
        fc.nat(1_000_000),
        fc.nat(PROFILES.length - 1),
        async (faults, seed, which) => {
          const profile = PROFILES[which] ?? {};
          const world = worldFromSeed(SEED);
          const clean = await targetAt((await running(world)).url);
          const changes = await changesAt(clean, profile);
          const outcomes = await applyUnder({ simulator: await running(world, { faults, seed }), changes });
          const reported = new Set(
            changes
              .filter(({ id }) => !outcomes.some((outcome) => outcome.change === id && isDone(outcome)))
              .flatMap((change) => ["zivverId" in change ? change.zivverId : "", change.address]),
          );
          for (const { state } of outcomes) seen.states[state] = (seen.states[state] ?? 0) + 1;

          const left = await changesAt(clean, profile);
          const silent = left.filter(
            (change) =>
              !reported.has(change.address) && !("zivverId" in change && reported.has(change.zivverId)),
          );
          expect(silent).toEqual([]);
          if (outcomes.length > 0) seen[left.length === 0 ? "converged" : "open"] += 1;

          const second = await apply(left, clean, memoryJournal());
          expect(second.outcomes.filter((outcome) => !isDone(outcome))).toEqual([]);
          expect(await changesAt(clean, profile)).toEqual([]);
          expect(contentsOf(world)).toEqual(ends[which]?.end);
        },
      ),
      { numRuns: runs(30, 80) },
    );
    for (const state of ["applied", "failed", "blocked"])
      expect(seen.states[state], state).toBeGreaterThan(0);
    expect(seen.converged).toBeGreaterThan(0);
    expect(seen.open).toBeGreaterThan(0);
  });

  it("calls unknown what it cannot read back, and finds it done when it is run again", async () => {
    const world = worldFromSeed(SEED);
    const changes = await changesAt(await targetAt((await running(world)).url), {});
    const page: FaultRule = { kind: "html", method: "GET", at: 3 };
    const { url } = await running(world, { faults: [page] });
    const journal = memoryJournal();
    const first = await apply(changes, await targetAt(url), journal);
    expect(first.unfinished).toBe(true);
    expect(new Set(first.outcomes.map(({ state }) => state))).toEqual(new Set(["unknown"]));
    expect(first.outcomes[0]?.detail).toMatch(/^It was sent, but reading it back failed: /);
    const second = await apply(changes, await targetAt(url), memoryJournal(journal.entries));
    expect(second.unfinished).toBe(false);
    expect(second.outcomes.filter((outcome) => !isDone(outcome))).toEqual([]);
    expect(contentsOf(world)).toEqual((await endOf({})).end);
  });

  it("ends in the same state when it dies at any request, carried out or not, and is run again", async () => {
    expect(PROFILES).not.toEqual([]);
    for (const profile of PROFILES) {
      const { changes, end } = await endOf(profile);
      const world = worldFromSeed(SEED);
      const fresh = cloneWorld(world);
      const { url } = await running(world);
      const target = await targetAt(url);
      const planned = await changesAt(target, profile);
      expect(planned).toEqual(changes);
      let deaths = 0;
      for (const carriedOut of [true, false]) {
        for (let moment = 1; ; moment += STRIDE) {
          restore(world, fresh);
          const journal = memoryJournal();
          const dying = dyingAt(moment, carriedOut, await targetAt(url), journal);
          const died = await apply(planned, dying.target, dying.journal).then(
            () => false,
            () => true,
          );
          if (!died) break;
          deaths += 1;
          const second = await apply(planned, await targetAt(url), memoryJournal(journal.entries));
          const where = `died at request ${moment}, ${carriedOut ? "carried out" : "lost"}`;
          expect(
            second.outcomes.filter((outcome) => !isDone(outcome)),
            where,
          ).toEqual([]);
          expect(contentsOf(world), where).toEqual(end);
          expect(await changesAt(target, profile), where).toEqual([]);
        }
      }
      expect(deaths).toBeGreaterThan((2 * planned.length) / STRIDE);
    }
  });
});

class Death extends Error {}

/** The process ends at this request: nothing is sent or written down any more. */
function dyingAt(moment: number, carriedOut: boolean, target: Target, journal: Journal) {
  let requests = 0;
  const begin = () => {
    requests += 1;
    if (requests > moment || (requests === moment && !carriedOut)) throw new Death();
  };
  const end = () => {
    if (requests >= moment) throw new Death();
  };
  const mortal: Target = {
    async read() {
      begin();
      const live = await target.read();
      end();
      return live;
    },
    async write(write) {
      begin();
      const account = await target.write(write);
      end();
      return account;
    },
  };
  const append: Journal["append"] = async (entry) => {
    if (requests >= moment) throw new Death();
    await journal.append(entry);
  };
  return { target: mortal, journal: { entries: journal.entries, append } };
}
