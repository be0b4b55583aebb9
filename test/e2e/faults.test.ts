import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { applyChanges } from "../../src/engine/apply.ts";
import { RemoteError } from "../../src/errors.ts";
import type { Change, Outcome } from "../../src/model/plan.ts";
import type { Journal, Target } from "../../src/model/ports.ts";
import {
  cloneWorld,
  FAULT_KINDS,
  type FaultKind,
  type FaultRule,
  type SimulatorSeed,
  startSimulator,
  type World,
  worldFromSeed,
} from "../../src/zivver/simulator/index.ts";
import { API_KEY } from "../support/cli.ts";
import { deskRecord, type ProfileGiven, planOf, record } from "../support/engine.ts";
import { virtualClock } from "../support/machine-target.ts";
import { memoryJournal, targetAt } from "../support/over-http.ts";
import { contentsOf, restore } from "../support/world-contents.ts";

/*
 * One organisation with a change of every sort, the real client over HTTP, and everything that can go wrong on the way.
 * Whatever an apply reports as done is done; whatever is not done is reported; the next plan and apply finish the work;
 * and the end is the same as without any trouble.
 */

const named = (name: string, more: object = {}) => ({
  address: `${name}@example.org`,
  fullName: `Name of ${name}`,
  ...more,
});
const at = (...names: string[]) => names.map((name) => `${name}@example.org`);

const SEED: SimulatorSeed = {
  claimedDomains: ["example.org"],
  personal: [
    named("a", { aliases: at("x") }),
    named("b", { aliases: at("y") }),
    named("maiden"),
    named("c", { delegates: at("a") }),
    named("d"),
    named("leaver", { aliases: at("passed-on") }),
    named("sleeper", { active: false }),
  ],
  functional: [
    named("desk", { members: at("a", "b") }),
    named("renamed-and-emptied", { members: at("a") }),
    named("gone", { members: at("b") }),
  ],
};
const DESIRED = [
  record("a@example.org", { aliases: at("y") }),
  record("b@example.org", { aliases: at("x") }),
  record("married@example.org", { aliases: at("maiden") }),
  record("c@example.org", { delegates: at("b", "married") }),
  record("d@example.org", { fullName: "Dee" }),
  record("sleeper@example.org"),
  record("new1@example.org"),
  record("new2@example.org", { delegates: at("a"), aliases: at("n2") }),
  record("new3@example.org"),
  deskRecord("desk@example.org", { delegates: at("a", "new1", "new3") }),
  deskRecord("renamed-and-emptied@example.org", { fullName: "Empty", delegates: [] }),
  deskRecord("new-desk@example.org", { delegates: at("new2", "married") }),
];
const PROFILES: readonly ProfileGiven[] = [
  {},
  { personal: { missing: "delete" }, functional: { missing: "delete" } },
];

async function running(world: World, faults: readonly FaultRule[] = [], seed = 1) {
  const simulator = await startSimulator({ apiKey: API_KEY, world, rateLimit: null, faults, seed });
  onTestFinished(() => simulator.close());
  return simulator;
}

async function changesAt(target: Target, profile: ProfileGiven): Promise<readonly Change[]> {
  return planOf({ desired: DESIRED, profile, live: await target.read() }).body.changes;
}

const apply = (changes: readonly Change[], target: Target, journal: Journal) =>
  applyChanges(changes, { target, journal, clock: virtualClock() });

/** What the organisation is after an apply without trouble. */
async function endOf(profile: ProfileGiven) {
  const world = worldFromSeed(SEED);
  const target = await targetAt((await running(world)).url);
  const changes = await changesAt(target, profile);
  const { outcomes } = await apply(changes, target, memoryJournal());
  expect(outcomes.filter(({ state }) => state !== "applied")).toEqual([]);
  return { changes, end: contentsOf(world) };
}

const KINDS = Object.keys(FAULT_KINDS).filter((kind) => kind !== "stall" && kind !== "slow") as FaultKind[];
const times = fc.integer({ min: 1, max: 30 });
const when = fc.oneof(
  fc.record({ at: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ every: fc.integer({ min: 1, max: 3 }), times }),
  fc.record({ probability: fc.constantFrom(0.3, 0.6, 0.9), times }),
);
const rule: fc.Arbitrary<FaultRule> = fc
  .record({
    when,
    kind: fc.constantFrom(...KINDS),
    // Most faults spare the readings, or few applies would get as far as writing.
    method: fc.constantFrom("POST", "PUT", "PUT", "PATCH", "DELETE", "GET", undefined),
    done: fc.boolean(),
  })
  .map(({ when, kind, method, done }) => ({
    ...when,
    kind,
    ...(method ? { method } : {}),
    ...(kind === "500" || kind === "503" ? { done } : {}),
  }));

const isDone = ({ state }: Outcome) => state === "applied" || state === "already";

/** Applies under faults, the same plan again while it is unfinished, and gives the last word on every change. */
async function applyUnder(
  faults: readonly FaultRule[],
  seed: number,
  world: World,
  changes: readonly Change[],
) {
  const target = await targetAt((await running(world, faults, seed)).url);
  const journal = memoryJournal();
  const before = world.writes;
  let outcomes: readonly Outcome[] = [];
  try {
    for (let run = 0; run < 2; run += 1) {
      const result = await apply(changes, target, journal);
      outcomes = result.outcomes;
      if (!result.unfinished) break;
    }
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    // An apply that throws has written nothing; when it is the second one, the first one has reported.
    if (outcomes.length === 0) expect(world.writes).toBe(before);
  }
  return outcomes;
}

describe("an apply in trouble", () => {
  it("is done where it says so, and done by the next apply where it does not: 80 schedules of faults", async () => {
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
          const outcomes = await applyUnder(faults, seed, world, changes);
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
      { numRuns: 80 },
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
    const { url } = await running(world, [page]);
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
        for (let moment = 1; ; moment += 1) {
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
      expect(deaths).toBeGreaterThan(2 * planned.length);
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
