import { describe } from "vitest";
import { desk, known, type ProfileGiven, person, profile, reading, record } from "../../support/engine.ts";
import { matchTable } from "./match-table.ts";

const A = "a@example.org";
const B = "b@example.org";
const C = "c@example.org";
const JAN = { fullName: "Jan Berg" };
const KEES = { fullName: "Kees Dijk" };
const elsewhere: ProfileGiven = { manages: { include: [{ domain: "example.com" }] } };
/** A second profile that manages one domain of its own. */
const care = (include: "example.com" | "example.org" = "example.com") =>
  profile({ name: "care", manages: { include: [{ domain: include }] } });

describe("a record that is linked to an account", () => {
  matchTable([
    {
      name: "is that account, under whatever address and family name",
      desired: [record(B, { id: "1", fullName: "Jan Smit" })],
      live: [person(A, JAN)],
      known: [known(A, { id: "1" })],
      expect: { records: ["b@example.org: is a@example.org, renamed"] },
    },
    {
      name: "is unknown where its name and its address both are somebody else's",
      desired: [record(B, { id: "1", ...KEES })],
      live: [person(A, JAN)],
      known: [known(A, { id: "1" })],
      expect: {
        records: ["b@example.org: unknown a@example.org"],
        findings: ["error link-doubtful b@example.org"],
      },
    },
    {
      name: "is nothing while the profile does not manage the account",
      profile: elsewhere,
      desired: [record("b@example.com", { id: "1", ...JAN })],
      live: [person(A, JAN)],
      known: [known(A, { id: "1" })],
      expect: {
        records: ["b@example.com: unknown a@example.org"],
        findings: ["error link-outside b@example.com"],
      },
    },
    {
      name: "and whose account two profiles have is left as it is",
      profiles: [{ policy: profile(), readings: [reading([record(B, { id: "1", ...JAN })])] }],
      others: [care("example.org")],
      live: [person(A, JAN)],
      known: [known(A, { id: "1" })],
      expect: { records: ["staff b@example.org: unknown a@example.org"] },
    },
    {
      name: "is none of two accounts that are linked to it",
      desired: [record(A, { id: "1", ...JAN })],
      live: [person(A, JAN), person(B, KEES)],
      known: [known(A, { id: "1" }), known(B, { id: "1" })],
      expect: {
        records: ["a@example.org: unknown a@example.org b@example.org"],
        findings: ["error link-twice a@example.org"],
      },
    },
    {
      name: "is not it where all else is another account's",
      desired: [record(B, { id: "1", ...KEES })],
      live: [person(A, JAN), person(B, KEES)],
      known: [known(A, { id: "1" })],
      expect: {
        records: ["b@example.org: unknown a@example.org b@example.org"],
        findings: ["error link-doubtful b@example.org"],
      },
    },
    {
      name: "nor where another record has the address and name of that account",
      desired: [record(B, { id: "1", ...KEES }), record(A, { id: "2", ...JAN })],
      live: [person(A, JAN)],
      known: [known(A, { id: "1" })],
      expect: {
        records: ["a@example.org: create", "b@example.org: unknown a@example.org"],
        findings: ["error link-doubtful b@example.org"],
      },
    },
    {
      name: "is it where the account at its address has another name",
      desired: [record(B, { id: "1", fullName: "Jan Smit" })],
      live: [person(A, JAN), person(B, KEES)],
      known: [known(A, { id: "1" })],
      expect: { records: ["b@example.org: is a@example.org, renamed"] },
    },
    {
      name: "is it by its name, whoever has its address",
      desired: [record(B, { id: "1", ...JAN })],
      live: [person(A, JAN), person(B, JAN)],
      known: [known(A, { id: "1" })],
      expect: { records: ["b@example.org: is a@example.org, renamed"] },
    },
    {
      name: "is it where the account at its address is a desk of its name",
      desired: [record(B, { id: "1", fullName: "Jan Smit" })],
      live: [person(A, JAN), desk(B, [], { fullName: "Jan Smit" })],
      known: [known(A, { id: "1" })],
      expect: { records: ["b@example.org: is a@example.org, renamed"] },
    },
    {
      name: "is it without a name",
      desired: [record(B, { id: "1", fullName: null })],
      live: [person(A, JAN), person(B, KEES)],
      known: [known(A, { id: "1" })],
      expect: { records: ["b@example.org: is a@example.org, renamed"] },
    },
    {
      name: "is a new one where somebody deleted the account in Zivver",
      desired: [record(B, { id: "1", ...JAN })],
      known: [known(A, { id: "1" })],
      expect: { records: ["b@example.org: create"], findings: ["warning link-gone b@example.org"] },
    },
    {
      name: "of which nothing is said where it is disabled",
      desired: [record(B, { id: "1", active: false, ...JAN })],
      known: [known(A, { id: "1" })],
      expect: { records: ["b@example.org: unknown"] },
    },
    {
      name: "keeps what is at its address where somebody deleted the linked account",
      desired: [record(B, { id: "1", ...JAN })],
      live: [person(B, JAN)],
      known: [known(A, { id: "1" })],
      expect: { records: ["b@example.org: is b@example.org"], findings: ["warning link-gone b@example.org"] },
    },
  ]);
});

