import { describe, expect, it } from "vitest";
import {
  expectReleases,
  MOST_RELEASED,
  RELEASED_MS,
  releasedLately,
  settleReleases,
} from "../../../src/engine/state/released.ts";
import type { UpdateChange } from "../../../src/model/plan/change.ts";
import { LONGEST_WINDOW_MS } from "../../../src/model/plan/standing.ts";
import type { ReleasedAddress } from "../../../src/model/plan/state.ts";
import { at, idOf, person } from "../../support/engine.ts";

const DAY = 86_400_000;
const on = (day: number) => new Date(Date.parse("2026-11-01T02:00:00Z") + day * DAY).toISOString();
const row = (alias: string, owner: string, day: number): ReleasedAddress => ({
  address: at(`${alias}@example.org`),
  zivverId: idOf(`${owner}@example.org`),
  account: at(`${owner}@example.org`),
  at: on(day),
});
/** A change of `owner` that takes some aliases away and adds others. */
const change = (owner: string, gives: readonly string[], takes: readonly string[] = []): UpdateChange => ({
  id: `c-${owner}`,
  kind: "personal",
  address: at(`${owner}@example.org`),
  profile: "staff",
  needs: [],
  action: "update",
  zivverId: idOf(`${owner}@example.org`),
  base: "",
  fields: [
    {
      field: "aliases",
      before: gives.map((one) => at(`${one}@example.org`)),
      after: takes.map((one) => at(`${one}@example.org`)),
    },
  ],
});
const all = { has: () => true };
const none = { has: () => false };

describe("addresses that applies took from accounts", () => {
  it("are remembered for longer than any window, and those of the future count", () => {
    expect(RELEASED_MS).toBeGreaterThan(LONGEST_WINDOW_MS);
    const rows = [row("x", "a", 0), row("y", "b", 500)];
    const lately = (day: number) => [...releasedLately(rows, Date.parse(on(day))).keys()];
    expect(lately(89)).toEqual(["x@example.org", "y@example.org"]);
    expect(lately(90)).toEqual(["y@example.org"]);
  });

  it("are one row an address, of whoever gave it up last", () => {
    const first = expectReleases([], [change("a", ["x", "y"])], on(1));
    expect(first).toEqual([row("x", "a", 1), row("y", "a", 1)]);
    expect(expectReleases(first, [change("b", ["x"])], on(2))).toEqual([row("x", "b", 2), row("y", "a", 1)]);
    expect(expectReleases(first, [change("b", [])], on(2))).toBe(first);
  });

  it("are settled by what was carried out, and else by what the account has", () => {
    const changes = [change("a", ["x", "y"])];
    const expected = expectReleases([], changes, on(1));
    const settle = (done: typeof all, ...aliases: string[]) =>
      settleReleases(expected, {
        changes,
        done,
        live: [person("a@example.org", { aliases: aliases.map((one) => `${one}@example.org`) })],
        at: on(1),
      });
    // Zivver may show an alias for a while that it took away.
    expect(settle(all, "x")).toEqual([row("x", "a", 1), row("y", "a", 1)]);
    expect(settle(none, "x")).toEqual([row("y", "a", 1)]);
    expect(settle(none, "x", "y")).toEqual([]);
  });

  it("are released no more once an apply gave them to an account, and stay while it could not", () => {
    const rows = [row("x", "a", 1)];
    const changes = [change("b", [], ["x"])];
    const live = [person("b@example.org")];
    expect(settleReleases(rows, { changes, done: all, live, at: on(2) })).toEqual([]);
    expect(settleReleases(rows, { changes, done: none, live, at: on(2) })).toEqual(rows);
    expect(settleReleases(rows, { changes: [], done: all, live, at: on(2) })).toBe(rows);
  });

  it("are not forgotten for ever by a clock that ran ahead for a night", () => {
    const ahead = expectReleases([row("x", "a", 1)], [change("b", ["y"])], on(400));
    expect(ahead.map(({ address }) => address)).toEqual(["x@example.org", "y@example.org"]);
    const back = expectReleases(ahead, [change("b", ["z"])], on(2));
    expect(back.map(({ address }) => address)).toEqual(["x@example.org", "y@example.org", "z@example.org"]);
    expect([...releasedLately(back, Date.parse(on(2))).keys()]).toHaveLength(3);
  });

  it("are bounded: the oldest are forgotten", () => {
    const rows = Array.from({ length: MOST_RELEASED }, (_, n) => row(`n${n}`, "a", n === 7 ? 1 : 2));
    const more = expectReleases(rows, [change("b", ["x"])], on(3));
    expect(more).toHaveLength(MOST_RELEASED);
    expect(more.some(({ address }) => address === "n7@example.org")).toBe(false);
    expect(more.some(({ address }) => address === "x@example.org")).toBe(true);
  });
});
