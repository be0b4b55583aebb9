import { describe } from "vitest";
import { desk, deskRecord, known, person, profile, reading, record } from "../../support/engine.ts";
import { matchTable } from "./match-table.ts";

const NEW = "new@example.org";
const OLD = "old@example.org";
const OLDER = "older@example.org";
const JAN = { fullName: "Jan Berg" };
const KEES = { fullName: "Kees Dijk" };
const formerly = (row: Parameters<typeof record>[1] = {}) => record(NEW, { ...JAN, aliases: [OLD], ...row });
const link = (source: string, id: string) => ({
  link: { profile: "staff", source, anchor: `staff/${source} personal ${id}` },
});

describe("an alias that is the address of an account without a record", () => {
  matchTable([
    {
      name: "under the same name, is a rename",
      desired: [formerly()],
      live: [person(OLD, JAN)],
      expect: { records: ["new@example.org: is old@example.org, renamed"] },
    },
    {
      name: "under a name that shares the given name, is a rename",
      desired: [formerly({ fullName: "J. Smit" })],
      live: [person(OLD, JAN)],
      expect: { records: ["new@example.org: is old@example.org, renamed"] },
    },
    {
      name: "under another name, waits",
      desired: [formerly(KEES)],
      live: [person(OLD, JAN)],
      expect: {
        records: ["new@example.org: unknown old@example.org"],
        findings: ["error address-reused new@example.org"],
      },
    },
    {
      name: "without a name, waits",
      desired: [formerly({ fullName: null })],
      live: [person(OLD, JAN)],
      expect: {
        records: ["new@example.org: unknown old@example.org"],
        findings: ["error address-reused new@example.org"],
      },
    },
    {
      name: "of a disabled record, names the account",
      desired: [formerly({ active: false, ...KEES })],
      live: [person(OLD, JAN)],
      expect: {
        records: ["new@example.org: unknown old@example.org"],
        findings: ["warning alias-waits new@example.org"],
      },
    },
    {
      name: "of a disabled record under the same name, is that account",
      desired: [formerly({ active: false })],
      live: [person(OLD, JAN)],
      expect: { records: ["new@example.org: is old@example.org, renamed; unknown"] },
    },
    {
      name: "of a desk, is a rename whatever the name",
      desired: [deskRecord(NEW, { ...KEES, aliases: [OLD] })],
      live: [desk(OLD, ["id-x"], JAN)],
      expect: { records: ["new@example.org: is old@example.org, renamed"] },
    },
    {
      name: "of a desk, is nothing where it is a person's",
      desired: [deskRecord(NEW, { ...JAN, aliases: [OLD] })],
      live: [person(OLD, JAN)],
      expect: { records: ["new@example.org: create"], missing: ["old@example.org"] },
    },
    {
      name: "of a person, waits where it is a desk's",
      desired: [formerly()],
      live: [desk(OLD, ["id-x"], JAN)],
      expect: {
        records: ["new@example.org: unknown old@example.org"],
        findings: ["error address-reused new@example.org"],
      },
    },
    {
      name: "waits where another profile manages it",
      profiles: [
        {
          policy: profile({ manages: { include: [{ domain: "example.org" }] } }),
          readings: [reading([formerly({ aliases: ["old@example.com"] })])],
        },
      ],
      others: [profile({ name: "care", manages: { include: [{ domain: "example.com" }] } })],
      live: [person("old@example.com", JAN)],
      expect: {
        records: ["staff new@example.org: unknown old@example.com"],
        findings: ["error address-reused new@example.org"],
      },
    },
    {
      name: "waits where two records have it",
      desired: [formerly(), record("b@example.org", { aliases: [OLD] })],
      live: [person(OLD, JAN)],
      expect: {
        records: ["b@example.org: unknown old@example.org", "new@example.org: unknown old@example.org"],
        findings: [
          "error address-claimed-twice b@example.org",
          "error address-reused b@example.org",
          "error address-claimed-twice new@example.org",
          "error address-reused new@example.org",
        ],
      },
    },
    {
      name: "is nothing where a record has that address",
      desired: [formerly(), record(OLD, KEES)],
      live: [person(OLD, JAN)],
      expect: {
        records: ["new@example.org: create; waits old@example.org", "old@example.org: is old@example.org"],
        findings: [
          "error address-claimed-twice new@example.org",
          "error address-claimed-twice old@example.org",
        ],
      },
    },
    {
      name: "waits while not all can be read",
      readings: [reading([formerly()], { complete: false })],
      live: [person(OLD, JAN)],
      expect: {
        records: ["new@example.org: unknown old@example.org"],
        findings: ["error link-doubtful new@example.org"],
        doubts: ["staff personal: incomplete", "staff functional: incomplete"],
      },
    },
    {
      name: "is a rename though some record cannot be matched",
      desired: [formerly(), record("nobody")],
      live: [person(OLD, JAN)],
      expect: {
        records: ["new@example.org: is old@example.org, renamed"],
        doubts: ["staff personal: unidentified"],
      },
    },
    {
      name: "with another that may be it as well, waits",
      desired: [formerly({ aliases: [OLD, OLDER] })],
      live: [person(OLD, JAN), person(OLDER, JAN)],
      expect: {
        records: ["new@example.org: unknown old@example.org older@example.org"],
        findings: ["error rename-ambiguous new@example.org"],
      },
    },
    {
      name: "with another of another name, waits",
      desired: [formerly({ aliases: [OLD, OLDER] })],
      live: [person(OLD, JAN), person(OLDER, KEES)],
      expect: {
        records: ["new@example.org: unknown old@example.org older@example.org"],
        findings: ["error address-reused new@example.org"],
      },
    },
    {
      name: "with two and one of another name, waits",
      desired: [formerly({ aliases: [OLD, OLDER, "oldest@example.org"] })],
      live: [person(OLD, JAN), person(OLDER, JAN), person("oldest@example.org", KEES)],
      expect: {
        records: ["new@example.org: unknown old@example.org older@example.org oldest@example.org"],
        findings: ["error rename-ambiguous new@example.org"],
      },
    },
    {
      name: "with one that nobody has, is a rename",
      desired: [formerly({ aliases: ["nobody@example.org", OLD] })],
      live: [person(OLD, JAN)],
      expect: { records: ["new@example.org: is old@example.org, renamed"] },
    },
    {
      name: "outside what the profile manages, is a rename of the account that it does",
      profile: { manages: { include: [{ domain: "example.org" }] } },
      desired: [record("new@example.com", { ...JAN, aliases: [OLD] })],
      live: [person(OLD, JAN)],
      expect: { records: ["new@example.com: is old@example.org, renamed"] },
    },
  ]);
});