describe("an id that several records have", () => {
  matchTable([
    {
      name: "says nothing: each is what its address and name say, or waits",
      desired: [record(A, { id: "1", ...JAN }), record(B, { id: "1", ...KEES })],
      live: [person(A, JAN)],
      known: [known(A, { id: "1" })],
      expect: {
        records: ["a@example.org: is a@example.org", "b@example.org: unknown a@example.org"],
        findings: ["warning anchor-twice a@example.org", "error anchor-twice b@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "and a given name is enough for the account that is linked to it",
      desired: [record(A, { id: "1", fullName: "Jan Smit" }), record(B, { id: "1", ...KEES })],
      live: [person(A, JAN)],
      known: [known(A, { id: "1" })],
      expect: {
        records: ["a@example.org: is a@example.org", "b@example.org: unknown a@example.org"],
        findings: ["warning anchor-twice a@example.org", "error anchor-twice b@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "and not for another",
      desired: [record(A, { id: "1", fullName: "Jan Smit" }), record(B, { id: "1", ...KEES })],
      live: [person(A, JAN), person(C, KEES)],
      known: [known(C, { id: "1" })],
      expect: {
        records: [
          "a@example.org: unknown c@example.org a@example.org",
          "b@example.org: unknown c@example.org",
        ],
        findings: ["error anchor-twice a@example.org", "error anchor-twice b@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "and a desk at the address is not it",
      desired: [record(A, { id: "1", ...JAN }), record(B, { id: "1", ...KEES })],
      live: [desk(A, ["id-x"], JAN), person(C, KEES)],
      known: [known(C, { id: "1" })],
      expect: {
        records: ["a@example.org: unknown c@example.org", "b@example.org: unknown c@example.org"],
        findings: ["error anchor-twice a@example.org", "error anchor-twice b@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "and an account that is linked to another record, which is there, is that one's",
      desired: [
        record(A, { id: "1", ...JAN }),
        record(B, { id: "1", ...KEES }),
        record(C, { id: "2", fullName: "Jan Smit" }),
      ],
      live: [person(A, JAN)],
      known: [known(A, { id: "2" })],
      expect: {
        records: ["a@example.org: create", "b@example.org: unknown", "c@example.org: unknown a@example.org"],
        findings: ["error anchor-twice b@example.org", "error link-doubtful c@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "also without names",
      desired: [record(A, { id: "1", fullName: null }), record(B, { id: "1", fullName: null })],
      live: [person(A, JAN), person(B, KEES)],
      known: [],
      expect: {
        records: ["a@example.org: unknown a@example.org", "b@example.org: unknown b@example.org"],
        findings: ["error anchor-twice a@example.org", "error anchor-twice b@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "says nothing, also beside another source's id",
      readings: [
        reading([record(A, { id: "1", ...JAN }), record(B, { id: "1", ...KEES })]),
        reading([record(A, { id: "7", ...JAN })], { source: "ad" }),
      ],
      live: [person(A, JAN)],
      known: [known(A, { id: "1" })],
      expect: {
        records: ["a@example.org: is a@example.org", "b@example.org: unknown a@example.org"],
        findings: ["warning anchor-twice a@example.org", "error anchor-twice b@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "is no doubt where both are one account's",
      readings: [reading([record(A, { id: "1", ...JAN }), record(A, { id: "1", ...JAN })])],
      live: [person(A, JAN)],
      known: [known(A, { id: "1" })],
      expect: {
        records: ["a@example.org: unknown a@example.org"],
        findings: ["error duplicate-record a@example.org"],
      },
    },
  ]);
});

describe("a new address under an id by which a further source knows somebody", () => {
  const knowsKees = known(A, {
    link: {
      profile: "staff",
      source: "hr",
      anchor: "staff/hr personal 1",
      others: [{ source: "ad", anchor: "staff/ad personal 7" }],
    },
  });
  const hr = reading([record(A, { id: "1", ...KEES })]);
  const ad = (row: Parameters<typeof record>[1]) =>
    reading([record(B, { id: "7", ...JAN, ...row })], { source: "ad" });
  matchTable([
    {
      name: "is held where the name is another's",
      readings: [hr, ad({})],
      live: [person(A, KEES)],
      known: [knowsKees],
      expect: {
        records: ["a@example.org: is a@example.org", "b@example.org: unknown a@example.org"],
        findings: ["error link-doubtful b@example.org"],
      },
    },
    {
      name: "is nothing where it is disabled",
      readings: [hr, ad({ active: false })],
      live: [person(A, KEES)],
      known: [knowsKees],
      expect: { records: ["a@example.org: is a@example.org", "b@example.org: unknown"] },
    },
    {
      name: "is a newcomer's where another source knows the same person by no such id",
      readings: [hr, ad({}), reading([record(B, JAN)], { source: "phones" })],
      live: [person(A, KEES)],
      known: [knowsKees],
      expect: { records: ["a@example.org: is a@example.org", "b@example.org: create"] },
    },
    {
      name: "is a newcomer's where the source had another name then",
      readings: [hr, reading([record(B, { id: "7", ...JAN })], { source: "entra" })],
      live: [person(A, KEES)],
      known: [knowsKees],
      expect: { records: ["a@example.org: is a@example.org", "b@example.org: create"] },
    },
  ]);
});
