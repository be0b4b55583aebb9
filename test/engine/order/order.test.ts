import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Draft } from "../../../src/engine/diff/diff.ts";
import { type Ordered, orderDrafts } from "../../../src/engine/order/order.ts";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import type { Action, FieldChange } from "../../../src/model/plan/change.ts";
import type { Address } from "../../../src/model/values/address.ts";
import { at, desk, deskRecord, person, planOf, record } from "../../support/engine.ts";
import { runs } from "../../support/runs.ts";

type Moved = {
  readonly from?: LiveAccount;
  readonly to: readonly string[];
  readonly action?: Action;
  readonly names?: readonly string[];
  /** No source gives aliases, so that the change does not write them. */
  readonly isSilent?: true;
};

/** A draft that takes an account to these addresses, the first as its primary one. */
function draft({ from, to, action = from ? "update" : "create", names = [], isSilent }: Moved): Draft {
  const [address = at(""), ...aliases] = to.map(at);
  const removed = action === "delete" || action === "suspend";
  const fields: FieldChange[] = [
    ...(from?.address === address
      ? []
      : [{ field: "address" as const, before: from?.address ?? null, after: address }]),
    ...(isSilent ? [] : [{ field: "aliases" as const, before: from?.aliases ?? null, after: aliases }]),
  ];
  return {
    action,
    kind: from?.kind ?? "personal",
    address,
    profile: "staff",
    ...(from ? { live: from } : {}),
    after: { address, aliases },
    fields: removed ? [] : fields,
    names,
  };
}

const ordered = (...moves: readonly Moved[]) => orderDrafts(moves.map(draft), () => true);

/** `a→x needs 0 releases p+q`: the account, what it becomes, and how. */
function inLine({ draft: { live, after }, needs, release }: Ordered): string {
  const wait = needs.length > 0 ? ` needs ${needs.join()}` : "";
  const first = release ? ` releases to ${[release.address, ...release.aliases].join("+")}` : "";
  return `${live?.address ?? "new"} → ${[after.address, ...after.aliases].join("+")}${wait}${first}`;
}

const x = "x@example.org";
const y = "y@example.org";
const z = "z@example.org";

describe("addresses", () => {
  test.each<{ name: string; moves: readonly Moved[]; expect: readonly string[] }>([
    {
      name: "a chain goes from its end",
      moves: [
        { from: person("a@example.org", { aliases: [x] }), to: ["a@example.org", y] },
        { from: person("b@example.org", { aliases: [y] }), to: ["b@example.org", z] },
        { from: person("c@example.org", { aliases: [z] }), to: ["c@example.org"] },
      ],
      expect: [
        "c@example.org → c@example.org",
        `b@example.org → b@example.org+${z} needs 0`,
        `a@example.org → a@example.org+${y} needs 1`,
      ],
    },
    {
      name: "two swap aliases: the first gives its own up beforehand",
      moves: [
        {
          from: person("a@example.org", { aliases: [x, "k@example.org"] }),
          to: ["a@example.org", y, "k@example.org"],
        },
        { from: person("b@example.org", { aliases: [y] }), to: ["b@example.org", x] },
      ],
      expect: [
        `b@example.org → b@example.org+${x}`,
        `a@example.org → a@example.org+${y}+k@example.org needs 0 releases to a@example.org+k@example.org`,
      ],
    },
    {
      name: "two swap primary addresses: the first waits under an address made for it",
      moves: [
        { from: person("a@example.org"), to: ["b@example.org"] },
        { from: person("b@example.org"), to: ["a@example.org"] },
      ],
      expect: [
        "a@example.org → b@example.org",
        "b@example.org → a@example.org needs 0 releases to zivsync-idbexampleor@example.org",
      ],
    },
    {
      name: "or under an alias that it keeps",
      moves: [
        { from: person("a@example.org"), to: ["b@example.org"] },
        { from: person("b@example.org", { aliases: [x] }), to: ["a@example.org", x] },
      ],
      expect: [
        "a@example.org → b@example.org",
        `b@example.org → a@example.org+${x} needs 0 releases to ${x}`,
      ],
    },
    {
      name: "not under one that its change does not write: it would lose that alias",
      moves: [
        { from: person("a@example.org"), to: ["b@example.org"] },
        { from: person("b@example.org", { aliases: [x] }), to: ["a@example.org", x], isSilent: true },
      ],
      expect: [
        "a@example.org → b@example.org",
        `b@example.org → a@example.org+${x} needs 0 releases to zivsync-idbexampleor@example.org+${x}`,
      ],
    },
    {
      name: "three in a circle need one release",
      moves: [
        { from: person("a@example.org"), to: ["b@example.org"] },
        { from: person("b@example.org"), to: ["c@example.org"] },
        { from: person("c@example.org"), to: ["a@example.org"] },
      ],
      expect: [
        "b@example.org → c@example.org",
        "a@example.org → b@example.org needs 0",
        "c@example.org → a@example.org needs 1 releases to zivsync-idcexampleor@example.org",
      ],
    },
    {
      name: "a circle through a functional account",
      moves: [
        { from: person("a@example.org", { aliases: [x] }), to: ["a@example.org", y] },
        { from: desk("d@example.org", ["m"], { aliases: [y] }), to: ["d@example.org", x] },
      ],
      expect: [
        `d@example.org → d@example.org+${x}`,
        `a@example.org → a@example.org+${y} needs 0 releases to a@example.org`,
      ],
    },
    {
      name: "a new account takes what a deleted, a renamed and an updated one leave",
      moves: [
        { to: [x, y, "old@example.org"] },
        { from: person(x), to: [x], action: "delete" },
        { from: person("old@example.org"), to: ["new@example.org"] },
        { from: person("b@example.org", { aliases: [y] }), to: ["b@example.org"] },
      ],
      expect: [
        "b@example.org → b@example.org",
        "old@example.org → new@example.org",
        `${x} → ${x}`,
        `new → ${x}+${y}+old@example.org needs 0,1,2`,
      ],
    },
  ])("$name", ({ moves, expect: lines }) => {
    expect(ordered(...moves).map(inLine)).toEqual(lines);
  });

  test("an address made for waiting is nobody else's", () => {
    const taken = new Set(["zivsync-idbexampleor@example.org"]);
    const swap = [
      { from: person("a@example.org"), to: ["b@example.org"] },
      { from: person("b@example.org"), to: ["a@example.org"] },
    ];
    const [, second] = orderDrafts(swap.map(draft), (address) => !taken.has(address));
    expect(second?.release).toEqual({ address: "zivsync-idbexampleor-2@example.org", aliases: [] });
  });
});

