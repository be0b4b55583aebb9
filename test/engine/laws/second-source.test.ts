import { describe, expect, test } from "vitest";
import { desk, planOf, reading, record, type Setting } from "../../support/engine.ts";
import { planTable, suspended } from "../table.ts";
import { ANN, BOB, DESK, deskRow, linkedTo, liveOf, NILS, rowOf, rowWithoutId } from "./people.ts";

/*
 * A profile with the sources "hr", by which accounts are linked, and "it", which numbers people in its own way. The state knows
 * the ids of both, so whoever "it" renames first is the same person still.
 */

const MARRIED = "ann.married@example.org";
const NAMES: Readonly<Record<string, string>> = { "1": "Ann Archer", "2": "Bob Brown" };
const anchorOf = (source: string, id: string) => `staff/${source} personal ${id}`;

/** What is remembered of somebody whom both sources give. */
const knownToBoth = (address: string, id: string, others: readonly string[] = ["it"]) =>
  linkedTo(address, {
    link: {
      profile: "staff",
      source: "hr",
      anchor: anchorOf("hr", id),
      others: others.map((source) => ({ source, anchor: anchorOf(source, `${source}-${id}`) })),
    },
  });

/** By password, since "it" gives no account keys. */
const staff = {
  live: [liveOf(ANN), liveOf(BOB)],
  known: [knownToBoth(ANN, "1"), knownToBoth(BOB, "2")],
  organization: { loginMethod: "password" as const },
};
type Records = Parameters<typeof reading>[0];
const hr = (...rows: Records) => reading(rows);
const it = (...rows: Records) => reading(rows, { source: "it" });
const inIt = (address: string, id: string, given: Parameters<typeof record>[1] = {}) =>
  record(address, { fullName: NAMES[id] ?? "", id: `it-${id}`, accountKey: null, ...given });
const bothOfBob = { hr: rowOf(BOB), it: inIt(BOB, "2") };

