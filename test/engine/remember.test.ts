import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type News, remember } from "../../src/engine/state/applied-state.ts";
import type { LiveAccount } from "../../src/model/account/account.ts";
import type { Remembered } from "../../src/model/plan/plan.ts";
import {
  type AccountMemory,
  type AppliedPlan,
  EMPTY_STATE,
  type Link,
  type State,
} from "../../src/model/plan/state.ts";
import { Secret } from "../../src/model/values/secret.ts";
import { idOf, known, PLAIN_NAMES, person } from "../support/engine.ts";

const A = "a@example.org";
const B = "b@example.org";

const link = (id: string) => ({ profile: "staff", source: "hr", anchor: `staff/hr personal ${id}` });
const entry = (address: string, given: Partial<Remembered> = {}): Remembered => ({
  zivverId: idOf(address),
  ...given,
});
const stateOf = (...accounts: AccountMemory[]): State => ({ ...EMPTY_STATE, accounts });

function news(given: Partial<News>): News {
  return {
    remember: [],
    done: new Map(),
    keys: new Map(),
    live: [person(A), person(B)],
    sources: [],
    at: "2026-11-28T12:00:00.000Z",
    names: PLAIN_NAMES,
    ...given,
  };
}

const bLive = person(B, { aliases: ["b.alias@example.org"] });
const unread = { profile: "staff", name: "hr", type: "csv", records: 1, digest: "", complete: false };

