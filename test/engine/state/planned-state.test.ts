import { describe, expect, test } from "vitest";
import type { Remembered } from "../../../src/model/plan/plan.ts";
import {
  at,
  desk,
  deskRecord,
  idOf,
  known,
  person,
  planOf,
  profile,
  reading,
  record,
  type Setting,
} from "../../support/engine.ts";

/** What a plan of a setting with a state is to remember, without the accounts of which nothing is new. */
const rememberedBy = (setting: Setting): readonly Remembered[] =>
  planOf({ known: [], ...setting }).body.remember ?? [];

const A = "a@example.org";
const B = "b@example.org";
const link = (id: string, more = {}) => ({
  profile: "staff",
  source: "hr",
  anchor: `staff/hr personal ${id}`,
  ...more,
});
const APPLIED = { active: "active true", fullName: 'fullName "Name of a"' };
/** Linked, with its key, and as the sources say. */
const knownA = (more: Parameters<typeof known>[1] = {}) =>
  known(A, { id: "1", key: `key of ${A}`, fields: APPLIED, ...more });
const a = (more: Parameters<typeof record>[1] = {}) => record(A, { id: "1", ...more });

type Case = Setting & { readonly name: string; readonly expect: readonly Remembered[] };
const table = (cases: readonly Case[]) =>
  test.each(cases)("$name", ({ name: _, expect: expected, ...setting }) => {
    expect(rememberedBy(setting)).toStrictEqual(expected);
  });

describe("of an account that does not change", () => {
  table([
    {
      name: "nothing, where all is as remembered",
      desired: [a()],
      live: [person(A)],
      known: [knownA()],
      expect: [],
    },
    {
      name: "everything, where nothing was known: link, fields, and the key that is left as it is in Zivver",
      desired: [a()],
      live: [person(A)],
      expect: [
        {
          zivverId: idOf(A),
          link: link("1"),
          former: [],
          fields: ["active", "fullName"],
          accountKey: `${idOf(A)} key of ${A}`,
        },
      ],
    },
    {
      name: "a new link alone, as of a source that was renamed",
      desired: [a()],
      live: [person(A)],
      known: [knownA({ link: link("1", { source: "former-hr", anchor: "staff/former-hr personal 1" }) })],
      expect: [{ zivverId: idOf(A), link: link("1"), former: [], fields: ["active", "fullName"] }],
    },
    {
      name: "another address that somebody gave it in Zivver",
      desired: [record(A, { id: "1" })],
      live: [person(A)],
      known: [knownA({ address: known(B).address })],
      expect: [{ zivverId: idOf(A), link: link("1"), former: [], fields: ["active", "fullName"] }],
    },
    {
      name: "its fields, where it was linked and nothing was ever applied",
      desired: [a()],
      live: [person(A)],
      known: [known(A, { id: "1", key: `key of ${A}` })],
      expect: [{ zivverId: idOf(A), link: link("1"), former: [], fields: ["active", "fullName"] }],
    },
    {
      name: "a former address that is not there any more",
      desired: [a()],
      live: [person(A)],
      known: [knownA({ former: ["old@example.org"] })],
      expect: [{ zivverId: idOf(A), link: link("1"), former: [], fields: ["active", "fullName"] }],
    },
    {
      name: "not a former address that a source gives by now",
      desired: [a({ aliases: ["old@example.org"] })],
      live: [person(A, { aliases: ["old@example.org"] })],
      known: [knownA({ former: ["old@example.org"] })],
      expect: [{ zivverId: idOf(A), link: link("1"), former: [], fields: ["active", "aliases", "fullName"] }],
    },
    {
      name: "that it is active again, where somebody reactivated it in Zivver",
      desired: [a()],
      live: [person(A)],
      known: [knownA({ suspended: "missing" })],
      expect: [
        { zivverId: idOf(A), link: link("1"), former: [], fields: ["active", "fullName"], suspended: null },
      ],
    },
    {
      name: "nothing more of one that is suspended, as its record says",
      desired: [a({ active: false })],
      live: [person(A, { active: false })],
      known: [knownA({ suspended: "disabled" })],
      expect: [],
    },
    {
      name: "no link to an id that two records have",
      desired: [record(A, { id: "1" }), record(B, { id: "1" })],
      live: [person(A), person(B)],
      known: [
        known(A, { key: `key of ${A}`, fields: APPLIED }),
        known(B, { key: `key of ${B}`, fields: APPLIED }),
      ],
      expect: [
        { zivverId: idOf(A), held: ["anchor-twice"] },
        { zivverId: idOf(B), held: ["anchor-twice"] },
      ],
    },
  ]);
});

describe("an account key", () => {
  table([
    {
      name: "that changed is not taken for one that was sent, where the profile does not update: it is sent later",
      desired: [a({ accountKey: "new" })],
      live: [person(A)],
      known: [knownA()],
      profile: { personal: { update: false } },
      expect: [],
    },
    {
      name: "that was never known is seen, where the profile does not update, and nothing counts as applied",
      desired: [a()],
      live: [person(A)],
      known: [known(A, { id: "1" })],
      profile: { personal: { update: false } },
      expect: [{ zivverId: idOf(A), link: link("1"), accountKey: `${idOf(A)} key of ${A}` }],
    },
  ]);
});

