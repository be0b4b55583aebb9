import { describe } from "vitest";
import { desk, deskRecord, known, type ProfileGiven, person, reading, record } from "../../support/engine.ts";
import { matchTable } from "./match-table.ts";

const A = "a@example.org";
const B = "b@example.org";
const JAN = { fullName: "Jan Berg" };
const KEES = { fullName: "Kees Dijk" };
const of = (source: string, id: string) => ({
  link: { profile: "staff", source, anchor: `staff/${source} personal ${id}` },
});
const others = (source: string, id: string) => ({
  link: {
    profile: "staff",
    source: "hr",
    anchor: "staff/hr personal 1",
    others: [{ source, anchor: `staff/${source} personal ${id}` }],
  },
});
const org: ProfileGiven = { manages: { include: [{ domain: "example.org" }] } };

describe("a record whose id is nearly the one of an account", () => {
  matchTable([
    {
      name: "is that account under the same name",
      desired: [record(B, { id: "7", ...JAN })],
      live: [person(A, JAN)],
      known: [known(A, { id: "007" })],
      expect: {
        records: ["b@example.org: is a@example.org, renamed"],
        findings: ["info link-replaced b@example.org"],
      },
    },
    {
      name: "is that account under its given name",
      desired: [record(B, { id: "7", fullName: "Jan Smit" })],
      live: [person(A, JAN)],
      known: [known(A, { id: "007" })],
      expect: {
        records: ["b@example.org: is a@example.org, renamed"],
        findings: ["info link-replaced b@example.org"],
      },
    },
    {
      name: "is that account at its address without a name",
      desired: [record(A, { id: "7", fullName: null })],
      live: [person(A, JAN)],
      known: [known(A, { id: "007" })],
      expect: {
        records: ["a@example.org: is a@example.org"],
        findings: ["info link-replaced a@example.org"],
      },
    },
    {
      name: "waits without a name at another address",
      desired: [record(B, { id: "7", fullName: null })],
      live: [person(A, JAN)],
      known: [known(A, { id: "007" })],
      expect: {
        records: ["b@example.org: unknown a@example.org"],
        findings: ["error link-doubtful b@example.org"],
      },
    },
    {
      name: "waits under another name, also at its address",
      desired: [record(A, { id: "7", ...KEES })],
      live: [person(A, JAN)],
      known: [known(A, { id: "007" })],
      expect: {
        records: ["a@example.org: unknown a@example.org"],
        findings: ["error link-doubtful a@example.org"],
      },
    },
    {
      name: "waits where it may be two accounts",
      desired: [record(B, { id: "7", ...JAN })],
      live: [person(A, JAN), person("c@example.org", JAN)],
      known: [known(A, { id: "007" }), known("c@example.org", { id: "07" })],
      expect: {
        records: ["b@example.org: unknown c@example.org a@example.org"],
        findings: ["error link-doubtful b@example.org"],
      },
    },
    {
      name: "waits where another account has its address",
      desired: [record(B, { id: "7", ...JAN })],
      live: [person(A, JAN), person(B, KEES)],
      known: [known(A, { id: "007" })],
      expect: {
        records: ["b@example.org: unknown a@example.org"],
        findings: ["error link-doubtful b@example.org"],
      },
    },
    {
      name: "and a desk at its address does not count",
      desired: [record(B, { id: "7", ...JAN })],
      live: [person(A, JAN), desk(B, ["id-x"], JAN)],
      known: [known(A, { id: "007" })],
      expect: {
        records: ["b@example.org: is a@example.org, renamed"],
        findings: ["info link-replaced b@example.org"],
      },
    },
    {
      name: "waits where another record has that account's address",
      desired: [record(B, { id: "7", ...JAN }), record(A, { id: "8", ...KEES })],
      live: [person(A, JAN)],
      known: [known(A, { id: "007" })],
      expect: {
        records: ["a@example.org: unknown a@example.org", "b@example.org: unknown a@example.org"],
        findings: ["error address-reused a@example.org", "error link-doubtful b@example.org"],
      },
    },
    {
      name: "is not that account where another record has its address and name",
      desired: [record(B, { id: "7", ...JAN }), record(A, { id: "8", ...JAN })],
      live: [person(A, JAN)],
      known: [known(A, { id: "007" })],
      expect: {
        records: ["a@example.org: is a@example.org", "b@example.org: unknown a@example.org"],
        findings: ["info link-replaced a@example.org", "error identity-unknown b@example.org"],
      },
    },
    {
      name: "waits where a desk's record has its address and name",
      desired: [record(B, { id: "7", ...JAN }), deskRecord(A, JAN)],
      live: [person(A, JAN)],
      known: [known(A, { id: "007" })],
      expect: {
        records: ["a@example.org: unknown", "b@example.org: unknown a@example.org"],
        findings: ["error kind-mismatch a@example.org", "error link-doubtful b@example.org"],
      },
    },
    {
      name: "waits where another record has its address and no name",
      desired: [record(B, { id: "7", ...JAN }), record(A, { id: "8", fullName: null })],
      live: [person(A, JAN)],
      known: [known(A, { id: "007" })],
      expect: {
        records: ["a@example.org: unknown a@example.org", "b@example.org: unknown a@example.org"],
        findings: ["error address-reused a@example.org", "error link-doubtful b@example.org"],
      },
    },
    {
      name: "is a newcomer's where that account is a desk's",
      desired: [record(B, { id: "7", ...JAN })],
      live: [desk(A, ["id-x"], JAN)],
      known: [known(A, { id: "007", kind: "functional" })],
      expect: { records: ["b@example.org: create"], missing: ["a@example.org"] },
    },
    {
      name: "waits where the profile does not manage that account",
      profile: org,
      desired: [record(B, { id: "7", ...JAN })],
      live: [person("a@example.com", JAN)],
      known: [known("a@example.com", { id: "007" })],
      expect: {
        records: ["b@example.org: unknown a@example.com"],
        findings: ["error link-doubtful b@example.org"],
      },
    },
    {
      name: "of a desk, is that desk",
      desired: [deskRecord(B, { id: "7", ...JAN })],
      live: [desk(A, ["id-x"], JAN)],
      known: [known(A, { id: "007", kind: "functional" })],
      expect: {
        records: ["b@example.org: is a@example.org, renamed"],
        findings: ["info link-replaced b@example.org"],
      },
    },
    {
      name: "with two such records, neither is it",
      desired: [record(B, { id: "7", ...JAN }), record("c@example.org", { id: "07", ...JAN })],
      live: [person(A, JAN)],
      known: [known(A, { id: "007" })],
      expect: {
        records: ["b@example.org: unknown a@example.org", "c@example.org: unknown a@example.org"],
        findings: ["error link-doubtful b@example.org", "error link-doubtful c@example.org"],
      },
    },
  ]);
});

