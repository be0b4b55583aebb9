import { describe, expect, test } from "vitest";
import type { Decision } from "../../../src/engine/decide/decide.ts";
import { adoptable, forgetFields, forgetLinks, guessedAccounts } from "../../../src/engine/state/adopt.ts";
import type { Remembered } from "../../../src/model/plan/plan.ts";
import { EMPTY_STATE } from "../../../src/model/plan/state.ts";
import type { ProfileReadings } from "../../../src/model/ports.ts";
import { at, idOf, known, person, profile, reading } from "../../support/engine.ts";

const A = "a@example.org";
const B = "b@example.org";
const link = { profile: "staff", source: "hr", anchor: "1" };

describe("what is adopted of a plan", () => {
  test.each<readonly [string, Remembered, readonly Remembered[]]>([
    [
      "of an account that does not change, all",
      { zivverId: "a", link, former: [at(B)], fields: ["active"], accountKey: "k" },
      [{ zivverId: "a", link, former: [at(B)], fields: ["active"], accountKey: "k" }],
    ],
    [
      "of one that would change, whose it is and its key: nothing was applied to it",
      { zivverId: "a", change: "c-1", link, former: [at(B)], fields: ["active"], accountKey: "k" },
      [{ zivverId: "a", link, accountKey: "k" }],
    ],
    [
      "of one that would be created, nothing: it is not there",
      { change: "c-1", link, fields: ["active"] },
      [],
    ],
    ["not more than there is", { zivverId: "a" }, [{ zivverId: "a" }]],
    [
      "not why it would be suspended",
      { zivverId: "a", change: "c-1", suspended: "missing" },
      [{ zivverId: "a" }],
    ],
  ])("%s", (_, entry, expected) => {
    expect(adoptable([entry], new Set())).toStrictEqual(expected);
  });

  test("nothing of an account that is only guessed to be the record's", () => {
    expect(adoptable([{ zivverId: "a", link }, { zivverId: "b" }], new Set(["a"]))).toStrictEqual([
      { zivverId: "b" },
    ]);
  });

  test("guessed is what the plan warns of, except where somebody asked for the link", () => {
    const findings = [A, B].map((address) => ({
      code: "address-reused" as const,
      severity: "warning" as const,
      summary: "It is taken for the same person.",
      where: { address },
    }));
    const held = {
      ...findings[0],
      code: "address-reused",
      severity: "error",
      summary: "",
      where: { address: "c@example.org" },
    } as const;
    const live = [person(A), person(B), person("c@example.org")];
    expect(guessedAccounts([...findings, held], live, new Set([idOf(B)]))).toStrictEqual(new Set([idOf(A)]));
  });
});

test("links of some accounts are forgotten, and nothing else", () => {
  const state = { ...EMPTY_STATE, accounts: [known(A, { id: "1", key: "k" }), known(B, { id: "2" })] };
  expect(forgetLinks(state, new Set())).toBe(state);
  expect(forgetLinks(state, new Set([idOf(A)]))).toStrictEqual({
    ...state,
    accounts: [known(A, { key: "k" }), known(B, { id: "2" })],
  });
});

describe("fields that no source gives any more are forgotten", () => {
  const fields = { active: "1", address: "2", fullName: "3", phone: "4" };
  const before = { personal: ["email", "phone"] } as const;
  const now = { personal: ["email"] } as const;
  const source = (name: string, profileName = "staff") => ({
    profile: profileName,
    name,
    records: 1,
    fields: before,
  });
  const state = {
    ...EMPTY_STATE,
    accounts: [known(A, { fields }), known(B, { fields }), known("c@example.org")],
    sources: [
      source("hr"),
      source("gone"),
      source("other", "care"),
      { profile: "staff", name: "more", records: 1 },
    ],
  };
  const desired = { fullName: { value: "A" } };
  const decision = {
    matching: {
      pairs: [A, B, "c@example.org"].map((address) => ({ live: { zivverId: idOf(address) }, desired })),
    },
    said: { givenBy: () => now },
  } as unknown as Decision;
  const readings = [
    { policy: profile(), readings: [reading([]), reading([], { source: "more" })] },
  ] as unknown as readonly ProfileReadings[];
  const { phone: _, ...kept } = fields;

  test("of all accounts, and of all sources: what each gives now, or nothing where it is not there", () => {
    expect(forgetFields(state, decision, readings)).toStrictEqual({
      ...state,
      accounts: [known(A, { fields: kept }), known(B, { fields: kept }), known("c@example.org")],
      sources: [
        { ...source("hr"), fields: now },
        { profile: "staff", name: "gone", records: 1 },
        source("other", "care"),
        { profile: "staff", name: "more", records: 1 },
      ],
    });
  });

  test("of one account alone: the others, and the sources, stay as they are", () => {
    expect(forgetFields(state, decision, readings, new Set([idOf(A)]))).toStrictEqual({
      ...state,
      accounts: [known(A, { fields: kept }), known(B, { fields }), known("c@example.org")],
    });
  });

  test("not of an account that no record is found for", () => {
    const nobody = { ...decision, matching: { pairs: [] } } as unknown as Decision;
    expect(forgetFields(state, nobody, readings).accounts).toStrictEqual(state.accounts);
  });
});
