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
const of = (source: string, id: string, name = "staff") => ({
  link: { profile: name, source, anchor: `${name}/${source} personal ${id}` },
});
const elsewhere: ProfileGiven = { manages: { include: [{ domain: "example.com" }] } };
/** A second profile that manages one domain of its own. */
const care = (include: "example.com" | "example.org" = "example.com") =>
  profile({ name: "care", manages: { include: [{ domain: include }] } });

describe("a record that is linked to an account", () => {
  matchTable([
    {
      name: "is that account, under whatever address and name",
      desired: [record(B, { id: "1", ...KEES })],
      live: [person(A, JAN)],
      known: [known(A, { id: "1" })],
      expect: { records: ["b@example.org: is a@example.org, renamed"] },
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
      desired: [record(B, { id: "1", ...KEES })],
      live: [person(A, JAN), desk(B, [], KEES)],
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
