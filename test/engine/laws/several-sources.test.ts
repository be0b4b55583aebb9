import { describe } from "vitest";
import { at, desk, reading, record } from "../../support/engine.ts";
import { planTable } from "../table.ts";
import { ANN, BOB, DESK, deskRow, linkedTo, liveOf, rowOf, rowWithoutId } from "./people.ts";

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
        findings: [`address-mismatch ${MARRIED}`, `delegate-unknown ${DESK}`],
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
