import { describe, expect, it, test } from "vitest";
import type { Finding } from "../../../src/model/plan/finding.ts";
import type { AccountMemory } from "../../../src/model/plan/state.ts";
import { dueDeletions, heldAccounts } from "../../../src/model/run/facts.ts";
import { eventsOf, type Run } from "../../../src/model/run/run.ts";
import { parseAddress } from "../../../src/model/values/address.ts";

const AT = "2027-03-31T05:17:00.000Z";

function suspended(name: string, suspendedAt?: string): AccountMemory {
  const address = parseAddress(`${name}@example.org`);
  if (address === undefined) throw new Error("not an address");
  return { zivverId: name, kind: "personal", address, ...(suspendedAt === undefined ? {} : { suspendedAt }) };
}

describe("deletions of Zivver's", () => {
  const accounts = [
    suspended("soon", "2027-01-10T05:17:00.000Z"),
    suspended("overdue", "2026-12-01T05:17:00.000Z"),
    suspended("last", "2027-01-14T05:17:00.000Z"),
    suspended("later", "2027-01-14T05:17:00.001Z"),
    suspended("active"),
    suspended("odd", "some day"),
  ];

  it("within 14 days are listed, the next first, with those that are overdue", () => {
    expect(dueDeletions(accounts, 90, AT).map(({ zivverId, dueAt }) => [zivverId, dueAt])).toEqual([
      ["overdue", "2027-03-01T05:17:00.000Z"],
      ["soon", "2027-04-10T05:17:00.000Z"],
      ["last", "2027-04-14T05:17:00.000Z"],
    ]);
  });

  it("are none where nobody said after how long", () => {
    expect(dueDeletions(accounts, undefined, AT)).toEqual([]);
  });
});

describe("a removal that is held back", () => {
  const held = (since?: string): Finding => ({
    code: "removal-held-back",
    severity: "warning",
    summary: "The account would be suspended.",
    where: { profile: "all", kind: "personal", address: "lee@example.org", fullName: "Lee" },
    heldBack: { action: "suspend", because: "incomplete", ...(since === undefined ? {} : { since }) },
  });
  const run = (since?: string): Run => ({
    command: "sync",
    organization: "example.org",
    at: AT,
    outcome: "pending",
    applied: {},
    unapplied: [],
    waiting: null,
    heldBack: heldAccounts([held(since)], AT),
    guards: [],
    problems: [],
    due: [],
    look: [],
  });

  test.each([
    ["for the first time", undefined, []],
    ["since yesterday", "2027-03-30T05:17:00.000Z", []],
    [
      "for three days by the calendar, a second short by the clock",
      "2027-03-28T05:17:01.000Z",
      ["held-back"],
    ],
    ["for a month", "2027-02-28T05:17:00.000Z", ["held-back"]],
  ])("%s", (_, since, events) => {
    expect(eventsOf(run(since), 3 * 86_400_000)).toEqual(events);
  });
});
