import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyChanges } from "../../../src/engine/apply/apply.ts";
import type { Change } from "../../../src/model/plan/change.ts";
import type { Clock, Journal, JournalEntry, Target } from "../../../src/model/ports.ts";
import { DEFAULT_QUIRKS, QUIRKS, type Quirk } from "../../../src/simulator/world/quirks.ts";
import { worldFromSeed } from "../../../src/simulator/world/seed-world.ts";
import type { World } from "../../../src/simulator/world/world.ts";
import { deskRecord, planOf, record } from "../../support/engine.ts";
import { machineTarget, virtualClock } from "../../support/machine-target.ts";
import { runs } from "../../support/runs.ts";
import { contentsOf } from "../../support/world-contents.ts";

/*
 * Zivver may show a write late, in its lists or in single readings as well. Whatever the delay, an apply writes what it writes without
 * one, reports what it did, and creates nothing twice.
 */

const named = (name: string, more: object = {}) => ({
  address: `${name}@example.org`,
  fullName: `Name of ${name}`,
  ...more,
});
const at = (...names: string[]) => names.map((name) => `${name}@example.org`);

const SEED = {
  claimedDomains: ["example.org"],
  personal: [
    named("a", { aliases: at("x") }),
    named("b", { aliases: at("y") }),
    named("maiden"),
    named("c", { delegates: at("a", "maiden") }),
    named("leaver"),
    named("sleeper", { active: false }),
  ],
  functional: [named("desk", { members: at("a", "b") }), named("gone", { members: at("b") })],
};
const DESIRED = [
  record("a@example.org", { aliases: at("y") }),
  record("b@example.org", { aliases: at("x") }),
  record("married@example.org", { aliases: at("maiden") }),
  record("c@example.org", { delegates: at("a", "married") }),
  record("sleeper@example.org"),
  record("new1@example.org", { delegates: at("a") }),
  record("new2@example.org"),
  deskRecord("desk@example.org", { delegates: at("a", "new1") }),
  deskRecord("new-desk@example.org", { delegates: at("new2") }),
];
const PROFILE = { personal: { missing: "delete" as const }, functional: { missing: "suspend" as const } };

function memoryJournal(entries: JournalEntry[] = []): Journal & { readonly entries: JournalEntry[] } {
  return { entries, append: async (entry) => void entries.push(entry) };
}

async function changesIn(world: World, clock: Clock): Promise<readonly Change[]> {
  const live = await machineTarget(world, clock).target.read();
  return planOf({ desired: DESIRED, profile: PROFILE, live }).body.changes;
}

async function applied(quirks: ReadonlySet<Quirk>, lagMs: number) {
  const world = worldFromSeed(SEED, { quirks, lagMs });
  const clock = virtualClock();
  const changes = await changesIn(world, clock);
  const { target, log } = machineTarget(world, clock);
  const start = clock.now();
  const result = await applyChanges(changes, { target, journal: memoryJournal(), clock });
  const seconds = (clock.now() - start) / 1000;
  await clock.sleep(120_000);
  return {
    outcomes: result.outcomes.filter(({ state }) => state !== "applied"),
    writes: log.flatMap(({ method, path }) => (method === "GET" ? [] : [`${method} ${path}`])).sort(),
    reads: log.filter(({ method }) => method === "GET").length,
    refused: log.filter(({ status }) => status >= 400 && status !== 400).length,
    contents: contentsOf(world),
    left: await changesIn(world, clock),
    seconds,
  };
}

const MORE: readonly (readonly Quirk[])[] = [[], ["write-answers-without-body"], ["create-answers-briefly"]];