describe("a person to whom the second source gives another address first", () => {
  planTable([
    {
      name: "keeps the address that the first source gives, and gets no second account",
      ...staff,
      readings: [hr(rowOf(ANN), bothOfBob.hr), it(inIt(MARRIED, "1"), bothOfBob.it)],
      expect: { findings: [`address-mismatch ${ANN}`] },
    },
    {
      name: "also under another family name, and by a record without a name",
      ...staff,
      readings: [
        hr(rowOf(ANN), bothOfBob.hr),
        it(
          inIt(MARRIED, "1", { fullName: "Ann Married" }),
          inIt("bobby@example.org", "2", { fullName: null }),
        ),
      ],
      expect: { findings: [`address-mismatch ${ANN}`, `address-mismatch ${BOB}`] },
    },
    {
      name: "stays a member where a list means them by an address under a new id, whose record waits and has the former one as an alias",
      live: [...staff.live, desk(DESK, [`id-${ANN}`, `id-${BOB}`])],
      known: staff.known,
      readings: [
        hr(
          record(MARRIED, { id: "7", fullName: "Ann Married", aliases: [ANN], accountKey: null }),
          bothOfBob.hr,
          deskRow([MARRIED, BOB]),
        ),
        it(inIt(ANN, "1"), bothOfBob.it),
      ],
      expect: {
        findings: [
          `account-key-missing ${MARRIED}`,
          `account-key-missing ${ANN}`,
          `address-claimed-twice ${MARRIED}`,
          `address-claimed-twice ${ANN}`,
          `delegate-unknown ${DESK}`,
        ],
      },
    },
    {
      name: "waits with a stranger who has that person's address in the first source, which has the person no more",
      ...staff,
      readings: [
        hr(record(ANN, { id: "7", fullName: "Nils New" }), bothOfBob.hr),
        it(inIt(ANN, "1"), bothOfBob.it),
      ],
      expect: { findings: [`identity-conflict ${ANN}`] },
    },
    {
      name: "is nobody whom the first source gives by that person's id under a name and an address of another",
      ...staff,
      readings: [
        hr(record(NILS, { id: "1", fullName: "Nils New" }), bothOfBob.hr),
        it(inIt(ANN, "1"), bothOfBob.it),
      ],
      expect: { findings: [`identity-conflict ${NILS}`, `address-mismatch ${NILS}`] },
    },
    {
      name: "is not who is meant by the former address, which no record gives while the first source cannot be read",
      ...staff,
      live: [...staff.live, desk(DESK, [`id-${BOB}`])],
      readings: [
        reading([bothOfBob.hr], { complete: false }),
        it(inIt(MARRIED, "1"), bothOfBob.it, deskRow([ANN])),
      ],
      expect: { findings: [`address-mismatch ${ANN}`, `delegate-unknown ${DESK}`] },
    },
    {
      name: "is the member whom a list of the second source means by that address",
      ...staff,
      live: [...staff.live, desk(DESK, [`id-${ANN}`, `id-${BOB}`])],
      readings: [hr(rowOf(ANN), bothOfBob.hr), it(inIt(MARRIED, "1"), bothOfBob.it, deskRow([MARRIED]))],
      expect: {
        changes: [`update ${DESK} delegates: [${ANN}, ${BOB}] → [${ANN}]`],
        findings: [`address-mismatch ${ANN}`],
      },
    },
    {
      name: "is renamed once the first source gives that address, too",
      ...staff,
      readings: [
        hr(record(MARRIED, { id: "1", fullName: "Ann Archer" }), bothOfBob.hr),
        it(inIt(MARRIED, "1"), bothOfBob.it),
      ],
      expect: { changes: [`update ${MARRIED} address: ${ANN} → ${MARRIED}; aliases: [] → [${ANN}]`] },
    },
    {
      name: "goes on getting what only that source gives",
      ...staff,
      readings: [
        hr(rowOf(ANN), bothOfBob.hr),
        it(inIt(MARRIED, "1", { phone: "+31201234567" }), bothOfBob.it),
      ],
      expect: { changes: [`update ${ANN} phone:  → +31201234567`], findings: [`address-mismatch ${ANN}`] },
    },
    {
      name: "is one person for three sources with three addresses",
      ...staff,
      known: [knownToBoth(ANN, "1", ["it", "desk"]), knownToBoth(BOB, "2")],
      readings: [
        hr(rowOf(ANN), bothOfBob.hr),
        it(inIt(MARRIED, "1"), bothOfBob.it),
        reading([inIt("a.archer@example.org", "1", { id: "desk-1" })], { source: "desk" }),
      ],
      expect: { findings: [`address-mismatch ${ANN}`, `address-mismatch ${ANN}`] },
    },
    {
      name: "is one person whatever source comes first",
      ...staff,
      readings: [it(inIt(MARRIED, "1"), bothOfBob.it), hr(rowOf(ANN), bothOfBob.hr)],
      expect: { findings: [`address-mismatch ${ANN}`] },
    },
    {
      name: "is one person under an id that a spreadsheet mangled in the first source on that day",
      ...staff,
      known: [knownToBoth(ANN, "001"), knownToBoth(BOB, "2")],
      readings: [
        hr(rowOf(ANN), bothOfBob.hr),
        it(inIt(MARRIED, "001", { fullName: "Ann Archer" }), bothOfBob.it),
      ],
      expect: { findings: [`address-mismatch ${ANN}`] },
    },
    {
      name: "is found by the second source's id once the first has her no more",
      ...staff,
      readings: [hr(bothOfBob.hr), it(inIt(MARRIED, "1"), bothOfBob.it)],
      expect: { changes: [`update ${MARRIED} address: ${ANN} → ${MARRIED}; aliases: [] → [${ANN}]`] },
    },
    {
      name: "keeps her address while the first source cannot be read",
      ...staff,
      readings: [reading([bothOfBob.hr], { complete: false }), it(inIt(MARRIED, "1"), bothOfBob.it)],
      expect: { findings: [`address-mismatch ${ANN}`] },
    },
    {
      name: "waits with a stranger who has that address in the first source, on the day on which it lost its ids",
      ...staff,
      fieldsBefore: { personal: ["email", "id", "fullName", "accountKey"] },
      readings: [
        hr(rowWithoutId(ANN, { fullName: "Bob Brown" }), rowWithoutId(BOB, { fullName: "Ann Archer" })),
        it(inIt(BOB, "1"), inIt(ANN, "2")),
      ],
      expect: {
        findings: [
          `identity-conflict ${ANN}`,
          `identity-conflict ${BOB}`,
          `address-mismatch ${ANN}`,
          `address-mismatch ${BOB}`,
          "field-lost",
        ],
      },
    },
    {
      name: "is one person after the second source was renamed",
      ...staff,
      readings: [
        hr(rowOf(ANN), bothOfBob.hr),
        reading([inIt(MARRIED, "1"), bothOfBob.it], { source: "it-department" }),
      ],
      expect: { findings: [`address-mismatch ${ANN}`] },
    },
    {
      name: "is one person also where she alone is planned",
      ...staff,
      readings: [hr(rowOf(ANN), bothOfBob.hr), it(inIt(MARRIED, "1"), bothOfBob.it)],
      only: ANN,
      expect: { findings: [`address-mismatch ${ANN}`] },
    },
    {
      name: "takes nobody's address who has it in the first source",
      ...staff,
      readings: [hr(rowOf(ANN), bothOfBob.hr), it(inIt(BOB, "1", { phone: "+31201234567" }))],
      expect: { changes: [`update ${ANN} phone:  → +31201234567`], findings: [`address-mismatch ${ANN}`] },
    },
  ]);
});

