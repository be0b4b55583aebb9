import { describe } from "vitest";
import {
  desk,
  deskRecord,
  known,
  type ProfileGiven,
  person,
  profile,
  reading,
  record,
} from "../../support/engine.ts";
import { matchTable } from "./match-table.ts";

const A = "a@example.org";
const B = "b@example.org";
const C = "c@example.org";
const JAN = { fullName: "Jan Berg" };
const KEES = { fullName: "Kees Dijk" };
const org: ProfileGiven = { manages: { include: [{ domain: "example.org" }] } };
const com: ProfileGiven = { name: "care", manages: { include: [{ domain: "example.com" }] } };
const people: ProfileGiven = { manages: { kinds: ["personal"] } };
const unreadable = [{ attribute: "row", message: "It is cut." }] as const;

describe("an account is missing", () => {
  matchTable([
    {
      name: "where no record names it",
      desired: [record(A)],
      live: [person(A), person(B)],
      expect: { records: ["a@example.org: is a@example.org"], missing: ["b@example.org"] },
    },
    {
      name: "not where no profile manages it",
      profile: org,
      desired: [record(A)],
      live: [person(A), person("b@example.com")],
      expect: { records: ["a@example.org: is a@example.org"] },
    },
    {
      name: "not where the profile that manages it is not planned",
      profiles: [{ policy: profile(org), readings: [reading([record(A)])] }],
      others: [profile(com)],
      live: [person(A), person("b@example.com")],
      expect: { records: ["staff a@example.org: is a@example.org"] },
    },
    {
      name: "not where it is one of two with an address",
      desired: [record(A)],
      live: [person(A), person(B), person(B, { zivverId: "second" })],
      expect: { records: ["a@example.org: is a@example.org"] },
    },
    {
      name: "where a desk has its address now",
      desired: [record(B), deskRecord(A)],
      live: [person(A), person(B)],
      expect: {
        records: ["a@example.org: unknown", "b@example.org: is b@example.org"],
        missing: ["a@example.org, a desk now"],
        findings: ["error kind-mismatch a@example.org"],
      },
    },
    {
      name: "where a desk has its address now, that was another desk",
      desired: [record(B), deskRecord(A, { id: "7", fullName: "Name of c" })],
      live: [person(A), person(B), desk(C, ["id-x"])],
      known: [known(C, { id: "7", kind: "functional" })],
      expect: {
        records: ["a@example.org: is c@example.org, renamed", "b@example.org: is b@example.org"],
        missing: ["a@example.org, a desk now"],
      },
    },
    {
      name: "not where the desk's record cannot be read",
      desired: [record(B), deskRecord(A, { problems: unreadable })],
      live: [person(A), person(B)],
      expect: {
        records: ["a@example.org: unknown", "b@example.org: is b@example.org"],
        findings: ["error record-unreadable a@example.org"],
        doubts: ["staff functional: unidentified"],
      },
    },
    {
      name: "where one field of the desk's record cannot be read",
      desired: [record(B), deskRecord(A, { problems: [{ ...unreadable[0], field: "division" }] })],
      live: [person(A), person(B)],
      expect: {
        records: ["a@example.org: unknown", "b@example.org: is b@example.org"],
        missing: ["a@example.org, a desk now"],
        findings: ["error record-unreadable a@example.org", "error kind-mismatch a@example.org"],
      },
    },
    {
      name: "not where its record is held with a desk's",
      readings: [reading([record(A), record(B)]), reading([deskRecord(A)], { source: "ad" })],
      live: [person(A), person(B)],
      expect: {
        records: ["a@example.org: unknown a@example.org", "b@example.org: is b@example.org"],
        findings: ["error kind-mismatch a@example.org"],
      },
    },
    {
      name: "where only an entry that adds is a person's",
      readings: [
        reading([deskRecord(A), record(B)]),
        reading([record(A, { supplement: true })], { source: "git" }),
      ],
      live: [person(A), person(B)],
      expect: {
        records: ["a@example.org: unknown", "b@example.org: is b@example.org"],
        missing: ["a@example.org, a desk now"],
        findings: ["error kind-mismatch a@example.org"],
      },
    },
    {
      name: "where its record is gone, though somebody else has the address now",
      desired: [record(A, { id: "2", ...KEES }), record(C, { id: "3" })],
      live: [person(A, JAN), person(B, KEES), person(C)],
      known: [known(A, { id: "1" }), known(B, { id: "2" }), known(C, { id: "3" })],
      expect: {
        records: ["a@example.org: is b@example.org, renamed", "c@example.org: is c@example.org"],
        missing: ["a@example.org"],
      },
    },
    {
      name: "not where it was never linked, and somebody else has the address now",
      desired: [record(A, { id: "2", ...KEES }), record(C, { id: "3" })],
      live: [person(A, JAN), person(B, KEES), person(C)],
      known: [known(B, { id: "2" }), known(C, { id: "3" })],
      expect: { records: ["a@example.org: is b@example.org, renamed", "c@example.org: is c@example.org"] },
    },
    {
      name: "not where a record that is held is linked to it",
      desired: [
        record(A, { id: "1", where: "row 1", ...KEES }),
        record(A, { id: "2", where: "row 2" }),
        record(C, { id: "3" }),
      ],
      live: [person(A), person(B, KEES), person(C)],
      known: [known(B, { id: "1" }), known(A, { id: "2" }), known(C, { id: "3" })],
      expect: {
        records: ["a@example.org: unknown b@example.org a@example.org", "c@example.org: is c@example.org"],
        findings: ["error duplicate-record a@example.org"],
      },
    },
    {
      name: "not where its id is one that several other accounts have",
      desired: [record(A, { id: "1", ...JAN }), record(B, { id: "1", ...KEES })],
      live: [person(A, JAN), person(B, KEES), person(C, { fullName: "Mia Vos" })],
      known: [known(C, { id: "1" })],
      expect: {
        records: ["a@example.org: is a@example.org", "b@example.org: is b@example.org"],
        findings: ["warning anchor-twice a@example.org", "warning anchor-twice b@example.org"],
      },
    },
    {
      name: "where it is a desk whose record is gone, and another desk has the address now",
      desired: [deskRecord(A, { id: "7", fullName: "Name of c" }), deskRecord(B, { id: "8" })],
      live: [desk(A, ["id-x"]), desk(B, ["id-x"]), desk(C, ["id-x"])],
      known: [
        known(A, { id: "1", kind: "functional" }),
        known(B, { id: "8", kind: "functional" }),
        known(C, { id: "7", kind: "functional" }),
      ],
      expect: {
        records: ["a@example.org: is c@example.org, renamed", "b@example.org: is b@example.org"],
        missing: ["a@example.org"],
      },
    },
    {
      name: "not where it is a desk that was never linked, and another desk has the address now",
      desired: [deskRecord(A, { id: "7", fullName: "Name of c" }), deskRecord(B, { id: "8" })],
      live: [desk(A, ["id-x"]), desk(B, ["id-x"]), desk(C, ["id-x"])],
      known: [known(B, { id: "8", kind: "functional" }), known(C, { id: "7", kind: "functional" })],
      expect: { records: ["a@example.org: is c@example.org, renamed", "b@example.org: is b@example.org"] },
    },
    {
      name: "not where its record is gone, and whoever has the address may be another by a near id",
      desired: [record(A, { id: "7", ...KEES }), record(B, { id: "8" })],
      live: [person(A, JAN), person(B), person(C, { fullName: "Mia Vos" })],
      known: [known(A, { id: "1" }), known(B, { id: "8" }), known(C, { id: "007" })],
      expect: {
        records: ["a@example.org: unknown c@example.org", "b@example.org: is b@example.org"],
        findings: ["error link-doubtful a@example.org"],
      },
    },
    {
      name: "not where a desk's record is held with its own",
      readings: [reading([deskRecord(A), record(B)]), reading([record(A)], { source: "ad" })],
      live: [person(A), person(B)],
      expect: {
        records: ["a@example.org: unknown", "b@example.org: is b@example.org"],
        findings: ["error kind-mismatch a@example.org"],
      },
    },
    {
      name: "not where its id is that of a record under a source's new name",
      readings: [reading([record(A, { id: "1", ...KEES }), record(C)], { source: "new" })],
      live: [person(A, KEES), person(B, JAN), person(C)],
      known: [known(B, { id: "1" })],
      expect: {
        records: ["a@example.org: unknown b@example.org", "c@example.org: is c@example.org"],
        findings: ["error link-doubtful a@example.org"],
      },
    },
  ]);
});