describe("the order where no address decides it", () => {
  test.each<{ name: string; moves: readonly Moved[]; expect: readonly string[] }>([
    {
      name: "people before groups, each by address, numbers as numbers",
      moves: [
        { from: desk("a@example.org"), to: ["a@example.org"] },
        { from: person("room10@example.org"), to: ["room10@example.org"] },
        { from: person("room2@example.org"), to: ["room2@example.org"] },
        { from: desk("b@example.org"), to: ["b@example.org"] },
        { to: ["z@example.org"] },
      ],
      expect: [
        "room2@example.org → room2@example.org",
        "room10@example.org → room10@example.org",
        "new → z@example.org",
        "a@example.org → a@example.org",
        "b@example.org → b@example.org",
      ],
    },
    {
      name: "whom a change names comes before it, created or renamed",
      moves: [
        { from: person("a@example.org"), to: ["a@example.org"], names: ["new@example.org"] },
        { from: person("b@example.org"), to: ["b@example.org"], names: ["y@example.org"] },
        { to: ["new@example.org"] },
        { from: person("x@example.org"), to: ["y@example.org"] },
      ],
      expect: [
        "new → new@example.org",
        "a@example.org → a@example.org needs 0",
        "x@example.org → y@example.org",
        "b@example.org → b@example.org needs 2",
      ],
    },
    {
      name: "whom a change names and who keeps the address need not come before it, nor need it itself",
      moves: [
        { from: person("a@example.org"), to: ["a@example.org"], names: ["b@example.org"] },
        { from: person("b@example.org"), to: ["b@example.org", x], names: ["b@example.org"] },
        { to: ["new@example.org"], names: ["new@example.org"] },
      ],
      expect: [
        "a@example.org → a@example.org",
        `b@example.org → b@example.org+${x}`,
        "new → new@example.org",
      ],
    },
    {
      name: "an address that a deleted account keeps until then is not taken from it by itself",
      moves: [
        { from: person("a@example.org", { aliases: [x] }), to: ["a@example.org", x], action: "delete" },
        { from: person("b@example.org"), to: ["b@example.org", x] },
      ],
      expect: [`a@example.org → a@example.org+${x}`, `b@example.org → b@example.org+${x} needs 0`],
    },
    {
      name: "of two that share an address by mistake, one that has it already takes it from nobody",
      moves: [
        { from: person("a@example.org", { aliases: [x] }), to: ["a@example.org"] },
        { from: person("b@example.org", { aliases: [x] }), to: ["b@example.org", x] },
      ],
      expect: ["a@example.org → a@example.org", `b@example.org → b@example.org+${x}`],
    },
    {
      name: "what takes two addresses of one account needs it once",
      moves: [
        { from: person("a@example.org", { aliases: [x, y] }), to: ["a@example.org"] },
        { from: person("b@example.org"), to: ["b@example.org", x, y] },
      ],
      expect: ["a@example.org → a@example.org", `b@example.org → b@example.org+${x}+${y} needs 0`],
    },
    {
      name: "those from whom addresses are taken by their own order, not by that of the addresses",
      moves: [
        { from: person("a@example.org"), to: ["a@example.org", x, y] },
        { from: person("b@example.org", { aliases: [y] }), to: ["b@example.org"] },
        { from: person("c@example.org", { aliases: [x] }), to: ["c@example.org"] },
      ],
      expect: [
        "b@example.org → b@example.org",
        "c@example.org → c@example.org",
        `a@example.org → a@example.org+${x}+${y} needs 0,1`,
      ],
    },
    {
      name: "what is needed is listed in the order in which it is carried out",
      moves: [
        { from: person("a@example.org"), to: ["a@example.org", x, y] },
        { from: person("b@example.org", { aliases: [x] }), to: ["b@example.org", z] },
        { from: person("c@example.org", { aliases: [y, z] }), to: ["c@example.org"] },
      ],
      expect: [
        "c@example.org → c@example.org",
        `b@example.org → b@example.org+${z} needs 0`,
        `a@example.org → a@example.org+${x}+${y} needs 0,1`,
      ],
    },
    {
      name: "two deleted accounts of one address, by their ids",
      moves: [
        {
          from: person("a@example.org", { zivverId: "2", aliases: [y] }),
          to: ["a@example.org", y],
          action: "delete",
        },
        {
          from: person("a@example.org", { zivverId: "1", aliases: [x] }),
          to: ["a@example.org", x],
          action: "delete",
        },
      ],
      expect: [`a@example.org → a@example.org+${x}`, `a@example.org → a@example.org+${y}`],
    },
  ])("$name", ({ moves, expect: lines }) => {
    expect(ordered(...moves).map(inLine)).toEqual(lines);
    expect(ordered(...moves.toReversed()).map(inLine)).toEqual(lines);
  });

  test("two circles wait under two addresses", () => {
    const swap = (one: string, other: string, id: string): readonly Moved[] => [
      { from: person(`${one}@example.org`, { zivverId: `same-id-${id}` }), to: [`${other}@example.org`] },
      { from: person(`${other}@example.org`, { zivverId: `same-id-${id}` }), to: [`${one}@example.org`] },
    ];
    const releases = ordered(...swap("a", "b", "1"), ...swap("c", "d", "1")).flatMap(({ release }) =>
      release ? [release.address] : [],
    );
    expect([releases.length, new Set(releases).size]).toEqual([2, 2]);
  });
});

