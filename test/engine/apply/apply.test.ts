import { describe, expect, test } from "vitest";
import { applyChanges } from "../../../src/engine/apply/apply.ts";
import type { ApplyPorts, ApplyResult } from "../../../src/engine/apply/ports.ts";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import type { Change } from "../../../src/model/plan/change.ts";
import type { JournalEntry, Target, Write } from "../../../src/model/ports.ts";
import { InputError, RemoteError } from "../../../src/model/values/errors.ts";
import { deskRecord, inputOf, linesOf, person, planOf, record, type Setting } from "../../support/engine.ts";
import { EVERYTHING } from "../everything.ts";
import { Crash, MemoryJournal, MemoryZivver, type Quirks, refusal, virtualClock } from "../memory-zivver.ts";

const changesOf = (setting: Setting): readonly Change[] => planOf(setting).body.changes;

type Run = { readonly zivver: Target; readonly journal?: MemoryJournal } & Pick<
  ApplyPorts,
  "stop" | "width" | "onProgress"
>;

type Reported = Pick<ApplyResult, "outcomes" | "unfinished">;

async function run(
  changes: readonly Change[],
  { zivver, journal = new MemoryJournal(), ...ports }: Run,
): Promise<Reported> {
  const clock = virtualClock();
  const { outcomes, unfinished } = await applyChanges(changes, { target: zivver, journal, clock, ...ports });
  return { outcomes, unfinished };
}

const states = ({ outcomes }: Reported) => outcomes.map(({ state }) => state);
const ops = (zivver: MemoryZivver) =>
  zivver.writes.map(
    (write) => `${write.op} ${write.op === "create" ? write.fields.address : write.live.address}`,
  );

const withoutIds = (zivver: MemoryZivver) => {
  const names = new Map(zivver.accounts.map(({ zivverId, address }) => [zivverId, address]));
  return zivver.accounts.map(({ zivverId: _, fingerprint: __, members, ...rest }) => ({
    ...rest,
    members: members.map((id) => names.get(id) ?? id).sort(),
  }));
};

describe.each<Quirks>([
  {},
  { delegatesAsText: true },
  { createDropsDelegates: true },
  { answersNothing: true },
  { delegatesAsText: true, createDropsDelegates: true, answersNothing: true },
])("a plan of everything, with %o", (quirks) => {
  const live = inputOf(EVERYTHING).live;
  const changes = changesOf(EVERYTHING);

  test("is carried out, and the next plan is empty", async () => {
    const zivver = new MemoryZivver(live, quirks);
    const result = await run(changes, { zivver });
    expect(result.outcomes.filter(({ state }) => state !== "applied")).toEqual([]);
    expect(result.unfinished).toBe(false);
    expect(linesOf({ ...EVERYTHING, live: zivver.accounts }).changes).toEqual([]);
  });

  test("killed at any request, before or after it was carried out, and resumed, ends the same", async () => {
    const whole = new MemoryZivver(live, quirks);
    await run(changes, { zivver: whole });
    expect(whole.writes).not.toEqual([]);
    for (const moment of ["before", "after"] as const) {
      for (let at = 1; at <= whole.writes.length; at++) {
        const zivver = new MemoryZivver(live, quirks);
        const journal = new MemoryJournal();
        const kill = (_: Write, number: number) => {
          if (number >= at) throw new Crash("killed");
        };
        // Once killed, nothing more reaches Zivver; the request at hand may have.
        zivver.faults =
          moment === "before"
            ? { before: kill }
            : { before: (write, number) => number > at && kill(write, number), after: kill };
        await expect(run(changes, { zivver, journal })).rejects.toThrow(Crash);
        zivver.faults = {};
        const again = await run(changes, { zivver, journal: new MemoryJournal(journal.all) });
        const trouble = again.outcomes.filter(({ state }) => state !== "applied" && state !== "already");
        expect({ moment, at, trouble, state: withoutIds(zivver) }).toEqual({
          moment,
          at,
          trouble: [],
          state: withoutIds(whole),
        });
      }
    }
  });

  test("with a journal that fails at any line, and resumed, ends the same", async () => {
    const whole = new MemoryZivver(live, quirks);
    const lines = new MemoryJournal();
    await run(changes, { zivver: whole, journal: lines });
    expect(lines.written).not.toEqual([]);
    for (let at = 1; at <= lines.written.length; at++) {
      const zivver = new MemoryZivver(live, quirks);
      const journal = new MemoryJournal([], at);
      await expect(run(changes, { zivver, journal })).rejects.toThrow(Crash);
      const again = await run(changes, { zivver, journal: new MemoryJournal(journal.all) });
      const trouble = again.outcomes.filter(({ state }) => state !== "applied" && state !== "already");
      expect({ at, trouble, state: withoutIds(zivver) }).toEqual({
        at,
        trouble: [],
        state: withoutIds(whole),
      });
    }
  });
});

