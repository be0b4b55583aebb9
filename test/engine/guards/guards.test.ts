import { describe, expect, test } from "vitest";
import type { Draft } from "../../../src/engine/diff/diff.ts";
import { checkGuards, type GuardInput } from "../../../src/engine/guards/guards.ts";
import type { Kind } from "../../../src/model/account/kind.ts";
import type { Action, FieldChange } from "../../../src/model/plan/change.ts";
import { DEFAULT_GUARDS, type GuardLimit, type GuardName } from "../../../src/model/plan/default-guards.ts";
import { at, desk, deskRecord, GUARDS_OFF, person, planOf, record } from "../../support/engine.ts";

function drafts(
  count: number,
  action: Action,
  kind: Kind = "personal",
  fields: readonly FieldChange[] = [],
): Draft[] {
  return Array.from({ length: count }, (_, index) => {
    const address = at(`${action}${index}@example.org`);
    return { action, kind, address, profile: "staff", after: { address, aliases: [] }, fields, names: [] };
  });
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `m${index}@example.org`);
const loses = (removed: number, of: number): FieldChange => ({
  field: "delegates",
  before: names(of),
  after: names(of).slice(removed),
});

function check(given: Partial<GuardInput>) {
  return checkGuards({
    limits: DEFAULT_GUARDS,
    managedBy: new Map(),
    delegatesBy: new Map(),
    protectsNobody: false,
    drafts: [],
    managed: { personal: 0, functional: 0 },
    accepted: [],
    sources: [],
    ...given,
  });
}

function verdict(
  guard: GuardName,
  limit: GuardLimit,
  managed: number,
  made: readonly Draft[],
  kind: Kind = "personal",
) {
  const limits = { ...GUARDS_OFF, [guard]: limit };
  const { results } = check({ limits, managed: { personal: managed, functional: managed }, drafts: made });
  return results.find((result) => result.guard === guard && result.kind === kind);
}

const key: FieldChange = { field: "accountKey", before: null, after: null };
const renamed: FieldChange = { field: "address", before: "old@example.org", after: "new@example.org" };
const PER_KIND = [
  { guard: "create", action: "create", fields: [] },
  { guard: "update", action: "update", fields: [] },
  { guard: "suspend", action: "suspend", fields: [] },
  { guard: "delete", action: "delete", fields: [] },
  { guard: "rename", action: "update", fields: [renamed] },
  { guard: "accountKey", action: "update", fields: [key] },
] as const;

describe.each(PER_KIND)("$guard", ({ guard, action, fields }) => {
  test.each<{
    name: string;
    limit: GuardLimit;
    managed: number;
    measured: number;
    effective: number | null;
    expect: string;
  }>([
    {
      name: "below the percentage",
      limit: { percent: 20 },
      managed: 10,
      measured: 1,
      effective: 2,
      expect: "passed",
    },
    {
      name: "at the percentage",
      limit: { percent: 20 },
      managed: 10,
      measured: 2,
      effective: 2,
      expect: "passed",
    },
    {
      name: "above the percentage",
      limit: { percent: 20 },
      managed: 10,
      measured: 3,
      effective: 2,
      expect: "refused",
    },
    {
      name: "a percentage is rounded down",
      limit: { percent: 20 },
      managed: 14,
      measured: 3,
      effective: 2,
      expect: "refused",
    },
    {
      name: "no percentage below ten accounts",
      limit: { percent: 20 },
      managed: 9,
      measured: 9,
      effective: null,
      expect: "passed",
    },
    { name: "at the count", limit: { count: 3 }, managed: 9, measured: 3, effective: 3, expect: "passed" },
    {
      name: "above the count",
      limit: { count: 3 },
      managed: 9,
      measured: 4,
      effective: 3,
      expect: "refused",
    },
    {
      name: "the percentage is the smaller",
      limit: { percent: 10, count: 3 },
      managed: 10,
      measured: 2,
      effective: 1,
      expect: "refused",
    },
    {
      name: "the count is the smaller",
      limit: { percent: 50, count: 3 },
      managed: 10,
      measured: 4,
      effective: 3,
      expect: "refused",
    },
    {
      name: "the count alone below ten accounts",
      limit: { percent: 10, count: 3 },
      managed: 9,
      measured: 3,
      effective: 3,
      expect: "passed",
    },
    {
      name: "nothing is allowed at zero",
      limit: { count: 0 },
      managed: 9,
      measured: 1,
      effective: 0,
      expect: "refused",
    },
    { name: "off", limit: "off", managed: 10, measured: 10, effective: null, expect: "passed" },
    { name: "no limit in it", limit: {}, managed: 10, measured: 10, effective: null, expect: "passed" },
  ])("$name", ({ limit, managed, measured, effective, expect: outcome }) => {
    for (const kind of ["personal", "functional"] as const) {
      expect(verdict(guard, limit, managed, drafts(measured, action, kind, fields), kind)).toEqual({
        guard,
        kind,
        measured,
        of: managed,
        limit: effective,
        verdict: outcome,
      });
    }
  });
});

