import { describe } from "vitest";
import { desk, deskRecord, known, type ProfileGiven, person, reading, record } from "../../support/engine.ts";
import { matchTable } from "./match-table.ts";

const A = "a@example.org";
const B = "b@example.org";
const JAN = { fullName: "Jan Berg" };
const KEES = { fullName: "Kees Dijk" };
const elsewhere: ProfileGiven = { manages: { include: [{ domain: "example.com" }] } };

describe("an account that no record was ever linked to", () => {
  const incomplete = (row: Parameters<typeof record>[1]) => [reading([record(A, row)], { complete: false })];
  const badId = [{ attribute: "id", message: "It is an error.", field: "id" }] as const;
  const badName = [{ attribute: "name", message: "It is an error.", field: "fullName" }] as const;
  matchTable([
    {
      name: "is the record's with its address",
      desired: [record(A, JAN)],
      live: [person(A, JAN)],
      expect: { records: ["a@example.org: is a@example.org"] },
    },
    {
      name: "under a name that has a word in common",
      desired: [record(A, { id: "1", fullName: "Berg, Piet" })],
      live: [person(A, JAN)],
      known: [],
      expect: { records: ["a@example.org: is a@example.org"] },
    },
    {
      name: "under a name that shares the given name",
      desired: [record(A, { id: "1", fullName: "J. Smit" })],
      live: [person(A, JAN)],
      known: [],
      expect: { records: ["a@example.org: is a@example.org"] },
    },
    {
      name: "where Zivver shows the address as the name",
      desired: [record(A, { id: "1", ...JAN })],
      live: [person(A, { fullName: `<${A}>` })],
      known: [],
      expect: { records: ["a@example.org: is a@example.org"] },
    },
    {
      name: "where Zivver has no name",
      desired: [record(A, { id: "1", ...JAN })],
      live: [person(A, { fullName: " " })],
      known: [],
      expect: { records: ["a@example.org: is a@example.org"] },
    },
    {
      name: "under a name that has nothing in common, with a warning",
      desired: [record(A, { id: "1", ...KEES })],
      live: [person(A, JAN)],
      known: [],
      expect: {
        records: ["a@example.org: is a@example.org"],
        findings: ["warning address-reused a@example.org"],
      },
    },
    {
      name: "without a word where the record has no id",
      desired: [record(A, KEES)],
      live: [person(A, JAN)],
      known: [],
      expect: { records: ["a@example.org: is a@example.org"] },
    },
    {
      name: "and gets no link of a disabled record under another name",
      desired: [record(A, { id: "1", active: false, ...KEES })],
      live: [person(A, JAN)],
      known: [],
      expect: { records: ["a@example.org: is a@example.org; unknown; without its id"] },
    },
    {
      name: "and gets one of a disabled record under its name",
      desired: [record(A, { id: "1", active: false, ...JAN })],
      live: [person(A, JAN)],
      known: [],
      expect: { records: ["a@example.org: is a@example.org; unknown"] },
    },
    {
      name: "waits under another name while not all can be read",
      readings: incomplete(KEES),
      live: [person(A, JAN)],
      known: [],
      expect: {
        records: ["a@example.org: unknown a@example.org"],
        findings: ["error link-doubtful a@example.org"],
        doubts: ["staff personal: incomplete", "staff functional: incomplete"],
      },
    },
    {
      name: "and is disabled all the same",
      readings: incomplete({ active: false, ...KEES }),
      live: [person(A, JAN)],
      known: [],
      expect: {
        records: ["a@example.org: is a@example.org; unknown"],
        doubts: ["staff personal: incomplete", "staff functional: incomplete"],
      },
    },
    {
      name: "and is its record's under a related name",
      readings: incomplete({ fullName: "Jan Smit" }),
      live: [person(A, JAN)],
      known: [],
      expect: {
        records: ["a@example.org: is a@example.org"],
        doubts: ["staff personal: incomplete", "staff functional: incomplete"],
      },
    },
    {
      name: "waits under another name while the id cannot be read",
      desired: [record(A, { problems: badId, ...KEES }), record(B, { id: "2" })],
      live: [person(A, JAN), person(B)],
      known: [known(B, { id: "2" })],
      expect: {
        records: ["a@example.org: unknown a@example.org", "b@example.org: is b@example.org"],
        findings: ["error record-unreadable a@example.org", "error link-doubtful a@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "but not where the profile does not manage it anyway",
      profile: elsewhere,
      desired: [record(A, { problems: badId, ...KEES })],
      live: [person(A, JAN)],
      known: [],
      expect: {
        records: ["a@example.org: unknown a@example.org"],
        findings: ["error identity-unknown a@example.org", "info record-not-managed"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "and is its record's under a related name though the id cannot be read",
      desired: [record(A, { problems: badId, fullName: "Jan Smit" })],
      live: [person(A, JAN)],
      known: [],
      expect: {
        records: ["a@example.org: is a@example.org; held id"],
        findings: ["error record-unreadable a@example.org"],
      },
    },
    {
      name: "while suspended, is nobody's of another name",
      desired: [record(A, KEES)],
      live: [person(A, { active: false, ...JAN })],
      expect: {
        records: ["a@example.org: unknown a@example.org"],
        findings: ["error address-reused a@example.org"],
      },
    },
    {
      name: "while suspended, is its record's of the same name",
      desired: [record(A, JAN)],
      live: [person(A, { active: false, ...JAN })],
      expect: { records: ["a@example.org: is a@example.org"] },
    },
    {
      name: "while suspended, is nobody's whose name cannot be read",
      desired: [record(A, { fullName: null, problems: badName })],
      live: [person(A, { active: false, ...JAN })],
      expect: {
        records: ["a@example.org: unknown a@example.org"],
        findings: ["error record-unreadable a@example.org", "error address-reused a@example.org"],
      },
    },
    {
      name: "while suspended, is its record's without a name",
      desired: [record(A, { fullName: null })],
      live: [person(A, { active: false, ...JAN })],
      expect: { records: ["a@example.org: is a@example.org"] },
    },
    {
      name: "while suspended, is a disabled record's of whatever name",
      desired: [record(A, { active: false, ...KEES })],
      live: [person(A, { active: false, ...JAN })],
      expect: { records: ["a@example.org: is a@example.org; unknown"] },
    },
    {
      name: "is a desk's of whatever name, also one without members",
      desired: [deskRecord(A, { id: "1", ...KEES })],
      live: [desk(A, [], JAN)],
      known: [],
      expect: { records: ["a@example.org: is a@example.org"] },
    },
    {
      name: "is not a desk's where it is a person's: that one is a leaver's",
      desired: [deskRecord(A, JAN)],
      live: [person(A, JAN)],
      expect: {
        records: ["a@example.org: unknown"],
        missing: ["a@example.org, a desk now"],
        findings: ["error kind-mismatch a@example.org"],
      },
    },
    {
      name: "is not a person's where it is a desk's: both are left as they are",
      desired: [record(A, JAN)],
      live: [desk(A, ["id-x"], JAN)],
      expect: {
        records: ["a@example.org: unknown a@example.org"],
        findings: ["error kind-mismatch a@example.org"],
      },
    },
  ]);
});
