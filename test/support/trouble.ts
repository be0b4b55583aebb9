import fc from "fast-check";
import { expect, onTestFinished } from "vitest";
import { applyChanges } from "../../src/engine/apply/apply.ts";
import type { Change } from "../../src/model/plan/change.ts";
import type { Outcome } from "../../src/model/plan/outcome.ts";
import type { Clock, Journal, Target } from "../../src/model/ports.ts";
import { RemoteError } from "../../src/model/values/errors.ts";
import {
  FAULT_KINDS,
  type FaultKind,
  type FaultRule,
  type Simulator,
  type SimulatorOptions,
  type SimulatorSeed,
  startSimulator,
  type World,
  worldFromSeed,
} from "../../src/simulator/index.ts";
import type { TargetOptions } from "../../src/zivver/target.ts";
import { API_KEY } from "./cli.ts";
import { deskRecord, type ProfileGiven, planOf, record } from "./engine.ts";
import { virtualClock } from "./machine-target.ts";
import { memoryJournal, targetAt } from "./over-http.ts";
import { contentsOf } from "./world-contents.ts";

/*
 * One organisation with a change of every sort, the real client over HTTP, and everything that can go wrong on the way.
 */

const named = (name: string, more: object = {}) => ({
  address: `${name}@example.org`,
  fullName: `Name of ${name}`,
  ...more,
});
const at = (...names: string[]) => names.map((name) => `${name}@example.org`);

/** An organisation in which everything has something to change. */
export const SEED: SimulatorSeed = {
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
/** Swapped aliases, a rename, newcomers, leavers, and members of every sort. */
export const DESIRED = [
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
/** Leavers are suspended by the first, deleted by the second. */
export const PROFILES: readonly ProfileGiven[] = [
  {},
  { personal: { missing: "delete" }, functional: { missing: "delete" } },
];

/** A simulator of this world, that goes when the test ends or earlier. */
export async function running(world: World, options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const simulator = await startSimulator({ apiKey: API_KEY, world, rateLimit: null, ...options });
  onTestFinished(() => simulator.close());
  return simulator;
}

/** What is left to do to bring the organisation to DESIRED. */
export async function changesAt(target: Target, profile: ProfileGiven): Promise<readonly Change[]> {
  return planOf({ desired: DESIRED, profile, live: await target.read() }).body.changes;
}

/** Carries changes out; pauses cost no time. `clock` is also that of the simulator, where readings lag. */
export const apply = (
  changes: readonly Change[],
  target: Target,
  journal: Journal,
  clock: Clock = virtualClock(),
) => applyChanges(changes, { target, journal, clock });

/** What the organisation is after an apply without trouble. */
export async function endOf(profile: ProfileGiven) {
  const world = worldFromSeed(SEED);
  const target = await targetAt((await running(world)).url);
  const changes = await changesAt(target, profile);
  const { outcomes } = await apply(changes, target, memoryJournal());
  expect(outcomes.filter(({ state }) => state !== "applied")).toEqual([]);
  return { changes, end: contentsOf(world) };
}

/** Faults that cost no time: all but those that keep an answer back. */
const KINDS = Object.keys(FAULT_KINDS).filter((kind) => kind !== "stall" && kind !== "slow") as FaultKind[];
const times = fc.integer({ min: 1, max: 30 });
const when = fc.oneof(
  fc.record({ at: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ every: fc.integer({ min: 1, max: 3 }), times }),
  fc.record({ probability: fc.constantFrom(0.3, 0.6, 0.9), times }),
);
/** Any fault of these kinds, at any request, or at many. */
export const rule: fc.Arbitrary<FaultRule> = fc
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

/** Is this what an outcome of a change that is carried out says? */
export const isDone = ({ state }: Outcome) => state === "applied" || state === "already";

export type Trouble = {
  readonly simulator: Simulator;
  readonly changes: readonly Change[];
  readonly timeouts?: TargetOptions["timeouts"];
  readonly clock?: Clock;
};

/** Applies to a simulator with faults, the same plan again while it is unfinished, and gives the last word on every change. */
export async function applyUnder({
  simulator,
  changes,
  timeouts = {},
  clock = virtualClock(),
}: Trouble): Promise<readonly Outcome[]> {
  const target = await targetAt(simulator.url, clock, timeouts);
  const journal = memoryJournal();
  let outcomes: readonly Outcome[] = [];
  try {
    for (let run = 0; run < 2; run += 1) {
      const result = await apply(changes, target, journal, clock);
      outcomes = result.outcomes;
      if (!result.unfinished) break;
    }
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    // An apply that throws has written nothing; when it is the second one, the first one has reported.
    if (outcomes.length === 0) expect(simulator.log.filter(({ method }) => method !== "GET")).toEqual([]);
  }
  return outcomes;
}
