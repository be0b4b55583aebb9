import { describe } from "vitest";
import { known, type ProfileGiven, person, profile, reading, record } from "../../support/engine.ts";
import { matchTable } from "./match-table.ts";

const A = "a@example.org";
const B = "b@example.org";
const C = "c@example.org";
const JAN = { fullName: "Jan Berg" };
const KEES = { fullName: "Kees Dijk" };
const bad = (field: "id" | "aliases" | "fullName") =>
  [{ attribute: field, message: "It is an error.", field }] as const;
const org: ProfileGiven = { manages: { include: [{ domain: "example.org" }] } };
/** A colleague who is there, so that the source is not empty. */
const here = record(C, { id: "3" });
const hereLive = person(C);
const hereKnown = known(C, { id: "3" });

describe("a record without an account, of whom something cannot be relied on", () => {
  matchTable([
    {
      name: "is not created while its id cannot be read",
      desired: [record(A, { ...JAN, problems: bad("id") }), here],
      live: [person(B, KEES), hereLive],
      expect: {
        records: ["a@example.org: unknown", "c@example.org: is c@example.org"],
        missing: ["b@example.org"],
        findings: ["error record-unreadable a@example.org", "error identity-unknown a@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "is its account at its address all the same",
      desired: [record(A, { ...JAN, problems: bad("id") }), here],
      live: [person(A, JAN), hereLive],
      expect: {
        records: ["a@example.org: is a@example.org; held id", "c@example.org: is c@example.org"],
        findings: ["error record-unreadable a@example.org"],
      },
    },
    {
      name: "is not created while its source gives ids no more",
      fieldsBefore: { personal: ["id"] },
      known: [],
      desired: [record(A, JAN), record(C)],
      live: [hereLive],
      expect: {
        records: ["a@example.org: unknown", "c@example.org: is c@example.org"],
        findings: ["error identity-unknown a@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "is not created while its aliases cannot be read",
      desired: [record(A, { ...JAN, problems: bad("aliases") }), here],
      live: [hereLive],
      expect: {
        records: ["a@example.org: unknown", "c@example.org: is c@example.org"],
        findings: ["error record-unreadable a@example.org", "error identity-unknown a@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "is not created while its source gives aliases no more",
      fieldsBefore: { personal: ["aliases"] },
      known: [],
      desired: [record(A, JAN), record(C)],
      live: [hereLive],
      expect: {
        records: ["a@example.org: unknown", "c@example.org: is c@example.org"],
        findings: ["error identity-unknown a@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "is not created while one of its aliases is not an address",
      desired: [record(A, { ...JAN, aliases: ["nothing"] }), here],
      live: [hereLive],
      expect: {
        records: ["a@example.org: unknown", "c@example.org: is c@example.org"],
        findings: ["error alias-invalid a@example.org", "error identity-unknown a@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "is created though its aliases cannot be read, where it has an id",
      desired: [record(A, { ...JAN, id: "1", problems: bad("aliases") }), here],
      live: [hereLive],
      known: [hereKnown],
      expect: {
        records: ["a@example.org: create; held aliases", "c@example.org: is c@example.org"],
        findings: ["error record-unreadable a@example.org"],
      },
    },
    {
      name: "is held for another reason, and may be anybody while its id cannot be read",
      desired: [record(A, { ...KEES, problems: bad("id") }), here],
      live: [person(A, { active: false, ...JAN }), hereLive],
      expect: {
        records: ["a@example.org: unknown a@example.org", "c@example.org: is c@example.org"],
        findings: ["error record-unreadable a@example.org", "error address-reused a@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "is held for another reason, and is no doubt while its name cannot be read",
      desired: [record(A, { fullName: null, problems: bad("fullName") }), here],
      live: [person(A, { active: false, ...JAN }), hereLive],
      expect: {
        records: ["a@example.org: unknown a@example.org", "c@example.org: is c@example.org"],
        findings: ["error record-unreadable a@example.org", "error address-reused a@example.org"],
      },
    },
  ]);
});

describe("a record without an account, and an account whose record is gone", () => {
  const gone = [known(B, { id: "1" }), hereKnown];
  matchTable([
    {
      name: "may be one under the whole name, with a new id",
      desired: [record(A, { ...JAN, id: "9" }), here],
      live: [person(B, JAN), hereLive],
      known: gone,
      expect: {
        records: ["a@example.org: unknown b@example.org", "c@example.org: is c@example.org"],
        findings: ["error identity-unknown a@example.org"],
      },
    },
    {
      name: "are two under a given name only, with a new id",
      desired: [record(A, { id: "9", fullName: "Jan Smit" }), here],
      live: [person(B, JAN), hereLive],
      known: gone,
      expect: {
        records: ["a@example.org: create", "c@example.org: is c@example.org"],
        missing: ["b@example.org"],
      },
    },
    {
      name: "may be one under the given name, without an id",
      desired: [record(A, { fullName: "Jan Smit" }), here],
      live: [person(B, JAN), hereLive],
      known: gone,
      expect: {
        records: ["a@example.org: unknown b@example.org", "c@example.org: is c@example.org"],
        findings: ["error identity-unknown a@example.org"],
      },
    },
    {
      name: "are two under another name, without an id",
      desired: [record(A, KEES), here],
      live: [person(B, JAN), hereLive],
      known: gone,
      expect: {
        records: ["a@example.org: create", "c@example.org: is c@example.org"],
        missing: ["b@example.org"],
      },
    },
    {
      name: "are two without a name",
      desired: [record(A, { fullName: null }), here],
      live: [person(B, JAN), hereLive],
      known: gone,
      expect: {
        records: ["a@example.org: create", "c@example.org: is c@example.org"],
        missing: ["b@example.org"],
      },
    },
    {
      name: "are two where the record is disabled",
      desired: [record(A, { ...JAN, id: "9", active: false }), here],
      live: [person(B, JAN), hereLive],
      known: gone,
      expect: {
        records: ["a@example.org: unknown", "c@example.org: is c@example.org"],
        missing: ["b@example.org"],
      },
    },
    {
      name: "are two where another profile manages the account",
      profiles: [{ policy: profile(org), readings: [reading([record(A, { ...JAN, id: "9" }), here])] }],
      others: [profile({ name: "care", manages: { include: [{ domain: "example.com" }] } })],
      live: [person("b@example.com", JAN), hereLive],
      known: [known("b@example.com", { id: "1" }), hereKnown],
      expect: { records: ["staff a@example.org: create", "staff c@example.org: is c@example.org"] },
    },
    {
      name: "may be one of two",
      desired: [record(A, { fullName: "J. Smit" }), here],
      live: [person(B, JAN), person("d@example.org", { fullName: "Joke Smit" }), hereLive],
      known: [...gone, known("d@example.org", { id: "4" })],
      expect: {
        records: ["a@example.org: unknown b@example.org d@example.org", "c@example.org: is c@example.org"],
        findings: ["error identity-unknown a@example.org"],
      },
    },
    {
      name: "are said once where two sources give the person",
      readings: [reading([record(A, JAN), here]), reading([record(A, JAN)], { source: "ad" })],
      live: [person(B, JAN), hereLive],
      known: gone,
      expect: {
        records: ["a@example.org: unknown b@example.org", "c@example.org: is c@example.org"],
        findings: ["error identity-unknown a@example.org"],
      },
    },
  ]);
});

describe("a record outside what its profile manages", () => {
  const OUT = "a@example.com";
  matchTable([
    {
      name: "is nobody's concern",
      profile: org,
      desired: [record(OUT, { ...JAN, id: "9" }), here],
      live: [hereLive],
      known: [hereKnown],
      expect: {
        records: ["a@example.com: unknown", "c@example.org: is c@example.org"],
        findings: ["info record-not-managed"],
      },
    },
    {
      name: "may be an account of the profile whose record is gone, by the name",
      profile: org,
      desired: [record(OUT, { ...JAN, id: "9" }), here],
      live: [person(B, JAN), hereLive],
      known: [known(B, { id: "1" }), hereKnown],
      expect: {
        records: ["a@example.com: unknown b@example.org", "c@example.org: is c@example.org"],
        findings: ["error identity-unknown a@example.com", "info record-not-managed"],
      },
    },
    {
      name: "may be one of two of that name",
      profile: org,
      desired: [record(OUT, { ...JAN, id: "9" }), here],
      live: [person(B, JAN), person("d@example.org", JAN), hereLive],
      known: [known(B, { id: "1" }), known("d@example.org", { id: "2" }), hereKnown],
      expect: {
        records: ["a@example.com: unknown b@example.org d@example.org", "c@example.org: is c@example.org"],
        findings: ["error identity-unknown a@example.com", "info record-not-managed"],
      },
    },
    {
      name: "is not one of another name",
      profile: org,
      desired: [record(OUT, { fullName: "Jan Smit", id: "9" }), here],
      live: [person(B, JAN), hereLive],
      known: [known(B, { id: "1" }), hereKnown],
      expect: {
        records: ["a@example.com: unknown", "c@example.org: is c@example.org"],
        missing: ["b@example.org"],
        findings: ["info record-not-managed"],
      },
    },
    {
      name: "without a name is not one either",
      profile: org,
      desired: [record(OUT, { fullName: null, id: "9" }), here],
      live: [person(B, JAN), hereLive],
      known: [known(B, { id: "1" }), hereKnown],
      expect: {
        records: ["a@example.com: unknown", "c@example.org: is c@example.org"],
        missing: ["b@example.org"],
        findings: ["info record-not-managed"],
      },
    },
    {
      name: "is the unmanaged account with its address and name",
      profile: org,
      desired: [record(OUT, { ...JAN, id: "9" }), here],
      live: [person(OUT, JAN), person(B, JAN), hereLive],
      known: [known(B, { id: "1" }), hereKnown],
      expect: {
        records: ["a@example.com: unknown a@example.com", "c@example.org: is c@example.org"],
        missing: ["b@example.org"],
        findings: ["info record-not-managed"],
      },
    },
    {
      name: "may be anybody while its id cannot be read",
      profile: org,
      desired: [record(OUT, { ...JAN, problems: bad("id") }), here],
      live: [person(B, KEES), hereLive],
      known: [hereKnown],
      expect: {
        records: ["a@example.com: unknown", "c@example.org: is c@example.org"],
        missing: ["b@example.org"],
        findings: ["error identity-unknown a@example.com", "info record-not-managed"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "is the account that it is linked to, without a word of its own",
      profile: { manages: { include: [{ fullName: "jan *" }] } },
      desired: [record(A, { ...KEES, id: "1" }), record(C, { id: "3", fullName: "Jan Here" })],
      live: [person(A, KEES), person(C, { fullName: "Jan Here" })],
      known: [known(A, { id: "1" }), hereKnown],
      expect: {
        records: ["a@example.org: unknown a@example.org", "c@example.org: is c@example.org"],
        findings: ["error link-outside a@example.org", "info record-not-managed"],
      },
    },
  ]);
});
