import { describe } from "vitest";
import {
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
const com: ProfileGiven = { name: "care", manages: { include: [{ domain: "example.com" }] } };
const org: ProfileGiven = { manages: { include: [{ domain: "example.org" }] } };
const here = record(C, { id: "3" });
const hereLive = person(C);
const hereKnown = known(C, { id: "3", key: `key of ${C}` });
const lost = [{ attribute: "key", message: "It is an error.", field: "accountKey" }] as const;

describe("a key that is another account's by the state", () => {
  const owner = known(A, { id: "1", key: "k" });
  const unread = record(A, { id: "1", ...JAN, accountKey: null });
  matchTable([
    {
      name: "is not sent to an account that has had another",
      desired: [unread, record(B, { id: "2", ...KEES, accountKey: "k" })],
      live: [person(A, JAN), person(B, KEES)],
      known: [owner, known(B, { id: "2", key: "old" })],
      expect: {
        records: [
          "a@example.org: is a@example.org",
          "b@example.org: is b@example.org; without its key; held accountKey",
        ],
        findings: ["error account-key-missing a@example.org", "error account-key-twice b@example.org"],
      },
    },
    {
      name: "is not sent with a new account",
      desired: [unread, record(B, { id: "2", ...KEES, accountKey: "k" })],
      live: [person(A, JAN)],
      known: [owner],
      expect: {
        records: [
          "a@example.org: is a@example.org",
          "b@example.org: create; without its key; held accountKey",
        ],
        findings: ["error account-key-missing a@example.org", "error account-key-twice b@example.org"],
      },
    },
    {
      name: "is not sent beside fields that are held",
      desired: [
        unread,
        record(B, {
          id: "2",
          ...KEES,
          accountKey: "k",
          problems: [{ attribute: "phone", message: "It is an error.", field: "phone" }],
        }),
      ],
      live: [person(A, JAN), person(B, KEES)],
      known: [owner, known(B, { id: "2", key: "old" })],
      expect: {
        records: [
          "a@example.org: is a@example.org",
          "b@example.org: is b@example.org; without its key; held phone accountKey",
        ],
        findings: [
          "error account-key-missing a@example.org",
          "error record-unreadable b@example.org",
          "error account-key-twice b@example.org",
        ],
      },
    },
    {
      name: "is its own where the account has had it",
      desired: [unread, record(B, { id: "2", ...KEES, accountKey: "k" })],
      live: [person(A, JAN), person(B, KEES)],
      known: [owner, known(B, { id: "2", key: "k" })],
      expect: {
        records: ["a@example.org: is a@example.org", "b@example.org: is b@example.org"],
        findings: ["error account-key-missing a@example.org"],
      },
    },
    {
      name: "is sent where the other account's record gives a key",
      desired: [
        record(A, { id: "1", ...JAN, accountKey: "new" }),
        record(B, { id: "2", ...KEES, accountKey: "k" }),
      ],
      live: [person(A, JAN), person(B, KEES)],
      known: [owner, known(B, { id: "2", key: "old" })],
      expect: { records: ["a@example.org: is a@example.org", "b@example.org: is b@example.org"] },
    },
    {
      name: "is sent where the other account is gone, and its record as well",
      desired: [here, record(B, { id: "2", ...KEES, accountKey: "k" })],
      live: [hereLive, person(B, KEES)],
      known: [owner, hereKnown, known(B, { id: "2", key: "old" })],
      expect: { records: ["b@example.org: is b@example.org", "c@example.org: is c@example.org"] },
    },
    {
      name: "is not sent where the other account is gone, and its record is there",
      desired: [here, unread, record(B, { id: "2", ...KEES, accountKey: "k" })],
      live: [hereLive, person(B, KEES)],
      known: [owner, hereKnown, known(B, { id: "2", key: "old" })],
      expect: {
        records: [
          "a@example.org: create",
          "b@example.org: is b@example.org; without its key; held accountKey",
          "c@example.org: is c@example.org",
        ],
        findings: [
          "error account-key-missing a@example.org",
          "warning link-gone a@example.org",
          "error account-key-twice b@example.org",
        ],
      },
    },
    {
      name: "is sent to a disabled record's account by nobody",
      desired: [unread, record(B, { id: "2", ...KEES, active: false, accountKey: "k" })],
      live: [person(A, JAN), person(B, KEES)],
      known: [owner, known(B, { id: "2", key: "old" })],
      expect: {
        records: ["a@example.org: is a@example.org", "b@example.org: is b@example.org; unknown"],
        findings: ["error account-key-missing a@example.org"],
      },
    },
    {
      name: "is another's than the first who is compared",
      desired: [
        unread,
        record(B, { id: "2", ...KEES, accountKey: "k" }),
        record(C, { id: "3", accountKey: null }),
      ],
      live: [person(A, JAN), person(B, KEES), hereLive],
      known: [hereKnown, owner, known(B, { id: "2", key: "old" })],
      expect: {
        records: [
          "a@example.org: is a@example.org",
          "b@example.org: is b@example.org; without its key; held accountKey",
          "c@example.org: is c@example.org",
        ],
        findings: [
          "error account-key-missing a@example.org",
          "error account-key-missing c@example.org",
          "error account-key-twice b@example.org",
        ],
      },
    },
    {
      name: "is no matter of a key that nobody has had",
      desired: [unread, record(B, { id: "2", ...KEES, accountKey: "other" })],
      live: [person(A, JAN), person(B, KEES)],
      known: [owner, known(B, { id: "2", key: "old" })],
      expect: {
        records: ["a@example.org: is a@example.org", "b@example.org: is b@example.org"],
        findings: ["error account-key-missing a@example.org"],
      },
    },
    {
      name: "is withheld from one, and sent to another",
      desired: [
        unread,
        record(B, { id: "2", ...KEES, accountKey: "k" }),
        record(C, { id: "3", accountKey: "new" }),
        record("d@example.org", { id: "4" }),
      ],
      live: [person(A, JAN), person(B, KEES), hereLive],
      known: [owner, hereKnown, known(B, { id: "2", key: "old" })],
      expect: {
        records: [
          "a@example.org: is a@example.org",
          "b@example.org: is b@example.org; without its key; held accountKey",
          "c@example.org: is c@example.org",
          "d@example.org: create",
        ],
        findings: ["error account-key-missing a@example.org", "error account-key-twice b@example.org"],
      },
    },
  ]);
});

describe("a key of an account that is the same person's", () => {
  const lostKey = record(C, { id: "3", problems: lost, accountKey: null });
  matchTable([
    {
      name: "by the name, is sent with a new account",
      desired: [lostKey, record(B, { id: "2", ...JAN, accountKey: "k" })],
      live: [person(A, JAN), hereLive],
      known: [known(A, { key: "k" }), hereKnown],
      expect: {
        records: ["b@example.org: create", "c@example.org: is c@example.org; held accountKey"],
        missing: ["a@example.org"],
        findings: ["error record-unreadable c@example.org"],
      },
    },
    {
      name: "by the given name, is sent with a new account",
      desired: [here, record(B, { id: "2", fullName: "Jan Smit", accountKey: "k" })],
      live: [person(A, JAN), hereLive],
      known: [known(A, { id: "1", key: "k" }), hereKnown],
      expect: {
        records: ["b@example.org: create", "c@example.org: is c@example.org"],
        missing: ["a@example.org"],
      },
    },
    {
      name: "by another name, is not",
      desired: [here, record(B, { id: "2", ...KEES, accountKey: "k" })],
      live: [person(A, JAN), hereLive],
      known: [known(A, { id: "1", key: "k" }), hereKnown],
      expect: {
        records: [
          "b@example.org: create; without its key; held accountKey",
          "c@example.org: is c@example.org",
        ],
        missing: ["a@example.org"],
        findings: ["error account-key-twice b@example.org"],
      },
    },
    {
      name: "without a name, is not",
      desired: [here, record(B, { id: "2", fullName: null, accountKey: "k" })],
      live: [person(A, JAN), hereLive],
      known: [known(A, { id: "1", key: "k" }), hereKnown],
      expect: {
        records: [
          "b@example.org: create; without its key; held accountKey",
          "c@example.org: is c@example.org",
        ],
        missing: ["a@example.org"],
        findings: ["error account-key-twice b@example.org"],
      },
    },
    {
      name: "by the name, is sent to an account whose owner is gone",
      desired: [here, record(B, { id: "2", ...JAN, accountKey: "k" })],
      live: [person(A, JAN), person(B, JAN), hereLive],
      known: [known(A, { id: "1", key: "k" }), known(B, { id: "2", key: "old" }), hereKnown],
      expect: {
        records: ["b@example.org: is b@example.org", "c@example.org: is c@example.org"],
        missing: ["a@example.org"],
      },
    },
    {
      name: "by the name, is not sent to an account while the owner's record is there",
      desired: [
        record(A, { id: "1", ...JAN, accountKey: null }),
        record(B, { id: "2", ...JAN, accountKey: "k" }),
      ],
      live: [person(A, JAN), person(B, JAN)],
      known: [known(A, { id: "1", key: "k" }), known(B, { id: "2", key: "old" })],
      expect: {
        records: [
          "a@example.org: is a@example.org",
          "b@example.org: is b@example.org; without its key; held accountKey",
        ],
        findings: ["error account-key-missing a@example.org", "error account-key-twice b@example.org"],
      },
    },
    {
      name: "by the id, is sent under whatever name",
      desired: [here, record(B, { id: "1", ...KEES, accountKey: "k" })],
      live: [hereLive],
      known: [known(A, { id: "1", key: "k" }), hereKnown],
      expect: {
        records: ["b@example.org: create", "c@example.org: is c@example.org"],
        findings: ["warning link-gone b@example.org"],
      },
    },
    {
      name: "by an id of a further source, is sent under whatever name",
      readings: [
        reading([here, record(B, { id: "2", ...KEES, accountKey: "k" })]),
        reading([record(B, { id: "7", ...KEES })], { source: "ad" }),
      ],
      live: [hereLive, person(B, KEES)],
      known: [
        known(A, { key: "k", link: { profile: "staff", source: "ad", anchor: "staff/ad personal 7" } }),
        known(B, { id: "2", key: "old" }),
        hereKnown,
      ],
      expect: { records: ["b@example.org: is b@example.org", "c@example.org: is c@example.org"] },
    },
    {
      name: "by no id that is not the same",
      readings: [
        reading([here, record(B, { id: "2", ...KEES, accountKey: "k" })]),
        reading([record("d@example.org", { id: "7", ...JAN, accountKey: null })], { source: "ad" }),
      ],
      live: [hereLive, person(B, KEES)],
      known: [
        known(A, { key: "k", link: { profile: "staff", source: "ad", anchor: "staff/ad personal 7" } }),
        known(B, { id: "2", key: "old" }),
        hereKnown,
      ],
      expect: {
        records: [
          "b@example.org: is b@example.org; without its key; held accountKey",
          "c@example.org: is c@example.org",
          "d@example.org: create",
        ],
        findings: [
          "error account-key-missing d@example.org",
          "warning link-gone d@example.org",
          "error account-key-twice b@example.org",
        ],
      },
    },
    {
      name: "is no functional account's matter",
      desired: [
        here,
        record(A, { id: "1", ...JAN, accountKey: null }),
        deskRecord("d@example.org", { id: "9", accountKey: "k" }),
      ],
      live: [person(A, JAN), hereLive],
      known: [known(A, { id: "1", key: "k" }), hereKnown],
      expect: {
        records: [
          "a@example.org: is a@example.org",
          "c@example.org: is c@example.org",
          "d@example.org: create",
        ],
        findings: ["error account-key-missing a@example.org"],
      },
    },
  ]);
});

describe("a new record with the name and the key of somebody whose own record is unread", () => {
  const profiles = (row: Parameters<typeof record>[1], more: readonly ReturnType<typeof record>[] = []) => [
    { policy: profile(org), readings: [reading([here, ...more], { complete: false })] },
    {
      policy: profile(com),
      readings: [reading([record("a@example.com", { id: "5", accountKey: "k", ...row })])],
    },
  ];
  const owner = known(A, { id: "1", key: "k" });
  matchTable([
    {
      name: "is not created",
      profiles: profiles(JAN),
      live: [person(A, JAN), hereLive],
      known: [owner, hereKnown],
      expect: {
        records: ["staff c@example.org: is c@example.org", "care a@example.com: unknown a@example.org"],
        findings: ["error link-doubtful a@example.com"],
        doubts: ["staff personal: incomplete", "staff functional: incomplete"],
      },
    },
    {
      name: "is created under another key",
      profiles: profiles({ ...JAN, accountKey: "new" }),
      live: [person(A, JAN), hereLive],
      known: [owner, hereKnown],
      expect: {
        records: ["staff c@example.org: is c@example.org", "care a@example.com: create"],
        missing: ["staff: a@example.org"],
        doubts: ["staff personal: incomplete", "staff functional: incomplete"],
      },
    },
    {
      name: "is created without its key under another name",
      profiles: profiles(KEES),
      live: [person(A, JAN), hereLive],
      known: [owner, hereKnown],
      expect: {
        records: [
          "staff c@example.org: is c@example.org",
          "care a@example.com: create; without its key; held accountKey",
        ],
        missing: ["staff: a@example.org"],
        findings: ["error account-key-twice a@example.com"],
        doubts: ["staff personal: incomplete", "staff functional: incomplete"],
      },
    },
    {
      name: "is created without a key",
      profiles: profiles({ ...JAN, accountKey: null }),
      live: [person(A, JAN), hereLive],
      known: [owner, hereKnown],
      expect: {
        records: ["staff c@example.org: is c@example.org", "care a@example.com: create"],
        missing: ["staff: a@example.org"],
        findings: ["error account-key-missing a@example.com"],
        doubts: ["staff personal: incomplete", "staff functional: incomplete"],
      },
    },
    {
      name: "is created where the record of the other is there",
      profiles: profiles(JAN, [record(A, { id: "1", ...JAN, accountKey: null })]),
      live: [person(A, JAN), hereLive],
      known: [owner, hereKnown],
      expect: {
        records: [
          "staff a@example.org: is a@example.org",
          "staff c@example.org: is c@example.org",
          "care a@example.com: create",
        ],
        findings: ["error account-key-missing a@example.org"],
        doubts: ["staff personal: incomplete", "staff functional: incomplete"],
      },
    },
    {
      name: "does not keep others from being missing or created",
      profiles: [
        { policy: profile(org), readings: [reading([here], { complete: false })] },
        {
          policy: profile(com),
          readings: [
            reading([
              record("a@example.com", { id: "5", accountKey: "k", ...JAN }),
              record("e@example.com", { id: "6" }),
            ]),
          ],
        },
      ],
      live: [person(A, JAN), hereLive, person("f@example.com")],
      known: [owner, hereKnown],
      expect: {
        records: [
          "staff c@example.org: is c@example.org",
          "care a@example.com: unknown a@example.org",
          "care e@example.com: create",
        ],
        missing: ["care: f@example.com"],
        findings: ["error link-doubtful a@example.com"],
        doubts: ["staff personal: incomplete", "staff functional: incomplete"],
      },
    },
  ]);
});