describe("readings that are late", () => {
  it("cost no write, no failure and no second creation, by 0 to 30 seconds", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 30_000 }),
        fc.constantFrom<readonly Quirk[]>(["lists-lag"], ["lists-lag", "reads-lag"]),
        fc.constantFrom(...MORE),
        async (lagMs, late, more) => {
          const punctual = await applied(new Set([...DEFAULT_QUIRKS, ...more]), 0);
          const delayed = await applied(new Set([...DEFAULT_QUIRKS, ...more, ...late]), lagMs);
          expect(delayed.outcomes).toEqual([]);
          expect(delayed.writes).toEqual(punctual.writes);
          expect(delayed.contents).toEqual(punctual.contents);
          expect(delayed.left).toEqual([]);
          expect(punctual.left).toEqual([]);
        },
      ),
      { numRuns: runs(6, 200) },
    );
  });

  it("waits for nothing where nothing is late, and reads four lists", async () => {
    const { outcomes, reads, seconds } = await applied(DEFAULT_QUIRKS, 0);
    expect({ outcomes, reads, seconds }).toEqual({ outcomes: [], reads: 4, seconds: 0 });
  });

  it("does not create again what was created, although it never shows", async () => {
    const quirks = new Set<Quirk>([
      ...DEFAULT_QUIRKS,
      "lists-lag",
      "reads-lag",
      "write-answers-without-body",
    ]);
    const world = worldFromSeed(SEED, { quirks, lagMs: 3_600_000 });
    const clock = virtualClock();
    const changes = (await changesIn(world, clock)).filter(({ address }) => address === "new2@example.org");
    const { target, log } = machineTarget(world, clock);
    const { outcomes } = await applyChanges(changes, { target, journal: memoryJournal(), clock });
    expect(log.filter(({ method }) => method === "POST")).toHaveLength(1);
    expect(outcomes).toMatchObject([
      {
        state: "failed",
        detail:
          "Zivver accepted the change of Name of new2 (new2@example.org) but does not show it: the account is not there. Check the account in Zivver, then make a new plan.",
      },
    ]);
  });
});

/** All but those with which renames are left to be done by hand. */
const ANY = QUIRKS.map(({ name }) => name).filter((name) => !/^put-(refuses|ignores)-username$/.test(name));
const LATE = new Set<Quirk>([...DEFAULT_QUIRKS, "lists-lag", "reads-lag"]);
const quirks = fc.oneof(
  fc.constant<ReadonlySet<Quirk>>(LATE),
  fc.subarray(ANY).map((names): ReadonlySet<Quirk> => new Set(names)),
);

describe("an apply that is killed", () => {
  it("goes on as undisturbed, at whichever write, however late readings are, and whatever Zivver is like", async () => {
    let kills = 0;
    await fc.assert(
      fc.asyncProperty(
        quirks,
        fc.integer({ min: 1, max: 14 }),
        fc.boolean(),
        fc.integer({ min: 0, max: 20_000 }),
        async (names, n, isCarriedOut, lagMs) => {
          const end = await applied(names, lagMs);
          expect(end.outcomes.filter(({ state }) => state !== "already")).toEqual([]);
          const world = worldFromSeed(SEED, { quirks: names, lagMs });
          const clock = virtualClock();
          const changes = await changesIn(world, clock);
          const journal = memoryJournal();
          const target = dying(machineTarget(world, clock).target, n, isCarriedOut);
          const first = await applyChanges(changes, { target, journal, clock, width: 1 }).catch(
            () => undefined,
          );
          if (first) return;
          kills += 1;
          const again = machineTarget(world, clock);
          const { outcomes } = await applyChanges(changes, { target: again.target, journal, clock });
          expect(outcomes.filter(({ state }) => state !== "applied" && state !== "already")).toEqual([]);
          expect(contentsOf(world)).toEqual(end.contents);
        },
      ),
      { numRuns: runs(20, 1000) },
    );
    expect(kills).toBeGreaterThan(10);
  });
});

/** Ends everything at the nth write, before or after it was carried out. */
function dying(target: Target, n: number, isCarriedOut: boolean): Target {
  let sent = 0;
  const end = () => {
    throw new Error("killed");
  };
  return {
    ...target,
    write: async (write) => {
      sent += 1;
      if (sent > n || (sent === n && !isCarriedOut)) return end();
      const answer = await target.write(write);
      return sent === n ? end() : answer;
    },
  };
}