describe("records of a kind that the profile does not manage name their accounts", () => {
  const both: ProfileGiven = { name: "desks", manages: { kinds: ["functional"] } };
  const planned = (...records: readonly ReturnType<typeof record>[]) => [
    { policy: profile(people), readings: [reading([record(C, { id: "3" }), ...records])] },
    { policy: profile(both), readings: [reading([deskRecord("d@example.org", { id: "4" })])] },
  ];
  const colleagues = [person(C), desk("d@example.org", ["id-x"])];
  matchTable([
    {
      name: "by the address",
      profiles: planned(deskRecord(A)),
      live: [...colleagues, desk(A, ["id-x"])],
      expect: { records: ["staff c@example.org: is c@example.org", "desks d@example.org: is d@example.org"] },
    },
    {
      name: "not a person's by the address of a desk",
      profiles: planned(deskRecord(A)),
      live: [...colleagues, person(A)],
      expect: {
        records: ["staff c@example.org: is c@example.org", "desks d@example.org: is d@example.org"],
        missing: ["staff: a@example.org"],
      },
    },
    {
      name: "by the id",
      profiles: planned(deskRecord("x@example.org", { id: "1" })),
      live: [...colleagues, desk(A, ["id-x"])],
      known: [known(A, { id: "1", kind: "functional" })],
      expect: { records: ["staff c@example.org: is c@example.org", "desks d@example.org: is d@example.org"] },
    },
    {
      name: "not a person's by the alias of a desk",
      profiles: planned(deskRecord("x@example.org", { aliases: [A, "nothing"] })),
      live: [...colleagues, person(A)],
      expect: {
        records: ["staff c@example.org: is c@example.org", "desks d@example.org: is d@example.org"],
        missing: ["staff: a@example.org"],
      },
    },
    {
      name: "by the alias of a person",
      profiles: [
        {
          policy: profile(both),
          readings: [
            reading([
              deskRecord("d@example.org", { id: "4" }),
              record("x@example.org", { aliases: ["nothing", "nobody@example.org", A] }),
            ]),
          ],
        },
      ],
      live: [...colleagues, desk(A, ["id-x"])],
      expect: { records: ["d@example.org: is d@example.org"] },
    },
    {
      name: "not by the alias of a person where its own record is gone",
      profiles: [
        {
          policy: profile(both),
          readings: [
            reading([deskRecord("d@example.org", { id: "4" }), record("x@example.org", { aliases: [A] })]),
          ],
        },
      ],
      live: [...colleagues, desk(A, ["id-x"])],
      known: [
        known(A, {
          link: { profile: "desks", source: "hr", anchor: "desks/hr functional 1" },
          kind: "functional",
        }),
      ],
      expect: { records: ["d@example.org: is d@example.org"], missing: ["a@example.org"] },
    },
  ]);
});