const FULL = new InputError([
  { code: "file-unwritable", message: "The disc is full.", remedy: "Make room." },
]);

test("a journal that cannot be written any more ends what is not begun, and the same plan goes on", async () => {
  const live = inputOf(EVERYTHING).live;
  const changes = changesOf(EVERYTHING);
  const whole = new MemoryZivver(live, { createDropsDelegates: true });
  const lines = new MemoryJournal();
  await run(changes, { zivver: whole, journal: lines });
  expect(lines.written).not.toEqual([]);
  for (let at = 1; at <= lines.written.length; at++) {
    const zivver = new MemoryZivver(live, { createDropsDelegates: true });
    const journal = new MemoryJournal([], at, FULL);
    const first = await run(changes, { zivver, journal });
    const begun = journal.written.filter(({ type }) => type === "start");
    expect({
      at,
      unfinished: first.unfinished,
      sent: zivver.writes.length,
      told: states(first).length,
    }).toEqual({
      at,
      unfinished: true,
      sent: begun.length,
      told: changes.length,
    });
    expect(first.outcomes.filter(({ state }) => state === "failed" || state === "conflict")).toEqual([]);
    const again = await run(changes, { zivver, journal: new MemoryJournal(journal.all) });
    const trouble = again.outcomes.filter(({ state }) => state !== "applied" && state !== "already");
    expect({ at, trouble, state: withoutIds(zivver) }).toEqual({ at, trouble: [], state: withoutIds(whole) });
  }
});

const A = record("a@example.org", { fullName: "New A" });
const B = record("b@example.org", { fullName: "New B" });
const N = record("n@example.org");
const TWO: Setting = { desired: [A, B], live: [person("a@example.org"), person("b@example.org")] };

