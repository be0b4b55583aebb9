import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SplitInput, splitChanges } from "../../../src/engine/plan/standing/split.ts";
import { STANDING_TYPES, type StandingCounts } from "../../../src/model/plan/standing.ts";
import { EMPTY_STATE } from "../../../src/model/plan/state.ts";
import {
  at,
  desk,
  deskRecord,
  GUARDS_OFF,
  known,
  PLAIN_NAMES,
  person,
  planOf,
  record,
  type Setting,
} from "../../support/engine.ts";
import { runs } from "../../support/runs.ts";
import { checkSplit, draws } from "./standing-laws.ts";

const MANY = Object.fromEntries(STANDING_TYPES.map((type) => [type, 9])) as StandingCounts;

type Case = Setting & {
  readonly name: string;
  readonly numbers?: StandingCounts;
  readonly used?: StandingCounts;
  readonly routine: readonly string[];
  readonly waits: Readonly<Record<string, string>>;
  readonly counts: StandingCounts;
};

function splitOf({ numbers = {}, used = {}, ...setting }: Case) {
  const { body } = planOf({ ...setting, organization: { guards: GUARDS_OFF, ...setting.organization } });
  const live = new Map((setting.live ?? []).map((account) => [account.zivverId, account]));
  const input: SplitInput = {
    policy: { windowMs: 1, numbers: { ...MANY, ...numbers } },
    protectedPatterns: setting.organization?.protected ?? [],
    memory: { state: { ...EMPTY_STATE, accounts: setting.known ?? [] }, names: PLAIN_NAMES },
    now: Date.parse("2026-11-29T02:00:00Z"),
    accountOf: (id) => live.get(id),
    used,
  };
  const split = splitChanges(body.changes, input);
  const nameOf = (id: string) => body.changes.find((change) => change.id === id)?.address.split("@")[0] ?? id;
  return {
    routine: [...split.routine].map(nameOf).sort(),
    waits: Object.fromEntries(
      [...split.waits].map(([id, wait]) => [
        nameOf(id),
        "change" in wait
          ? `${wait.because} ${nameOf(wait.change)}`
          : "type" in wait
            ? `${wait.because} ${wait.type}`
            : wait.because,
      ]),
    ),
    counts: split.counts,
  };
}

const renamed = (name: string) => ({
  live: person(`${name}@example.org`),
  memory: known(`${name}@example.org`, { id: name, seen: `key of ${name}-new@example.org` }),
  desired: record(`${name}-new@example.org`, { id: name, fullName: `Name of ${name}` }),
});
const renames = ["a", "b", "c"].map(renamed);
const newcomers = ["n1", "n2", "n3"].map((name) => record(`${name}@example.org`));