describe("what an apply leaves to remember", () => {
  const base = stateOf(known(A, { id: "1", key: "k" }));
  test.each<{
    name: string;
    base?: State;
    current?: State;
    news: Partial<News>;
    expected: readonly AccountMemory[];
  }>([
    { name: "nothing new", base, news: {}, expected: base.accounts },
    { name: "an account that is gone from Zivver", base, news: { live: [] }, expected: [] },
    {
      name: "an account that is gone from Zivver, while its record may be among those that were not read",
      base,
      news: {
        live: [],
        sources: [
          { profile: "staff", name: "hr", type: "spreadsheet", records: 1, digest: "", complete: false },
        ],
      },
      expected: base.accounts,
    },
    {
      name: "an account that is gone from Zivver, once its source was read whole",
      base,
      news: {
        live: [],
        sources: [
          { profile: "staff", name: "hr", type: "spreadsheet", records: 1, digest: "", complete: true },
        ],
      },
      expected: [],
    },
    {
      name: "a change that was not carried out",
      base,
      news: { remember: [entry(A, { change: "c-1", link: link("2") })] },
      expected: base.accounts,
    },
    {
      name: "a change that was: with the values that the account has, and the key that was sent",
      base,
      news: {
        remember: [entry(A, { change: "c-1", link: link("1"), fields: ["fullName"] })],
        done: new Map([["c-1", idOf(A)]]),
        keys: new Map([[idOf(A), new Secret("new")]]),
      },
      expected: [known(A, { id: "1", key: "new", fields: { fullName: 'fullName "Name of a"' } })],
    },
    {
      name: "a key that was sent to an account that the plan says nothing about, as a revert does",
      base,
      news: { keys: new Map([[idOf(A), new Secret("new")]]) },
      expected: [known(A, { id: "1", key: "new" })],
    },
    {
      name: "the address before a revert's rename as a former one, which the account still has as an alias",
      base: stateOf(known("wrong@example.org", { zivverId: idOf(A), id: "1", former: [A] })),
      news: {
        live: [person(A, { aliases: ["wrong@example.org"] })],
        keys: new Map([[idOf(A), new Secret("new")]]),
      },
      expected: [known(A, { id: "1", key: "new", former: ["wrong@example.org"] })],
    },
    {
      name: "a key that was sent to an account of which nothing was known",
      news: { keys: new Map([[idOf(B), new Secret("new")]]) },
      expected: [known(B, { key: "new" })],
    },
    {
      name: "a key that was sent, where the change was not carried out whole: the key alone",
      base,
      news: {
        remember: [entry(A, { change: "c-1", link: link("2"), fields: ["fullName"] })],
        keys: new Map([[idOf(A), new Secret("new")]]),
      },
      expected: [known(A, { id: "1", key: "new" })],
    },
    {
      name: "a key that was sent to an account that is gone",
      news: { live: [], keys: new Map([[idOf(B), new Secret("new")]]) },
      expected: [],
    },
    {
      name: "a removal that is held back: since when",
      base,
      news: { remember: [entry(A, { removalHeldBack: true })] },
      expected: [known(A, { id: "1", key: "k", heldBackSince: "2026-11-28T12:00:00.000Z" })],
    },
    {
      name: "a removal that is still held back: since the first time",
      base: stateOf(known(A, { heldBackSince: "2026-01-01T00:00:00.000Z" })),
      news: { remember: [entry(A, { removalHeldBack: true })] },
      expected: [known(A, { heldBackSince: "2026-01-01T00:00:00.000Z" })],
    },
    {
      name: "a removal of which the plan says nothing",
      base: stateOf(known(A, { heldBackSince: "2026-01-01T00:00:00.000Z", suspended: "missing" })),
      news: { remember: [entry(A, { link: link("1") })] },
      expected: [known(A, { id: "1", heldBackSince: "2026-01-01T00:00:00.000Z", suspended: "missing" })],
    },
    {
      name: "a removal that is not due any more",
      base: stateOf(known(A, { heldBackSince: "2026-01-01T00:00:00.000Z" })),
      news: { remember: [entry(A, { removalHeldBack: false })] },
      expected: [known(A)],
    },
    {
      name: "why it was suspended",
      base,
      news: {
        remember: [entry(A, { change: "c-1", suspended: "disabled" })],
        done: new Map([["c-1", idOf(A)]]),
      },
      expected: [known(A, { id: "1", key: "k", suspended: "disabled" })],
    },
    {
      name: "that it is active again",
      base: stateOf(known(A, { suspended: "missing" })),
      news: {
        remember: [entry(A, { change: "c-1", suspended: null })],
        done: new Map([["c-1", idOf(A)]]),
      },
      expected: [known(A)],
    },
    {
      name: "an account that was created",
      news: { remember: [{ change: "c-1", link: link("2") }], done: new Map([["c-1", idOf(B)]]) },
      expected: [known(B, { id: "2" })],
    },
    {
      name: "a key that was seen, and not sent",
      news: { remember: [entry(B, { accountKey: `${idOf(B)} seen` })] },
      expected: [known(B, { seen: "seen" })],
    },
    {
      name: "a record that has come to a new account: the former one is no longer its",
      base,
      news: { remember: [entry(B, { link: link("1") })] },
      expected: [known(A, { key: "k" }), known(B, { id: "1" })],
    },
    {
      name: "former addresses are kept until they are said to be others",
      base: stateOf(known(A, { former: ["x@example.org"] })),
      news: { remember: [entry(A)] },
      expected: [known(A, { former: ["x@example.org"] })],
    },
    {
      name: "former addresses that are given up",
      base: stateOf(known(A, { former: ["x@example.org"] })),
      news: { remember: [entry(A, { former: [] })] },
      expected: [known(A)],
    },
    {
      name: "something that is held: since when, by its code, and nothing once it is not",
      base: stateOf(known(A, { heldSince: { "anchor-twice": "2026-01-01T00:00:00.000Z" } })),
      news: { remember: [entry(A, { held: ["address-taken", "anchor-twice"] })] },
      expected: [
        known(A, {
          heldSince: {
            "address-taken": "2026-11-28T12:00:00.000Z",
            "anchor-twice": "2026-01-01T00:00:00.000Z",
          },
        }),
      ],
    },
    {
      name: "nothing that is held any more",
      base: stateOf(known(A, { heldSince: { "anchor-twice": "2026-01-01T00:00:00.000Z" } })),
      news: { remember: [entry(A, { held: [] })] },
      expected: [known(A)],
    },
    {
      name: "something that is held, of which the plan says nothing",
      base: stateOf(known(A, { heldSince: { "anchor-twice": "2026-01-01T00:00:00.000Z" } })),
      news: { remember: [entry(A, { link: link("1") })] },
      expected: [known(A, { id: "1", heldSince: { "anchor-twice": "2026-01-01T00:00:00.000Z" } })],
    },
    {
      name: "the ids that a new one replaces, the last three, each once: one that was mangled is right again on another day",
      base: stateOf(known(A, { link: { ...link("4"), replaced: ["of 3", "of 5", "of 2", "of 1"] } })),
      news: { remember: [entry(A, { link: { ...link("5"), anchor: "of 5" } })] },
      expected: [
        known(A, {
          link: { ...link("5"), anchor: "of 5", replaced: [link("4").anchor, "of 3", "of 2"] },
        }),
      ],
    },
    {
      name: "what other sources call the person",
      news: { remember: [entry(A, { link: { ...link("1"), others: [{ source: "more", anchor: "m1" }] } })] },
      expected: [known(A, { link: { ...link("1"), others: [{ source: "more", anchor: "m1" }] } })],
    },
    {
      name: "an id of another source that has come to a new account: the former one loses that id alone",
      base: stateOf(
        known(A, {
          link: {
            ...link("1"),
            others: [
              { source: "more", anchor: "m1" },
              { source: "third", anchor: "t1" },
            ],
          },
        }),
      ),
      news: { remember: [entry(B, { link: { ...link("2"), others: [{ source: "more", anchor: "m1" }] } })] },
      expected: [
        known(A, { link: { ...link("1"), others: [{ source: "third", anchor: "t1" }] } }),
        known(B, { link: { ...link("2"), others: [{ source: "more", anchor: "m1" }] } }),
      ],
    },
    {
      name: "an id that was another source's, and is the main one of a new account: the former one loses it",
      base: stateOf(
        known(A, { link: { ...link("1"), others: [{ source: "more", anchor: link("2").anchor }] } }),
      ),
      news: { remember: [entry(B, { link: link("2") })] },
      expected: [known(A, { id: "1" }), known(B, { id: "2" })],
    },
    {
      name: "delegates by the ids of their accounts, whatever address a list gives for them",
      news: {
        live: [person(A, { delegates: ["b.alias@example.org", "guest@example.com"] }), bLive],
        remember: [entry(A, { fields: ["delegates"] })],
      },
      expected: [known(A, { fields: { delegates: `delegates ["guest@example.com","${idOf(B)}"]` } })],
    },
    {
      name: "an account that is gone while a source of another profile was not read whole: it is forgotten",
      base,
      news: { live: [], sources: [{ ...unread, profile: "care" }] },
      expected: [],
    },
    {
      name: "an account that is gone while another source was not read whole: it is forgotten",
      base,
      news: { live: [], sources: [{ ...unread, name: "more" }] },
      expected: [],
    },
    {
      name: "an account that is gone, and never had a link",
      base: stateOf(known(A)),
      news: { live: [], sources: [unread] },
      expected: [],
    },
    {
      name: "another apply meanwhile found that something is held",
      current: stateOf(known(A, { heldSince: { "anchor-twice": "2026-01-01T00:00:00.000Z" } })),
      news: { remember: [entry(A, { link: link("1") })] },
      expected: [known(A, { id: "1", heldSince: { "anchor-twice": "2026-01-01T00:00:00.000Z" } })],
    },
    {
      name: "another apply meanwhile, of another account",
      current: stateOf(known(B, { id: "2" })),
      news: { remember: [entry(A, { link: link("1") })] },
      expected: [known(A, { id: "1" }), known(B, { id: "2" })],
    },
    {
      name: "another apply meanwhile made an account that this one has not seen",
      current: stateOf(known("c@example.org", { id: "3" })),
      news: {},
      expected: [known("c@example.org", { id: "3" })],
    },
    {
      name: "another apply meanwhile linked the account otherwise: zivsync cannot tell, and the link is forgotten",
      base,
      current: stateOf(known(A, { id: "2", key: "k" })),
      news: { remember: [entry(A, { link: link("3") })] },
      expected: [known(A, { key: "k" })],
    },
    {
      name: "another apply meanwhile said the same",
      base: EMPTY_STATE,
      current: stateOf(known(A, { id: "2" })),
      news: { remember: [entry(A, { link: link("2") })] },
      expected: [known(A, { id: "2" })],
    },
  ])("$name", ({ base: then = EMPTY_STATE, current, news: given, expected }) => {
    expect(remember(current ?? then, then, news(given)).accounts).toStrictEqual(expected);
  });

  test("counts of sources that were read in full, and the plan", () => {
    const source = {
      profile: "staff",
      name: "hr",
      type: "spreadsheet",
      records: 7,
      complete: true,
      digest: "",
      fields: { personal: ["email" as const, "id" as const] },
    };
    const plan = {
      digest: "d",
      seal: "s",
      at: "2026-01-02T00:00:00.000Z",
      expiresAt: "2026-01-03T00:00:00.000Z",
    };
    const old = {
      digest: "o",
      seal: "o",
      at: "2026-01-01T00:00:00.000Z",
      expiresAt: "2026-01-01T12:00:00.000Z",
    };
    const state: State = {
      accounts: [],
      sources: [{ profile: "staff", name: "cut", records: 3 }],
      applied: [old],
    };
    const sources = [source, { ...source, name: "cut", complete: false, records: 1 }];
    expect(remember(state, state, news({ sources, applied: plan }))).toEqual({
      accounts: [],
      sources: [
        { profile: "staff", name: "cut", records: 3 },
        { profile: "staff", name: "hr", records: 7, fields: { personal: ["email", "id"] } },
      ],
      applied: [plan],
    });
  });

  describe("plans that were used", () => {
    const plan = (seal: string, day: number, more: Partial<AppliedPlan> = {}): AppliedPlan => ({
      digest: `digest of ${seal}`,
      seal,
      at: `2026-01-0${day}T00:00:00.000Z`,
      expiresAt: `2026-01-0${day + 2}T00:00:00.000Z`,
      ...more,
    });
    const after = (before: readonly AppliedPlan[], applied: AppliedPlan | undefined) =>
      remember({ ...EMPTY_STATE, applied: before }, EMPTY_STATE, news(applied ? { applied } : {})).applied;
    const [one, two, three] = [plan("one", 1), plan("two", 2), plan("three", 3)];

    test.each<readonly [string, readonly AppliedPlan[], AppliedPlan | undefined, readonly AppliedPlan[]]>([
      ["are kept until they expire: until then they could be used again", [two], three, [two, three]],
      ["go once they have expired", [one, two], three, [two, three]],
      ["stay where this is not an apply", [one, two], undefined, [one, two]],
      ["are remembered once, and nothing else changes by that", [one, two], two, [one, two]],
      [
        "hand on the commit that was last applied in full",
        [plan("a", 2, { commit: "c1" }), plan("b", 2, { commit: "c2" }), two],
        three,
        [plan("a", 2, { commit: "c1" }), plan("b", 2, { commit: "c2" }), two, { ...three, commit: "c2" }],
      ],
      [
        "are followed by one with a commit of its own",
        [plan("a", 2, { commit: "c1" })],
        { ...three, commit: "c3" },
        [plan("a", 2, { commit: "c1" }), { ...three, commit: "c3" }],
      ],
    ])("%s", (_, before, applied, expected) => {
      expect(after(before, applied)).toEqual(expected);
    });
  });

  test("sources by profile and name, each once", () => {
    const count = (profile: string, name: string, records: number) => ({ profile, name, records });
    const before = [count("staff", "hr", 1), count("staff", "more", 2), count("care", "hr", 3)];
    const read = (profile: string, name: string, records: number) => ({
      ...unread,
      ...count(profile, name, records),
      complete: true,
    });
    const sources = [read("staff", "hr", 4), read("care", "hr", 5), read("care", "a", 6)];
    const after = remember({ ...EMPTY_STATE, sources: before }, EMPTY_STATE, news({ sources }));
    expect(after.sources).toStrictEqual([
      count("care", "a", 6),
      count("care", "hr", 5),
      count("staff", "hr", 4),
      count("staff", "more", 2),
    ]);
  });

  describe("of a source that is not configured any more, what it gave", () => {
    const gave = { personal: ["email" as const] };
    const former = { profile: "staff", name: "former-hr", records: 3, fields: gave };
    const hr = { profile: "staff", name: "hr", type: "csv", records: 3, complete: true, digest: "" };
    const state: State = { ...EMPTY_STATE, sources: [former] };
    const formerOf = (sources: Parameters<typeof news>[0]["sources"]) =>
      remember(state, state, news({ ...(sources ? { sources } : {}) })).sources.find(
        ({ name }) => name === "former-hr",
      );

    test.each([
      { name: "a new source has taken along", sources: [hr], fields: undefined },
      {
        name: "a source that was not read whole has not",
        sources: [{ ...hr, complete: false }],
        fields: gave,
      },
      { name: "entries in Git have not", sources: [{ ...hr, type: "declared" }], fields: gave },
      { name: "one of another profile has not", sources: [{ ...hr, profile: "care" }], fields: gave },
      {
        name: "nobody has, while it is there itself beside a new one",
        sources: [hr, { ...hr, name: "former-hr", fields: gave }],
        fields: gave,
      },
    ])("$name", ({ sources, fields }) => {
      expect(formerOf(sources)?.fields).toEqual(fields);
    });
  });
});

