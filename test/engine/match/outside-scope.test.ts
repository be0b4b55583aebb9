import { describe } from "vitest";
import { desk, known, type ProfileGiven, person, profile, reading, record } from "../../support/engine.ts";
import { matchTable } from "./match-table.ts";

const A = "a@example.org";
const B = "b@example.org";
const OUT = "a@example.com";
const JAN = { fullName: "Jan Berg" };
const KEES = { fullName: "Kees Dijk" };
const org: ProfileGiven = { manages: { include: [{ domain: "example.org" }] } };
const com: ProfileGiven = { name: "care", manages: { include: [{ domain: "example.com" }] } };
const INSIDE = "b@example.com";
/** A record outside the profile "staff", and the records of the profile that manages its account. */
const besideCare = (outside: ReturnType<typeof record>, ...own: ReturnType<typeof record>[]) => [
  { policy: profile(org), readings: [reading([outside])] },
  { policy: profile(com), readings: [reading(own)] },
];

describe("a record outside the profile that disables an account of another", () => {
  matchTable([
    {
      name: "is reported where that profile has no record of it",
      profiles: besideCare(record(OUT, { active: false }), record(INSIDE)),
      live: [person(OUT), person(INSIDE)],
      expect: {
        records: ["staff a@example.com: unknown a@example.com", "care b@example.com: is b@example.com"],
        findings: ["info record-not-managed", "warning record-not-managed a@example.com"],
      },
    },
    {
      name: "is not where that profile has one",
      profiles: besideCare(record(OUT, { active: false }), record(OUT)),
      live: [person(OUT)],
      expect: {
        records: ["staff a@example.com: unknown a@example.com", "care a@example.com: is a@example.com"],
        findings: ["info record-not-managed"],
      },
    },
    {
      name: "nor where the account is suspended",
      profiles: besideCare(record(OUT, { active: false }), record(INSIDE)),
      live: [person(OUT, { active: false }), person(INSIDE)],
      expect: {
        records: ["staff a@example.com: unknown a@example.com", "care b@example.com: is b@example.com"],
        findings: ["info record-not-managed"],
      },
    },
    {
      name: "nor where the record is active, and the other profile could not be read in full",
      profiles: besideCare(record(OUT), record(INSIDE)).map((one, at) =>
        at === 0 ? one : { ...one, readings: one.readings.map((its) => ({ ...its, complete: false })) },
      ),
      live: [person(OUT), person(INSIDE)],
      expect: {
        records: ["staff a@example.com: unknown a@example.com", "care b@example.com: is b@example.com"],
        findings: ["info record-not-managed"],
        doubts: ["care personal: incomplete", "care functional: incomplete"],
      },
    },
    {
      name: "nor where no profile manages the account",
      profile: org,
      desired: [record(OUT, { active: false })],
      live: [person(OUT)],
      expect: { records: ["a@example.com: unknown a@example.com"], findings: ["info record-not-managed"] },
    },
  ]);
});

describe("a record outside the profile that keeps an account of another active", () => {
  matchTable([
    {
      name: "is reported where that profile has no record of it: nothing reaches the account",
      profiles: besideCare(record(OUT), record(INSIDE)),
      live: [person(OUT), person(INSIDE)],
      expect: {
        records: ["staff a@example.com: unknown a@example.com", "care b@example.com: is b@example.com"],
        findings: ["info record-not-managed", "warning record-not-managed a@example.com"],
      },
    },
  ]);
});

