import { describe } from "vitest";
import { known, person, profile, reading, record } from "../../support/engine.ts";
import { matchTable } from "./match-table.ts";

const A = "a@example.org";
const B = "b@example.org";
const C = "c@example.org";
const OUT = "a@example.com";
const JAN = { fullName: "Jan Berg" };
const KEES = { fullName: "Kees Dijk" };
const unreadable = [{ attribute: "row", message: "It is cut." }] as const;

describe("what other records keep from one", () => {
  matchTable([
    {
      name: "an alias that two give waits for both",
      desired: [
        record(A, { aliases: ["x@example.org"] }),
        record(B, { aliases: ["x@example.org", "y@example.org"] }),
      ],
      live: [person(A), person(B)],
      expect: {
        records: [
          "a@example.org: is a@example.org; waits x@example.org",
          "b@example.org: is b@example.org; waits x@example.org",
        ],
        findings: ["error address-claimed-twice a@example.org", "error address-claimed-twice b@example.org"],
      },
    },
    {
      name: "a key that two give is sent to neither, also not with a new account",
      desired: [record(A, { accountKey: "k" }), record(B, { accountKey: "k" })],
      live: [person(A)],
      expect: {
        records: [
          "a@example.org: is a@example.org; without its key; held accountKey",
          "b@example.org: create; without its key; held accountKey",
        ],
        findings: ["error account-key-twice a@example.org", "error account-key-twice b@example.org"],
      },
    },
    {
      name: "also where one of them is in doubt",
      desired: [
        record(A, {
          accountKey: "k",
          problems: [{ attribute: "key", message: "It is an error.", field: "accountKey" }],
        }),
        record(B, { accountKey: "k" }),
      ],
      live: [person(A), person(B)],
      expect: {
        records: [
          "a@example.org: is a@example.org; without its key; held accountKey",
          "b@example.org: is b@example.org; without its key; held accountKey",
        ],
        findings: [
          "error record-unreadable a@example.org",
          "error account-key-twice a@example.org",
          "error account-key-twice b@example.org",
        ],
      },
    },
    {
      name: "and other fields stay held",
      desired: [
        record(A, {
          accountKey: "k",
          problems: [{ attribute: "phone", message: "It is an error.", field: "phone" }],
        }),
        record(B, { accountKey: "k" }),
      ],
      live: [person(A), person(B)],
      expect: {
        records: [
          "a@example.org: is a@example.org; without its key; held phone accountKey",
          "b@example.org: is b@example.org; without its key; held accountKey",
        ],
        findings: [
          "error record-unreadable a@example.org",
          "error account-key-twice a@example.org",
          "error account-key-twice b@example.org",
        ],
      },
    },
    {
      name: "an account that two profiles give is left as it is",
      profiles: [
        { policy: profile(), readings: [reading([record(A)])] },
        { policy: profile({ name: "care" }), readings: [reading([record(A), record(OUT)])] },
      ],
      expect: {
        records: [
          "staff a@example.org: unknown",
          "care a@example.com: create",
          "care a@example.org: unknown",
        ],
        findings: ["error duplicate-record a@example.org", "error duplicate-record a@example.org"],
      },
    },
    {
      name: "a record that is held by itself is not said to be held twice",
      desired: [record(A, { id: "2", ...KEES, problems: unreadable }), record(C, { id: "3" })],
      live: [person(A, { active: false, ...JAN }), person(C)],
      known: [known(A, { id: "1" }), known(C, { id: "3" })],
      expect: {
        records: ["a@example.org: unknown a@example.org", "c@example.org: is c@example.org"],
        findings: ["error record-unreadable a@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "a record that is held for its link says all the same whom its alias keeps",
      readings: [
        reading([record(A, { id: "2", ...KEES, aliases: [B] }), record(C, { id: "3" })], { complete: false }),
      ],
      live: [person(A, JAN), person(B, JAN), person(C)],
      known: [known(A, { id: "1" }), known(B, { id: "9" }), known(C, { id: "3" })],
      expect: {
        records: ["a@example.org: unknown a@example.org", "c@example.org: is c@example.org"],
        findings: ["warning alias-waits a@example.org", "error link-doubtful a@example.org"],
        doubts: ["staff personal: incomplete", "staff functional: incomplete"],
      },
    },
    {
      name: "a record that is held by itself says all the same whom its alias keeps",
      desired: [record(A, { ...KEES, aliases: [B], problems: unreadable }), record(C)],
      live: [person(B, JAN), person(C)],
      expect: {
        records: ["a@example.org: unknown b@example.org", "c@example.org: is c@example.org"],
        findings: ["warning alias-waits a@example.org", "error record-unreadable a@example.org"],
        doubts: ["staff personal: unidentified"],
      },
    },
  ]);
});
