import { describe, expect, test } from "vitest";
import { desk, person, planOf, profile, reading, record } from "../../support/engine.ts";
import { planTable, suspended } from "../table.ts";
import {
  ANN,
  BOB,
  DESK,
  deskRow,
  LENA,
  linkedTo,
  liveOf,
  NILS,
  rowOf,
  rowWithoutId,
  unreadable,
} from "./people.ts";

/*
 * Days on which two things go wrong at once, as random lives found them: an id that cannot be relied on and an address that
 * was somebody else's.
 */

describe("an id that several records have", () => {
  planTable([
    {
      name: "says nothing, so a colleague's address alone gives nobody that colleague's account",
      live: [liveOf(ANN), liveOf(BOB), liveOf(NILS)],
      known: [linkedTo(ANN), linkedTo(BOB), linkedTo(NILS)],
      desired: [
        record(ANN, { id: "9", fullName: "Bob Brown" }),
        record(BOB, { id: "1", fullName: "Ann Archer" }),
        rowOf(NILS),
      ],
      expect: {
        findings: [
          `address-taken ${BOB}`,
          `anchor-twice ${ANN}`,
          `anchor-twice ${NILS}`,
          `removal-held-back ${BOB}`,
        ],
      },
    },
    {
      name: "is told of where no state is kept, too",
      live: [liveOf(ANN), liveOf(BOB)],
      desired: [rowOf(ANN), rowOf(BOB, { id: "1" })],
      expect: { findings: [`anchor-twice ${ANN}`, `anchor-twice ${BOB}`] },
    },
    {
      name: "not where it is the same address twice",
      live: [liveOf(ANN)],
      desired: [rowOf(ANN), rowOf(ANN)],
      expect: { findings: [`duplicate-record ${ANN}`] },
    },
  ]);
});

describe("an id that cannot be read, in a record with the address of somebody who left", () => {
  planTable([
    {
      name: "is the id of anybody who seems to be missing",
      live: [liveOf(ANN), liveOf(LENA)],
      known: [linkedTo(ANN), linkedTo(LENA)],
      desired: [record(LENA, { fullName: "Ann Archer", ...unreadable("id") })],
      expect: {
        findings: [`address-reused ${LENA}`, `record-unreadable ${LENA}`, `removal-held-back ${ANN}`],
      },
    },
  ]);
});

describe("a record outside its profile on the day on which its id changed", () => {
  const ward = profile({ name: "staff", manages: { include: [{ divisionUnder: "/ward" }] } });
  const office = profile({ name: "office", manages: { include: [{ divisionUnder: "/office" }] } });
  const live = [
    liveOf(ANN, { division: "/ward" }),
    liveOf(LENA, { division: "/ward" }),
    liveOf(BOB, { division: "/office" }),
  ];
  const inWard = (row: ReturnType<typeof record>) => [
    { policy: ward, readings: [reading([row])] },
    { policy: office, readings: [reading([rowOf(BOB, { division: "/office" })], { source: "list" })] },
  ];
  planTable([
    {
      name: "has the name of the account that lost its record: that one stays",
      live,
      known: [linkedTo(ANN), linkedTo(LENA)],
      profiles: inWard(record(BOB, { id: "77", fullName: "Ann Archer", division: "/ward" })),
      expect: {
        changes: [suspended(LENA)],
        findings: [`identity-unknown ${BOB}`, "record-not-managed"],
      },
    },
    {
      name: "cannot be read: nobody who seems to be missing is suspended",
      live,
      known: [linkedTo(ANN), linkedTo(LENA)],
      profiles: inWard(record(BOB, { fullName: "Ann Archer", division: "/ward", ...unreadable("id") })),
      expect: {
        findings: [
          `identity-unknown ${BOB}`,
          `removal-held-back ${ANN}`,
          `removal-held-back ${LENA}`,
          "record-not-managed",
        ],
      },
    },
  ]);
});

describe("a suspended account that was never linked", () => {
  planTable([
    {
      name: "is nobody's whose name cannot be read",
      live: [liveOf(LENA, { active: false })],
      desired: [record(LENA, { fullName: null, ...unreadable("fullName") })],
      expect: { findings: [`address-reused ${LENA}`, `record-unreadable ${LENA}`] },
    },
  ]);
});

