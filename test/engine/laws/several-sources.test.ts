import { describe } from "vitest";
import { at, desk, known, profile, reading, record } from "../../support/engine.ts";
import { planTable } from "../table.ts";
import {
  ANN,
  BOB,
  DESK,
  deskRow,
  LENA,
  linkedTo,
  linkOfFormer,
  liveOf,
  rowOf,
  rowWithoutId,
} from "./people.ts";

/*
 * A profile with the sources "hr", by which accounts are linked, and "it", which numbers people in its own way. A person is
 * renamed in one of them first.
 */

const MARRIED = "ann.married@example.org";
const staff = { live: [liveOf(ANN), liveOf(BOB)], known: [linkedTo(ANN), linkedTo(BOB)] };
const hr = (...rows: Parameters<typeof reading>[0]) => reading(rows);
const it = (...rows: Parameters<typeof reading>[0]) => reading(rows, { source: "it" });
const inHr = (address: string, given: Parameters<typeof record>[1] = {}) =>
  record(address, { id: "1", fullName: "Ann Archer", ...given });
const annOfIt = (address: string, given: Parameters<typeof rowOf>[1] = {}) =>
  rowWithoutId(address, { fullName: "Ann Archer", id: "it-1", ...given });
const renamed = `update ${MARRIED} address: ${ANN} → ${MARRIED}; aliases: [] → [${ANN}]`;

describe("a person whose second source still has the former address", () => {
  planTable([
    {
      name: "is renamed, and no second account is created at the former address",
      ...staff,
      readings: [hr(inHr(MARRIED), rowOf(BOB)), it(annOfIt(ANN))],
      expect: { changes: [renamed], findings: [`address-mismatch ${MARRIED}`] },
    },
    {
      name: "stays in the lists of delegates that name either address",
      live: [...staff.live, desk(DESK, [`id-${ANN}`])],
      known: staff.known,
      readings: [hr(inHr(MARRIED), rowOf(BOB), deskRow([ANN])), it(annOfIt(ANN))],
      expect: {
        changes: [renamed],
        findings: [`address-mismatch ${MARRIED}`],
      },
    },
    {
      name: "is found by the former address also after the rename, under a new family name",
      live: [liveOf(ANN, { address: at(MARRIED), fullName: "Ann Married", aliases: [ANN] }), liveOf(BOB)],
      known: [linkedTo(ANN, { address: at(MARRIED), former: [ANN] }), linkedTo(BOB)],
      readings: [hr(inHr(MARRIED, { fullName: "Ann Married" }), rowOf(BOB)), it(annOfIt(ANN))],
      expect: { findings: [`address-mismatch ${MARRIED}`] },
    },
    {
      name: "keeps the former address, which that source still gives, also where nobody remembers it",
      live: [liveOf(ANN, { address: at(MARRIED), aliases: [ANN] }), liveOf(BOB)],
      known: [linkedTo(ANN, { address: at(MARRIED) }), linkedTo(BOB)],
      readings: [hr(inHr(MARRIED, { aliases: [] }), rowOf(BOB)), it(annOfIt(ANN))],
      expect: { findings: [`address-mismatch ${MARRIED}`] },
    },
    {
      name: "goes on getting what only that source gives",
      ...staff,
      readings: [hr(inHr(MARRIED), rowOf(BOB)), it(annOfIt(ANN, { phone: "+31201234567" }))],
      expect: {
        changes: [
          `update ${MARRIED} address: ${ANN} → ${MARRIED}; aliases: [] → [${ANN}]; phone:  → +31201234567`,
        ],
        findings: [`address-mismatch ${MARRIED}`],
      },
    },
    {
      name: "is not joined with a newcomer of another name, who waits for nobody",
      ...staff,
      readings: [hr(inHr(MARRIED), rowOf(BOB)), it(annOfIt(ANN, { id: "it-9", fullName: "Nils New" }))],
      expect: {
        changes: [
          `update ${MARRIED} address: ${ANN} → ${MARRIED}`,
          `create ${ANN} address: - → ${ANN}; fullName: - → Nils New`,
        ],
      },
    },
    {
      name: "is not joined where the first source gives the former address to somebody else",
      ...staff,
      readings: [
        hr(inHr(MARRIED), rowOf(BOB), record(ANN, { id: "3", fullName: "Lena Leaver" })),
        it(annOfIt(ANN, { fullName: "Lena Leaver" })),
      ],
      expect: {
        changes: [
          `update ${MARRIED} address: ${ANN} → ${MARRIED}`,
          `create ${ANN} address: - → ${ANN}; fullName: - → Lena Leaver`,
        ],
      },
    },
  ]);
});