describe("members removed", () => {
  const of = (limit: GuardLimit, made: readonly Draft[]) =>
    check({ limits: { ...GUARDS_OFF, memberRemoval: limit }, drafts: made }).results.filter(
      ({ guard }) => guard === "memberRemoval",
    );
  const desk0 = { kind: "functional" as const, address: at("update0@example.org") };

  test.each<{ name: string; limit: GuardLimit; made: readonly Draft[]; expect: readonly object[] }>([
    {
      name: "in all, at the count",
      limit: { count: 4 },
      made: drafts(2, "update", "functional", [loses(2, 5)]),
      expect: [{ measured: 4, of: 10, limit: 4, verdict: "passed" }],
    },
    {
      name: "in all, above the count",
      limit: { count: 3 },
      made: drafts(2, "update", "functional", [loses(2, 5)]),
      expect: [{ measured: 4, of: 10, limit: 3, verdict: "refused" }],
    },
    {
      name: "in all, emptied and deleted accounts included",
      limit: { count: 8 },
      made: [
        ...drafts(1, "suspend", "functional", [loses(5, 5)]),
        ...drafts(1, "delete", "functional", [{ ...loses(0, 4), after: null }]),
      ],
      expect: [{ measured: 9, of: 9, limit: 8, verdict: "refused" }],
    },
    {
      name: "one account, at the percentage",
      limit: { percent: 20 },
      made: drafts(1, "update", "functional", [loses(2, 10)]),
      expect: [{ measured: 2, of: 10, limit: null, verdict: "passed" }],
    },
    {
      name: "one account, above the percentage",
      limit: { percent: 20 },
      made: drafts(1, "update", "functional", [loses(3, 10)]),
      expect: [
        { measured: 3, of: 10, limit: null, verdict: "passed" },
        { ...desk0, measured: 3, of: 10, limit: 2, verdict: "refused" },
      ],
    },
    {
      name: "one account of fewer than ten",
      limit: { percent: 20 },
      made: drafts(1, "update", "functional", [loses(8, 9)]),
      expect: [{ measured: 8, of: 9, limit: null, verdict: "passed" }],
    },
    {
      name: "an emptied account is the suspend guard's matter",
      limit: { percent: 20 },
      made: drafts(1, "suspend", "functional", [loses(10, 10)]),
      expect: [{ measured: 10, of: 10, limit: null, verdict: "passed" }],
    },
    {
      name: "members exchanged count as those who go",
      limit: { count: 1 },
      made: drafts(1, "update", "functional", [
        { field: "delegates", before: ["a", "b"], after: ["b", "c", "d"] },
      ]),
      expect: [{ measured: 1, of: 2, limit: 1, verdict: "passed" }],
    },
    {
      name: "off",
      limit: "off",
      made: drafts(1, "update", "functional", [loses(10, 10)]),
      expect: [{ measured: 10, of: 10, limit: null, verdict: "passed" }],
    },
  ])("$name", ({ limit, made, expect: results }) => {
    expect(of(limit, made)).toEqual(results.map((result) => ({ guard: "memberRemoval", ...result })));
  });
});

