import { describe, expect, test } from "vitest";
import type { AccountMemory } from "../../../src/model/plan/state.ts";
import { idOf, planOf, record, type Setting } from "../../support/engine.ts";
import { ANN, BOB, linkedTo, liveOf, rowOf, unreadable } from "../laws/people.ts";

const SINCE = "2026-11-20T09:00:00.000Z";
const today = "2026-11-28";
const doubtful = rowOf(ANN, { aliases: [], ...unreadable("aliases") });
const held = (memory: Partial<AccountMemory> = {}): Setting => ({
  today,
  desired: [doubtful, rowOf(BOB)],
  live: [liveOf(ANN), liveOf(BOB)],
  known: [
    { ...linkedTo(ANN), fields: {}, ...memory },
    { ...linkedTo(BOB), fields: {} },
  ],
});
const summaryOf = (setting: Setting, code: string) =>
  planOf(setting).body.findings.find((finding) => finding.code === code)?.summary;
const heldOf = (setting: Setting) =>
  (planOf(setting).body.remember ?? []).flatMap((entry) =>
    entry.held ? [`${entry.zivverId}: ${entry.held.join(", ") || "nothing"}`] : [],
  );

describe("a field that is held", () => {
  test("counts no days before an apply remembered it, and none without a state", () => {
    const first = summaryOf(held(), "record-unreadable");
    const { known: _, ...stateless } = held();
    expect(first).not.toContain("Held");
    expect(summaryOf(stateless, "record-unreadable")).toBe(first);
    expect(heldOf(held())).toEqual([`${idOf(ANN)}: record-unreadable`]);
  });

  test.each([
    { since: SINCE, says: " Held for 8 days, since 2026-11-20." },
    { since: "2026-11-27T23:59:00.000Z", says: " Held for 1 day, since 2026-11-27." },
    { since: "2026-11-28T00:01:00.000Z", says: " Held for 0 days, since 2026-11-28." },
  ])("says $says", ({ since, says }) => {
    const setting = held({ heldSince: { "record-unreadable": since } });
    expect(summaryOf(setting, "record-unreadable")).toBe(`${summaryOf(held(), "record-unreadable")}${says}`);
    expect(heldOf(setting)).toEqual([]);
  });

  test("without a day of the plan gives the date", () => {
    const { today: _, ...undated } = held({ heldSince: { "record-unreadable": SINCE } });
    expect(summaryOf(undated, "record-unreadable")).toMatch(/\. Held since 2026-11-20\.$/);
  });

  test("counts for its own reason", () => {
    const setting = held({ heldSince: { "alias-waits": SINCE } });
    expect(summaryOf(setting, "record-unreadable")).toBe(summaryOf(held(), "record-unreadable"));
    expect(heldOf(setting)).toEqual([`${idOf(ANN)}: record-unreadable`]);
  });

  test("is forgotten once it is settled, by a plan that shows everything", () => {
    const settled = {
      ...held({ heldSince: { "record-unreadable": SINCE } }),
      desired: [rowOf(ANN), rowOf(BOB)],
    };
    expect(heldOf(settled)).toEqual([`${idOf(ANN)}: nothing`]);
    expect(heldOf({ ...settled, only: ANN })).toEqual([]);
    expect(heldOf({ ...settled, only: BOB })).toEqual([]);
  });

  test("is remembered beside what else becomes of the account", () => {
    const setting = { ...held(), live: [liveOf(ANN, { fullName: "Ann Old" }), liveOf(BOB)] };
    const { body } = planOf(setting);
    expect(body.remember).toContainEqual(
      expect.objectContaining({ change: "c-1", zivverId: idOf(ANN), held: ["record-unreadable"] }),
    );
  });
});

test("the account of a record with another address counts days, too", () => {
  const setting = (heldSince: AccountMemory["heldSince"]): Setting => ({
    ...held(heldSince ? { heldSince } : {}),
    desired: [
      record("married@example.org", {
        id: "1",
        fullName: "Ann Archer",
        aliases: [],
        ...unreadable("aliases"),
      }),
      rowOf(BOB),
    ],
  });
  const first = summaryOf(setting(undefined), "record-unreadable");
  expect(heldOf(setting(undefined))).toEqual([`${idOf(ANN)}: record-unreadable`]);
  expect(summaryOf(setting({ "record-unreadable": SINCE }), "record-unreadable")).toBe(
    `${first} Held for 8 days, since 2026-11-20.`,
  );
});

test("a conflict counts for each account that is left as it is", () => {
  const key = { accountKey: "the same" };
  const setting = (known: readonly AccountMemory[]): Setting => ({
    today,
    desired: [rowOf(ANN, key), rowOf(BOB, key)],
    live: [liveOf(ANN), liveOf(BOB)],
    known,
  });
  const since = { "account-key-twice": SINCE };
  const summaries = (one: Setting) =>
    planOf(one).body.findings.map(({ where, summary }) => [where.address, summary]);
  const plain = summaries(setting([linkedTo(ANN), linkedTo(BOB)]));
  expect(summaries(setting([{ ...linkedTo(ANN), heldSince: since }, linkedTo(BOB)]))).toEqual(
    plain.map(([address, summary]) => [
      address,
      address === ANN ? `${summary} Held for 8 days, since 2026-11-20.` : summary,
    ]),
  );
});