const CASES: readonly Case[] = [
  {
    name: "a rename that keeps the old address counts as a rename alone",
    live: renames.slice(0, 1).map(({ live }) => live),
    known: renames.slice(0, 1).map(({ memory }) => memory),
    desired: renames.slice(0, 1).map(({ desired }) => desired),
    routine: ["a-new"],
    waits: {},
    counts: { rename: 1 },
  },
  {
    name: "a rename together with a new name counts as both",
    live: [person("a@example.org")],
    known: [known("a@example.org", { id: "a", seen: "key of a-new@example.org" })],
    desired: [record("a-new@example.org", { id: "a", fullName: "Ada of a" })],
    routine: ["a-new"],
    waits: {},
    counts: { rename: 1, update: 1 },
  },
  {
    name: "a rename of an account whose key is not known waits, since the key goes along",
    live: [person("a@example.org")],
    known: [known("a@example.org", { id: "a" })],
    desired: [record("a-new@example.org", { id: "a", fullName: "Name of a" })],
    routine: [],
    waits: { "a-new": "account-key" },
    counts: {},
  },
  {
    name: "a rename that drops the old address waits",
    profile: { aliases: { excludeDomains: [], unclaimed: "skip", former: "drop" } },
    live: renames.slice(0, 1).map(({ live }) => live),
    known: renames.slice(0, 1).map(({ memory }) => memory),
    desired: renames.slice(0, 1).map(({ desired }) => desired),
    routine: [],
    waits: { "a-new": "address-change" },
    counts: {},
  },
  {
    name: "of a type over its number all wait, and the other types go on",
    live: [person("a@example.org"), person("gone@example.org")],
    known: [],
    desired: [...newcomers, record("a@example.org", { fullName: "New" })],
    numbers: { create: 2 },
    routine: ["a", "gone"],
    waits: { n1: "number create", n2: "number create", n3: "number create" },
    counts: { suspend: 1, update: 1 },
  },
  {
    name: "what was used before counts, and what waits for another reason does not",
    organization: { protected: ["n1@example.org"] },
    desired: newcomers,
    numbers: { create: 4 },
    used: { create: 2 },
    routine: ["n2", "n3"],
    waits: { n1: "protected" },
    counts: { create: 2 },
  },
  {
    name: "a list that names a newcomer who waits, waits too",
    live: [person("a@example.org"), desk("team@example.org", ["a@example.org"])],
    desired: [
      record("a@example.org"),
      newcomers[0] ?? record("n1@example.org"),
      deskRecord("team@example.org", { delegates: ["a@example.org", "n1@example.org"] }),
    ],
    numbers: { create: 0 },
    routine: [],
    waits: { n1: "number create", team: "needs n1" },
    counts: {},
  },
  {
    name: "a newcomer goes although the list that names it waits",
    live: [person("a@example.org"), desk("team@example.org", ["a@example.org"])],
    desired: [
      record("a@example.org"),
      newcomers[0] ?? record("n1@example.org"),
      deskRecord("team@example.org", { delegates: ["a@example.org", "n1@example.org"] }),
    ],
    numbers: { addDelegate: 0 },
    routine: ["n1"],
    waits: { team: "number addDelegate" },
    counts: { create: 1 },
  },
  {
    name: "members of a new mailbox count one by one, and those of one that is emptied as well",
    live: [
      person("a@example.org"),
      person("b@example.org"),
      desk("old@example.org", ["a@example.org", "b@example.org"]),
    ],
    desired: [
      record("a@example.org"),
      record("b@example.org"),
      deskRecord("new@example.org", { delegates: ["a@example.org", "b@example.org"] }),
    ],
    routine: ["new", "old"],
    waits: {},
    counts: { create: 1, suspend: 1, addDelegate: 2, removeDelegate: 2 },
  },
  {
    name: "a leaver waits where a newcomer of the same name does",
    live: [
      person("kim@example.org", { fullName: "Kim Roe" }),
      person("lee@example.org", { fullName: "Lee Poe" }),
    ],
    desired: [record("kim.roe@example.org", { fullName: "kim roe" })],
    numbers: { create: 0 },
    routine: ["lee"],
    waits: { "kim.roe": "number create", kim: "same-name kim.roe" },
    counts: { suspend: 1 },
  },
  {
    name: "the first type that is over takes its changes out of the others",
    live: [...renames.map(({ live }) => live), person("d@example.org")],
    known: renames.map(({ memory }) => memory),
    desired: [
      ...["a", "b", "c"].map((name) =>
        record(`${name}-new@example.org`, { id: name, fullName: `New of ${name}` }),
      ),
      record("d@example.org", { fullName: "New" }),
    ],
    numbers: { rename: 2, update: 3 },
    routine: ["d"],
    waits: { "a-new": "number rename", "b-new": "number rename", "c-new": "number rename" },
    counts: { update: 1 },
  },
  {
    name: "an alias that moves makes both wait",
    live: [person("a@example.org", { aliases: ["x@example.org"] }), person("b@example.org")],
    known: [],
    desired: [
      record("a@example.org", { aliases: [] }),
      record("b@example.org", { aliases: ["x@example.org"] }),
    ],
    routine: [],
    waits: { a: "address-moves", b: "address-moves" },
    counts: {},
  },
];

describe("the split of a plan", () => {
  it.each(CASES)("$name", (one) => {
    const { routine, waits, counts } = one;
    expect(splitOf(one)).toEqual({ routine, waits, counts });
  });

  it("lets wait what it does not know", () => {
    const base = {
      kind: "personal",
      address: at("a@example.org"),
      profile: "staff",
      needs: [],
      zivverId: "z",
      base: "",
    };
    const changes = [
      { ...base, id: "c-1", action: "merge", fields: [] },
      { ...base, id: "c-2", action: "update", fields: [{ field: "pager", before: "1", after: "2" }] },
      { ...base, id: "c-3", action: "update", fields: [{ field: "active", before: true, after: false }] },
    ] as unknown as Parameters<typeof splitChanges>[0];
    const { waits } = splitChanges(changes, {
      policy: { windowMs: 1, numbers: MANY },
      protectedPatterns: [],
      memory: { state: EMPTY_STATE, names: PLAIN_NAMES },
      now: 0,
      used: {},
    });
    expect([...waits.values()].map(({ because }) => because)).toEqual([
      "unknown-type",
      "unknown-type",
      "unknown-type",
    ]);
  });

  it("keeps its laws over random plans", async () => {
    await fc.assert(
      fc.asyncProperty(draws, async (draw) => checkSplit(draw)),
      { numRuns: runs(50, 5_000) },
    );
  });
});
