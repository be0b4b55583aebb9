import { describe, expect, test } from "vitest";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import type { Change } from "../../../src/model/plan/change.ts";
import { at, desk, fingerprinted, person } from "../../support/engine.ts";
import { refusal } from "../memory-zivver.ts";
import { access, creating, deleting, field, updating } from "./by-hand.ts";
import { course, outcomesOf, type Script } from "./scripted.ts";

/* What is read back after the writes, for how long, and what is written once more. */

const was = person("a@example.org", { fullName: "Old" });
const now = (given: Partial<LiveAccount>): LiveAccount => fingerprinted({ ...was, ...given });
const planned = now({ fullName: "New" });
const other = now({ fullName: "Other" });
const change = updating(was, [field("fullName", "Old", "New")]);
const create = creating("n@example.org", [field("fullName", null, "New")]);
const made = person("n@example.org", { fullName: "New", zivverId: "new" });
const remove = deleting(was);
const rename = updating(was, [field("address", was.address, "b@example.org")]);
const DOWN = refusal("target-refused", "Zivver is down.");
const LOST = refusal("target-refused", "The connection was lost.", true);

const CHECK = "Check the account in Zivver, then make a new plan.";
const RENAME =
  "If Zivver does not let primary addresses be changed over its API, change it in Zivver's web application; the next plans leave it as it is.";
const LATE = (what: string) =>
  `unknown: It was sent, but Zivver does not show it yet: ${what}. Apply was interrupted before it was written once more.`;
const IGNORED = (who: string, what: string) =>
  `failed: Zivver accepted the change of ${who} but does not show it: ${what}. ${CHECK}`;
const UNANSWERED = (who: string, what: string) =>
  `failed: Zivver gave no usable answer to the change of ${who}, and does not show it: ${what}. Make a new plan.`;

type Case = Script & {
  readonly name: string;
  readonly changes?: readonly Change[];
  readonly settleMs?: number;
  readonly expect: {
    readonly outcome: string;
    readonly writes?: number;
    readonly lists?: number;
    readonly waits?: readonly number[];
    readonly open?: boolean;
  };
};

/** 5 seconds, by pauses that double. */
const ALL = [1000, 2000, 2000];