describe("an account outside what the profile manages", () => {
  matchTable([
    {
      name: "is not created",
      profile: org,
      desired: [record(OUT)],
      expect: { records: ["a@example.com: unknown"], findings: ["info record-not-managed"] },
    },
    {
      name: "is left alone where it is live",
      profile: org,
      desired: [record(OUT)],
      live: [person(OUT)],
      expect: { records: ["a@example.com: unknown a@example.com"], findings: ["info record-not-managed"] },
    },
    {
      name: "is not created under the address of an account of the other kind in scope",
      profile: { manages: { include: [{ fullName: "team *" }] } },
      desired: [record(A, JAN)],
      live: [desk(A, ["id-x"], { fullName: "Team A" })],
      expect: {
        records: ["a@example.org: unknown a@example.org"],
        findings: ["error kind-mismatch a@example.org", "info record-not-managed"],
      },
    },
    {
      name: "is created beside an account of the other kind, and waits there",
      profile: { manages: { include: [{ fullName: "jan *" }] } },
      desired: [record(A, JAN)],
      live: [desk(A, ["id-x"], { fullName: "Team A" })],
      expect: {
        records: ["a@example.org: unknown a@example.org"],
        findings: ["error kind-mismatch a@example.org"],
      },
    },
    {
      name: "is the profile's where the live one is, under whatever name it would have",
      profile: { manages: { include: [{ fullName: "jan *" }] } },
      desired: [record(A, KEES)],
      live: [person(A, JAN)],
      expect: { records: ["a@example.org: is a@example.org"] },
    },
    {
      name: "is not the profile's where the live one is another's, though the record is held",
      profile: { manages: { include: [{ fullName: "jan *" }] } },
      desired: [record(A, JAN)],
      live: [person(A, { active: false, ...KEES })],
      expect: {
        records: ["a@example.org: unknown a@example.org"],
        findings: ["error address-reused a@example.org", "info record-not-managed"],
      },
    },
    {
      name: "by its division is not created",
      profile: { manages: { include: [{ divisionUnder: "/care" }] } },
      desired: [record(A), record(B, { division: "/care/x" })],
      expect: {
        records: ["a@example.org: unknown", "b@example.org: create"],
        findings: ["info record-not-managed"],
      },
    },
    {
      name: "without a division is above all others",
      profile: { manages: { include: [{ divisionUnder: "/" }], exclude: [{ fullName: "nobody" }] } },
      desired: [record(A)],
      expect: { records: ["a@example.org: create"] },
    },
    {
      name: "without a name is of no name",
      profile: { manages: { include: [{ fullName: "*mutant*" }] } },
      desired: [record(A, { fullName: null })],
      expect: { records: ["a@example.org: unknown"], findings: ["info record-not-managed"] },
    },
  ]);

  const moved = (
    inCare: Parameters<typeof record>[1],
    staff: Parameters<typeof record>[1] = { id: "1", ...JAN },
  ) => [
    { policy: profile(org), readings: [reading([record(OUT, staff)])] },
    { policy: profile(com), readings: [reading([record(OUT, inCare)])] },
  ];
  const linked = { live: [person(A, JAN)], known: [known(A, { id: "1" })] };
  matchTable([
    {
      name: "is not made again by the profile to which the person moves",
      profiles: moved(JAN),
      ...linked,
      expect: {
        records: ["staff a@example.com: is a@example.org, renamed", "care a@example.com: unknown"],
        findings: ["info record-not-managed"],
      },
    },
    {
      name: "waits as a conflict where it is another person's",
      profiles: moved(KEES),
      ...linked,
      expect: {
        records: ["staff a@example.com: unknown a@example.org", "care a@example.com: unknown"],
        findings: ["error duplicate-record a@example.com", "error duplicate-record a@example.com"],
      },
    },
    {
      name: "waits where no name is given",
      profiles: moved({ fullName: null }),
      ...linked,
      expect: {
        records: ["staff a@example.com: unknown a@example.org", "care a@example.com: unknown"],
        findings: ["error duplicate-record a@example.com", "error duplicate-record a@example.com"],
      },
    },
    {
      name: "waits where the one who moves has no name",
      profiles: moved(JAN, { id: "1", fullName: null }),
      ...linked,
      expect: {
        records: ["staff a@example.com: unknown a@example.org", "care a@example.com: unknown"],
        findings: ["error duplicate-record a@example.com", "error duplicate-record a@example.com"],
      },
    },
    {
      name: "waits where it is a desk",
      profiles: moved({ kind: "functional", ...JAN }),
      ...linked,
      expect: {
        records: ["staff a@example.com: unknown a@example.org", "care a@example.com: unknown"],
        findings: ["error kind-mismatch a@example.com", "error kind-mismatch a@example.com"],
      },
    },
    {
      name: "waits where it is live already",
      profiles: moved(JAN),
      live: [person(A, JAN), person(OUT, JAN)],
      known: linked.known,
      expect: {
        records: ["staff a@example.com: unknown a@example.org", "care a@example.com: unknown a@example.com"],
        findings: ["error duplicate-record a@example.com", "error duplicate-record a@example.com"],
      },
    },
    {
      name: "is made where nobody moves",
      profiles: [
        { policy: profile(org), readings: [reading([record(A, { id: "1", ...JAN })])] },
        { policy: profile(com), readings: [reading([record(OUT, JAN)])] },
      ],
      ...linked,
      expect: { records: ["staff a@example.org: is a@example.org", "care a@example.com: create"] },
    },
    {
      name: "is one account where two sources of one profile give it",
      readings: [
        reading([record(B, { id: "1", ...JAN })]),
        reading([record(B, { id: "9", ...JAN })], { source: "ad" }),
      ],
      ...linked,
      expect: { records: ["b@example.org: is a@example.org, renamed"] },
    },
  ]);
});