describe("acceptances", () => {
  const limits = { ...GUARDS_OFF, suspend: { count: 1 } };
  const both = [...drafts(2, "suspend"), ...drafts(2, "suspend", "functional")];
  const verdicts = (made: readonly Draft[], accepted: GuardInput["accepted"]) => {
    const { results, unused } = check({ limits, drafts: made, accepted });
    return {
      verdicts: results.filter(({ guard }) => guard === "suspend").map(({ verdict: one }) => one),
      unused,
    };
  };

  test.each([
    {
      name: "exactly that many",
      made: drafts(2, "suspend"),
      accepted: [2],
      expect: { verdicts: ["accepted", "passed"], unused: [] },
    },
    {
      name: "not one less",
      made: drafts(2, "suspend"),
      accepted: [3],
      expect: { verdicts: ["refused", "passed"], unused: [3] },
    },
    {
      name: "not one more",
      made: drafts(3, "suspend"),
      accepted: [2],
      expect: { verdicts: ["refused", "passed"], unused: [2] },
    },
    {
      name: "one acceptance covers one kind",
      made: both,
      accepted: [2],
      expect: { verdicts: ["accepted", "refused"], unused: [] },
    },
    {
      name: "two cover both",
      made: both,
      accepted: [2, 2],
      expect: { verdicts: ["accepted", "accepted"], unused: [] },
    },
    {
      name: "what is not needed is said",
      made: drafts(1, "suspend"),
      accepted: [1, 2],
      expect: { verdicts: ["passed", "passed"], unused: [1, 2] },
    },
  ])("$name", ({ made, accepted, expect: expected }) => {
    const of = (counts: readonly number[]) => counts.map((count) => ({ guard: "suspend" as const, count }));
    expect(verdicts(made, of(accepted))).toEqual({ ...expected, unused: of(expected.unused) });
  });

  test("another guard's acceptance of the same count is none", () => {
    expect(verdicts(drafts(2, "suspend"), [{ guard: "delete", count: 2 }])).toEqual({
      verdicts: ["refused", "passed"],
      unused: [{ guard: "delete", count: 2 }],
    });
  });
});

test("every guard reports, for each kind, even when nothing changes", () => {
  const managed = { personal: 800, functional: 41 };
  const perKind = (guard: GuardName, personal: number, functional: number) => [
    { guard, kind: "personal", measured: 0, of: 800, limit: personal, verdict: "passed" },
    { guard, kind: "functional", measured: 0, of: 41, limit: functional, verdict: "passed" },
  ];
  expect(check({ managed }).results).toEqual([
    ...perKind("create", 240, 12),
    ...perKind("update", 240, 12),
    ...perKind("suspend", 40, 2),
    ...perKind("reactivate", 50, 8),
    ...perKind("delete", 8, 0),
    ...perKind("rename", 50, 8),
    { guard: "memberRemoval", measured: 0, of: 0, limit: 200, verdict: "passed" },
    { guard: "addDelegate", measured: 0, of: 0, limit: 200, verdict: "passed" },
    ...perKind("accountKey", 40, 2),
  ]);
});

describe("few", () => {
  test.each<{ name: string; limit: GuardLimit; managed: number; measured: number; expect: string }>([
    {
      name: "below ten accounts, that many pass",
      limit: { percent: 5, few: 3 },
      managed: 9,
      measured: 3,
      expect: "passed at 3",
    },
    {
      name: "and no more",
      limit: { percent: 5, few: 3 },
      managed: 9,
      measured: 4,
      expect: "refused at 3",
    },
    {
      name: "from ten on, the percentage counts",
      limit: { percent: 5, few: 3 },
      managed: 20,
      measured: 2,
      expect: "refused at 1",
    },
    {
      name: "the count stays the limit where it is smaller",
      limit: { percent: 5, few: 3, count: 2 },
      managed: 9,
      measured: 3,
      expect: "refused at 2",
    },
    {
      name: "without a percentage it means nothing",
      limit: { few: 3, count: 5 },
      managed: 9,
      measured: 4,
      expect: "passed at 5",
    },
  ])("$name", ({ limit, managed, measured, expect: expected }) => {
    const result = verdict("suspend", limit, managed, drafts(measured, "suspend"));
    expect(`${result?.verdict} at ${result?.limit}`).toBe(expected);
  });
});

describe("reactivations and renames", () => {
  const of = (guard: GuardName, made: readonly Draft[]) =>
    check({ limits: { ...GUARDS_OFF, [guard]: { count: 1 } }, drafts: made })
      .results.filter((result) => result.guard === guard)
      .map(({ kind, measured, verdict: one }) => `${kind} ${measured} ${one}`);

  test("people who may log in again are counted", () => {
    expect(of("reactivate", drafts(2, "reactivate"))).toEqual(["personal 2 refused", "functional 0 passed"]);
  });

  test("a functional account that gets members again is measured by these, not here", () => {
    expect(of("reactivate", drafts(2, "reactivate", "functional"))).toEqual([
      "personal 0 passed",
      "functional 0 passed",
    ]);
  });

  test("a rename is counted whatever else its change does", () => {
    const made = [
      ...drafts(1, "update", "personal", [renamed, key]),
      ...drafts(1, "reactivate", "personal", [renamed]),
      ...drafts(1, "suspend", "functional", [renamed, loses(1, 1)]),
      ...drafts(1, "create", "personal", [renamed]),
      ...drafts(1, "delete", "personal", [renamed]),
    ];
    expect(of("rename", made)).toEqual(["personal 2 refused", "functional 1 passed"]);
  });
});