describe("a plan's order", () => {
  const order = (setting: Parameters<typeof planOf>[0]) =>
    planOf(setting).body.changes.map(
      ({ action, address, needs }) =>
        `${action} ${address}${needs.length > 0 ? ` needs ${needs.join()}` : ""}`,
    );

  test("members before groups, suspensions after all else, deletions last", () => {
    const missing = { personal: { missing: "delete" as const } };
    expect(
      order({
        profile: missing,
        desired: [
          deskRecord("d@example.org", { delegates: ["z@example.org", "e@example.org"] }),
          deskRecord("e@example.org", { delegates: ["z@example.org"] }),
          record("z@example.org"),
          record("y@example.org", { active: false }),
        ],
        live: [person("a@example.org"), person("y@example.org")],
      }),
    ).toEqual([
      "create z@example.org",
      "create e@example.org needs c-1",
      "create d@example.org needs c-1,c-2",
      "suspend y@example.org",
      "delete a@example.org",
    ]);
  });

  test("groups that are members of each other need nobody: verification completes them", () => {
    expect(
      order({
        desired: [
          deskRecord("d@example.org", { delegates: ["e@example.org"] }),
          deskRecord("e@example.org", { delegates: ["d@example.org"] }),
        ],
      }),
    ).toEqual(["create d@example.org", "create e@example.org"]);
  });

  test("two functional accounts that lose all members can swap aliases all the same", () => {
    const { changes } = planOf({
      desired: [
        record("m@example.org"),
        deskRecord("d@example.org", { aliases: [y], delegates: [] }),
        deskRecord("e@example.org", { aliases: [x], delegates: [] }),
      ],
      live: [
        person("m@example.org"),
        desk("d@example.org", ["id-m@example.org"], { aliases: [x] }),
        desk("e@example.org", ["id-m@example.org"], { aliases: [y] }),
      ],
    }).body;
    expect(
      changes.map((change) => [
        change.action,
        change.address,
        change.needs,
        "release" in change ? change.release : null,
      ]),
    ).toEqual([
      ["suspend", "e@example.org", [], null],
      ["suspend", "d@example.org", ["c-1"], { address: "d@example.org", aliases: [] }],
    ]);
  });
});

