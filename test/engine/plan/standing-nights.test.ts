import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LiveAccount, SourceRecord } from "../../../src/model/account/account.ts";
import { EMPTY_STATE } from "../../../src/model/plan/state.ts";
import { desk, deskRecord, idOf, type ProfileGiven, person, record } from "../../support/engine.ts";
import { runs } from "../../support/runs.ts";
import { type NightGiven, Nights } from "./standing-nights.ts";

/*
 * A move of an address waits for people, also when it takes two nights: one on which an account gives it up, and a later one on
 * which another account takes it.
 */

const who = (name: string, aliases: readonly string[] = []) =>
  record(`${name}@example.org`, { id: name, aliases: aliases.map((alias) => `${alias}@example.org`) });
const at = (name: string, aliases: readonly string[] = []) =>
  person(`${name}@example.org`, { aliases: aliases.map((alias) => `${alias}@example.org`) });
/** The person `name` under another primary address. */
const moved = (name: string, to: string) =>
  record(`${to}@example.org`, {
    id: name,
    fullName: `Name of ${name}`,
    accountKey: `key of ${name}@example.org`,
  });
const team = (...members: readonly string[]) =>
  deskRecord("team@example.org", { id: "team", delegates: members.map((name) => `${name}@example.org`) });

type Case = {
  readonly name: string;
  readonly live: readonly LiveAccount[];
  readonly profile?: ProfileGiven;
  readonly first: readonly SourceRecord[];
  readonly nights: readonly (NightGiven & {
    readonly routine?: readonly string[];
    readonly waits?: readonly string[];
  })[];
};

const ab = { live: [at("a", ["info"]), at("b")], first: [who("a", ["info"]), who("b")] };
const given = { desired: [who("a"), who("b")], routine: ["update a"] };
const taken = { desired: [who("a"), who("b", ["info"])] };
const waits = ["update b: address-moves info@example.org a@example.org → b@example.org 2026-11-02"];

