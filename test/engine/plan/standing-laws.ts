import fc from "fast-check";
import { expect } from "vitest";
import { applyChanges } from "../../../src/engine/apply/apply.ts";
import { rebase } from "../../../src/engine/apply/rebase.ts";
import { classify } from "../../../src/engine/plan/standing/classify.ts";
import { judgeChanges } from "../../../src/engine/plan/standing/eligible.ts";
import { partPlan } from "../../../src/engine/plan/standing/parts.ts";
import { type Split, type SplitInput, splitChanges } from "../../../src/engine/plan/standing/split.ts";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import type { Change } from "../../../src/model/plan/change.ts";
import type { PlanBody } from "../../../src/model/plan/plan.ts";
import { addCounts, STANDING_TYPES, type StandingCounts } from "../../../src/model/plan/standing.ts";
import type { World } from "../../../src/simulator/world/world.ts";
import { PLAIN_NAMES } from "../../support/engine.ts";
import { machineTarget, virtualClock } from "../../support/machine-target.ts";
import {
  type Case,
  cases,
  memoryJournal,
  planOf,
  policiesOf,
  swaps,
  worldOf,
} from "../../support/random-organisations.ts";

/*
 * The laws of the split, over random organisations in which addresses move, swap and chain:
 *
 *   every change is in one of the two parts; the routine part is closed under needs and within all numbers; of a type either
 *   all that could go do, or none; no type that waits could go on beside what goes; what is never routine waits;
 *   routine and then waiting give what the whole plan gives, and nobody loses in between what they have before and after
 */

const numbers = fc.record(
  Object.fromEntries(STANDING_TYPES.map((type) => [type, fc.oneof(fc.constant(99), fc.nat(4))])) as Record<
    (typeof STANDING_TYPES)[number],
    fc.Arbitrary<number>
  >,
);

/** Most accounts are there already, and newcomers get into the lists of those. */
const growth: fc.Arbitrary<Case> = cases.map((one) => {
  const seats = one.desired.map((seat) => ({
    ...seat,
    active: true,
    givesAliases: true,
    givesDelegates: true,
  }));
  const there = seats.slice(0, Math.ceil(seats.length / 2));
  return {
    ...one,
    desired: seats,
    liveOrder: one.desiredOrder,
    live: there.map((seat) => ({
      ...seat,
      delegates: seat.delegates.slice(1),
      hidden: false,
      division: false,
    })),
  };
});

export const draws = fc.record({
  organisation: fc.oneof(cases, swaps, growth),
  numbers,
  used: fc.constantFrom<StandingCounts>({}, {}, { create: 1, update: 2 }, { suspend: 1, addDelegate: 3 }),
  /** Of ten accounts, those that are linked, and those whose key is known. */
  linked: fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
  keyed: fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
});
export type Draw = typeof draws extends fc.Arbitrary<infer T> ? T : never;

export async function checkSplit(draw: Draw): Promise<void> {
  const { body } = await planOf(draw.organisation, worldOf(draw.organisation));
  const live = await machineTarget(worldOf(draw.organisation)).target.read();
  const input = inputFor(draw, body, live);
  const split = splitChanges(body.changes, input);
  checkLaws(body, split, input);
  await checkParts(draw.organisation, body, split);
}

export function inputFor(
  { numbers, used, linked, keyed, organisation }: Draw,
  body: PlanBody,
  live: readonly LiveAccount[],
): SplitInput {
  const keys = new Map(
    body.changes.flatMap((change) =>
      "zivverId" in change && "accountKey" in change && change.accountKey
        ? [[change.zivverId, PLAIN_NAMES.accountKey(change.zivverId, change.accountKey)] as const]
        : [],
    ),
  );
  const accounts = live.map(({ zivverId, kind, address }, at) => ({
    zivverId,
    kind,
    address,
    ...(linked[at % 10] ? { link: { profile: "all", source: "list", anchor: address } } : {}),
    ...(keyed[at % 10] ? { accountKey: { digest: keys.get(zivverId) ?? "", sent: true } } : {}),
  }));
  const byId = new Map(live.map((account) => [account.zivverId, account]));
  return {
    policy: { windowMs: 1, numbers },
    protectedPatterns: policiesOf(organisation).organization.protected,
    memory: { state: { accounts, sources: [], applied: [] }, names: PLAIN_NAMES },
    now: 0,
    accountOf: (id) => byId.get(id),
    used,
  };
}