describe("delegates added", () => {
  const gets = (added: number, of: number): FieldChange => ({
    field: "delegates",
    before: names(of),
    after: names(of + added),
  });
  const of = (limit: GuardLimit, made: readonly Draft[]) =>
    check({ limits: { ...GUARDS_OFF, addDelegate: limit }, drafts: made })
      .results.filter(({ guard }) => guard === "addDelegate")
      .map(({ address, measured, of: before, limit: one, verdict: is }) =>
        [address ?? "in all", measured, "of", before, "limit", one, is].join(" "),
      );

  test.each<{ name: string; limit: GuardLimit; made: readonly Draft[]; expect: readonly string[] }>([
    {
      name: "in all, at the count",
      limit: { count: 4 },
      made: drafts(2, "update", "functional", [gets(2, 5)]),
      expect: ["in all 4 of 10 limit 4 passed"],
    },
    {
      name: "in all, above the count, of both kinds and whatever the action",
      limit: { count: 5 },
      made: [
        ...drafts(1, "update", "personal", [gets(2, 1)]),
        ...drafts(1, "reactivate", "functional", [gets(4, 0)]),
      ],
      expect: ["in all 6 of 1 limit 5 refused"],
    },
    {
      name: "those of an account that is created are not counted: the creation is",
      limit: { count: 0 },
      made: drafts(1, "create", "functional", [gets(4, 0)]),
      expect: ["in all 0 of 0 limit 0 passed"],
    },
    {
      name: "one account, above the percentage",
      limit: { percent: 20 },
      made: drafts(1, "update", "functional", [gets(3, 10)]),
      expect: ["in all 3 of 10 limit  passed", "update0@example.org 3 of 10 limit 2 refused"],
    },
    {
      name: "whoever is exchanged is added, too",
      limit: { count: 0 },
      made: drafts(1, "update", "functional", [{ field: "delegates", before: ["a"], after: ["b"] }]),
      expect: ["in all 1 of 1 limit 0 refused"],
    },
  ])("$name", ({ limit, made, expect: results }) => {
    expect(of(limit, made)).toEqual(results);
  });
});

describe("each profile", () => {
  const managed = { personal: 814, functional: 0 };
  const managedBy = new Map([
    ["large", { personal: 800, functional: 0 }],
    ["small", { personal: 14, functional: 0 }],
  ]);
  const from = (profile: string, count: number, action: Action = "suspend") =>
    drafts(count, action).map((draft) => ({ ...draft, profile }));
  const refusals = (made: readonly Draft[], given: Partial<GuardInput> = {}) =>
    check({ managed, managedBy, drafts: made, ...given })
      .results.filter(({ verdict: one }) => one !== "passed")
      .map(({ guard, profile = "all", measured, of, limit, verdict: one }) =>
        [guard, profile, measured, "of", of, "limit", limit, one].join(" "),
      );

  test("a small one cannot vanish beside a large one", () => {
    expect(refusals(from("small", 13))).toEqual(["suspend small 13 of 14 limit 3 refused"]);
  });

  test("a few of it may go", () => {
    expect(refusals(from("small", 3))).toEqual([]);
  });

  test("what is accepted is exactly its number", () => {
    const accepted = (count: number) => ({ accepted: [{ guard: "suspend" as const, count }] });
    expect(refusals(from("small", 13), accepted(13))).toEqual(["suspend small 13 of 14 limit 3 accepted"]);
    expect(refusals(from("small", 13), accepted(12))).toEqual(["suspend small 13 of 14 limit 3 refused"]);
  });

  test("whoever accepted the whole accepted its parts", () => {
    const made = [...from("small", 13), ...from("large", 60)];
    expect(refusals(made, { accepted: [{ guard: "suspend", count: 73 }] })).toEqual([
      "suspend all 73 of 814 limit 40 accepted",
      "suspend large 60 of 800 limit 40 accepted",
      "suspend small 13 of 14 limit 3 accepted",
    ]);
  });

  test("the whole of one guard or kind is not that of another", () => {
    const made = [...from("small", 13), ...from("large", 60), ...from("small", 14, "reactivate")];
    expect(refusals(made, { accepted: [{ guard: "suspend", count: 73 }] })).toEqual([
      "suspend all 73 of 814 limit 40 accepted",
      "suspend large 60 of 800 limit 40 accepted",
      "suspend small 13 of 14 limit 3 accepted",
      "reactivate small 14 of 14 limit 3 refused",
    ]);
    const desks = drafts(13, "suspend", "functional").map((draft) => ({ ...draft, profile: "small" }));
    const both = new Map([...managedBy, ["small", { personal: 14, functional: 14 }]]);
    expect(
      refusals([...from("large", 60), ...desks], {
        managed: { personal: 814, functional: 400 },
        managedBy: both,
        accepted: [{ guard: "suspend", count: 60 }],
      }),
    ).toEqual([
      "suspend all 60 of 814 limit 40 accepted",
      "suspend large 60 of 800 limit 40 accepted",
      "suspend small 13 of 14 limit 3 refused",
    ]);
  });

  test("of one profile alone nothing is said twice", () => {
    const one = new Map([["small", { personal: 14, functional: 0 }]]);
    expect(refusals(from("small", 13), { managed: { personal: 14, functional: 0 }, managedBy: one })).toEqual(
      ["suspend all 13 of 14 limit 0 refused"],
    );
  });
});

