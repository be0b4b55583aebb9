import { describe } from "vitest";
import { desk, person, profile, reading, record } from "../../support/engine.ts";
import { planTable, suspended } from "../table.ts";
import { BOB, DESK, deskRow, liveOf, rowOf } from "./people.ts";

/*
 * Every shared mailbox has a user of its own, disabled and with the address of the mailbox. A directory gives it as a
 * person, while Exchange gives the mailbox as a functional account.
 */

type Row = Parameters<typeof deskRow>[1];
const userOf = (given: Row = {}) => record(DESK, { id: "7", active: false, fullName: "Desk", ...given });
const people = (...more: ReturnType<typeof record>[]) =>
  reading([rowOf(BOB), ...more], { source: "directory" });
const mailbox = (given: Row = {}) => reading([deskRow([BOB], { id: "7", ...given })], { source: "exchange" });
const bob = liveOf(BOB);
const live = [bob, desk(DESK, [])];
const JOINS = `reactivate ${DESK} delegates: [] → [${BOB}]`;
const MIXED = `kind-mismatch ${DESK}`;

const two = (of: ReturnType<typeof people>, boxes: ReturnType<typeof mailbox>) => [
  {
    policy: profile({ name: "staff", manages: { kinds: ["personal"], include: [], exclude: [] } }),
    readings: [of],
  },
  {
    policy: profile({ name: "desks", manages: { kinds: ["functional"], include: [], exclude: [] } }),
    readings: [boxes],
  },
];

type Given = readonly [ReturnType<typeof people>, ReturnType<typeof mailbox>];

describe.each([
  ["in one profile", (...readings: Given) => ({ readings }), [MIXED]],
  ["in a profile for each kind", (...given: Given) => ({ profiles: two(...given) }), [MIXED, MIXED]],
] as const)("the user of a shared mailbox, %s", (_, given, findings) => {
  planTable([
    {
      name: "is nobody, and the mailbox is kept in step",
      live,
      ...given(people(userOf()), mailbox()),
      expect: { changes: [JOINS] },
    },
    {
      name: "is nobody where the mailbox is new",
      live: [bob],
      ...given(people(userOf()), mailbox({ fullName: "Desk" })),
      expect: {
        changes: [`create ${DESK} address: - → ${DESK}; fullName: - → Desk; delegates: - → [${BOB}]`],
      },
    },
    {
      name: "is a leaver while there is a personal account",
      live: [bob, person(DESK)],
      ...given(people(userOf()), mailbox()),
      expect: { changes: [suspended(DESK)], findings: [MIXED] },
    },
    {
      name: "may be somebody where the user is enabled",
      live,
      ...given(people(userOf({ active: true })), mailbox()),
      expect: { findings },
    },
  ]);
});
