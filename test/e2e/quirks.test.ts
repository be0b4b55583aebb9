import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { QUIRKS, type Quirk, type Simulator, worldFromSeed } from "../../src/simulator/index.ts";
import { virtualClock } from "../support/machine-target.ts";
import { memoryJournal, targetAt } from "../support/over-http.ts";
import { runs } from "../support/runs.ts";
import { apply, applyUnder, changesAt, isDone, PROFILES, rule, running, SEED } from "../support/trouble.ts";
import { contentsOf } from "../support/world-contents.ts";

/*
 * An organisation with a change of every sort, over HTTP, whichever way Zivver's quirks turn out, and readings that lag among them:
 * undisturbed, and with faults on the way.
 */

/** With these a rename is left to be done by hand. */
const RENAMES: readonly Quirk[] = ["put-refuses-username", "put-ignores-username"];
const OTHERS = QUIRKS.map(({ name }) => name).filter((name) => !RENAMES.includes(name));

const setting = fc.record({
  quirks: fc.subarray(OTHERS),
  lagMs: fc.integer({ min: 0, max: 30_000 }),
  which: fc.nat(PROFILES.length - 1),
});
type Setting = { readonly quirks: readonly Quirk[]; readonly lagMs: number; readonly which: number };

/** Longer than any reading of these tests is late. */
const SETTLED_MS = 60_000;

async function organisation({ quirks, lagMs, which }: Setting) {
  const clock = virtualClock();
  const world = worldFromSeed(SEED, { quirks: new Set(quirks), lagMs });
  const calm = await running(world, { clock });
  const target = await targetAt(calm.url, clock);
  const profile = PROFILES[which] ?? {};
  /** What is left to do, once every write shows. */
  const left = async () => {
    await clock.sleep(SETTLED_MS);
    return changesAt(target, profile);
  };
  return { world, clock, calm, target, profile, left };
}

/** The creations that were carried out. */
const created = ({ log }: Simulator) =>
  log.filter(({ method, status }) => method === "POST" && status === 201).length;

async function endOf(setting: Setting) {
  const { world, clock, calm, target, left } = await organisation(setting);
  const changes = await left();
  const { outcomes } = await apply(changes, target, memoryJournal(), clock);
  const writes = calm.log.flatMap(({ method, path }) => (method === "GET" ? [] : [`${method} ${path}`]));
  const end = { changes, outcomes, writes: writes.sort(), contents: contentsOf(world), left: await left() };
  await calm.close();
  return end;
}

describe("an apply, whatever Zivver is like", () => {
  it("fails nowhere, leaves nothing to do, and writes as often as without any lag", async () => {
    await fc.assert(
      fc.asyncProperty(setting, async (one) => {
        const end = await endOf(one);
        expect(end.outcomes.filter((outcome) => !isDone(outcome))).toEqual([]);
        expect(end.left).toEqual([]);
        const isLag = (name: Quirk) => name === "lists-lag" || name === "reads-lag";
        const punctual = await endOf({ ...one, quirks: one.quirks.filter((name) => !isLag(name)) });
        expect(end.writes).toEqual(punctual.writes);
        expect(end.contents).toEqual(punctual.contents);
      }),
      { numRuns: runs(6, 80) },
    );
  });

  it("is done where it says so, and done by the next apply where it does not, with faults on the way", async () => {
    const seen = { faults: 0, open: 0, failed: 0 };
    await fc.assert(
      fc.asyncProperty(
        setting,
        fc.array(rule, { minLength: 1, maxLength: 4 }),
        fc.nat(1_000_000),
        async (one, faults, seed) => {
          const { changes, contents } = await endOf(one);
          const { world, clock, calm, target, left } = await organisation(one);
          const troubled = await running(world, { clock, faults, seed });
          const outcomes = await applyUnder({ simulator: troubled, changes, clock });
          const reported = new Set(
            changes
              .filter(({ id }) => !outcomes.some((outcome) => outcome.change === id && isDone(outcome)))
              .flatMap((change) => ["zivverId" in change ? change.zivverId : "", change.address]),
          );
          const rest = await left();
          const silent = rest.filter(
            (change) =>
              !reported.has(change.address) && !("zivverId" in change && reported.has(change.zivverId)),
          );
          expect(silent).toEqual([]);
          const second = await apply(rest, target, memoryJournal(), clock);
          expect(second.outcomes.filter((outcome) => !isDone(outcome))).toEqual([]);
          expect(await left()).toEqual([]);
          expect(contentsOf(world)).toEqual(contents);
          const creations = changes.filter(({ action }) => action === "create").length;
          expect(created(calm) + created(troubled)).toBeLessThanOrEqual(creations);
          seen.faults += troubled.log.filter(({ fault }) => fault !== undefined).length;
          if (rest.length > 0) seen.open += 1;
          seen.failed += outcomes.filter(({ state }) => state === "failed").length;
          await Promise.all([calm.close(), troubled.close()]);
        },
      ),
      { numRuns: runs(12, 150) },
    );
    expect(seen.faults).toBeGreaterThan(0);
    // A sample need not meet a change that fails, or is left to the next apply.
    for (const count of [seen.open, seen.failed]) expect(count).toBeGreaterThanOrEqual(runs(0, 1));
  });

  it("fails in renames alone where primary addresses cannot be changed, and creates nothing twice, with faults on the way", async () => {
    const seen = { refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        setting,
        fc.constantFrom(...RENAMES),
        fc.array(rule, { maxLength: 2 }),
        async (one, quirk, faults) => {
          const { world, clock, calm, target, left } = await organisation({
            ...one,
            quirks: [...one.quirks, quirk],
          });
          const changes = await left();
          const troubled = await running(world, { clock, faults });
          await applyUnder({ simulator: troubled, changes, clock });
          const rest = await left();
          const { outcomes } = await apply(rest, target, memoryJournal(), clock);
          const isRename = (id: string) =>
            rest.some((change) => change.id === id && change.fields.some(({ field }) => field === "address"));
          for (const outcome of outcomes.filter((each) => !isDone(each))) {
            const needs = rest.find(({ id }) => id === outcome.change)?.needs ?? [];
            expect([outcome.change, ...needs].some(isRename)).toBe(true);
            if (outcome.code === "rename-not-possible") seen.refused += 1;
          }
          const creations = changes.filter(({ action }) => action === "create").length;
          expect(created(calm) + created(troubled)).toBeLessThanOrEqual(creations);
          await Promise.all([calm.close(), troubled.close()]);
        },
      ),
      { numRuns: runs(6, 50) },
    );
    // Nor a rename that is refused.
    expect(seen.refused).toBeGreaterThanOrEqual(runs(0, 1));
  });
});