/** Random accounts over a small pool of addresses, each address with at most one holder before and after. */
const universe = fc
  .record({
    before: fc.array(fc.option(fc.nat(5), { freq: 3 }), { minLength: 12, maxLength: 12 }),
    after: fc.array(fc.option(fc.nat(7), { freq: 3 }), { minLength: 12, maxLength: 12 }),
    actions: fc.array(fc.constantFrom<Action>("update", "update", "update", "delete", "suspend"), {
      minLength: 6,
      maxLength: 6,
    }),
  })
  .map(({ before, after, actions }) => {
    const pool = before.map((_, index) => `p${index}@example.org`);
    const of = (holders: readonly (number | null)[], owner: number) =>
      pool.filter((_, index) => holders[index] === owner);
    const moves: Moved[] = [];
    const kept = new Set<string>();
    for (const [owner, action] of actions.entries()) {
      const had = of(before, owner);
      const [address, ...aliases] = had;
      if (address === undefined) continue;
      const from = person(address, { zivverId: `id-${owner}`, aliases });
      if (action === "suspend") for (const one of had) kept.add(one);
      moves.push(
        action === "update" ? { from, to: [`none${owner}@example.org`] } : { from, to: had, action },
      );
    }
    const settled = moves.map((move): Moved => {
      if (move.action !== undefined) return move;
      const owner = Number(move.from?.zivverId.slice(3));
      const to = of(after, owner).filter((address) => !kept.has(address));
      return to.length > 0 ? { ...move, to } : move;
    });
    const creates = [6, 7].flatMap((owner): Moved[] => {
      const to = of(after, owner).filter((address) => !kept.has(address));
      return to.length > 0 ? [{ to }] : [];
    });
    // Whoever is neither moved nor removed holds nothing here, so every address that is taken is given up by somebody.
    return [...settled, ...creates];
  });

/** Executes writes on a model of the name space; throws where one takes an address that somebody still holds. */
function execute(result: readonly Ordered[]): void {
  const holder = new Map<Address, number>();
  const put = (who: number, addresses: readonly Address[]) => {
    for (const address of addresses) {
      const other = holder.get(address);
      if (other !== undefined && other !== who) throw new Error(`${address} is still held`);
    }
    for (const [address, who2] of holder) if (who2 === who) holder.delete(address);
    for (const address of addresses) holder.set(address, who);
  };
  for (const [
    who,
    {
      draft: { live },
    },
  ] of result.entries())
    if (live) put(who, [live.address, ...live.aliases]);
  for (const [who, { release }] of result.entries())
    if (release) put(who, [release.address, ...release.aliases]);
  for (const [
    who,
    {
      draft: { action, after },
    },
  ] of result.entries())
    put(who, action === "delete" ? [] : [after.address, ...after.aliases]);
}

describe("laws", () => {
  test("in order, releases first, no write takes an address that somebody holds", () => {
    let releases = 0;
    fc.assert(
      fc.property(universe, (moves) => {
        const pool = new Set(
          moves.flatMap(({ from, to }) => [...to, ...(from ? [from.address, ...from.aliases] : [])]),
        );
        const result = orderDrafts(moves.map(draft), (address) => !pool.has(address));
        releases += result.filter(({ release }) => release).length;
        expect(result.length).toBe(moves.length);
        for (const [position, { needs }] of result.entries())
          expect(needs.every((need) => need < position)).toBe(true);
        execute(result);
      }),
      { numRuns: runs(300, 1000) },
    );
    expect(releases).toBeGreaterThan(runs(4, 20));
  });

  test("the order of the drafts does not matter", () => {
    fc.assert(
      fc.property(
        universe.chain((moves) =>
          fc.tuple(fc.constant(moves), fc.shuffledSubarray([...moves], { minLength: moves.length })),
        ),
        ([moves, shuffled]) => {
          expect(ordered(...shuffled).map(inLine)).toEqual(ordered(...moves).map(inLine));
        },
      ),
      { numRuns: runs(80, 200) },
    );
  });
});