describe("an id of a source that was renamed", () => {
  matchTable([
    {
      name: "is that account under the same name",
      desired: [record(B, { id: "7", ...JAN })],
      live: [person(A, JAN)],
      known: [known(A, of("former", "7"))],
      expect: {
        records: ["b@example.org: is a@example.org, renamed"],
        findings: ["info link-replaced b@example.org"],
      },
    },
    {
      name: "waits under the same given name at another address",
      desired: [record(B, { id: "7", fullName: "Jan Smit" })],
      live: [person(A, JAN)],
      known: [known(A, of("former", "7"))],
      expect: {
        records: ["b@example.org: unknown a@example.org"],
        findings: ["error link-doubtful b@example.org"],
      },
    },
    {
      name: "is that account under the same given name at its address",
      desired: [record(A, { id: "7", fullName: "Jan Smit" })],
      live: [person(A, JAN)],
      known: [known(A, of("former", "7"))],
      expect: {
        records: ["a@example.org: is a@example.org"],
        findings: ["info link-replaced a@example.org"],
      },
    },
    {
      name: "says nothing where no id is near",
      desired: [record(B, { id: "8", ...KEES })],
      live: [person(A, JAN)],
      known: [known(A, of("former", "7"))],
      expect: { records: ["b@example.org: create"], missing: ["a@example.org"] },
    },
  ]);
});