describe("an id of the second source", () => {
  planTable([
    {
      name: "that was given to somebody with another name makes nobody an account, nor that person's",
      ...staff,
      readings: [hr(rowOf(ANN), bothOfBob.hr), it(inIt(NILS, "1", { fullName: "Nils New" }), bothOfBob.it)],
      expect: { findings: [`link-doubtful ${NILS}`] },
    },
    {
      name: "does not matter where the first source has that person under an own id",
      ...staff,
      readings: [
        hr(rowOf(ANN), bothOfBob.hr, rowOf(NILS)),
        it(inIt(NILS, "1", { fullName: "Nils New" }), bothOfBob.it),
      ],
      expect: { changes: [`create ${NILS} address: - → ${NILS}; fullName: - → Nils New`] },
    },
    {
      name: "and its former address for a newcomer in the same source: both are left as they are",
      ...staff,
      readings: [
        hr(rowOf(ANN), bothOfBob.hr),
        it(inIt(MARRIED, "1"), inIt(ANN, "9", { fullName: "Nils New" }), bothOfBob.it),
      ],
      expect: { findings: [`duplicate-record ${ANN}`, `address-mismatch ${ANN}`] },
    },
    {
      name: "and the address of somebody whom the first source still has, for a newcomer: nobody gets the other's key",
      live: staff.live,
      known: staff.known,
      readings: [
        hr(rowOf(ANN, { accountKey: null }), bothOfBob.hr),
        it(inIt(ANN, "9", { fullName: "Nils New", accountKey: "key of Nils" }), bothOfBob.it),
      ],
      expect: { findings: [`identity-conflict ${ANN}`] },
    },
    ...(["suspend", "ignore"] as const).map((disabled) => ({
      name: `and the address of a leaver for a newcomer: the leaver leaves all the same (disabled: ${disabled})`,
      live: staff.live,
      known: staff.known,
      profile: { personal: { disabled } },
      readings: [
        hr(rowOf(ANN, { accountKey: null, active: false }), bothOfBob.hr),
        it(inIt(ANN, "9", { fullName: "Nils New", accountKey: "key of Nils" }), bothOfBob.it),
      ],
      expect: {
        changes: disabled === "suspend" ? [suspended(ANN)] : [],
        findings: [`identity-conflict ${ANN}`],
      },
    })),
    {
      name: "that is new for everybody, as in a directory that was rebuilt, is the same person's under the same name",
      ...staff,
      readings: [hr(rowOf(ANN), bothOfBob.hr), it(inIt(ANN, "9", { fullName: "A. Archer" }), bothOfBob.it)],
      expect: {},
    },
    {
      name: "that its source gives no more changes nothing",
      ...staff,
      readings: [hr(rowOf(ANN), bothOfBob.hr), it(bothOfBob.it)],
      expect: {},
    },
    {
      name: "of a leaver is of no use to a newcomer: the leaver's account is left, and a finding says why",
      ...staff,
      readings: [hr(bothOfBob.hr), it(inIt(NILS, "1", { fullName: "Nils New" }), bothOfBob.it)],
      expect: { findings: [`link-doubtful ${NILS}`] },
    },
  ]);

  /** The further ids that the plan remembers, by account; of accounts of which nothing else is news. */
  const othersRemembered = (readings: Setting["readings"], others: readonly string[]) => {
    const seen = { fields: {}, seen: `key of ${ANN}` };
    const known = [
      { ...linkedTo(ANN, seen), ...(others.length > 0 ? knownToBoth(ANN, "1", others) : {}), fields: {} },
    ];
    const { remember = [] } = planOf({ live: [liveOf(ANN)], known, readings: readings ?? [] }).body;
    return remember.map(({ link }) => link?.others);
  };
  const ofIt = { source: "it", anchor: anchorOf("it", "it-1") };

  test("is remembered beside the link, once", () => {
    const readings = [hr(rowOf(ANN)), it(inIt(ANN, "1"))];
    expect(othersRemembered(readings, [])).toEqual([[ofIt]]);
    expect(othersRemembered(readings, ["it"])).toEqual([]);
  });

  test("is not remembered of a record under another name", () => {
    const readings = [hr(rowOf(ANN)), it(inIt(ANN, "9", { fullName: "Nils New" }))];
    expect(othersRemembered(readings, [])).toEqual([]);
  });

  test("stays remembered while its source is silent, and not longer than that source is configured", () => {
    const desk = reading([inIt(ANN, "1", { id: "desk-1" })], { source: "desk" });
    const ofDesk = { source: "desk", anchor: anchorOf("desk", "desk-1") };
    expect(othersRemembered([hr(rowOf(ANN)), it(inIt(BOB, "2")), desk], ["it"])[0]).toEqual([ofDesk, ofIt]);
    expect(othersRemembered([hr(rowOf(ANN)), desk], ["it"])).toEqual([[ofDesk]]);
  });
});
