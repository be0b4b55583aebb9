import { describe } from "vitest";
import { desk, reading, record } from "../../support/engine.ts";
import { planTable } from "../table.ts";
import { ANN, BOB, DESK, deskRow, LENA, linkedTo, liveOf, NILS, rowOf } from "./people.ts";

/*
 * Rows are mixed up on a day on which the row of the key's owner, or of the address's, says nothing: the state knows whose it is.
 */

const half = (...rows: ReturnType<typeof record>[]) => [reading(rows, { complete: false })];
const keyProblem = [{ attribute: "Key", message: "The cell holds an error.", field: "accountKey" as const }];

describe("a key that the state knows as a colleague's", () => {
  const staff = {
    live: [liveOf(ANN), liveOf(BOB)],
    known: [linkedTo(ANN, { key: "Ann's" }), linkedTo(BOB, { key: "Bob's" })],
  };
  planTable([
    {
      name: "is sent to nobody else while the colleague's row is unread",
      ...staff,
      readings: half(rowOf(ANN, { accountKey: "Bob's" })),
      expect: { findings: [`account-key-twice ${ANN}`, `removal-held-back ${BOB}`] },
    },
    {
      name: "is sent to nobody else while the colleague's key cannot be read",
      ...staff,
      desired: [rowOf(ANN, { accountKey: "Bob's" }), rowOf(BOB, { accountKey: null, problems: keyProblem })],
      expect: { findings: [`account-key-twice ${ANN}`, `record-unreadable ${BOB}`] },
    },
    {
      name: "is not sent along with an alias, and the alias waits for the key",
      ...staff,
      readings: half(rowOf(ANN, { accountKey: "Bob's", aliases: ["a@example.org"] })),
      expect: {
        findings: [`account-key-missing ${ANN}`, `account-key-twice ${ANN}`, `removal-held-back ${BOB}`],
      },
    },
    {
      name: "makes no account for a newcomer",
      ...staff,
      readings: half(rowOf(ANN, { accountKey: "Ann's" }), rowOf(NILS, { accountKey: "Bob's" })),
      expect: { findings: [`account-key-twice ${NILS}`, `removal-held-back ${BOB}`] },
    },
    {
      name: "is a leaver's still, while the leaver's account is in Zivver",
      live: [liveOf(ANN), liveOf(LENA, { active: false })],
      known: [linkedTo(ANN, { key: "Ann's" }), linkedTo(LENA, { key: "Lena's" })],
      desired: [rowOf(ANN, { accountKey: "Lena's" })],
      expect: { findings: [`account-key-twice ${ANN}`] },
    },
    {
      name: "is the person's own, whose row had a wrong address and id before",
      live: [liveOf(LENA)],
      known: [linkedTo(LENA, { key: "Lena's" })],
      desired: [record("l.leaver@example.org", { id: "33", fullName: "L. Leaver", accountKey: "Lena's" })],
      expect: {
        changes: [
          "create l.leaver@example.org address: - → l.leaver@example.org; fullName: - → L. Leaver",
          `suspend ${LENA} active: true → false`,
        ],
        findings: [`perhaps-renamed ${LENA}`],
      },
    },
    {
      name: "is the person's own under a new name and id, while nothing says that the old record is gone",
      ...staff,
      readings: half(
        rowOf(ANN, { accountKey: "Ann's" }),
        record("married@example.org", { id: "33", fullName: "Bob Married", accountKey: "Bob's" }),
      ),
      expect: {
        changes: ["create married@example.org address: - → married@example.org; fullName: - → Bob Married"],
        findings: [`removal-held-back ${BOB}`],
      },
    },
    {
      name: "is sent where the colleague's record gives another key by now",
      ...staff,
      desired: [rowOf(ANN, { accountKey: "Bob's" }), rowOf(BOB, { accountKey: "new" })],
      expect: {
        changes: [
          `update ${ANN} accountKey: id-${ANN} Ann's → id-${ANN} Bob's`,
          `update ${BOB} accountKey: id-${BOB} Bob's → id-${BOB} new`,
        ],
      },
    },
    {
      name: "is the person's own, whose account was deleted in Zivver",
      live: [liveOf(ANN)],
      known: staff.known,
      desired: [rowOf(ANN, { accountKey: "Ann's" }), rowOf(BOB, { accountKey: "Bob's" })],
      expect: {
        changes: [`create ${BOB} address: - → ${BOB}; fullName: - → Bob Brown`],
        findings: [`link-gone ${BOB}`],
      },
    },
  ]);
});

describe("the address of a colleague whose account was deleted in Zivver", () => {
  const staff = {
    live: [liveOf(ANN), liveOf(NILS), desk(DESK, [`id-${NILS}`])],
    known: [linkedTo(ANN), linkedTo(BOB), linkedTo(NILS)],
  };
  planTable([
    {
      name: "is given to nobody else while the colleague's row is unread",
      ...staff,
      readings: half(record(BOB, { id: "1", fullName: "Ann Archer" }), rowOf(NILS), deskRow([BOB, NILS])),
      expect: {
        findings: [`address-reused ${BOB}`, `delegate-unknown ${DESK}`],
      },
    },
    {
      name: "is given to nobody else while the address in the colleague's row cannot be read",
      ...staff,
      desired: [
        record(BOB, { id: "1", fullName: "Ann Archer" }),
        record(undefined, { id: "2", fullName: "Bob Brown" }),
        rowOf(NILS),
        deskRow([BOB, NILS]),
      ],
      expect: {
        findings: [`address-reused ${BOB}`, "record-without-address", `delegate-unknown ${DESK}`],
      },
    },
    {
      name: "nor where somebody else's row has the colleague's id",
      ...staff,
      desired: [
        record(BOB, { id: "1", fullName: "Ann Archer" }),
        record(undefined, { id: "2", fullName: "Bob Brown" }),
        rowOf(NILS, { id: "2" }),
        deskRow([BOB, NILS]),
      ],
      expect: {
        findings: [
          `address-reused ${BOB}`,
          "record-without-address",
          `anchor-twice ${NILS}`,
          `delegate-unknown ${DESK}`,
        ],
      },
    },
    {
      name: "makes no account for a newcomer while the colleague's row is unread",
      live: [liveOf(ANN)],
      known: staff.known,
      readings: half(rowOf(ANN), record(BOB, { id: "7", fullName: "New Comer" })),
      expect: { findings: [`address-reused ${BOB}`] },
    },
    {
      name: "is free once the colleague's record has another address",
      live: [liveOf(ANN)],
      known: staff.known,
      desired: [
        record(BOB, { id: "1", fullName: "Ann Archer" }),
        record("brown@example.org", { id: "2", fullName: "Bob Brown" }),
      ],
      expect: {
        changes: [
          `update ${BOB} address: ${ANN} → ${BOB}; aliases: [] → [${ANN}]`,
          "create brown@example.org address: - → brown@example.org; fullName: - → Bob Brown",
        ],
        findings: ["link-gone brown@example.org"],
      },
    },
  ]);
});