describe("of a change", () => {
  table([
    {
      name: "its number, and what it makes of the account",
      desired: [a({ fullName: "New" })],
      live: [person(A)],
      known: [knownA()],
      expect: [
        { zivverId: idOf(A), change: "c-1", link: link("1"), former: [], fields: ["active", "fullName"] },
      ],
    },
    {
      name: "the old address of one who is renamed",
      desired: [record(B, { id: "1", fullName: "Name of a", accountKey: `key of ${A}` })],
      live: [person(A)],
      known: [knownA()],
      expect: [
        {
          zivverId: idOf(A),
          change: "c-1",
          link: link("1"),
          former: [at(A)],
          fields: ["active", "fullName"],
        },
      ],
    },
    {
      name: "not of aliases, while one of them has to wait: they are not as the source says",
      desired: [a({ aliases: ["taken@example.org"], fullName: "New" })],
      live: [person(A), person("other@example.com", { aliases: ["taken@example.org"] })],
      known: [knownA()],
      profile: { manages: { include: [{ domain: "example.org" }] } },
      expect: [
        {
          zivverId: idOf(A),
          change: "c-1",
          link: link("1"),
          former: [],
          fields: ["active", "fullName"],
          held: ["address-taken"],
        },
      ],
    },
    {
      name: "of a creation the link, by which the person is known from then on",
      desired: [a()],
      expect: [{ change: "c-1", link: link("1"), fields: ["active", "fullName"] }],
    },
    {
      name: "of one who is reactivated, that zivsync did not suspend the account any more",
      desired: [a({ active: true })],
      live: [person(A, { active: false })],
      known: [knownA({ suspended: "disabled" })],
      expect: [
        {
          zivverId: idOf(A),
          change: "c-1",
          link: link("1"),
          former: [],
          fields: ["active", "fullName"],
          suspended: null,
        },
      ],
    },
    {
      name: "of one who is reactivated where the profile does not update, that alone",
      desired: [a({ active: true, fullName: "New" })],
      live: [person(A, { active: false })],
      known: [knownA()],
      profile: { personal: { update: false } },
      expect: [{ zivverId: idOf(A), change: "c-1", link: link("1"), fields: ["active"] }],
    },
    {
      name: "of one who is disabled why, and the link stays",
      desired: [record(B), a({ active: false })],
      live: [person(A)],
      known: [knownA()],
      profile: { personal: { create: false } },
      expect: [
        { zivverId: idOf(A), change: "c-1", link: link("1"), fields: ["active"], suspended: "disabled" },
      ],
    },
    {
      name: "of one who is missing why, and nothing that takes the link away",
      desired: [record(B, { id: "2" })],
      live: [person(A)],
      known: [knownA()],
      profile: { personal: { create: false } },
      expect: [{ zivverId: idOf(A), change: "c-1", fields: ["active"], suspended: "missing" }],
    },
    {
      name: "of a functional account that is emptied, its members",
      desired: [a(), deskRecord("e@example.org")],
      live: [person(A), desk("d@example.org", [idOf(A)]), desk("e@example.org")],
      known: [
        knownA(),
        known("e@example.org", { kind: "functional", fields: { fullName: 'fullName "Name of e"' } }),
      ],
      expect: [
        { zivverId: idOf("d@example.org"), change: "c-1", fields: ["delegates"], suspended: "missing" },
      ],
    },
    {
      name: "nothing of one who is deleted",
      desired: [record(B, { id: "2" })],
      live: [person(A)],
      known: [knownA()],
      profile: { personal: { create: false, missing: "delete" } },
      expect: [],
    },
  ]);
});

describe("a removal that is held back", () => {
  const since = { heldBackSince: "2026-11-25T08:00:00.000Z", heldBackBecause: "incomplete" } as const;
  const incomplete = [reading([], { complete: false })];
  table([
    {
      name: "is remembered from the first day",
      readings: incomplete,
      live: [person(A)],
      known: [knownA()],
      expect: [{ zivverId: idOf(A), removalHeldBack: true, heldBackBecause: "incomplete" }],
    },
    {
      name: "says nothing new on the next",
      readings: incomplete,
      live: [person(A)],
      known: [knownA(since)],
      expect: [],
    },
    {
      name: "is not held back any more once the record is there",
      desired: [a()],
      live: [person(A)],
      known: [knownA(since)],
      expect: [{ zivverId: idOf(A), removalHeldBack: false }],
    },
    {
      name: "nor once it is carried out",
      desired: [record(B, { id: "2" })],
      live: [person(A)],
      known: [knownA(since)],
      profile: { personal: { create: false } },
      expect: [
        {
          zivverId: idOf(A),
          change: "c-1",
          fields: ["active"],
          suspended: "missing",
          removalHeldBack: false,
        },
      ],
    },
    {
      name: "is still held back where the plan is of another account alone",
      desired: [a(), record(B, { id: "2" })],
      live: [person(A), person(B)],
      known: [knownA(since), known(B, { id: "2", key: `key of ${B}`, fields: APPLIED })],
      only: B,
      expect: [],
    },
    {
      name: "is still held back where the plan is of another profile alone",
      profiles: [
        {
          policy: profile({ name: "staff", manages: { include: [{ address: A }] } }),
          readings: [reading([a()])],
        },
        {
          policy: profile({ name: "care", manages: { include: [{ address: B }] } }),
          readings: [reading([])],
        },
      ],
      selected: ["care"],
      live: [person(A)],
      known: [knownA(since)],
      expect: [],
    },
    {
      name: "is forgotten with an account that is gone",
      desired: [record(B, { id: "2" })],
      known: [knownA(since)],
      profile: { personal: { create: false } },
      expect: [],
    },
  ]);
});