test.each<Case>([
  {
    name: "shown as it was answered: read once",
    reads: [[was], [planned]],
    answers: [planned],
    expect: { outcome: "applied" },
  },
  {
    name: "answered as planned, and the reading is behind: the answer counts",
    reads: [[was]],
    answers: [planned],
    expect: { outcome: "applied" },
  },
  {
    name: "answered with something else: written once more at once",
    reads: [[was], [other], [planned]],
    answers: [other, planned],
    expect: { outcome: "applied", writes: 2, lists: 2 },
  },
  {
    name: "answered without the account, and the reading is behind until the second pause is over",
    reads: [[was], [was], [was], [planned]],
    expect: { outcome: "applied", lists: 4, waits: [1000, 2000] },
  },
  {
    name: "the reading never shows the write: written once more after the whole time, and answered",
    reads: [[was]],
    answers: [undefined, planned],
    expect: { outcome: "applied", writes: 2, lists: 5, waits: ALL },
  },
  {
    name: "neither the write nor the second one shows: it failed, after the whole time twice",
    reads: [[was]],
    expect: {
      outcome: IGNORED("Old (a@example.org)", "fullName"),
      writes: 2,
      lists: 9,
      waits: [...ALL, ...ALL],
    },
  },
  {
    name: "pauses are of fifteen seconds at most",
    settleMs: 60_000,
    reads: [[was], ...Array.from({ length: 7 }, () => [was]), [planned]],
    expect: {
      outcome: "applied",
      lists: 9,
      waits: [1000, 2000, 4000, 8000, 15_000, 15_000, 15_000],
    },
  },
  {
    name: "no time to wait: written once more at once",
    settleMs: 0,
    reads: [[was], [was], [planned]],
    expect: { outcome: "applied", writes: 2, lists: 3 },
  },
  {
    name: "the reading shows something else: written once more at once",
    reads: [[was], [other], [planned]],
    expect: { outcome: "applied", writes: 2, lists: 3 },
  },
  {
    name: "the second write is answered with something else: it failed",
    reads: [[was], [other]],
    answers: [other],
    expect: { outcome: IGNORED("Other (a@example.org)", "fullName"), writes: 2, lists: 3 },
  },
  {
    name: "what cannot be read back is unknown, and the plan stays open",
    reads: [[was], DOWN],
    expect: {
      outcome: "unknown: It was sent, but reading it back failed: Zivver is down.",
      open: true,
    },
  },
  {
    name: "what cannot be read while it is waited for is unknown",
    reads: [[was], [was], DOWN],
    expect: {
      outcome: "unknown: It was sent, but reading it back failed: Zivver is down.",
      lists: 3,
      waits: [1000],
      open: true,
    },
  },
  {
    name: "what cannot be read after it was written once more is unknown",
    reads: [[was], [other], DOWN],
    expect: {
      outcome: "unknown: It was sent, but reading it back failed: Zivver is down.",
      writes: 2,
      lists: 3,
      open: true,
    },
  },
  {
    name: "a lost answer, and the reading shows the write",
    reads: [[was], [planned]],
    answers: [LOST],
    expect: { outcome: "applied" },
  },
  {
    name: "a lost answer, and the reading never shows the write: written once more",
    reads: [[was]],
    answers: [LOST, planned],
    expect: { outcome: "applied", writes: 2, lists: 5, waits: ALL },
  },
  {
    name: "two lost answers, and the reading never shows the write: nobody says that Zivver accepted it",
    reads: [[was]],
    answers: [LOST],
    expect: {
      outcome: UNANSWERED("Old (a@example.org)", "fullName"),
      writes: 2,
      lists: 9,
      waits: [...ALL, ...ALL],
    },
  },
  {
    name: "a rename that was never answered is no rename that Zivver refuses",
    changes: [rename],
    reads: [[was]],
    answers: [LOST],
    expect: {
      outcome: UNANSWERED("Old (a@example.org)", "address"),
      writes: 2,
      lists: 9,
      waits: [...ALL, ...ALL],
    },
  },
  {
    name: "a rename that was answered, and whose second answer was lost, is one that Zivver ignores",
    changes: [rename],
    reads: [[was]],
    answers: [was, LOST],
    expect: {
      outcome: `failed (rename-not-possible): Zivver accepted the change of Old (a@example.org) but does not show it: address. ${RENAME}`,
      writes: 2,
      lists: 3,
    },
  },
  {
    name: "a lost answer twice, shown in the end",
    reads: [[was], [other], [planned]],
    answers: [LOST],
    expect: { outcome: "applied", writes: 2, lists: 3 },
  },
  {
    name: "an account that was gone when it was read back",
    reads: [[was], []],
    expect: {
      outcome: "failed: Old (a@example.org) was gone from Zivver when it was read back. Make a new plan.",
    },
  },
  {
    name: "a rename that Zivver ignores",
    changes: [rename],
    reads: [[was]],
    answers: [was],
    expect: {
      outcome: `failed (rename-not-possible): Zivver accepted the change of Old (a@example.org) but does not show it: address. ${RENAME}`,
      writes: 2,
      lists: 3,
    },
  },
  {
    name: "a rename that Zivver carries out otherwise",
    changes: [rename],
    reads: [[was], [now({ address: at("c@example.org") })]],
    answers: [now({ address: at("c@example.org") })],
    expect: { outcome: IGNORED("Old (c@example.org)", "address"), writes: 2, lists: 3 },
  },
  {
    name: "a name that Zivver ignores is not a rename",
    reads: [[was]],
    answers: [was],
    expect: { outcome: IGNORED("Old (a@example.org)", "fullName"), writes: 2, lists: 3 },
  },
  {
    name: "a creation that shows late",
    changes: [create],
    reads: [[], [], [], [made]],
    expect: { outcome: "applied", lists: 4, waits: [1000, 2000] },
  },
  {
    name: "a creation that was answered and never shows is not sent again",
    changes: [create],
    reads: [[]],
    expect: {
      outcome: IGNORED("New (n@example.org)", "the account is not there"),
      lists: 9,
      waits: [...ALL, ...ALL],
    },
  },
  {
    name: "a creation that was lost, and never shows, is sent again",
    changes: [create],
    reads: [[]],
    answers: [LOST, made],
    expect: { outcome: "applied", writes: 2, lists: 5, waits: ALL },
  },
  {
    name: "a creation in whose place somebody else's account shows",
    changes: [create],
    reads: [[], [person("n@example.org", { fullName: "Other" })]],
    expect: {
      outcome:
        "conflict: Zivver has another account with this address: Other (n@example.org). It was skipped. Make a new plan.",
    },
  },
  {
    name: "a creation of which something is missing is changed, not created again",
    changes: [creating("n@example.org", [field("fullName", null, "New"), field("phone", null, "1")])],
    reads: [[], [made], [fingerprinted({ ...made, phone: "1" })]],
    expect: { outcome: "applied", writes: 2, lists: 3 },
  },
  {
    name: "a deletion that shows late",
    changes: [remove],
    reads: [[was], [was], []],
    expect: { outcome: "applied", lists: 3, waits: [1000] },
  },
  {
    name: "a deletion that never shows is sent again, and then failed",
    changes: [remove],
    reads: [[was]],
    expect: {
      outcome: IGNORED("Old (a@example.org)", "the account is still there"),
      writes: 2,
      lists: 9,
      waits: [...ALL, ...ALL],
    },
  },
  {
    name: "stopped before it is read back for the first time",
    stopAtRead: 2,
    reads: [[was], [was]],
    expect: { outcome: LATE("fullName"), open: true },
  },
  {
    name: "stopped while it is waited for",
    stopAtRead: 3,
    reads: [[was]],
    expect: { outcome: LATE("fullName"), lists: 3, waits: [1000], open: true },
  },
  {
    name: "stopped after it was written once more, and shown",
    stopAtRead: 3,
    reads: [[was], [other], [planned]],
    expect: { outcome: "applied", writes: 2, lists: 3 },
  },
  {
    name: "stopped after it was written once more, and not shown",
    stopAtRead: 3,
    reads: [[was], [other], [other]],
    expect: { outcome: IGNORED("Other (a@example.org)", "fullName"), writes: 2, lists: 3 },
  },
  {
    name: "stopped after a lost answer to the second write leaves it open",
    stopAtRead: 3,
    reads: [[was], [other], [other]],
    answers: [undefined, LOST],
    expect: { outcome: "unknown: The connection was lost.", writes: 2, lists: 3, open: true },
  },
])("$name", async ({ changes = [change], settleMs = 5000, expect: expected, ...script }) => {
  const { writes, lists, waits, unfinished, ...result } = await course(changes, script, { settleMs });
  expect({ outcome: outcomesOf(result), writes: writes.length, lists, waits, open: unfinished }).toEqual({
    writes: 1,
    lists: 2,
    waits: [],
    open: false,
    ...expected,
    outcome: [expected.outcome],
  });
});

