import { describe, expect, test } from "vitest";
import { ApplySession } from "../../../src/engine/apply/journalled-session.ts";
import { settleWithoutRequest } from "../../../src/engine/apply/settle.ts";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import type { Change } from "../../../src/model/plan/change.ts";
import type { JournalEntry } from "../../../src/model/ports.ts";
import { at, fingerprinted, idOf, person } from "../../support/engine.ts";
import { MemoryJournal, MemoryZivver, virtualClock } from "../memory-zivver.ts";
import {
  access,
  answered,
  creating,
  deleting,
  field,
  releasing,
  started,
  suspending,
  updating,
  WHEN,
} from "./by-hand.ts";

/* What becomes of a change before anything is sent: what is as planned, what is sent, and what somebody else has changed. */

const A = "a@example.org";
const was = person(A, { fullName: "Old", phone: "1", delegates: ["boss@example.org"] });
const named = updating(was, [field("fullName", "Old", "New")]);
const both = updating(was, [field("fullName", "Old", "New"), field("phone", "1", "2")]);
const suspend = suspending(was);
const remove = deleting(was);
const create = creating("n@example.org", [field("fullName", null, "New")]);
const now = (given: Partial<LiveAccount>): LiveAccount => fingerprinted({ ...was, ...given });
const made = person("n@example.org", { fullName: "New" });
const bossMoved = person("boss.w@example.org", { zivverId: idOf("boss@example.org") });
const boss = person("boss@example.org");
const renameOfBoss = updating(boss, [field("address", boss.address, bossMoved.address)], { id: "c-2" });

const moving = (to: string) =>
  updating(was, [field("address", A, "b@example.org"), field("fullName", "Old", "New")], {
    release: releasing(to),
  });

type Case = {
  readonly name: string;
  readonly change: Change;
  readonly others?: readonly Change[];
  readonly past?: readonly JournalEntry[];
  readonly live: readonly LiveAccount[];
};

async function settled({ change, others = [], past = [], live }: Case) {
  const session = new ApplySession([change, ...others], {
    target: new MemoryZivver(live),
    journal: new MemoryJournal(past),
    clock: virtualClock(),
  });
  await session.read();
  settleWithoutRequest(session, change);
  const { outcomes } = await session.finish();
  return outcomes.map(({ state, detail }) => (detail === "" ? state : `${state}: ${detail}`));
}

const conflictRecorded: JournalEntry = {
  type: "outcome",
  at: WHEN,
  outcome: { change: "c-1", state: "conflict", detail: "" },
};
const unanswered = (change: Change, before: LiveAccount | null = was) => [started(change, before)];
const done = (change: Change, shown: boolean) => [started(change, was), answered(change, { shown })];
const SINCE =
  "Old (a@example.org) was changed in Zivver since the plan was made. It was skipped. Make a new plan.";
const BEGUN =
  "Old (a@example.org) was changed in Zivver after this plan had begun to change it. It was skipped. Make a new plan.";

describe("is already as planned", () => {
  test.each<Case>([
    { name: "with all its fields as planned", change: both, live: [now({ fullName: "New", phone: "2" })] },
    { name: "with another field edited", change: named, live: [now({ fullName: "New", phone: "9" })] },
    { name: "when it was to be deleted and is gone", change: remove, live: [] },
    {
      name: "when an earlier run created it",
      change: create,
      past: [started(create, null)],
      live: [made],
    },
  ])("$name", async (given) => {
    expect(await settled(given)).toEqual(["already"]);
  });
});

describe("is left to be sent", () => {
  test.each<Case>([
    { name: "not begun, and the account is its base", change: named, live: [was] },
    { name: "not begun, and to be deleted", change: remove, live: [was] },
    { name: "not begun, and to be created", change: create, live: [] },
    {
      name: "not begun in a second run: its base, but for what another change of the plan did to it",
      change: named,
      others: [renameOfBoss],
      past: [{ type: "read", at: WHEN, accounts: [{ change: "c-1", account: was }] }],
      live: [now({ delegates: [bossMoved.address] }), bossMoved],
    },
    { name: "begun and never answered: all as before", change: both, past: unanswered(both), live: [was] },
    {
      name: "begun and never answered: all as the first write leaves it",
      change: updating(was, [field("address", A, "b@example.org"), field("phone", "1", "2")], {
        release: releasing("p@example.org"),
      }),
      past: unanswered(named),
      live: [now({ address: at("p@example.org") })],
    },
    {
      name: "answered, but not shown as planned: each field as before or as planned",
      change: both,
      past: done(both, false),
      live: [now({ fullName: "New" })],
    },
    {
      name: "answered, but not shown, with another field edited",
      change: updating(was, [field("fullName", "Old", "New"), field("division", "/", "/b")]),
      past: done(both, false),
      live: [now({ fullName: "New", phone: "9" })],
    },
    {
      name: "a suspension that was begun and never answered",
      change: suspend,
      past: unanswered(suspend),
      live: [was],
    },
    {
      name: "a suspension that was answered, but not shown",
      change: suspend,
      past: done(suspend, false),
      live: [was],
    },
    {
      name: "a deletion that was begun and never answered",
      change: remove,
      past: unanswered(remove),
      live: [was],
    },
    {
      name: "answered and shown, with a delegate under an address that this plan has made an old one",
      change: updating(was, [access({}, { [bossMoved.address]: bossMoved.zivverId })]),
      others: [renameOfBoss],
      past: done(named, true),
      live: [was, bossMoved],
    },
    {
      name: "a creation that was answered, with an account of that name that is not as planned yet",
      change: creating("n@example.org", [field("fullName", null, "New"), field("phone", null, "2")]),
      past: [started(create, null), answered(create, { shown: false })],
      live: [made],
    },
    {
      name: "a creation without a name, with any account at its address",
      change: creating("n@example.org", [field("phone", null, "2")]),
      past: [started(create, null)],
      live: [person("n@example.org", { fullName: "Any" })],
    },
    {
      name: "a creation that was never answered, with no account",
      change: create,
      past: [started(create, null)],
      live: [],
    },
  ])("$name", async (given) => {
    expect(await settled(given)).toEqual([]);
  });
});

