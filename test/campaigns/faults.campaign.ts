import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Change } from "../../src/model/plan/change.ts";
import type { Outcome } from "../../src/model/plan/outcome.ts";
import {
  accountAt,
  type FaultRule,
  remove,
  type Simulator,
  type StoredAccount,
  store,
  type World,
  worldFromSeed,
} from "../../src/simulator/index.ts";
import { memoryJournal, targetAt } from "../support/over-http.ts";
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
import { contentsOf } from "../support/world-contents.ts";

/*
 * Random schedules of faults, answers that stall among them, while somebody else deletes accounts and takes addresses.
 * What an apply reports as done is done, except for what the other's doings explain; everything else is reported; and the
 * next plan and apply finish the work.
 */

const SCHEDULES = 1500;
const TIMEOUTS = { response: 120, whole: 200 };

const stalled: fc.Arbitrary<FaultRule> = fc.record({
  at: fc.integer({ min: 1, max: 30 }),
  kind: fc.constantFrom("stall" as const, "slow" as const),
  milliseconds: fc.constantFrom(40, 300),
});
const storm: fc.Arbitrary<FaultRule> = fc.record({
  every: fc.constantFrom(1, 2),
  kind: fc.constantFrom("429" as const, "503" as const),
  times: fc.integer({ min: 5, max: 60 }),
});

type Edit = { readonly at: number; readonly does: "delete" | "take"; readonly address: string };
const moment = fc.integer({ min: 1, max: 30 });
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({
    at: moment,
    does: fc.constant("delete" as const),
    address: fc.constantFrom(
      ...["a", "b", "c", "d", "maiden", "sleeper", "leaver", "desk", "gone", "renamed-and-emptied"],
    ),
  }),
  fc.record({
    at: moment,
    does: fc.constant("take" as const),
    address: fc.constantFrom("new1", "new2", "new3", "n2", "married", "new-desk"),
  }),
);

const schedule = fc.record({
  faults: fc.array(fc.oneof({ weight: 6, arbitrary: rule }, stalled, storm), { minLength: 1, maxLength: 4 }),
  seed: fc.nat(1_000_000),
  which: fc.nat(PROFILES.length - 1),
  edits: fc.oneof(fc.constant([]), fc.array(edit, { minLength: 1, maxLength: 2 })),
});

/** Somebody else's work in the organisation: what came of it, in the order in which it was done. */
type Foreign = { readonly deleted: Set<string>; readonly taken: Set<string>; act(n: number): void };

function foreignIn(world: World, edits: readonly Edit[]): Foreign {
  const deleted = new Set<string>();
  const taken = new Set<string>();
  const ids = new Map(edits.map(({ address }) => [address, accountAt(world, `${address}@example.org`)?.id]));
  const act = (n: number) => {
    for (const { at, does, address } of edits) {
      if (at !== n) continue;
      const account = world.accounts.get(ids.get(address) ?? "");
      if (does === "delete" && account) {
        deleted.add(account.id);
        remove(world, account);
      }
      if (does === "take" && accountAt(world, `${address}@example.org`) === undefined) {
        taken.add(`${address}@example.org`);
        store(world, strangerAt(`${address}@example.org`, taken.size));
      }
    }
  };
  return { deleted, taken, act };
}

function strangerAt(address: string, number: number): StoredAccount {
  const common = {
    id: `00000000-0000-4000-8000-00000000000${number}`,
    address,
    fullName: "Somebody else",
    aliases: [],
    division: "/",
    extra: {},
    hidden: false,
  };
  if (address.startsWith("new-desk")) return { ...common, kind: "functional", members: [] };
  const personal = {
    active: true,
    delegates: [],
    nickName: "",
    phoneNumbers: [],
    ssoAccountKey: null,
    password: null,
  };
  return { ...common, ...personal, kind: "personal" };
}

type Contents = ReturnType<typeof contentsOf>;