describe("the delegates of each profile", () => {
  const delegatesBy = new Map([
    ["large", 2000],
    ["small", 20],
    ["tiny", 9],
  ]);
  /** One change of an account with five delegates for each number, so that no account is over a limit of its own. */
  const from = (profile: string, action: Action, changes: readonly FieldChange[]) =>
    changes.flatMap((change) =>
      drafts(1, action, "functional", [change]).map((draft) => ({ ...draft, profile })),
    );
  const losses = (count: number) => Array.from({ length: count }, () => loses(1, 5));
  const gains = (count: number) =>
    Array.from(
      { length: count },
      (): FieldChange => ({ field: "delegates", before: names(5), after: names(6) }),
    );
  const refusals = (made: readonly Draft[], given: Partial<GuardInput> = {}) =>
    check({ delegatesBy, drafts: made, ...given })
      .results.filter(({ verdict: one }) => one !== "passed")
      .map(({ guard, profile = "all", measured, of, limit, verdict: one }) =>
        [guard, profile, measured, "of", of, "limit", limit, one].join(" "),
      );

  test.each<{ name: string; made: readonly Draft[]; given?: Partial<GuardInput>; expect: readonly string[] }>(
    [
      {
        name: "removed, a few of a small profile",
        made: from("small", "update", losses(5)),
        expect: [],
      },
      {
        name: "removed, more of a small profile, far below the count in all",
        made: from("small", "update", losses(6)),
        expect: ["memberRemoval small 6 of 20 limit 5 refused"],
      },
      {
        name: "removed, as many of a large profile",
        made: from("large", "update", losses(190)),
        expect: [],
      },
      {
        name: "removed, of fewer than ten",
        made: from("tiny", "update", losses(6)),
        expect: ["memberRemoval tiny 6 of 9 limit 5 refused"],
      },
      {
        name: "removed with their account: the guards of accounts measure that",
        made: [...from("small", "suspend", losses(6)), ...from("small", "delete", losses(6))],
        given: { limits: { ...GUARDS_OFF, memberRemoval: DEFAULT_GUARDS.memberRemoval } },
        expect: [],
      },
      {
        name: "added, a few to a small profile",
        made: from("small", "update", gains(20)),
        expect: [],
      },
      {
        name: "added, more to a small profile",
        made: from("small", "update", gains(21)),
        expect: ["addDelegate small 21 of 20 limit 20 refused"],
      },
      {
        name: "added, as many to a large profile",
        made: from("large", "update", gains(190)),
        expect: [],
      },
      {
        name: "accepted as exactly that number",
        made: from("small", "update", losses(6)),
        given: { accepted: [{ guard: "memberRemoval", count: 6 }] },
        expect: ["memberRemoval small 6 of 20 limit 5 accepted"],
      },
      {
        name: "accepted with the whole of the organisation",
        made: [...from("large", "update", losses(195)), ...from("small", "update", losses(6))],
        given: { accepted: [{ guard: "memberRemoval", count: 201 }] },
        expect: [
          "memberRemoval all 201 of 1005 limit 200 accepted",
          "memberRemoval small 6 of 20 limit 5 accepted",
        ],
      },
      {
        name: "switched off",
        made: [...from("small", "update", losses(6)), ...from("small", "update", gains(21))],
        given: { limits: { ...DEFAULT_GUARDS, memberRemoval: "off", addDelegate: "off", update: "off" } },
        expect: [],
      },
    ],
  )("$name", ({ made, given = {}, expect: expected }) => {
    const limits = { ...DEFAULT_GUARDS, update: "off" as const };
    expect(refusals(made, { limits, ...given })).toEqual(expected);
  });

  test("in a plan, they are those of the live accounts that the profile manages", () => {
    const people = names(9);
    const { guards } = planOf({
      organization: { guards: { ...GUARDS_OFF, memberRemoval: { percent: 20, few: 5 } } },
      desired: [
        ...people.map((address) => record(address)),
        deskRecord("a@example.org", { delegates: people.slice(0, 3) }),
        deskRecord("b@example.org", { delegates: people.slice(0, 4) }),
        deskRecord("c@example.org", { delegates: people.slice(0, 8) }),
      ],
      live: [
        ...people.map((address) => person(address)),
        ...["a", "b", "c"].map((name) =>
          desk(
            `${name}@example.org`,
            people.slice(0, 8).map((one) => `id-${one}`),
          ),
        ),
      ],
    }).body;
    expect(guards.filter(({ guard }) => guard === "memberRemoval")).toEqual([
      { guard: "memberRemoval", measured: 9, of: 16, limit: null, verdict: "passed" },
      { guard: "memberRemoval", profile: "staff", measured: 9, of: 24, limit: 5, verdict: "refused" },
    ]);
  });
});