const CASES: readonly Case[] = [
  {
    name: "an alias that another account takes on a later night",
    ...ab,
    nights: [given, { ...taken, waits }],
  },
  {
    name: "the same on every night until somebody approves it, and then no more",
    ...ab,
    nights: [
      given,
      { ...taken, waits },
      { ...taken, days: 30, waits, approved: true },
      { desired: [who("a"), who("b")], routine: ["update b"] },
      { ...taken, routine: ["update b"] },
      { desired: [who("a"), who("b")], routine: ["update b"] },
      {
        desired: [who("a", ["info"]), who("b")],
        waits: ["update a: address-moves info@example.org b@example.org → a@example.org 2026-12-06"],
      },
    ],
  },
  {
    name: "an alias that goes back to the account that had it",
    ...ab,
    nights: [given, { desired: ab.first, routine: ["update a"] }, { ...given, days: 9 }],
  },
  {
    name: "an alias after 90 days, which are longer than any window",
    ...ab,
    nights: [given, { ...taken, days: 89, waits }, { ...taken, routine: ["update b"] }],
  },
  {
    name: "an alias that a new account brings along",
    ...ab,
    nights: [
      given,
      {
        desired: [who("a"), who("b"), who("n", ["info"])],
        waits: ["create n: address-moves info@example.org a@example.org → n@example.org 2026-11-02"],
      },
    ],
  },
  {
    name: "an alias that becomes the address of a new account, and of another account",
    ...ab,
    nights: [
      given,
      {
        desired: [who("a"), who("b"), who("info")],
        waits: ["create info: address-moves info@example.org a@example.org → info@example.org 2026-11-02"],
      },
      {
        desired: [
          who("a"),
          record("info@example.org", {
            id: "b",
            fullName: "Name of b",
            accountKey: "key of b@example.org",
            aliases: ["b@example.org"],
          }),
        ],
        waits: ["update info: address-moves info@example.org a@example.org → info@example.org 2026-11-02"],
      },
    ],
  },
  {
    name: "an alias that a mailbox takes",
    live: [at("a", ["info"]), at("b"), desk("team@example.org", [idOf("b@example.org")])],
    first: [who("a", ["info"]), who("b"), team("b")],
    nights: [
      { desired: [who("a"), who("b"), team("b")], routine: ["update a"] },
      {
        desired: [
          who("a"),
          who("b"),
          deskRecord("team@example.org", {
            id: "team",
            delegates: ["b@example.org"],
            aliases: ["info@example.org"],
          }),
        ],
        waits: ["update team: address-moves info@example.org a@example.org → team@example.org 2026-11-02"],
      },
    ],
  },
  {
    name: "the former address of a rename that people approved, where it was not kept",
    live: [at("a"), at("b")],
    profile: { aliases: { excludeDomains: [], unclaimed: "skip", former: "drop" } },
    first: [who("a"), who("b")],
    nights: [
      { desired: [moved("a", "a2"), who("b")], waits: ["update a2: address-change"], approved: true },
      {
        desired: [moved("a", "a2"), who("b", ["a"])],
        waits: ["update b: address-moves a@example.org a2@example.org → b@example.org 2026-11-02"],
      },
    ],
  },
  {
    name: "the address of an account that was deleted",
    live: [at("a", ["info"]), at("b")],
    profile: { personal: { missing: "delete" } },
    first: [who("a", ["info"]), who("b")],
    nights: [
      { desired: [who("b")], waits: ["delete a: deletion"], approved: true },
      {
        desired: [
          who("b", ["info"]),
          record("a@example.org", { id: "other", fullName: "Somebody Else", accountKey: "other" }),
        ],
        waits: [
          "create a: address-moves a@example.org a@example.org → a@example.org 2026-11-02",
          "update b: address-moves info@example.org a@example.org → b@example.org 2026-11-02",
        ],
      },
    ],
  },
  {
    name: "an alias of a leaver, which the suspended account keeps",
    ...ab,
    nights: [{ desired: [who("b")], routine: ["suspend a"] }, { desired: [who("b", ["info"])] }],
  },
  {
    name: "an alias that was given up by a sync that was killed afterwards",
    ...ab,
    nights: [
      { ...given, crashes: true },
      { ...taken, waits },
    ],
  },
  {
    name: "a list that means people by the address that moves",
    live: [at("a", ["info"]), at("b"), desk("team@example.org", [idOf("a@example.org")])],
    first: [who("a", ["info"]), who("b"), team("info")],
    nights: [
      {
        desired: [who("a"), who("b", ["info"]), team("info")],
        waits: [
          "update a: address-moves info@example.org a@example.org → b@example.org",
          "update b: address-moves info@example.org a@example.org → b@example.org",
          "update team: needs update b",
        ],
      },
      { desired: [who("a"), who("b"), team("info")], routine: ["update a"] },
      {
        desired: [who("a"), who("b", ["info"]), team("info")],
        waits: [
          "update b: address-moves info@example.org a@example.org → b@example.org 2026-11-03",
          "update team: needs update b",
        ],
      },
    ],
  },
  {
    name: "an account key, which waits for people on both nights",
    live: [at("a"), at("b")],
    first: [who("a"), who("b")],
    nights: [
      {
        desired: [record("a@example.org", { id: "a", accountKey: "new" }), who("b")],
        waits: ["update a: account-key"],
        approved: true,
      },
      {
        desired: [
          record("a@example.org", { id: "a", accountKey: "new" }),
          record("b@example.org", { id: "b", accountKey: "key of a@example.org" }),
        ],
        waits: ["update b: account-key"],
      },
    ],
  },
  {
    name: "an account key that nobody has any more, for a new account: it is not created",
    live: [at("a"), at("b")],
    first: [who("a"), who("b")],
    nights: [
      { desired: [record("a@example.org", { id: "a", accountKey: null }), who("b")] },
      {
        desired: [
          record("a@example.org", { id: "a", accountKey: null }),
          who("b"),
          record("n@example.org", { id: "n", fullName: "Nils New", accountKey: "key of a@example.org" }),
        ],
      },
    ],
  },
  {
    name: "access to a mailbox, which is no address: one person is taken out, and another let in",
    live: [
      at("a"),
      at("b"),
      at("c"),
      desk("team@example.org", [idOf("a@example.org"), idOf("c@example.org")]),
    ],
    first: [who("a"), who("b"), who("c"), team("a", "c")],
    nights: [
      { desired: [who("a"), who("b"), who("c"), team("c")], routine: ["update team"] },
      { desired: [who("a"), who("b"), who("c"), team("b", "c")], routine: ["update team"] },
    ],
  },
];

describe("nights in a row", () => {
  it.each(CASES)("$name", async ({ live, profile, first, nights }) => {
    const story = new Nights(live, profile);
    await story.begin(first);
    const found = [];
    for (const { routine: _, waits: __, ...night } of nights) found.push(await story.night(night));
    expect(found.map(({ routine, waits: waiting }) => ({ routine, waits: waiting }))).toEqual(
      nights.map(({ routine = [], waits: waiting = [] }) => ({ routine, waits: waiting })),
    );
  });

  it("forgets what was given up with a lost state, whose first plan is for people", async () => {
    const story = new Nights(ab.live);
    await story.begin(ab.first);
    await story.night(given);
    story.state = EMPTY_STATE;
    expect(story.state.applied).toEqual([]);
    expect((await story.night(taken)).routine).not.toContain("update b");
  });
});