describe("an alias that is the address of a linked account", () => {
  matchTable([
    {
      name: "whose record is there, is nothing",
      desired: [formerly({ id: "2" }), record("b@example.org", { id: "1", ...JAN })],
      live: [person(OLD, JAN)],
      known: [known(OLD, { id: "1" })],
      expect: { records: ["b@example.org: is old@example.org, renamed", "new@example.org: create"] },
    },
    {
      name: "whose record is gone, is a rename under the same name",
      desired: [formerly({ id: "2" })],
      live: [person(OLD, JAN)],
      known: [known(OLD, { id: "1" })],
      expect: { records: ["new@example.org: is old@example.org, renamed"] },
    },
    {
      name: "whose record is gone, waits where only the given name is the same",
      desired: [formerly({ id: "2", fullName: "Jan Smit" })],
      live: [person(OLD, JAN)],
      known: [known(OLD, { id: "1" })],
      expect: {
        records: ["new@example.org: unknown old@example.org"],
        findings: ["error address-reused new@example.org"],
      },
    },
    {
      name: "whose record is gone, is a leaver's under another name, and a newcomer is created",
      desired: [formerly({ id: "2", ...KEES })],
      live: [person(OLD, JAN)],
      known: [known(OLD, { id: "1" })],
      expect: { records: ["new@example.org: create"], missing: ["old@example.org"] },
    },
    {
      name: "whose record is gone, waits where the name of the other record cannot be read",
      desired: [
        formerly({
          id: "2",
          fullName: null,
          problems: [{ attribute: "name", message: "It holds an error.", field: "fullName" }],
        }),
      ],
      live: [person(OLD, JAN)],
      known: [known(OLD, { id: "1" })],
      expect: {
        records: ["new@example.org: unknown old@example.org"],
        findings: ["error record-unreadable new@example.org", "error address-reused new@example.org"],
      },
    },
    {
      name: "whose record is gone, waits where it is a desk's",
      desired: [formerly({ id: "2", ...KEES })],
      live: [desk(OLD, ["id-x"], JAN)],
      known: [known(OLD, { id: "1", kind: "functional" })],
      expect: {
        records: ["new@example.org: unknown old@example.org"],
        findings: ["error address-reused new@example.org"],
      },
    },
    {
      name: "whose source is not configured any more, is a rename under the same name",
      desired: [formerly({ id: "2" })],
      live: [person(OLD, JAN)],
      known: [known(OLD, link("former", "1"))],
      expect: { records: ["new@example.org: is old@example.org, renamed"] },
    },
    {
      name: "whose source is not configured any more, waits under another",
      desired: [formerly({ id: "2", fullName: "Jan Smit" })],
      live: [person(OLD, JAN)],
      known: [known(OLD, link("former", "1"))],
      expect: {
        records: ["new@example.org: unknown old@example.org"],
        findings: ["error address-reused new@example.org"],
      },
    },
    {
      name: "whose record is unread, waits also under the same name",
      readings: [reading([formerly({ id: "2" })], { complete: false })],
      live: [person(OLD, JAN)],
      known: [known(OLD, { id: "1" })],
      expect: {
        records: ["new@example.org: unknown old@example.org"],
        findings: ["error link-doubtful new@example.org"],
        doubts: ["staff personal: incomplete", "staff functional: incomplete"],
      },
    },
    {
      name: "whose profile is unread, waits also under the same name",
      desired: [formerly({ id: "2" })],
      others: [profile({ name: "care", manages: { include: [{ domain: "example.com" }] } })],
      live: [person(OLD, JAN)],
      known: [known(OLD, { link: { profile: "care", source: "hr", anchor: "care/hr personal 1" } })],
      expect: {
        records: ["staff new@example.org: unknown old@example.org"],
        findings: ["error address-reused new@example.org"],
      },
    },
  ]);
});