describe("outcomes", () => {
  test("applied: one request a change, four lists in all", async () => {
    const zivver = new MemoryZivver(TWO.live ?? []);
    const journal = new MemoryJournal();
    const progress: string[] = [];
    const result = await run(changesOf(TWO), {
      zivver,
      journal,
      onProgress: (settled, of) => progress.push(`${settled}/${of}`),
    });
    expect(states(result)).toEqual(["applied", "applied"]);
    expect([zivver.reads, zivver.writes.length]).toEqual([2, 2]);
    expect(progress.at(-1)).toBe("2/2");
    expect(journal.written.map(({ type }) => type)).toEqual([
      "start",
      "start",
      "done",
      "done",
      "outcome",
      "outcome",
      "end",
    ]);
  });

  test("already: nothing is sent, and nothing is read again", async () => {
    const zivver = new MemoryZivver([
      person("a@example.org", { fullName: "New A" }),
      person("b@example.org", { fullName: "New B", phone: "1" }),
    ]);
    expect(states(await run(changesOf(TWO), { zivver }))).toEqual(["already", "already"]);
    expect([zivver.reads, zivver.writes.length]).toEqual([1, 0]);
  });

  test("already: a deletion of what is gone", async () => {
    const setting: Setting = {
      profile: { personal: { missing: "delete" } },
      desired: [A],
      live: [person("a@example.org", { fullName: "New A" }), person("z@example.org")],
    };
    const zivver = new MemoryZivver([person("a@example.org")]);
    expect(states(await run(changesOf(setting), { zivver }))).toEqual(["already"]);
  });

  test.each<{ name: string; live: readonly LiveAccount[]; setting: Setting; detail: string }>([
    {
      name: "changed since",
      setting: { desired: [A], live: [person("a@example.org")] },
      live: [person("a@example.org", { phone: "1" })],
      detail:
        "Name of a (a@example.org) was changed in Zivver since the plan was made. It was skipped. Make a new plan.",
    },
    {
      name: "gone since",
      setting: { desired: [A], live: [person("a@example.org")] },
      live: [],
      detail: "Name of a (a@example.org) is gone from Zivver. Make a new plan.",
    },
    {
      name: "made since",
      setting: { desired: [N], live: [] },
      live: [person("n@example.org", { fullName: "Other" })],
      detail:
        "Other (n@example.org) was created in Zivver after the plan was made. It was skipped. Make a new plan.",
    },
  ])("conflict: $name", async ({ live, setting, detail }) => {
    const zivver = new MemoryZivver(live);
    const result = await run(changesOf(setting), { zivver });
    expect(result).toEqual({ outcomes: [{ change: "c-1", state: "conflict", detail }], unfinished: false });
    expect(zivver.writes).toEqual([]);
  });

  test("failed: the rest goes on; blocked: what needs it does not", async () => {
    const setting: Setting = {
      desired: [A, N, deskRecord("d@example.org", { delegates: ["n@example.org"] })],
      live: [person("a@example.org")],
    };
    const zivver = new MemoryZivver(setting.live ?? []);
    zivver.faults = {
      before: (write) => {
        if (write.op === "create") throw refusal("target-refused", "Account is outside the organization.");
      },
    };
    expect(await run(changesOf(setting), { zivver })).toEqual({
      outcomes: [
        { change: "c-1", state: "applied", detail: "" },
        { change: "c-2", state: "failed", detail: "Account is outside the organization." },
        {
          change: "c-3",
          state: "blocked",
          detail: "It needs the change of Name of n (n@example.org), which was not carried out.",
        },
      ],
      unfinished: false,
    });
  });

  test.each([
    { name: "it was carried out", moment: "after" as const, writes: 1 },
    { name: "it was not", moment: "before" as const, writes: 2 },
  ])("unknown is settled by reading: $name", async ({ moment, writes }) => {
    const zivver = new MemoryZivver([]);
    zivver.faults = {
      [moment]: (_: Write, number: number) => {
        if (number === 1) throw refusal("target-refused", "The connection was lost.", true);
      },
    };
    expect(await run(changesOf({ desired: [N] }), { zivver })).toEqual({
      outcomes: [{ change: "c-1", state: "applied", detail: "" }],
      unfinished: false,
    });
    expect([zivver.writes.length, zivver.accounts.length]).toEqual([writes, 1]);
  });

  test("unknown stays so when nothing can be read, and the plan stays open", async () => {
    const zivver = new MemoryZivver([]);
    const journal = new MemoryJournal();
    const broken = {
      read: () =>
        zivver.writes.length > 0
          ? Promise.reject(refusal("target-refused", "Zivver is down."))
          : zivver.read(),
      write: (write: Write) => zivver.write(write),
    };
    expect(await run(changesOf({ desired: [N] }), { zivver: broken, journal })).toEqual({
      outcomes: [
        {
          change: "c-1",
          state: "unknown",
          detail: "It was sent, but reading it back failed: Zivver is down.",
        },
      ],
      unfinished: true,
    });
    expect(journal.written.map(({ type }) => type)).toEqual(["start", "done", "outcome"]);
    expect(
      states(await run(changesOf({ desired: [N] }), { zivver, journal: new MemoryJournal(journal.all) })),
    ).toEqual(["already"]);
  });

  test("a dead API key stops all that was not begun", async () => {
    const zivver = new MemoryZivver(TWO.live ?? []);
    zivver.faults = {
      before: () => {
        throw refusal("target-unauthorized", "Zivver refuses the API key.");
      },
    };
    expect(await run(changesOf(TWO), { zivver, width: 1 })).toEqual({
      outcomes: [
        { change: "c-1", state: "failed", detail: "Zivver refuses the API key." },
        { change: "c-2", state: "blocked", detail: "Zivver refuses the API key." },
      ],
      unfinished: true,
    });
    expect(zivver.writes.length).toBe(1);
  });
});

describe("a journal that cannot be written any more", () => {
  const told = async (failsAt: number) => {
    const zivver = new MemoryZivver(TWO.live ?? []);
    const journal = new MemoryJournal([], failsAt, FULL);
    const { outcomes } = await run(changesOf(TWO), { zivver, journal, width: 1 });
    return [zivver.writes.length, ...outcomes.map(({ state, detail }) => `${state}: ${detail}`)];
  };

  test("lets nothing be sent that it does not hold", async () => {
    expect(await told(1)).toEqual([
      0,
      "blocked: The disc is full. Make room.",
      "blocked: The disc is full. Make room.",
    ]);
  });

  test("makes nothing of what was sent before unknown", async () => {
    expect(await told(2)).toEqual([1, "applied: ", "blocked: The disc is full. Make room."]);
    expect(await told(5)).toEqual([2, "applied: ", "applied: "]);
  });
});

