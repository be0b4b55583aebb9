import { describe, expect, test } from "vitest";
import { applyChanges } from "../../../src/engine/apply/apply.ts";
import { desk, deskRecord, inLine, known, linesOf, person, planOf, record } from "../../support/engine.ts";
import { MemoryJournal, MemoryZivver, virtualClock } from "../memory-zivver.ts";
import { planTable, suspended } from "../table.ts";

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

/* An administrator can convert an account in Zivver, and the record that is linked to it knows nothing of that. */
describe("a record does not become an account of the other kind by its link", () => {
  const toShared = { live: [person(ANN), desk("gus@example.org", [`id-${ANN}`])] };
  const gus = known("gus@example.org", { id: "7" });
  planTable([
    ...[
      { name: "a person with a new name and address", address: "g.gray@example.org", active: true },
      { name: "a person who is disabled", address: "gus@example.org", active: false },
    ].map(({ name, address, active }) => ({
      name,
      ...toShared,
      known: [gus],
      desired: [record(ANN), record(address, { id: "7", active })],
      expect: { findings: [`kind-mismatch ${address}`] },
    })),
    {
      name: "a desk whose list would let its members into a person's mailbox",
      live: [person(ANN), person(DESK)],
      known: [known(DESK, { kind: "functional", id: "d" })],
      desired: [record(ANN), deskRecord(DESK, { id: "d", delegates: [ANN] })],
      expect: { findings: [`kind-mismatch ${DESK}`] },
    },
    {
      name: "the same under a new address",
      live: [person(ANN), person(DESK)],
      known: [known(DESK, { kind: "functional", id: "d" })],
      desired: [record(ANN), deskRecord("front@example.org", { id: "d", delegates: [ANN] })],
      expect: { findings: ["kind-mismatch front@example.org"] },
    },
    {
      name: "nor does it keep the account of a leaver whose address it has",
      live: [...toShared.live, person("lena@example.org")],
      known: [gus, known("lena@example.org", { id: "3" })],
      desired: [record(ANN), record("lena@example.org", { id: "7", fullName: "Gus Gray" })],
      expect: { changes: [suspended("lena@example.org")], findings: ["kind-mismatch lena@example.org"] },
    },
  ]);
});
