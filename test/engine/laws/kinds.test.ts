import { expect, test } from "vitest";
import { applyChanges } from "../../../src/engine/apply/apply.ts";
import { desk, deskRecord, inLine, linesOf, person, planOf, record } from "../../support/engine.ts";
import { MemoryJournal, MemoryZivver, virtualClock } from "../memory-zivver.ts";

const ANN = "ann@example.org";
const DESK = "desk@example.org";

/* Zivver has a field for accounts of some kinds only: nothing is planned for the others, or it would be planned for ever. */

test("the phone number of a functional account is no change, alone or beside others", () => {
  const live = [person(ANN), desk(DESK, [`id-${ANN}`])];
  const given = (more: object) => [
    record(ANN),
    deskRecord(DESK, { delegates: [ANN], phone: "+31201234567", ...more }),
  ];
  expect(linesOf({ live, desired: given({}) }).changes).toEqual([]);
  expect(linesOf({ live, desired: given({ fullName: "Desk" }) }).changes).toEqual([
    `update ${DESK} fullName: Name of desk → Desk`,
  ]);
});

test.each([
  ["one that is there", [person(ANN), desk(DESK, [`id-${ANN}`])]],
  ["one that is created", [person(ANN)]],
])("after the apply nothing is left to do for %s", async (_, live) => {
  const desired = [
    record(ANN, { phone: "+31207654321" }),
    deskRecord(DESK, { delegates: [ANN], fullName: "Desk", phone: "+31201234567" }),
  ];
  const zivver = new MemoryZivver(live);
  const { changes } = planOf({ live, desired }).body;
  const ofDesk = changes.filter(({ address }) => address === DESK);
  expect(ofDesk.flatMap(({ fields }) => fields.filter(({ field }) => field === "phone"))).toEqual([]);
  const ports = { target: zivver, journal: new MemoryJournal(), clock: virtualClock() };
  const { done } = await applyChanges(changes, ports);
  expect(done.size).toBe(changes.length);
  expect(planOf({ live: zivver.accounts, desired }).body.changes.map(inLine)).toEqual([]);
});