describe("the law of moves", () => {
  it("lets no account take what another has given up within 90 days, whatever the nights bring", async () => {
    await fc.assert(
      fc.asyncProperty(lives, async (life) => checkLife(life)),
      { numRuns: runs(15, 2_000) },
    );
  });
});

const NAMES = ["a", "b", "c", "d"];
const POOL = ["x", "y", "z"];

/** Of one night: who is there, whose each address of the pool is (a primary address, an alias, or nobody's), and who looks on. */
const lives = fc.record({
  missing: fc.constantFrom("suspend" as const, "delete" as const),
  former: fc.constantFrom("keep" as const, "drop" as const),
  nights: fc.array(
    fc.record({
      there: fc.subarray(NAMES, { minLength: 1 }),
      owners: fc.tuple(...POOL.map(() => fc.constantFrom(...NAMES, "desk", "", ""))),
      primary: fc.constantFrom("", "", ...NAMES),
      days: fc.constantFrom(1, 1, 7, 40, 89, 90),
      approved: fc.constantFrom(false, false, true),
      crashes: fc.constantFrom(false, false, false, true),
    }),
    { minLength: 2, maxLength: 7 },
  ),
});
type Life = typeof lives extends fc.Arbitrary<infer T> ? T : never;

async function checkLife({ missing, former, nights }: Life): Promise<void> {
  const story = new Nights(
    [...NAMES.map((name) => at(name)), desk("desk@example.org", [idOf("a@example.org")])],
    {
      personal: { missing },
      aliases: { excludeDomains: [], unclaimed: "skip", former },
    },
  );
  await story.begin(recordsOf({ there: NAMES, owners: POOL.map(() => ""), primary: "" }));
  expect(story.state.applied).toHaveLength(1);
  /** Address → the account that had it last, and until when. */
  const last = new Map<string, { holder: string; until: number }>();
  const look = () => {
    const before = new Map([...last].map(([address, { holder }]) => [address, holder]));
    for (const { zivverId, address, aliases } of story.zivver.accounts)
      for (const one of [address, ...aliases]) last.set(one, { holder: zivverId, until: story.now });
    return before;
  };
  look();
  for (const night of nights) {
    const then = new Map(last);
    const { between, reasons } = await story.night({ ...night, desired: recordsOf(night) });
    for (const { zivverId, address, aliases } of between)
      for (const one of [address, ...aliases]) {
        const was = then.get(one);
        const isFree =
          was === undefined || was.holder === zivverId || story.now - was.until >= 90 * 86_400_000;
        expect(isFree, `${one} of ${was?.holder} went to ${zivverId}`).toBe(true);
      }
    for (const reason of reasons) {
      if (reason.because !== "address-moves" || reason.move?.at === undefined) continue;
      const { until = 0 } = then.get(reason.move.address) ?? {};
      expect(story.now - until).toBeLessThan(90 * 86_400_000);
    }
    // What was given up was held until this night.
    for (const [address, { holder }] of then) last.set(address, { holder, until: untilOf(address, holder) });
    look();
  }

  /** The night on which an account gave an address up is the last on which it was seen with it, or the night after. */
  function untilOf(address: string, holder: string): number {
    const row = story.state.released?.find((one) => one.address === address && one.zivverId === holder);
    return row === undefined ? (last.get(address)?.until ?? 0) : Date.parse(row.at);
  }
}

function recordsOf({ there, owners, primary }: Pick<Life["nights"][number], "there" | "owners" | "primary">) {
  const aliasesOf = (name: string) =>
    POOL.filter((_, at_) => owners[at_] === name).map((one) => `${one}@example.org`);
  return [
    ...there.map((name) => {
      const [first, ...rest] = aliasesOf(name);
      const isRenamed = name === primary && first !== undefined;
      return record(isRenamed ? first : `${name}@example.org`, {
        id: name,
        fullName: `Name of ${name}`,
        accountKey: `key of ${name}`,
        aliases: isRenamed ? rest : aliasesOf(name),
      });
    }),
    deskRecord("desk@example.org", {
      id: "desk",
      delegates: [`${there[0]}@example.org`],
      aliases: aliasesOf("desk"),
    }),
  ];
}
