import { describe } from "vitest";
import { desk, deskRecord, known, person, profile, reading, record } from "../../support/engine.ts";
import { matchTable } from "./match-table.ts";

const A = "a@example.org";
const B = "b@example.org";
const JAN = { fullName: "Jan Berg" };
const KEES = { fullName: "Kees Dijk" };
const of = (source: string, id: string, name = "staff") => ({
  link: { profile: name, source, anchor: `${name}/${source} personal ${id}` },
});
/** A second profile that manages one domain of its own. */
const care = (include: "example.com" | "example.org" = "example.com") =>
  profile({ name: "care", manages: { include: [{ domain: include }] } });

describe("an account that is linked to another record", () => {
  const unread = [reading([record(A, { id: "2", ...JAN })], { complete: false })];
  matchTable([
    {
      name: "which is there, is not this one's",
      desired: [record(A, { id: "2", ...KEES }), record(B, { id: "1", ...JAN })],
      live: [person(A, JAN)],
      known: [known(A, { id: "1" })],
      expect: { records: ["a@example.org: create", "b@example.org: is a@example.org, renamed"] },
    },
    {
      name: "also not of the same name",
      desired: [record(A, { id: "2", ...JAN }), record(B, { id: "1", ...JAN })],
      live: [person(A, JAN)],
      known: [known(A, { id: "1" })],
      expect: { records: ["a@example.org: create", "b@example.org: is a@example.org, renamed"] },
    },
    {
      name: "of another profile, is this one's by its name once its own profile manages it",
      profiles: [
        {
          policy: profile({ manages: { include: [{ domain: "example.org" }] } }),
          readings: [reading([record(A, { id: "2", ...JAN })])],
        },
        { policy: care(), readings: [reading([record("a@example.com", { id: "1", ...JAN })])] },
      ],
      live: [person(A, JAN)],
      known: [known(A, of("hr", "1", "care"))],
      expect: {
        records: ["staff a@example.org: is a@example.org", "care a@example.com: unknown a@example.org"],
        findings: ["info link-replaced a@example.org", "error link-outside a@example.com"],
      },
    },
    {
      name: "of another profile, is not this one's of another name",
      profiles: [
        {
          policy: profile({ manages: { include: [{ domain: "example.org" }] } }),
          readings: [reading([record(A, { id: "2", ...KEES })])],
        },
        { policy: care(), readings: [reading([record("a@example.com", { id: "1", ...JAN })])] },
      ],
      live: [person(A, JAN)],
      known: [known(A, of("hr", "1", "care"))],
      expect: {
        records: ["staff a@example.org: create", "care a@example.com: unknown a@example.org"],
        findings: ["error link-outside a@example.com"],
      },
    },
    {
      name: "which is unread, waits whatever the name",
      readings: unread,
      live: [person(A, JAN)],
      known: [known(A, { id: "1" })],
      expect: {
        records: ["a@example.org: unknown a@example.org"],
        findings: ["error link-doubtful a@example.org"],
        doubts: ["staff personal: incomplete", "staff functional: incomplete"],
      },
    },
    {
      name: "which is unread, is that of a record without an id, by its name",
      readings: [reading([record(A, { fullName: "Jan Smit" })], { complete: false })],
      live: [person(A, JAN)],
      known: [known(A, { id: "1" })],
      expect: {
        records: ["a@example.org: is a@example.org"],
        doubts: ["staff personal: incomplete", "staff functional: incomplete"],
      },
    },
    {
      name: "which is unread, waits for a record without an id and of another name",
      readings: [reading([record(A, KEES)], { complete: false })],
      live: [person(A, JAN)],
      known: [known(A, { id: "1" })],
      expect: {
        records: ["a@example.org: unknown a@example.org"],
        findings: ["error link-doubtful a@example.org"],
        doubts: ["staff personal: incomplete", "staff functional: incomplete"],
      },
    },
    {
      name: "which is unread, waits for a record without an id and without a name",
      readings: [reading([record(A, { fullName: null })], { complete: false })],
      live: [person(A, JAN)],
      known: [known(A, { id: "1" })],
      expect: {
        records: ["a@example.org: unknown a@example.org"],
        findings: ["error link-doubtful a@example.org"],
        doubts: ["staff personal: incomplete", "staff functional: incomplete"],
      },
    },
    {
      name: "of a profile that was not read, is that profile's concern",
      profiles: [
        {
          policy: profile({ manages: { include: [{ domain: "example.com" }] } }),
          readings: [reading([record(A, { id: "2", ...JAN })])],
        },
      ],
      others: [care("example.org")],
      live: [person(A, JAN)],
      known: [known(A, of("hr", "1", "care"))],
      expect: {
        records: ["staff a@example.org: unknown a@example.org"],
        findings: ["info record-not-managed"],
      },
    },
    {
      name: "of a profile that was not read, waits under another name",
      profiles: [
        {
          policy: profile({ manages: { include: [{ domain: "example.com" }] } }),
          readings: [reading([record(A, { id: "2", ...KEES })])],
        },
      ],
      others: [care("example.org")],
      live: [person(A, JAN)],
      known: [known(A, of("hr", "1", "care"))],
      expect: {
        records: ["staff a@example.org: unknown a@example.org"],
        findings: ["error link-doubtful a@example.org", "info record-not-managed"],
      },
    },
    {
      name: "of a source that is not configured any more, is this one's by its name",
      desired: [record(A, { id: "2", ...JAN })],
      live: [person(A, JAN)],
      known: [known(A, of("former", "1"))],
      expect: {
        records: ["a@example.org: is a@example.org"],
        findings: ["info link-replaced a@example.org"],
      },
    },
    {
      name: "also without an id, and without a word",
      desired: [record(A, JAN)],
      live: [person(A, JAN)],
      known: [known(A, of("former", "1"))],
      expect: { records: ["a@example.org: is a@example.org"] },
    },
    {
      name: "of a source that is not configured any more, waits under another name",
      desired: [record(A, { id: "2", fullName: "Jan Smit" })],
      live: [person(A, JAN)],
      known: [known(A, of("former", "1"))],
      expect: {
        records: ["a@example.org: unknown a@example.org"],
        findings: ["error link-doubtful a@example.org"],
      },
    },
    {
      name: "which is gone, is this one's by its name",
      desired: [record(A, { id: "2", ...JAN })],
      live: [person(A, JAN)],
      known: [known(A, { id: "1" })],
      expect: {
        records: ["a@example.org: is a@example.org"],
        findings: ["info link-replaced a@example.org"],
      },
    },
    {
      name: "which is gone, is that of a record without an id that shares the given name",
      desired: [record(A, { fullName: "Jan Smit" })],
      live: [person(A, JAN)],
      known: [known(A, { id: "1" })],
      expect: { records: ["a@example.org: is a@example.org"] },
    },
    {
      name: "which is gone, is nobody's with another id and name",
      desired: [record(A, { id: "2", fullName: "Jan Smit" })],
      live: [person(A, { active: false, ...JAN })],
      known: [known(A, { id: "1" })],
      expect: {
        records: ["a@example.org: unknown a@example.org"],
        findings: ["error address-reused a@example.org"],
      },
    },
    {
      name: "which is gone, is nobody's with another id and name, also where a second source gives no id",
      readings: [
        reading([record(A, { id: "2", fullName: "Jan Smit" })]),
        reading([record(A, { fullName: "Jan Smit" })], { source: "ad" }),
      ],
      live: [person(A, JAN)],
      known: [known(A, { id: "1" })],
      expect: {
        records: ["a@example.org: unknown a@example.org"],
        findings: ["error address-reused a@example.org"],
      },
    },
    {
      name: "which is gone, is not that of a desk's record without an id that shares the first word of the name",
      desired: [deskRecord(A, { fullName: "Team Two" })],
      live: [desk(A, ["id-x"], { fullName: "Team One" })],
      known: [known(A, { kind: "functional", id: "1" })],
      expect: {
        records: ["a@example.org: unknown a@example.org"],
        findings: ["error address-reused a@example.org"],
      },
    },
    {
      name: "which is gone, is nobody's without a name",
      desired: [record(A, { id: "2", fullName: null })],
      live: [person(A, JAN)],
      known: [known(A, { id: "1" })],
      expect: {
        records: ["a@example.org: unknown a@example.org"],
        findings: ["error address-reused a@example.org"],
      },
    },
    {
      name: "which is gone, is a disabled record's, and gets no link",
      desired: [record(A, { id: "2", active: false, ...KEES })],
      live: [person(A, JAN)],
      known: [known(A, { id: "1" })],
      expect: { records: ["a@example.org: is a@example.org; unknown; without its id"] },
    },
  ]);
});