describe("a new id under a new address", () => {
  planTable([
    {
      name: "may be somebody of the same whole name whose record is gone: nobody is created or suspended",
      live: [liveOf(ANN), liveOf(BOB)],
      known: [linkedTo(ANN), linkedTo(BOB)],
      desired: [rowOf(BOB), record("archer@example.org", { id: "77", fullName: "Ann Archer" })],
      expect: { findings: ["identity-unknown archer@example.org"] },
    },
  ]);
});

describe("a former address", () => {
  test("is remembered also where another alias has to wait", () => {
    const { remember } = planOf({
      live: [liveOf(ANN), liveOf(LENA, { active: false })],
      known: [linkedTo(ANN), linkedTo(LENA)],
      desired: [
        record("archer@example.org", { id: "1", fullName: "Ann Archer", aliases: [LENA], accountKey: null }),
      ],
    }).body;
    expect(remember?.map(({ former }) => former)).toEqual([[ANN]]);
  });
});

describe("an address that was given up on the day on which its new holder's row has another", () => {
  planTable([
    {
      name: "lets its former holder into nothing",
      live: [liveOf(ANN), liveOf(BOB), desk(DESK, [`id-${ANN}`])],
      known: [linkedTo(ANN), linkedTo(BOB)],
      desired: [
        record("typo@example.org", { id: "1", fullName: "Ann Archer" }),
        record(ANN, { id: "2", fullName: "Bob Brown" }),
        deskRow([BOB]),
      ],
      expect: {
        changes: [
          `update typo@example.org address: ${ANN} → typo@example.org`,
          `update ${ANN} address: ${BOB} → ${ANN}; aliases: [] → [${BOB}]`,
        ],
        findings: [`delegate-unknown ${DESK}`],
      },
    },
  ]);
});

describe("a row whose cells may be in the wrong columns", () => {
  const shifted = { problems: [{ attribute: "row", message: "It has a cell too many." }] };
  planTable([
    {
      name: "may be anybody's, whatever stands where the address belongs",
      live: [liveOf(ANN), liveOf(BOB), liveOf(LENA, { active: false })],
      desired: [rowWithoutId(LENA, { fullName: "Ann Archer", ...shifted }), rowWithoutId(BOB)],
      expect: { findings: [`record-unreadable ${LENA}`, `removal-held-back ${ANN}`] },
    },
    {
      name: "also where an id of its own is not known yet",
      live: [liveOf(ANN), liveOf(BOB), liveOf(LENA, { active: false })],
      known: [linkedTo(ANN), linkedTo(BOB)],
      desired: [record(LENA, { id: "sales", fullName: "Ann Archer", ...shifted }), rowOf(BOB)],
      expect: { findings: [`record-unreadable ${LENA}`, `removal-held-back ${ANN}`] },
    },
    {
      name: "is an account's where address and name agree on it, and keeps no other",
      live: [liveOf(ANN), liveOf(BOB), person("typo@example.org", { fullName: "Ann Archer" })],
      desired: [rowWithoutId(ANN, shifted), rowWithoutId(BOB)],
      expect: { changes: [suspended("typo@example.org")], findings: [`record-unreadable ${ANN}`] },
    },
    {
      name: "or where id and address do",
      live: [liveOf(ANN), liveOf(BOB), liveOf(LENA)],
      known: [linkedTo(ANN), linkedTo(BOB), linkedTo(LENA)],
      desired: [rowOf(ANN, { fullName: "Sales", ...shifted }), rowOf(BOB)],
      expect: { changes: [suspended(LENA)], findings: [`record-unreadable ${ANN}`] },
    },
  ]);
});

describe("an account key", () => {
  planTable([
    {
      name: "of a colleague who is disabled is sent to nobody else",
      live: [liveOf(ANN), liveOf(BOB, { active: false })],
      known: [linkedTo(ANN, { key: "old" }), linkedTo(BOB, { key: "Bob's" })],
      desired: [rowOf(ANN, { accountKey: "Bob's" }), rowOf(BOB, { accountKey: "Bob's", active: false })],
      expect: { findings: [`account-key-twice ${ANN}`, `account-key-twice ${BOB}`] },
    },
    {
      name: "that cannot be read is not put at risk by an alias",
      live: [person(ANN, { fullName: "Ann Archer" })],
      desired: [rowWithoutId(ANN, { aliases: ["a@example.org"], accountKey: null, ...unreadableKey() })],
      expect: { findings: [`account-key-missing ${ANN}`, `record-unreadable ${ANN}`] },
    },
  ]);
});

function unreadableKey() {
  return {
    problems: [{ attribute: "Key", message: "The cell holds an error.", field: "accountKey" as const }],
  };
}
