import { describe, expect, it, test } from "vitest";
import { indexLive } from "../../../src/engine/live/live-index.ts";
import { forgetUnmanaged } from "../../../src/engine/state/adopt.ts";
import { EMPTY_STATE } from "../../../src/model/plan/state.ts";
import { desk, known, person, planOf, profile, reading, record, type Setting } from "../../support/engine.ts";

/*
 * Eve's domain is managed. Ann's and Bob's was, until the profile was removed or came to manage less. A removal that nobody
 * plans is not enough: a leaver among them would stay active in silence.
 */

const ANN = "ann@example.com";
const BOB = "bob@example.com";
const EVE = "eve@example.org";
const NARROW = { manages: { include: [{ domain: "example.org" }] } };
const OTHER = { ...profile(NARROW), name: "other" };
const linkedBy = (owner: string, at: string) => ({
  ...known(at),
  link: { profile: owner, source: "hr", anchor: `${owner}/hr personal ${at}` },
});
const eve = record(EVE, { id: EVE });
const base: Setting = {
  live: [ANN, BOB, EVE].map((at) => person(at)),
  known: [ANN, BOB, EVE].map((at) => known(at, { id: at })),
  desired: [eve],
  profile: NARROW,
};
const told = (count: string, by: string, names: string, them: string) =>
  `zivsync managed ${count}${by}, and no profile manages ${them} now: ${names}. No record of ${them} is read, so nobody suspends ${them} when people leave. Let a profile manage ${them}; or, if this is meant, run \`zivsync adopt --forget-unmanaged\`.`;
const both = (by: string) =>
  told("2 active accounts", by, `Name of ann <${ANN}>, Name of bob <${BOB}>`, "them");
const onlyAnn = told("1 active account", " with the profile staff", `Name of ann <${ANN}>`, "it");

const found = (setting: Setting) =>
  planOf({ ...base, ...setting })
    .body.findings.filter(({ code }) => code === "account-unmanaged")
    .map(({ severity, summary, where }) => {
      expect(severity).toBe("warning");
      return [summary, where.profile];
    });

describe("active accounts that were managed, without a record, are named", () => {
  const retired = [ANN, BOB].map((at) => linkedBy("gone", at));
  const cases: readonly (readonly [string, Setting, readonly (readonly [string, string | undefined])[]])[] = [
    ["the profile manages less", {}, [[both(" with the profile staff"), "staff"]]],
    [
      "their profile is not configured any more",
      { known: retired },
      [[both(" with the profile gone"), undefined]],
    ],
    [
      "no profile is left at all",
      { known: retired, profiles: [] },
      [[both(" with the profile gone"), undefined]],
    ],
    ["they were never linked by an id", { known: [known(ANN), known(BOB)] }, [[both(""), undefined]]],
    [
      "one of them is suspended",
      { live: [person(ANN), person(BOB, { active: false })] },
      [[onlyAnn, "staff"]],
    ],
  ];
  test.each(cases)("%s", (_, setting, expected) => {
    expect(found(setting)).toEqual(expected);
  });

  it("at most ten by name", () => {
    const many = Array.from({ length: 12 }, (_, at) => `p${10 + at}@example.com`);
    const [[summary = ""] = []] = found({
      live: many.map((at) => person(at)),
      known: many.map((at) => known(at)),
    });
    expect(summary).toContain("<p19@example.com> and 2 more. No record");
  });
});

describe("nothing is said", () => {
  const cases: readonly (readonly [string, Setting])[] = [
    ["of accounts that a profile manages", { profile: {} }],
    ["of accounts that were never managed", { known: [known(EVE, { id: EVE })] }],
    [
      "of accounts whose record says what is to be done, which has findings of its own",
      { desired: [eve, record(ANN, { id: ANN }), record(BOB)] },
    ],
    [
      "of accounts whose linked record has another address now",
      {
        desired: [
          eve,
          record("ann.new@example.com", { id: ANN }),
          record("bob.new@example.com", { id: BOB }),
        ],
      },
    ],
    ["while their source is incomplete", { readings: [{ ...reading([eve]), complete: false }] }],
    ["while another profile is not read, which may have the records", { others: [OTHER] }],
    [
      "of shared mailboxes without members",
      { live: [desk("desk@example.com")], known: [known("desk@example.com", { kind: "functional" })] },
    ],
  ];
  test.each(cases)("%s", (_, setting) => {
    expect(found(setting)).toEqual([]);
  });
});

it("once they are forgotten, and the accounts that a profile manages stay remembered", () => {
  const { live = [], known: accounts = [] } = base;
  const state = forgetUnmanaged({ ...EMPTY_STATE, accounts }, indexLive(live, [profile(NARROW)]));
  expect(state.accounts.map(({ address }) => address)).toEqual([EVE]);
  expect(found({ known: state.accounts })).toEqual([]);
});