describe("few of what is not an account", () => {
  const refusals = (given: Partial<GuardInput>) =>
    check(given)
      .results.filter(({ verdict: one }) => one === "refused")
      .map(({ guard, source, address, measured, of, limit }) =>
        [guard, source ?? address, measured, "of", of, "limit", limit].join(" "),
      );
  const source = (records: number, before: number) => ({ profile: "staff", name: "hr", records, before });

  test("a source with fewer than ten records loses three at most", () => {
    expect(refusals({ sources: [source(6, 9)] })).toEqual([]);
    expect(refusals({ sources: [source(5, 9)] })).toEqual(["sourceShrink staff/hr 4 of 9 limit 3"]);
    expect(refusals({ sources: [source(8, 10)] })).toEqual(["sourceShrink staff/hr 2 of 10 limit 1"]);
  });

  test("an account with fewer than ten delegates loses five at most", () => {
    expect(refusals({ drafts: drafts(1, "update", "functional", [loses(5, 9)]) })).toEqual([]);
    expect(refusals({ drafts: drafts(1, "update", "functional", [loses(6, 9)]) })).toEqual([
      "memberRemoval update0@example.org 6 of 9 limit 5",
    ]);
  });

  test("an account gets twenty delegates, or half of what it has", () => {
    const gets = (added: number, of: number) =>
      drafts(1, "update", "functional", [
        { field: "delegates", before: names(of), after: names(of + added) },
      ]);
    expect(refusals({ drafts: [...gets(20, 0), ...gets(20, 12), ...gets(50, 100)] })).toEqual([]);
    expect(refusals({ drafts: [...gets(21, 12)] })).toEqual([
      "addDelegate update0@example.org 21 of 12 limit 20",
    ]);
    expect(refusals({ drafts: [...gets(51, 100)] })).toEqual([
      "addDelegate update0@example.org 51 of 100 limit 50",
    ]);
  });
});

describe("as long as nobody is protected", () => {
  const of = (made: readonly Draft[], given: Partial<GuardInput> = {}) =>
    check({ limits: GUARDS_OFF, protectsNobody: true, drafts: made, ...given }).results.filter(
      ({ guard }) => guard === "protectedNobody",
    );

  test.each(["suspend", "delete"] as const)("no person is %sd", (action) => {
    expect(of(drafts(1, action), { managed: { personal: 800, functional: 0 } })).toEqual([
      { guard: "protectedNobody", kind: "personal", measured: 1, of: 800, limit: 0, verdict: "refused" },
    ]);
  });

  test("everything else goes on", () => {
    const made = [
      ...drafts(3, "create"),
      ...drafts(3, "update"),
      ...drafts(3, "reactivate"),
      ...drafts(3, "suspend", "functional", [loses(1, 1)]),
    ];
    expect(of(made)).toEqual([]);
  });

  test("no acceptance covers it", () => {
    const guards: GuardName[] = ["suspend", "delete", "create", "sourceShrink"];
    const accepted = guards.map((guard) => ({ guard, count: 2 }));
    const { results, unused } = check({
      limits: { ...GUARDS_OFF, suspend: { count: 1 } },
      protectsNobody: true,
      drafts: drafts(2, "suspend"),
      accepted,
    });
    expect(
      results.filter(({ verdict: one }) => one !== "passed").map(({ guard, verdict: one }) => [guard, one]),
    ).toEqual([
      ["suspend", "accepted"],
      ["protectedNobody", "refused"],
    ]);
    expect(unused).toEqual(accepted.slice(1));
  });

  test("one protected address, or the word that none is meant, is enough", () => {
    expect(of(drafts(9, "suspend"), { protectsNobody: false })).toEqual([]);
  });
});