describe("two records that are one account", () => {
  const hr = (row: Parameters<typeof record>[1]) => reading([record(B, { ...JAN, ...row })]);
  const ad = (address: string, row: Parameters<typeof record>[1] = {}) =>
    reading([record(address, { id: "7", ...JAN, ...row })], { source: "ad" });
  matchTable([
    {
      name: "by an id of another source and by the address: neither is it",
      readings: [reading([record(A, { fullName: "Jan Smit" })]), ad(B)],
      live: [person(A, JAN)],
      known: [known(A, others("ad", "7"))],
      expect: {
        records: ["a@example.org: unknown a@example.org", "b@example.org: unknown a@example.org"],
        findings: ["error link-doubtful a@example.org", "error link-doubtful b@example.org"],
      },
    },
    {
      name: "by an id of another source beside a record without one, and by the address: neither is it",
      readings: [reading([record(A, { fullName: "Jan Smit" }), record(B, JAN)]), ad(B)],
      live: [person(A, JAN)],
      known: [known(A, others("ad", "7"))],
      expect: {
        records: ["a@example.org: unknown a@example.org", "b@example.org: unknown a@example.org"],
        findings: ["error link-doubtful a@example.org", "error link-doubtful b@example.org"],
      },
    },
    {
      name: "by an id of another source, at one address, are one",
      readings: [hr({ id: "1" }), ad(B)],
      live: [person(A, JAN)],
      known: [known(A, others("ad", "7"))],
      expect: { records: ["b@example.org: is a@example.org, renamed"] },
    },
    {
      name: "one is enough where the other is somebody else",
      readings: [reading([record("c@example.org", { id: "9", ...KEES })]), ad(B)],
      live: [person(A, JAN), person("c@example.org", KEES)],
      known: [known(A, others("ad", "7")), known("c@example.org", { id: "9" })],
      expect: { records: ["b@example.org: is a@example.org, renamed", "c@example.org: is c@example.org"] },
    },
    {
      name: "by the id and nearly by another: the one with the id has it",
      desired: [record(B, { id: "007", ...JAN }), record("c@example.org", { id: "7", ...JAN })],
      live: [person(A, JAN)],
      known: [known(A, { id: "007" })],
      expect: { records: ["b@example.org: is a@example.org, renamed", "c@example.org: create"] },
    },
  ]);
});

describe("the address of an account that somebody deleted in Zivver", () => {
  const gone = known(A, { id: "1" });
  const incomplete = (row: Parameters<typeof record>[1] = {}) => [
    reading([record(A, { id: "2", ...KEES, ...row })], { complete: false }),
  ];
  matchTable([
    {
      name: "is not a newcomer's while its record is unread",
      readings: incomplete(),
      known: [gone],
      expect: {
        records: ["a@example.org: unknown"],
        findings: ["error address-reused a@example.org"],
        doubts: ["staff personal: incomplete", "staff functional: incomplete"],
      },
    },
    {
      name: "is nobody's who is disabled",
      readings: incomplete({ active: false }),
      known: [gone],
      expect: {
        records: ["a@example.org: unknown"],
        doubts: ["staff personal: incomplete", "staff functional: incomplete"],
      },
    },
    {
      name: "is not that of an account that would be renamed to it",
      readings: incomplete(),
      live: [person(B, KEES)],
      known: [gone, known(B, { id: "2" })],
      expect: {
        records: ["a@example.org: unknown b@example.org"],
        findings: ["error address-reused a@example.org"],
        doubts: ["staff personal: incomplete", "staff functional: incomplete"],
      },
    },
    {
      name: "is the newcomer's once the record is gone",
      desired: [record(A, { id: "2", ...KEES })],
      known: [gone],
      expect: { records: ["a@example.org: create"] },
    },
    {
      name: "is free where another live account has it",
      readings: incomplete(),
      live: [person(A, KEES)],
      known: [known(A, { id: "1", zivverId: "gone" }), known(A, { id: "2" })],
      expect: {
        records: ["a@example.org: is a@example.org"],
        doubts: ["staff personal: incomplete", "staff functional: incomplete"],
      },
    },
    {
      name: "is the record's own, which is there",
      readings: [reading([record(A, { id: "1", ...JAN })], { complete: false })],
      known: [gone],
      expect: {
        records: ["a@example.org: create"],
        findings: ["warning link-gone a@example.org"],
        doubts: ["staff personal: incomplete", "staff functional: incomplete"],
      },
    },
    {
      name: "is nobody's while a record with its id has no address, and another has one",
      desired: [
        record(A, { id: "2", ...KEES }),
        record("c@example.org", { id: "1", ...JAN }),
        record("nobody", { id: "1", ...JAN }),
      ],
      known: [gone],
      expect: {
        records: ["a@example.org: unknown", "c@example.org: unknown"],
        findings: ["error address-reused a@example.org", "error anchor-twice c@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "is somebody else's where its record moved to another address",
      desired: [record(A, { id: "2", ...KEES }), record("c@example.org", { id: "1", ...JAN })],
      known: [gone],
      expect: {
        records: ["a@example.org: create", "c@example.org: create"],
        findings: ["warning link-gone c@example.org"],
      },
    },
    {
      name: "is free where the account was never linked",
      readings: incomplete(),
      known: [known(A)],
      expect: {
        records: ["a@example.org: create"],
        doubts: ["staff personal: incomplete", "staff functional: incomplete"],
      },
    },
  ]);
});