describe("two applies at once, from one memory", () => {
  const addresses = Array.from({ length: 6 }, (_, at) => `p${at}@example.org`);
  const live: readonly LiveAccount[] = addresses.map((address) => person(address));
  const arbitraryEntries = fc.uniqueArray(fc.record({ at: fc.nat(5), id: fc.nat(8).map(String) }), {
    selector: ({ at }) => at,
  });
  const newsOf = (entries: readonly { readonly at: number; readonly id: string }[]) => {
    const ids = new Set<string>();
    const once = entries.filter(({ id }) => !ids.has(id) && ids.add(id));
    return news({ live, remember: once.map(({ at, id }) => entry(addresses[at] ?? "", { link: link(id) })) });
  };

  test("nobody's news are lost but where both speak of one account, and no record is linked twice", () => {
    fc.assert(
      fc.property(arbitraryEntries, arbitraryEntries, arbitraryEntries, (before, ours, theirs) => {
        const base = remember(EMPTY_STATE, EMPTY_STATE, newsOf(before));
        const [first, second] = [newsOf(ours), newsOf(theirs)];
        const result = remember(remember(base, base, first), base, second);
        expectNothingLost(result, first, second);
      }),
    );
  });

  function expectNothingLost(result: State, first: News, second: News): void {
    const anchors = result.accounts.flatMap(({ link: of }) => of?.anchor ?? []);
    expect(new Set(anchors).size).toBe(anchors.length);
    const linkOf = (id: string | undefined): Link | undefined => {
      const link = result.accounts.find(({ zivverId }) => zivverId === id)?.link;
      return link && { profile: link.profile, source: link.source, anchor: link.anchor };
    };
    const said = (of: News, id: string | undefined) =>
      of.remember.find(({ zivverId }) => zivverId === id)?.link;
    for (const { zivverId: id } of [...first.remember, ...second.remember]) {
      const [one, other] = [said(first, id), said(second, id)];
      const found = linkOf(id);
      if (found !== undefined) expect([one, other]).toContainEqual(found);
      const alone = other === undefined ? one : one === undefined ? other : undefined;
      const elsewhere = [...first.remember, ...second.remember].some(
        ({ zivverId, link: of }) => zivverId !== id && of?.anchor === alone?.anchor,
      );
      if (alone !== undefined && !elsewhere) expect(found).toEqual(alone);
    }
  }
});