describe("in a plan", () => {
  test("members that protection keeps are not removed", () => {
    const { guards } = planOf({
      desired: [record("m@example.org"), deskRecord("admin@example.org", { fullName: "New", delegates: [] })],
      live: [person("m@example.org"), desk("admin@example.org", ["id-m@example.org"])],
    }).body;
    expect(guards.find(({ guard }) => guard === "memberRemoval")?.measured).toBe(0);
  });

  const staff = Array.from({ length: 10 }, (_, index) => `p${index}@example.org`);
  const desks = Array.from({ length: 10 }, (_, index) => `d${index}@example.org`);
  const live = [
    ...staff.map((address) => person(address)),
    ...desks.map((address) => desk(address, ["id-p0@example.org"])),
  ];

  test("an emptied functional account counts as suspended, and one refusal makes the plan inapplicable", () => {
    const setting = {
      organization: { guards: { ...GUARDS_OFF, suspend: { percent: 10 } } },
      desired: [
        ...staff.map((address) => record(address)),
        ...desks.map((address, index) =>
          deskRecord(address, { delegates: index < 2 ? [] : ["p0@example.org"] }),
        ),
      ],
      live,
    };
    const refused = planOf(setting).body;
    expect(refused.guards.filter(({ guard, kind }) => guard === "suspend" && kind === "functional")).toEqual([
      { guard: "suspend", kind: "functional", measured: 2, of: 10, limit: 1, verdict: "refused" },
    ]);
    expect(refused.applicable).toBe(false);
    expect(refused.changes.map(({ action, address }) => `${action} ${address}`)).toEqual([
      "suspend d0@example.org",
      "suspend d1@example.org",
    ]);
    const accepted = planOf({
      ...setting,
      accepted: [
        { guard: "suspend", count: 2 },
        { guard: "create", count: 1 },
      ],
    });
    expect([accepted.body.applicable, accepted.unusedAcceptances]).toEqual([
      true,
      [{ guard: "create", count: 1 }],
    ]);
  });

  test("unmanaged accounts are not what a percentage is taken of", () => {
    const { guards } = planOf({
      organization: { guards: { ...GUARDS_OFF, suspend: { percent: 10 } } },
      profile: { manages: { kinds: ["personal"], exclude: [{ address: "p9@example.org" }] } },
      desired: [record("p0@example.org")],
      live,
    }).body;
    expect(guards.find(({ guard, kind }) => guard === "suspend" && kind === "personal")).toEqual({
      guard: "suspend",
      kind: "personal",
      measured: 8,
      of: 9,
      limit: null,
      verdict: "passed",
    });
  });

  test("a delegate who is renamed is not one who is removed", () => {
    const { guards } = planOf({
      organization: { guards: { ...GUARDS_OFF, memberRemoval: { count: 0 } } },
      desired: [
        record("a@example.org", { delegates: ["new@example.org"] }),
        record("new@example.org", { fullName: "Name of old", aliases: ["old@example.org"] }),
      ],
      live: [person("a@example.org", { delegates: ["old@example.org"] }), person("old@example.org")],
    }).body;
    expect(guards.filter(({ guard }) => guard === "memberRemoval")).toEqual([
      { guard: "memberRemoval", measured: 0, of: 1, limit: 0, verdict: "passed" },
    ]);
  });
});