describe("verification", () => {
  test("what Zivver dropped is written once more, and only there", async () => {
    const setting: Setting = {
      desired: [
        record("n@example.org", { delegates: ["a@example.org"] }),
        record("a@example.org"),
        record("m@example.org"),
      ],
      live: [person("a@example.org")],
    };
    const zivver = new MemoryZivver(setting.live ?? [], { createDropsDelegates: true });
    expect(states(await run(changesOf(setting), { zivver }))).toEqual(["applied", "applied"]);
    expect(ops(zivver)).toEqual(["create m@example.org", "create n@example.org", "update n@example.org"]);
    expect(zivver.writes[2]).toMatchObject({ fields: { delegates: ["a@example.org"] } });
    expect(zivver.reads).toBe(2);
  });

  test("a newcomer of another name is somebody else's account: it is not overwritten, and gets no account key", async () => {
    const changes = changesOf({ desired: [record("n@example.org", { accountKey: "key of n" })] });
    const zivver = new MemoryZivver([]);
    zivver.faults = {
      after: (_, number) => number === 1 && zivver.edit("n@example.org", { fullName: "Somebody else" }),
    };
    const ports = { target: zivver, journal: new MemoryJournal(), clock: virtualClock() };
    const { outcomes, keys } = await applyChanges(changes, ports);
    expect(outcomes).toEqual([
      {
        change: "c-1",
        state: "conflict",
        detail:
          "Zivver has another account with this address: Somebody else (n@example.org). It was skipped. Make a new plan.",
      },
    ]);
    expect(ops(zivver)).toEqual(["create n@example.org"]);
    expect([...keys]).toEqual([]);
  });

  test("a newcomer that is not as written for the rest is written once more, with its account key", async () => {
    const setting: Setting = { desired: [record("n@example.org", { division: "/care" })] };
    const zivver = new MemoryZivver([]);
    zivver.faults = {
      after: (_, number) => number === 1 && zivver.edit("n@example.org", { division: "/" }),
    };
    expect(states(await run(changesOf(setting), { zivver }))).toEqual(["applied"]);
    const [, mended] = zivver.writes;
    const key = mended && "fields" in mended ? mended.fields.accountKey : undefined;
    expect(key?.reveal()).toBe("key of n@example.org");
  });

  test("what Zivver takes and does not show is a failure, after one more write", async () => {
    const zivver = new MemoryZivver(TWO.live ?? []);
    zivver.faults = { after: () => zivver.edit("a@example.org", { fullName: "Stubborn" }) };
    const result = await run(changesOf(TWO), { zivver });
    expect(result.outcomes).toEqual([
      {
        change: "c-1",
        state: "failed",
        detail:
          "Zivver accepted the change of Stubborn (a@example.org) but does not show it: fullName. Check the account in Zivver, then make a new plan.",
      },
      { change: "c-2", state: "applied", detail: "" },
    ]);
    expect(ops(zivver).filter((op) => op === "update a@example.org").length).toBe(2);
  });

  test("a guest among the delegates stays where only the aliases or other delegates change", async () => {
    const setting: Setting = {
      desired: [
        record("a@example.org", { delegates: ["guest@example.net", "b@example.org"] }),
        record("b@example.org"),
      ],
      live: [person("a@example.org", { delegates: ["guest@example.net"] }), person("b@example.org")],
    };
    const zivver = new MemoryZivver(setting.live ?? []);
    expect(states(await run(changesOf(setting), { zivver }))).toEqual(["applied"]);
    expect(zivver.accounts[0]?.delegates).toEqual(["b@example.org", "guest@example.net"]);
  });
});