/** The changes that are reported as done although their account is not as planned. */
function falselyDone(
  changes: readonly Change[],
  outcomes: readonly Outcome[],
  { world, end, foreign, gone }: { world: World; end: Contents; foreign: Foreign; gone: ReadonlySet<string> },
): readonly unknown[] {
  const present = contentsOf(world);
  const byAddress = (contents: Contents, address: string) => {
    const account = contents.find((one) => one.address === address);
    if (account === undefined) return undefined;
    // Whoever was deleted by somebody else is in no list any more.
    return account.kind === "personal"
      ? { ...account, delegates: account.delegates.filter((name) => !gone.has(name)) }
      : { ...account, members: account.members.filter((name) => !gone.has(name)) };
  };
  return changes.flatMap((change): unknown[] => {
    if (!outcomes.some((outcome) => outcome.change === change.id && isDone(outcome))) return [];
    const id = "zivverId" in change ? change.zivverId : undefined;
    if (change.action === "delete") return world.accounts.has(change.zivverId) ? [change] : [];
    if (id !== undefined && foreign.deleted.has(id)) return [];
    const is = byAddress(present, change.address);
    const planned = byAddress(end, change.address);
    return isDeepStrictEqual(is, planned) ? [] : [{ change, is, planned }];
  });
}

/** Ends the simulators of a schedule: thousands of open ones are too many. */
async function closing<T>(simulators: readonly Simulator[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await Promise.all(simulators.map((one) => one.close()));
  }
}

it(`is done where it says so, and reports the rest: ${SCHEDULES} schedules`, async () => {
  const ends = await Promise.all(PROFILES.map(endOf));
  const seen = { faults: 0, edits: 0, threw: 0, converged: 0, open: 0, states: {} as Record<string, number> };
  await fc.assert(
    fc.asyncProperty(schedule, async ({ faults, seed, which, edits }) => {
      const profile = PROFILES[which] ?? {};
      const { changes = [], end = [] } = ends[which] ?? {};
      const world = worldFromSeed(SEED);
      const foreign = foreignIn(world, edits);
      const addresses = new Map([...world.accounts.values()].map(({ id, address }) => [id, address]));
      const calm = await running(world);
      const troubled = await running(world, { faults, seed, onRequest: foreign.act });
      await closing([calm, troubled], async () => {
        const outcomes = await applyUnder({ simulator: troubled, changes, timeouts: TIMEOUTS });
        seen.faults += troubled.log.filter(({ fault }) => fault !== undefined).length;
        seen.edits += foreign.deleted.size + foreign.taken.size;
        if (outcomes.length === 0) seen.threw += 1;
        else expect(outcomes.map(({ change }) => change)).toEqual(changes.map(({ id }) => id));
        for (const { state } of outcomes) seen.states[state] = (seen.states[state] ?? 0) + 1;
        const gone = new Set(
          [...foreign.deleted].flatMap((id) => [
            addresses.get(id) ?? "",
            ...changes.flatMap((one) => ("zivverId" in one && one.zivverId === id ? [one.address] : [])),
          ]),
        );
        expect(falselyDone(changes, outcomes, { world, end, foreign, gone })).toEqual([]);
        for (const { state, detail } of outcomes)
          if (state !== "applied" && state !== "already") expect(detail).not.toBe("");

        const target = await targetAt(calm.url);
        const left = await changesAt(target, profile);
        const second = await apply(left, target, memoryJournal());
        expect(second.outcomes.filter((outcome) => !isDone(outcome))).toEqual([]);
        expect(await changesAt(target, profile)).toEqual([]);
        if (foreign.deleted.size + foreign.taken.size === 0) expect(contentsOf(world)).toEqual(end);
        if (outcomes.length > 0) seen[left.length === 0 ? "converged" : "open"] += 1;
      });
    }),
    { numRuns: SCHEDULES },
  );
  for (const state of ["applied", "already", "conflict", "failed", "blocked"])
    expect(seen.states[state], state).toBeGreaterThan(0);
  for (const count of [seen.faults, seen.edits, seen.threw, seen.converged, seen.open])
    expect(count).toBeGreaterThan(0);
  process.stdout.write(`${SCHEDULES} schedules: ${JSON.stringify(seen)}\n`);
});