function checkLaws({ changes }: PlanBody, split: Split, input: SplitInput): void {
  const { routine, waits } = split;
  for (const { id } of changes) expect(routine.has(id)).toBe(!waits.has(id));
  for (const { id, needs } of changes)
    if (routine.has(id)) expect(needs.filter((need) => !routine.has(need))).toEqual([]);
  const counts = countsOf(changes.filter(({ id }) => routine.has(id)));
  expect(split.counts).toEqual(counts);
  for (const type of STANDING_TYPES)
    if (counts[type])
      expect(counts[type] + (input.used[type] ?? 0)).toBeLessThanOrEqual(input.policy.numbers[type] ?? 0);
  const judged = judgeChanges(changes, input);
  for (const change of changes) {
    if (!routine.has(change.id)) continue;
    expect(judged.get(change.id)).toHaveProperty("counts");
    expect(change.action).not.toBe("delete");
    expect("release" in change && change.release).toBeFalsy();
    expect(change.fields.some(({ field }) => field === "accountKey")).toBe(false);
  }
  checkWhole(changes, split, input);
}

/** Of a type over its number all wait, and letting any waiting type go on, alone, would break a number. */
function checkWhole(changes: readonly Change[], { routine, waits }: Split, input: SplitInput): void {
  const over = new Set(
    [...waits.values()].flatMap((reason) => (reason.because === "number" ? [reason.type] : [])),
  );
  for (const change of changes) {
    const its = classify(change);
    if (!routine.has(change.id) || !("counts" in its)) continue;
    expect([...over].filter((type) => its.counts[type])).toEqual([]);
  }
  for (const type of over) {
    const unlimited = { ...input.policy.numbers, [type]: 1_000 };
    const wider = splitChanges(changes, { ...input, policy: { ...input.policy, numbers: unlimited } });
    const isStillOver = [...wider.waits.values()].some((one) => one.because === "number");
    const count = (wider.counts[type] ?? 0) + (input.used[type] ?? 0);
    expect(isStillOver || count > (input.policy.numbers[type] ?? 0)).toBe(true);
  }
}

function countsOf(changes: readonly Change[]): StandingCounts {
  return changes.reduce<StandingCounts>((sum, change) => {
    const its = classify(change);
    return "counts" in its ? addCounts(sum, its.counts) : sum;
  }, {});
}

async function checkParts(one: Case, body: PlanBody, split: Split): Promise<void> {
  const whole = worldOf(one);
  const before = await readAll(whole);
  const atOnce = await applyTo(whole, body.changes);
  const parted = worldOf(one);
  const parts = partPlan(body, split, { rate: { requests: 50, seconds: 10 } });
  const first = await applyTo(parted, parts.routine.changes);
  const between = await readAll(parted);
  const second = rebase(parts.waiting.changes, { changes: parts.routine.changes, before, result: first });
  const then = await applyTo(parted, second);
  const trouble = [...first.outcomes, ...then.outcomes].filter(
    ({ state }) => state !== "applied" && state !== "already",
  );
  const troubleAtOnce = atOnce.outcomes.filter(({ state }) => state !== "applied" && state !== "already");
  if (troubleAtOnce.length > 0) return;
  expect(trouble).toEqual([]);
  const after = await readAll(whole);
  const afterParts = await readAll(parted);
  expect(inWords(afterParts)).toEqual(inWords(after));
  checkBetween(before, between, afterParts);
}

/** A clock a day after the last write, so that nothing is shown late. */
const nextDay = (world: World) => virtualClock((world.lag?.now ?? 0) + 86_400_000);

const readAll = (world: World) => machineTarget(world, nextDay(world)).target.read();

/** The organisation and what waits for it have one clock. */
function applyTo(world: World, changes: readonly Change[]) {
  const clock = nextDay(world);
  return applyChanges(changes, {
    target: machineTarget(world, clock).target,
    journal: memoryJournal(),
    clock,
  });
}

/** Accounts by their addresses, since who is created when has other ids. */
function inWords(accounts: readonly LiveAccount[]): readonly string[] {
  const addressOf = new Map(accounts.map(({ zivverId, address }) => [zivverId, address as string]));
  return accounts
    .map(({ zivverId: _, fingerprint: __, members, ...account }) =>
      JSON.stringify({ ...account, members: members.map((id) => addressOf.get(id) ?? id).sort() }),
    )
    .sort();
}

/** Whoever may log in, and open a mailbox, before and after, may in between. */
function checkBetween(
  before: readonly LiveAccount[],
  between: readonly LiveAccount[],
  after: readonly LiveAccount[],
): void {
  const [was, is, will] = [before, between, after].map((accounts) => accessIn(accounts));
  const kept = [...(was ?? [])].filter((one) => will?.has(one));
  expect(kept.filter((one) => !is?.has(one))).toEqual([]);
}

function accessIn(accounts: readonly LiveAccount[]): ReadonlySet<string> {
  const holders = new Map(
    accounts.flatMap(({ zivverId, address, aliases }) =>
      [address, ...aliases].map((one) => [one, zivverId] as const),
    ),
  );
  return new Set(
    accounts.flatMap(({ zivverId, active, members, delegates }) => [
      ...(active ? [`${zivverId} active`] : []),
      ...members.map((id) => `${zivverId} open to ${id}`),
      ...delegates.map((one) => `${zivverId} open to ${holders.get(one) ?? one}`),
    ]),
  );
}
