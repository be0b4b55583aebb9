import { describe, expect, test } from "vitest";
import { desk, deskRecord, known, person, planOf, record } from "../../support/engine.ts";
import { planTable, suspended } from "../table.ts";
import { ANN, DESK, deskRow, LENA, linkedTo, liveOf, NILS, rowOf } from "./people.ts";

/*
 * The id of somebody who left, given to a newcomer: by a source that numbers anew, or that fills gaps. Nothing of the record
 * is Lena Leaver's but the id.
 */

const both = { live: [liveOf(ANN), liveOf(LENA)], known: [linkedTo(ANN), linkedTo(LENA)] };
const HELD = [`link-doubtful ${NILS}`];
const renamed = (name: string, address = NILS) =>
  `update ${address} address: ${LENA} → ${address}; fullName: Lena Leaver → ${name}; aliases: [] → [${LENA}]`;

describe("an id under another name and another address", () => {
  planTable([
    {
      name: "gives nobody a leaver's account: both are held",
      ...both,
      desired: [rowOf(ANN), rowOf(NILS, { id: "3" })],
      expect: { findings: HELD },
    },
    {
      name: "nor a suspended one",
      live: [liveOf(ANN), liveOf(LENA, { active: false })],
      known: [linkedTo(ANN), linkedTo(LENA, { suspended: "missing" })],
      desired: [rowOf(ANN), rowOf(NILS, { id: "3", active: true })],
      expect: { findings: HELD },
    },
    {
      name: "words that say nothing of a person do not make one of two",
      live: [liveOf(ANN), liveOf(LENA, { fullName: "Lena van der Berg" })],
      known: both.known,
      desired: [rowOf(ANN), rowOf(NILS, { id: "3", fullName: "Nils van der Laan" })],
      expect: { findings: HELD },
    },
    {
      name: "another account key does not, either",
      live: both.live,
      known: [linkedTo(ANN), linkedTo(LENA, { key: "key-lena" })],
      desired: [rowOf(ANN), rowOf(NILS, { id: "3", accountKey: "key-nils" })],
      expect: { findings: HELD },
    },
    {
      name: "nor another account key and the former address, which a successor may have as an alias",
      live: both.live,
      known: [linkedTo(ANN), linkedTo(LENA, { key: "key-lena" })],
      desired: [rowOf(ANN), rowOf(NILS, { id: "3", accountKey: "key-nils", aliases: [LENA] })],
      expect: { findings: HELD },
    },
    {
      name: "nobody gets into a desk by the newcomer's address, and nobody falls out of it",
      live: [...both.live, desk(DESK, [`id-${ANN}`, `id-${LENA}`])],
      known: both.known,
      desired: [rowOf(ANN), rowOf(NILS, { id: "3" }), deskRow([ANN, NILS], { fullName: "Name of desk" })],
      expect: { findings: [...HELD, `delegate-unknown ${DESK}`] },
    },
    {
      name: "a record that says that the person is disabled suspends the account, whoever is meant, and changes nothing else",
      ...both,
      desired: [rowOf(ANN), rowOf(NILS, { id: "3", active: false })],
      expect: { changes: [suspended(LENA)] },
    },
    {
      name: "once the account is not linked any more (`adopt --relink`), the leaver leaves and the newcomer comes",
      live: both.live,
      known: [linkedTo(ANN), known(LENA)],
      desired: [rowOf(ANN), rowOf(NILS, { id: "3" })],
      expect: {
        changes: [`create ${NILS} address: - → ${NILS}; fullName: - → Nils New`, suspended(LENA)],
      },
    },
  ]);
});

describe("the same person, whatever changes, as long as something else than the id says so", () => {
  planTable([
    {
      name: "a word of the name",
      ...both,
      desired: [rowOf(ANN), rowOf(NILS, { id: "3", fullName: "Nils Leaver" })],
      expect: { changes: [renamed("Nils Leaver")] },
    },
    {
      name: "the former address, given as an alias",
      ...both,
      desired: [rowOf(ANN), rowOf(NILS, { id: "3", aliases: [LENA] })],
      expect: { changes: [renamed("Nils New")] },
    },
    {
      name: "the part of the address before the domain",
      ...both,
      desired: [rowOf(ANN), record("lena@example.com", { id: "3", fullName: "Nils New" })],
      expect: { changes: [renamed("Nils New", "lena@example.com")] },
    },
    {
      name: "the account key that was sent",
      live: both.live,
      known: [linkedTo(ANN), linkedTo(LENA, { key: "key-lena" })],
      desired: [rowOf(ANN), rowOf(NILS, { id: "3", accountKey: "key-lena" })],
      expect: { changes: [renamed("Nils New")] },
    },
    {
      name: "the address that an administrator gave the account in Zivver",
      live: [liveOf(ANN), person(NILS, { zivverId: `id-${LENA}`, fullName: "Lena Leaver" })],
      known: both.known,
      desired: [rowOf(ANN), rowOf(NILS, { id: "3" })],
      expect: { changes: [`update ${NILS} fullName: Lena Leaver → Nils New`] },
    },
    {
      name: "an alias that the account has",
      live: [liveOf(ANN), liveOf(LENA, { aliases: [NILS] })],
      known: both.known,
      desired: [rowOf(ANN), rowOf(NILS, { id: "3" })],
      expect: {
        changes: [
          `update ${NILS} address: ${LENA} → ${NILS}; fullName: Lena Leaver → Nils New; aliases: [${NILS}] → [${LENA}]`,
        ],
      },
    },
    {
      name: "a record without a name says nothing against it",
      ...both,
      desired: [rowOf(ANN), record(NILS, { id: "3", fullName: null })],
      expect: { changes: [`update ${NILS} address: ${LENA} → ${NILS}; aliases: [] → [${LENA}]`] },
    },
    {
      name: "a desk may get any name and address",
      live: [desk(DESK, [`id-${ANN}`]), liveOf(ANN)],
      known: [known(DESK, { id: "7", kind: "functional" }), linkedTo(ANN)],
      desired: [rowOf(ANN), deskRecord("reception@example.org", { id: "7", fullName: "Reception" })],
      expect: {
        changes: [
          `update reception@example.org address: ${DESK} → reception@example.org; fullName: Name of desk → Reception; aliases: [] → [${DESK}]`,
        ],
      },
    },
  ]);
});

test("the finding names both, and says what to do in either case", () => {
  const { body } = planOf({ ...both, desired: [rowOf(ANN), rowOf(NILS, { id: "3" })] });
  expect(body.findings.map(({ summary }) => summary)).toEqual([
    "By its id the record is Lena Leaver <lena@example.org>, but its name (Nils New) and its address are others, and neither an account key nor the former address shows that they are one person. The id may have been passed on to somebody else, so nothing is created or renamed for it, and that account is left as it is. If both are the same person, give that account the address nils@example.org in Zivver; if not, run `zivsync adopt --relink lena@example.org`.",
  ]);
});
