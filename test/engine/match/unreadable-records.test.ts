import { describe } from "vitest";
import { desk, deskRecord, known, person, record } from "../../support/engine.ts";
import { matchTable } from "./match-table.ts";

const A = "a@example.org";
const B = "b@example.org";
const C = "c@example.org";
const JAN = { fullName: "Jan Berg" };
const KEES = { fullName: "Kees Dijk" };
const unreadable = [{ attribute: "row", message: "It is cut." }] as const;
/** A colleague who is there, so that the source is not empty. */
const here = record(C, { id: "3" });
const hereLive = person(C);
const hereKnown = known(C, { id: "3" });

describe("a record that cannot be read at all", () => {
  const row = (given: Parameters<typeof record>[1]) => record(A, { problems: unreadable, ...given });
  matchTable([
    {
      name: "is its account where address and name agree",
      desired: [row(JAN), here],
      live: [person(A, JAN), hereLive],
      expect: {
        records: ["a@example.org: unknown a@example.org", "c@example.org: is c@example.org"],
        findings: ["error record-unreadable a@example.org"],
      },
    },
    {
      name: "is its account where address and id agree",
      desired: [row({ ...KEES, id: "1" }), here],
      live: [person(A, JAN), hereLive],
      known: [known(A, { id: "1" }), hereKnown],
      expect: {
        records: ["a@example.org: unknown a@example.org", "c@example.org: is c@example.org"],
        findings: ["error record-unreadable a@example.org"],
      },
    },
    {
      name: "is its account where name and id agree",
      desired: [row({ ...JAN, id: "1" }), here],
      live: [person(B, JAN), hereLive],
      known: [known(B, { id: "1" }), hereKnown],
      expect: {
        records: ["a@example.org: unknown b@example.org", "c@example.org: is c@example.org"],
        findings: ["error record-unreadable a@example.org"],
      },
    },
    {
      name: "may be anybody where only the address agrees",
      desired: [row(KEES), here],
      live: [person(A, JAN), hereLive],
      expect: {
        records: ["a@example.org: unknown a@example.org", "c@example.org: is c@example.org"],
        findings: ["error record-unreadable a@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "may be anybody without a name",
      desired: [row({ fullName: null }), here],
      live: [person(A, { fullName: "" }), hereLive],
      expect: {
        records: ["a@example.org: unknown a@example.org", "c@example.org: is c@example.org"],
        findings: ["error record-unreadable a@example.org"],
      },
    },
    {
      name: "may be anybody where only the name agrees",
      desired: [row(JAN), here],
      live: [person(B, JAN), hereLive],
      expect: {
        records: ["a@example.org: unknown", "c@example.org: is c@example.org"],
        missing: ["b@example.org"],
        findings: ["error record-unreadable a@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "may be anybody where the address is that of its id, and no more agrees",
      desired: [record(undefined, { id: "1", ...KEES, problems: unreadable, where: "row 9" }), here],
      live: [person(A, JAN), hereLive],
      known: [known(A, { id: "1" }), hereKnown],
      expect: {
        records: ["a@example.org: unknown a@example.org", "c@example.org: is c@example.org"],
        findings: ["error record-without-address a@example.org", "error record-unreadable a@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "is no doubt about another kind",
      desired: [deskRecord(A, { ...KEES, problems: unreadable }), here],
      live: [desk(A, ["id-x"], JAN), hereLive],
      expect: {
        records: ["a@example.org: unknown a@example.org", "c@example.org: is c@example.org"],
        findings: ["error record-unreadable a@example.org"],
        doubts: ["staff functional: unidentified"],
      },
    },
  ]);
});

describe("several people under one address", () => {
  const two = (one: Parameters<typeof record>[1], other: Parameters<typeof record>[1]) => [
    record(A, { where: "row 1", ...one }),
    record(A, { where: "row 2", ...other }),
    here,
  ];
  matchTable([
    {
      name: "of whom the state knows both, are those",
      desired: two({ id: "1", ...JAN }, { id: "2", ...KEES }),
      live: [person(A, JAN), person(B, KEES), hereLive],
      known: [known(A, { id: "1" }), known(B, { id: "2" }), hereKnown],
      expect: {
        records: ["a@example.org: unknown a@example.org b@example.org", "c@example.org: is c@example.org"],
        findings: ["error duplicate-record a@example.org"],
      },
    },
    {
      name: "of whom one is known by the account's name, are those",
      desired: two({ id: "1", ...JAN }, { id: "2", ...KEES }),
      live: [person(A, JAN), person(B, KEES), hereLive],
      known: [known(B, { id: "2" }), hereKnown],
      expect: {
        records: ["a@example.org: unknown b@example.org a@example.org", "c@example.org: is c@example.org"],
        findings: ["error duplicate-record a@example.org"],
      },
    },
    {
      name: "of whom one is not known, may be anybody",
      desired: two({ id: "1", ...JAN }, { id: "2", ...KEES }),
      live: [person(A, JAN), person(B, KEES), hereLive],
      known: [known(A, { id: "1" }), hereKnown],
      expect: {
        records: ["a@example.org: unknown a@example.org", "c@example.org: is c@example.org"],
        missing: ["b@example.org"],
        findings: ["error duplicate-record a@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "of whom none is known, may be anybody",
      desired: two({ id: "1", ...JAN }, { id: "2", fullName: null }),
      live: [person(B, { fullName: "" }), hereLive],
      known: [hereKnown],
      expect: {
        records: ["a@example.org: unknown", "c@example.org: is c@example.org"],
        missing: ["b@example.org"],
        findings: ["error duplicate-record a@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "of whom one has another name than the account, may be anybody",
      desired: two(JAN, KEES),
      live: [person(A, JAN), hereLive],
      expect: {
        records: ["a@example.org: unknown a@example.org", "c@example.org: is c@example.org"],
        findings: ["error duplicate-record a@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
  ]);
});
