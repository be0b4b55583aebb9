import { describe } from "vitest";
import { desk, idOf, known, PLAIN_NAMES, person, profile, reading, record } from "../../support/engine.ts";
import { planTable, suspended } from "../table.ts";
import { BOB, DESK, deskRow, LENA, liveOf, rowOf, unreadable } from "./people.ts";

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
const OPENED = `create ${DESK} address: - → ${DESK}; fullName: - → Desk; delegates: - → [${BOB}]`;
/** The account of the mailbox, from the time when it had another address. */
const FRONT = "front@example.org";
const front = desk(FRONT, [idOf(BOB)]);
const linkOf = (profile: string, source: string, kind: "personal" | "functional", id: string) => ({
  kind,
  link: { profile, source, anchor: PLAIN_NAMES.anchor(profile, source, kind, id) },
});
/** An account at the address of the mailbox that was linked to its user. */
const knownUser = known(DESK, linkOf("staff", "directory", "personal", "7"));
/** The account of the user, from the time when it was a person's under another address. */
const lena = liveOf(LENA, { fullName: "Lena Leaver" });
const lenaNow = (given: Row = {}) => userOf({ fullName: "Lena Leaver", ...given });

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
  ["in one profile", (...readings: Given) => ({ readings }), [MIXED], "staff"],
  ["in a profile for each kind", (...given: Given) => ({ profiles: two(...given) }), [MIXED, MIXED], "desks"],
] as const)("the user of a shared mailbox, %s", (_, given, findings, ofDesks) => {
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
        changes: [OPENED],
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
    {
      name: "is a leaver, and the account that the mailbox has under another address is not missing",
      live: [bob, person(DESK), front],
      known: [knownUser, known(FRONT, linkOf(ofDesks, "exchange", "functional", "7"))],
      ...given(people(userOf()), mailbox()),
      expect: { changes: [suspended(DESK)], findings: [MIXED] },
    },
    {
      name: "is nobody any more once an administrator has converted the personal account",
      live,
      known: [knownUser],
      ...given(people(userOf()), mailbox()),
      expect: { changes: [JOINS] },
    },
    {
      name: "is nobody any more once an administrator has deleted the personal account",
      live: [bob],
      known: [knownUser],
      ...given(people(userOf()), mailbox({ fullName: "Desk" })),
      expect: { changes: [OPENED] },
    },
    {
      name: "is a leaver under a former address",
      live: [bob, lena],
      profile: { personal: { missing: "delete" } },
      ...given(people(lenaNow({ aliases: [LENA] })), mailbox()),
      expect: { changes: [suspended(LENA)], findings: [MIXED] },
    },
    {
      name: "is not the leaver whose address the mailbox has as an alias",
      live: [...live, lena],
      ...given(people(userOf({ aliases: [LENA] })), mailbox()),
      expect: { changes: [JOINS, suspended(LENA)] },
    },
    {
      name: "may be any leaver while its id cannot be read",
      live: [bob, lena],
      known: [known(LENA, linkOf("staff", "directory", "personal", "3"))],
      ...given(people(lenaNow(unreadable("id"))), mailbox()),
      expect: {
        findings: [
          `identity-unknown ${DESK}`,
          MIXED,
          `record-unreadable ${DESK}`,
          `removal-held-back ${LENA}`,
        ],
      },
    },
  ]);
});