describe("aliases of a record that has its account", () => {
  matchTable([
    {
      name: "wait where they are an account's without a record",
      desired: [formerly()],
      live: [person(NEW, JAN), person(OLD, JAN)],
      expect: {
        records: ["new@example.org: is new@example.org; waits old@example.org"],
        findings: ["warning alias-waits new@example.org"],
      },
    },
    {
      name: "wait under whatever name",
      desired: [formerly(KEES)],
      live: [person(NEW, KEES), person(OLD, JAN)],
      expect: {
        records: ["new@example.org: is new@example.org; waits old@example.org"],
        findings: ["warning alias-waits new@example.org"],
      },
    },
    {
      name: "do not keep the account of somebody whose record is gone",
      desired: [formerly({ id: "2", ...KEES })],
      live: [person(NEW, KEES), person(OLD, JAN)],
      known: [known(NEW, { id: "2" }), known(OLD, { id: "1" })],
      expect: { records: ["new@example.org: is new@example.org"], missing: ["old@example.org"] },
    },
    {
      name: "are its own where they are its own address",
      desired: [record(NEW, { ...JAN, id: "1", aliases: [OLD] })],
      live: [person(OLD, JAN)],
      known: [known(OLD, { id: "1" })],
      expect: { records: ["new@example.org: is old@example.org, renamed"] },
    },
    {
      name: "of a held record name the account, and say so",
      desired: [record(NEW, { ...KEES, id: "9", aliases: [OLD] })],
      live: [person(NEW, { active: false, ...JAN }), person(OLD, KEES)],
      known: [known(NEW, { id: "1" })],
      expect: {
        records: ["new@example.org: unknown new@example.org"],
        findings: ["warning alias-waits new@example.org", "error address-reused new@example.org"],
      },
    },
    {
      name: "of a record outside name the account, and say so",
      profile: { manages: { include: [{ domain: "example.org" }] } },
      desired: [record("new@example.com", { ...KEES, aliases: [OLD] })],
      live: [person("new@example.com", KEES), person(OLD, JAN)],
      expect: {
        records: ["new@example.com: unknown new@example.com"],
        findings: ["warning alias-waits new@example.com", "info record-not-managed"],
      },
    },
  ]);
});