describe("what is written once more", () => {
  test("is what is missing", async () => {
    const two = updating(was, [field("fullName", "Old", "New"), field("phone", "", "1")]);
    const { writes } = await course([two], { reads: [[was], [planned]] });
    expect(writes.at(-1)).toEqual({ op: "update", live: planned, fields: { phone: "1" } });
  });

  test("is also what was as planned at first and is not any more, since a rename of this plan", async () => {
    const ann = person("ann@example.org");
    const moved = person("ann.w@example.org", { zivverId: ann.zivverId });
    const boss = person("boss@example.org", { delegates: [ann.address] });
    const changes = [
      updating(ann, [field("address", ann.address, moved.address)]),
      updating(boss, [access({}, { [moved.address]: ann.zivverId })], { id: "c-2" }),
    ];
    const done = fingerprinted({ ...boss, delegates: [moved.address] });
    const { writes, ...result } = await course(changes, {
      reads: [
        [ann, boss],
        [moved, boss],
        [moved, done],
      ],
      answers: [moved, done],
    });
    expect(writes.map((write) => ("fields" in write ? write.fields : {}))).toEqual([
      { address: moved.address },
      { delegates: [moved.address] },
    ]);
    expect(outcomesOf(result)).toEqual(["applied", "applied"]);
  });

  test("is nothing of what failed, although it is not as planned", async () => {
    const b = person("b@example.org");
    const changes = [change, updating(b, [field("phone", "", "1")], { id: "c-2" })];
    const done = fingerprinted({ ...b, phone: "1" });
    const { writes, ...result } = await course(changes, {
      reads: [
        [was, b],
        [was, done],
      ],
      answers: [refusal("target-refused", "No."), done],
    });
    expect([writes.length, outcomesOf(result)]).toEqual([2, ["failed: No.", "applied"]]);
  });
});