describe("a person who moves to a domain of another profile, both of which read the same list", () => {
  const ORG = profile({ manages: { include: [{ domain: "example.org" }] } });
  const COM = profile({ name: "other", manages: { include: [{ domain: "example.com" }] } });
  const MOVED = "ann@example.com";
  const bothRead = (...rows: Parameters<typeof reading>[0]) => ({
    profiles: [
      { policy: ORG, readings: [reading(rows)] },
      { policy: COM, readings: [reading(rows)] },
    ],
  });
  const moved = record(MOVED, { id: "1", fullName: "Ann Archer" });
  planTable([
    {
      name: "is renamed by the first, and not created by the second",
      ...staff,
      ...bothRead(moved, rowOf(BOB)),
      expect: {
        changes: [`update ${MOVED} address: ${ANN} → ${MOVED}; aliases: [] → [${ANN}]`],
        findings: ["record-not-managed"],
      },
    },
    {
      name: "is the second profile's account from then on",
      live: [liveOf(ANN, { address: at(MOVED), aliases: [ANN] }), liveOf(BOB)],
      known: [linkedTo(ANN, { address: at(MOVED), former: [ANN] }), linkedTo(BOB)],
      ...bothRead(moved, rowOf(BOB)),
      expect: {
        findings: [
          `link-outside ${MOVED}`,
          `link-replaced ${MOVED}`,
          "record-not-managed",
          "record-not-managed",
        ],
      },
    },
    {
      name: "waits where the second gives the address to somebody with another name",
      ...staff,
      profiles: [
        { policy: ORG, readings: [reading([moved, rowOf(BOB)])] },
        { policy: COM, readings: [reading([record(MOVED, { id: "7", fullName: "Nils New" })])] },
      ],
      expect: { findings: [`duplicate-record ${MOVED}`, `duplicate-record ${MOVED}`] },
    },
    {
      name: "is not created a second time with her key, while the first one's source cannot be read",
      live: staff.live,
      known: [linkedTo(ANN, { key: `key of ${ANN}` }), linkedTo(BOB)],
      profiles: [
        {
          policy: COM,
          readings: [
            reading([
              record(MOVED, { id: "7", fullName: "Ann Archer", accountKey: `key of ${ANN}` }),
              record("zoe@example.com", { id: "4" }),
            ]),
          ],
        },
      ],
      others: [ORG],
      expect: {
        changes: ["create zoe@example.com address: - → zoe@example.com; fullName: - → Name of zoe"],
        findings: [`link-doubtful ${MOVED}`],
      },
    },
    {
      name: "and accounts of a profile that was not read are not concern of the other",
      ...staff,
      profiles: [
        {
          policy: COM,
          readings: [reading([rowOf(ANN), rowOf(BOB), record("zoe@example.com", { id: "4" })])],
        },
      ],
      others: [ORG],
      expect: {
        changes: ["create zoe@example.com address: - → zoe@example.com; fullName: - → Name of zoe"],
        findings: ["record-not-managed"],
      },
    },
  ]);
});

describe("a plan of one profile, an account of which another profile's record keeps as it is", () => {
  const care = profile({ name: "care", manages: { include: [{ divisionUnder: "/care" }] } });
  const ward = profile({
    manages: { include: [{ divisionUnder: "/" }], exclude: [{ divisionUnder: "/care" }] },
  });
  const both = {
    live: [liveOf(LENA), liveOf(BOB)],
    known: [known(LENA, linkOfFormer("3")), linkedTo(BOB)],
    profiles: [
      { policy: ward, readings: [reading([rowOf(BOB)])] },
      {
        policy: care,
        readings: [
          reading([record(LENA, { id: "9", fullName: "Nils New", division: "/care" })], { source: "care" }),
        ],
      },
    ],
  };
  planTable([
    {
      name: "says why, though it is that profile's record",
      ...both,
      selected: ["staff"],
      expect: { findings: [`link-doubtful ${LENA}`] },
    },
    {
      name: "as the whole plan does",
      ...both,
      expect: { findings: [`link-doubtful ${LENA}`, "record-not-managed"] },
    },
    {
      name: "and nothing of what concerns the other alone",
      ...both,
      live: [liveOf(BOB)],
      known: [linkedTo(BOB)],
      selected: ["staff"],
      expect: {},
    },
  ]);
});