describe("is a conflict", () => {
  test.each<Case & { readonly expect: string }>([
    { name: "not begun, and edited since", change: named, live: [now({ phone: "9" })], expect: SINCE },
    {
      name: "a suspension that was not begun, and edited since",
      change: suspend,
      live: [now({ phone: "9" })],
      expect: SINCE,
    },
    {
      name: "not begun in a second run, and edited since",
      change: named,
      others: [renameOfBoss],
      past: [{ type: "read", at: WHEN, accounts: [{ change: "c-1", account: was }] }],
      live: [now({ delegates: [bossMoved.address], phone: "9" }), bossMoved],
      expect: SINCE,
    },
    {
      name: "a conflict in an earlier run, whatever the account is now",
      change: named,
      past: [conflictRecorded],
      live: [was],
      expect: SINCE,
    },
    {
      name: "begun and never answered: as before, and edited otherwise",
      change: named,
      past: unanswered(named),
      live: [now({ phone: "9" })],
      expect: BEGUN,
    },
    {
      name: "begun and never answered: partly as planned",
      change: both,
      past: unanswered(both),
      live: [now({ phone: "2" })],
      expect: BEGUN,
    },
    {
      name: "answered, but not shown: a value that is neither",
      change: named,
      past: done(named, false),
      live: [now({ fullName: "Other" })],
      expect:
        "Other (a@example.org) was changed in Zivver after this plan had begun to change it. It was skipped. Make a new plan.",
    },
    {
      name: "shown as planned, and undone since",
      change: named,
      past: done(named, true),
      live: [was],
      expect: BEGUN,
    },
    {
      name: "a suspension that was answered, and edited otherwise since",
      change: suspend,
      past: done(suspend, false),
      live: [now({ phone: "9" })],
      expect: BEGUN,
    },
    {
      name: "a deletion that was begun, and edited since",
      change: remove,
      past: unanswered(remove),
      live: [now({ phone: "9" })],
      expect: BEGUN,
    },
    {
      name: "a deletion that was answered, and edited since",
      change: remove,
      past: done(remove, false),
      live: [now({ phone: "9" })],
      expect: BEGUN,
    },
    {
      name: "one that has a temporary address, which is said",
      change: moving("p@example.org"),
      past: unanswered(named),
      live: [now({ address: at("p@example.org"), fullName: "Other" })],
      expect:
        "Other (p@example.org) was changed in Zivver after this plan had begun to change it. It was skipped. It has a temporary address, which this plan gave it on the way to b@example.org. Make a new plan.",
    },
    {
      name: "one that has its new address by now, of which nothing is said",
      change: moving("b@example.org"),
      past: unanswered(named),
      live: [now({ address: at("b@example.org"), fullName: "Other" })],
      expect:
        "Other (b@example.org) was changed in Zivver after this plan had begun to change it. It was skipped. Make a new plan.",
    },
    {
      name: "gone",
      change: named,
      live: [],
      expect: "Old (a@example.org) is gone from Zivver. Make a new plan.",
    },
    {
      name: "created since the plan was made, by somebody else",
      change: create,
      live: [person("n@example.org", { fullName: "Other" })],
      expect:
        "Other (n@example.org) was created in Zivver after the plan was made. It was skipped. Make a new plan.",
    },
    {
      name: "begun to be created, and there under another name",
      change: create,
      past: [started(create, null)],
      live: [person("n@example.org", { fullName: "Other" })],
      expect:
        "Other (n@example.org) was changed in Zivver after this plan had begun to change it. It was skipped. Make a new plan.",
    },
    {
      name: "created by this plan, and gone since",
      change: create,
      past: [started(create, null), answered(create, { zivverId: "new" })],
      live: [],
      expect: "New (n@example.org) was created by this plan and is gone from Zivver since. Make a new plan.",
    },
  ])("$name", async ({ expect: detail, ...given }) => {
    expect(await settled(given)).toEqual([`conflict: ${detail}`]);
  });
});