describe("readings of one account", () => {
  test.each<Case & { alone: number }>([
    {
      name: "show what the lists do not show yet",
      reads: [[was]],
      ones: [planned],
      alone: 1,
      expect: { outcome: "applied" },
    },
    {
      name: "that are behind count for nothing",
      reads: [[was], [was], [planned]],
      ones: [was],
      alone: 1,
      expect: { outcome: "applied", lists: 3, waits: [1000] },
    },
    {
      name: "that do not find the account count for nothing",
      reads: [[was], [was], [planned]],
      ones: [undefined],
      alone: 1,
      expect: { outcome: "applied", lists: 3, waits: [1000] },
    },
    {
      name: "that fail count for nothing",
      reads: [[was], [was], [planned]],
      ones: [DOWN],
      alone: 1,
      expect: { outcome: "applied", lists: 3, waits: [1000] },
    },
    {
      name: "that show something else end the waiting: it is written once more",
      reads: [[was], [was], [planned]],
      ones: [other],
      alone: 1,
      expect: { outcome: "applied", writes: 2, lists: 3 },
    },
    {
      name: "that do not find a deleted account show that it is gone",
      changes: [remove],
      reads: [[was]],
      ones: [undefined],
      alone: 1,
      expect: { outcome: "applied" },
    },
    {
      name: "are not made of an account of which no id is known",
      changes: [create],
      reads: [[], [], [made]],
      ones: [made],
      alone: 0,
      expect: { outcome: "applied", lists: 3, waits: [1000] },
    },
    {
      name: "are not made where the lists show the write",
      reads: [[was], [planned]],
      ones: [planned],
      alone: 0,
      expect: { outcome: "applied" },
    },
  ])("$name", async ({ changes = [change], alone: count, expect: expected, ...script }) => {
    const { writes, lists, waits, alone, ...result } = await course(changes, script, { settleMs: 5000 });
    expect({ outcome: outcomesOf(result), writes: writes.length, lists, waits, alone: alone.length }).toEqual(
      { writes: 1, lists: 2, waits: [], alone: count, ...expected, outcome: [expected.outcome] },
    );
  });

  test("are of the account of the change", async () => {
    const group = desk("g@example.org", []);
    const filled = desk("g@example.org", ["id-a@example.org"]);
    const fill = updating(group, [access({}, { [was.address]: was.zivverId })]);
    const { alone } = await course([fill], { reads: [[was, group]], ones: [filled] });
    expect(alone).toEqual([group.zivverId]);
  });

  test.each([
    { count: 10, alone: 10 },
    { count: 11, alone: 0 },
  ])("are made of ten accounts at most: of $count, $alone", async ({ count, alone }) => {
    const live = Array.from({ length: count }, (_, index) => person(`p${index}@example.org`));
    const changes = live.map((one, index) =>
      updating(one, [field("phone", "", "1")], { id: `c-${index + 1}` }),
    );
    const done = live.map((one) => fingerprinted({ ...one, phone: "1" }));
    const result = await course(changes, { reads: [live, live, done], ones: live });
    expect(result.alone.length).toBe(alone);
    expect(result.waits).toEqual([1000]);
  });

  test("an error that is not Zivver's ends the apply", async () => {
    const broken = new Error("broken");
    await expect(course([change], { reads: [[was]], ones: [broken] })).rejects.toThrow(broken);
    await expect(course([change], { reads: [[was], broken] })).rejects.toThrow(broken);
  });
});