describe("interruption", () => {
  test("at every change: nothing new is begun, and the same plan goes on where it stopped", async () => {
    const live = inputOf(EVERYTHING).live;
    const changes = changesOf(EVERYTHING);
    const whole = new MemoryZivver(live);
    await run(changes, { zivver: whole });
    expect(whole.writes.length).toBeGreaterThan(1);
    for (let at = 1; at < whole.writes.length; at++) {
      const zivver = new MemoryZivver(live);
      const stop = { requested: false };
      zivver.faults = {
        before: (_, number) => {
          if (number === at) stop.requested = true;
        },
      };
      const journal = new MemoryJournal();
      const first = await run(changes, { zivver, journal, stop, width: 1 });
      expect({
        at,
        unfinished: first.unfinished,
        ended: journal.written.some(({ type }) => type === "end"),
        writes: zivver.writes.length,
      }).toEqual({ at, unfinished: true, ended: false, writes: at });
      zivver.faults = {};
      const second = await run(changes, { zivver, journal: new MemoryJournal(journal.all) });
      expect({ at, unfinished: second.unfinished, state: withoutIds(zivver) }).toEqual({
        at,
        unfinished: false,
        state: withoutIds(whole),
      });
    }
  });
});

describe("a lease that is lost", () => {
  const LOST = new RemoteError([{ code: "lease-lost", message: "The lease is lost.", remedy: "Run again." }]);

  test("leaves what was not sent, and the same plan goes on", async () => {
    const zivver = new MemoryZivver(TWO.live ?? []);
    const journal = new MemoryJournal();
    let sent = 0;
    const target: Target = {
      read: () => zivver.read(),
      write: async (write) => {
        if (sent > 0) throw LOST;
        sent += 1;
        return zivver.write(write);
      },
    };
    expect(await run(changesOf(TWO), { zivver: target, journal, width: 1 })).toEqual({
      outcomes: [
        { change: "c-1", state: "applied", detail: "" },
        { change: "c-2", state: "blocked", detail: "The lease is lost. Run again." },
      ],
      unfinished: true,
    });
    const second = await run(changesOf(TWO), { zivver, journal: new MemoryJournal(journal.all) });
    expect([states(second), second.unfinished]).toEqual([["already", "applied"], false]);
    expect(zivver.writes).toHaveLength(2);
  });
});

describe("a stop while accounts are written once more", () => {
  test("leaves the rest of them open", async () => {
    const stop = { requested: false };
    const zivver = new MemoryZivver(TWO.live ?? []);
    zivver.faults = {
      after: (write, number) => {
        if (number <= 2 && write.op === "update") zivver.edit(write.live.address, { fullName: "Stubborn" });
        if (number === 3) stop.requested = true;
      },
    };
    const result = await run(changesOf(TWO), { zivver, stop, width: 1 });
    expect(zivver.writes).toHaveLength(3);
    expect(result).toEqual({
      outcomes: [
        { change: "c-1", state: "applied", detail: "" },
        {
          change: "c-2",
          state: "unknown",
          detail:
            "It was sent, but Zivver does not show it yet: fullName. Apply was interrupted before it was written once more.",
        },
      ],
      unfinished: true,
    });
  });
});

describe("the schedule", () => {
  test("no more requests at once than its width; removals after all else", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `p${index}@example.org`);
    const setting: Setting = {
      desired: names.map((name) => record(name, { fullName: "New" })),
      live: [...names.map((name) => person(name)), ...names.map((name) => person(name.replace("p", "z")))],
    };
    const zivver = new MemoryZivver(setting.live ?? []);
    await run(changesOf(setting), { zivver, width: 3 });
    expect(zivver.mostUnderWay).toBe(3);
    expect(ops(zivver).findLastIndex((op) => op.startsWith("update p"))).toBeLessThan(
      ops(zivver).findIndex((op) => op.startsWith("update z")),
    );
    const alone = new MemoryZivver(setting.live ?? []);
    await run(changesOf(setting), { zivver: alone, width: 1 });
    expect(alone.mostUnderWay).toBe(1);
  });

  test("every journalled request has its before-image, and no line holds an account key", async () => {
    const zivver = new MemoryZivver(inputOf(EVERYTHING).live);
    const journal = new MemoryJournal();
    await run(changesOf(EVERYTHING), { zivver, journal });
    const starts = journal.written.filter(
      (entry): entry is Extract<JournalEntry, { type: "start" }> => entry.type === "start",
    );
    expect(starts.length).toBe(zivver.writes.length);
    expect(starts.map(({ before }) => before?.zivverId)).toEqual(
      zivver.writes.map((write) => (write.op === "create" ? undefined : write.live.zivverId)),
    );
    expect(JSON.stringify(journal.written)).not.toContain("key of");
  });
});