describe("what a guard leaves alone", () => {
  const lines = (given: Partial<GuardInput>, guard: GuardName) =>
    check(given)
      .results.filter((result) => result.guard === guard)
      .map(({ profile, address, kind, measured, of, limit, verdict: one }) =>
        [profile ?? address ?? kind ?? "all", measured, "of", of, "limit", limit, one].join(" "),
      );

  test("the key of an account that is created is not a key that changes", () => {
    const made = [...drafts(3, "create", "personal", [key]), ...drafts(1, "update", "personal", [key])];
    const limits = { ...GUARDS_OFF, accountKey: { count: 1 } };
    expect(lines({ limits, drafts: made }, "accountKey")).toEqual([
      "personal 1 of 0 limit 1 passed",
      "functional 0 of 0 limit 1 passed",
    ]);
  });

  test("an acceptance of one account's delegates is not one of another's", () => {
    const [first] = drafts(1, "update", "functional", [loses(6, 9)]);
    const [, second] = drafts(2, "update", "functional", [loses(7, 9)]);
    const made = [first, second].filter((draft) => draft !== undefined);
    const limits = { ...GUARDS_OFF, memberRemoval: { percent: 20, few: 5 } };
    const accepted = [{ guard: "memberRemoval" as const, count: 6 }];
    expect(lines({ limits, drafts: made, accepted }, "memberRemoval")).toEqual([
      "all 13 of 18 limit  passed",
      "update0@example.org 6 of 9 limit 5 accepted",
      "update1@example.org 7 of 9 limit 5 refused",
    ]);
  });

  const profiles = (names_: readonly string[]) =>
    new Map(names_.map((name) => [name, { personal: name === "large" ? 800 : 14, functional: 0 }]));
  const suspended = (profile: string, count: number) =>
    drafts(count, "suspend").map((draft) => ({ ...draft, profile }));

  test("an acceptance of one profile's part is not one of another's", () => {
    const given = {
      managed: { personal: 828, functional: 0 },
      managedBy: profiles(["large", "small", "other"]),
      drafts: [...suspended("small", 13), ...suspended("other", 12)],
      accepted: [{ guard: "suspend" as const, count: 13 }],
    };
    expect(lines(given, "suspend")).toEqual([
      "personal 25 of 828 limit 41 passed",
      "functional 0 of 0 limit 3 passed",
      "small 13 of 14 limit 3 accepted",
      "other 12 of 14 limit 3 refused",
    ]);
  });

  test.each<{ name: string; limit: GuardLimit; expect: string }>([
    { name: "at its limit", limit: { percent: 5, few: 3 }, expect: "personal 3 of 814 limit 40 passed" },
    { name: "without a limit", limit: "off", expect: "personal 3 of 814 limit  passed" },
  ])("a profile $name is not measured apart", ({ limit, expect: whole }) => {
    const given = {
      limits: { ...GUARDS_OFF, suspend: limit },
      managed: { personal: 814, functional: 20 },
      managedBy: profiles(["large", "small"]),
      drafts: suspended("small", 3),
    };
    expect(lines(given, "suspend").filter((line) => !line.startsWith("functional"))).toEqual([whole]);
  });

  test("a few are not too few to refuse where an account of ten or more loses them", () => {
    const limits = { ...GUARDS_OFF, memberRemoval: { percent: 20, few: 5 } };
    const made = drafts(1, "update", "functional", [loses(3, 10)]);
    expect(lines({ limits, drafts: made }, "memberRemoval")).toEqual([
      "all 3 of 10 limit  passed",
      "update0@example.org 3 of 10 limit 2 refused",
    ]);
  });

  test.each<{ name: string; limit: GuardLimit }>([
    { name: "at its limit", limit: { percent: 20, few: 2 } },
    { name: "without a limit", limit: "off" },
  ])("the delegates of a profile $name are not measured apart", ({ limit }) => {
    const made = [loses(1, 5), loses(1, 5)].flatMap((change) => drafts(1, "update", "functional", [change]));
    const limits = { ...GUARDS_OFF, memberRemoval: limit };
    expect(lines({ limits, drafts: made, delegatesBy: new Map([["staff", 10]]) }, "memberRemoval")).toEqual([
      "all 2 of 10 limit  passed",
    ]);
  });

  test("no delegates are counted where none change, and those that a list had not are none", () => {
    const limits = { ...GUARDS_OFF, addDelegate: { count: 9 } };
    const first: FieldChange = { field: "delegates", before: null, after: names(2) };
    const last: FieldChange = { field: "delegates", before: names(2), after: null };
    const of = (change: readonly FieldChange[]) =>
      lines({ limits, drafts: drafts(1, "update", "functional", change) }, "addDelegate");
    expect(of([renamed])).toEqual(["all 0 of 0 limit 9 passed"]);
    expect(of([first])).toEqual(["all 2 of 0 limit 9 passed"]);
    expect(of([last])).toEqual(["all 0 of 2 limit 9 passed"]);
  });
});
