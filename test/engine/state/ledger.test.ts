import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isClockBehind,
  isOfThese,
  mergeUses,
  settleUse,
  typesOver,
  usedWithin,
  withUse,
} from "../../../src/engine/state/ledger.ts";
import { LONGEST_WINDOW_MS, type StandingUse } from "../../../src/model/plan/standing.ts";
import { known, person } from "../../support/engine.ts";

const DAY = 86_400_000;
const START = Date.parse("2026-11-01T02:00:00Z");
const on = (day: number) => START + day * DAY;
const use = (seal: string, day: number, create: number): StandingUse => ({
  seal,
  at: new Date(on(day)).toISOString(),
  counts: { create },
});

describe("the ledger of standing approval", () => {
  const uses = [use("a", 1, 2), use("b", 3, 4), use("c", 9, 8)];

  it.each([
    {
      name: "counts what is within the window",
      now: 9.5,
      window: 7,
      except: undefined,
      used: { create: 12 },
    },
    {
      name: "lets go what is as old as the window",
      now: 10,
      window: 7,
      except: undefined,
      used: { create: 8 },
    },
    { name: "leaves out the plan itself", now: 9.5, window: 7, except: "c", used: { create: 4 } },
    { name: "counts entries of the future", now: 2, window: 7, except: undefined, used: { create: 14 } },
    { name: "has nothing after a long time", now: 90, window: 7, except: undefined, used: {} },
  ])("$name", ({ now, window, except, used }) => {
    expect(usedWithin(uses, on(now), window * DAY, except)).toEqual(used);
  });

  it.each([
    // 05:17 in Amsterdam, a week apart: seven days are 169 hours over the end of summer time, and 167 over its beginning.
    { name: "ends", first: "2026-10-18T03:17:00Z", second: "2026-10-25T04:17:00Z", used: {} },
    { name: "begins", first: "2027-03-21T04:17:00Z", second: "2027-03-28T03:17:00Z", used: { create: 2 } },
  ])(
    "counts hours, so a week in which summer time $name sets no number free too early",
    ({ first, second, used }) => {
      const ledger = withUse([], { seal: "a", counts: { create: 2 } }, Date.parse(first));
      expect(usedWithin(ledger, Date.parse(second), 7 * DAY)).toEqual(used);
    },
  );

  it("knows a clock that is behind by more than clocks differ", () => {
    expect(isClockBehind(uses, on(9) - 4 * 60_000)).toBe(false);
    expect(isClockBehind(uses, on(9) - 6 * 60_000)).toBe(true);
    expect(isClockBehind([], 0)).toBe(false);
  });

  it("knows a state that was written for another organisation with the same seal key", () => {
    const state = { accounts: [known("a@example.org"), known("b@example.org")] };
    expect(isOfThese(state, [person("b@example.org"), person("c@example.org")])).toBe(true);
    expect(isOfThese(state, [person("c@example.org")])).toBe(false);
    expect([isOfThese(state, []), isOfThese({ accounts: [] }, [person("c@example.org")])]).toEqual([
      true,
      true,
    ]);
  });

  it("writes no entry earlier than the one before it, and one a plan", () => {
    expect(withUse([use("a", 5, 1)], { seal: "b", counts: { create: 1 } }, on(4))).toEqual([
      use("a", 5, 1),
      use("b", 5, 1),
    ]);
    expect(withUse([use("a", 5, 1)], { seal: "a", counts: { create: 3 } }, on(6))).toEqual([use("a", 6, 3)]);
  });

  it("keeps entries for as long as any window, also when a clock ran ahead for a night", () => {
    const ahead = withUse([use("a", 1, 1)], { seal: "b", counts: { create: 1 } }, on(400));
    expect(ahead.map(({ seal }) => seal)).toEqual(["a", "b"]);
    const late = withUse([use("a", 1, 1), use("b", 20, 1)], { seal: "c", counts: { create: 1 } }, on(60));
    expect(late.map(({ seal }) => seal)).toEqual(["a", "b", "c"]);
    expect(withUse(late, { seal: "d", counts: { create: 1 } }, on(61)).map(({ seal }) => seal)).toEqual([
      "c",
      "d",
    ]);
    expect(LONGEST_WINDOW_MS).toBe(31 * DAY);
  });

  it("settles an entry, drops one that used nothing, and brings back one that was lost", () => {
    const at = new Date(on(5)).toISOString();
    expect(settleUse(uses, { seal: "b", counts: { create: 1 } }, at)).toEqual([
      use("a", 1, 2),
      use("b", 3, 1),
      use("c", 9, 8),
    ]);
    expect(settleUse(uses, { seal: "b", counts: {} }, at).map(({ seal }) => seal)).toEqual(["a", "c"]);
    expect(settleUse([], { seal: "z", counts: { create: 1 } }, at)).toEqual([use("z", 5, 1)]);
    expect(settleUse([], { seal: "z", counts: {} }, at)).toEqual([]);
    expect(mergeUses([use("b", 3, 1)], [use("b", 3, 9), use("a", 1, 2)])).toEqual([
      use("a", 1, 2),
      use("b", 3, 1),
    ]);
  });

  it("names the types of which there would be too many, and takes one that is not named for 0", () => {
    expect(typesOver({ create: 2, update: 1, suspend: 1 }, { create: 1 }, { create: 3, update: 1 })).toEqual([
      "suspend",
    ]);
    expect(typesOver({ create: 2 }, { create: 2 }, { create: 3 })).toEqual(["create"]);
    expect(typesOver({}, { create: 9 }, {})).toEqual([]);
  });

  it("never lets more through in any stretch of time than the number, whatever the nights ask for", () => {
    const nights = fc.array(fc.record({ hours: fc.integer({ min: 1, max: 60 }), asks: fc.nat(9) }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(nights, fc.integer({ min: 1, max: 12 }), (all, number) => {
        let ledger: readonly StandingUse[] = [];
        let now = START;
        const went: { at: number; count: number }[] = [];
        for (const [at, { hours, asks }] of all.entries()) {
          now += hours * 3_600_000;
          const used = usedWithin(ledger, now, 7 * DAY);
          if (asks === 0 || typesOver({ create: asks }, used, { create: number }).length > 0) continue;
          ledger = withUse(ledger, { seal: `plan ${at}`, counts: { create: asks } }, now);
          went.push({ at: now, count: asks });
        }
        for (const { at: end } of went) {
          const within = went.filter(({ at }) => at > end - 7 * DAY && at <= end);
          expect(within.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(number);
        }
      }),
    );
  });
});
