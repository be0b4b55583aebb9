import { describe, expect, test } from "vitest";
import { applyChanges } from "../../../src/engine/apply/apply.ts";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import type { Change } from "../../../src/model/plan/change.ts";
import type { Write } from "../../../src/model/ports.ts";
import { desk, deskRecord, person, planOf, record, type Setting } from "../../support/engine.ts";
import { Crash, MemoryJournal, MemoryZivver, type Quirks, refusal, virtualClock } from "../memory-zivver.ts";

/*
 * A plan that was begun, somebody's edit, and the same plan again: a change that has not begun needs the account as it was
 * reviewed, and what an earlier run did is not done over somebody's edit.
 */

type Moment = { readonly at: number; readonly carriedOut: boolean };

/** Runs a plan that dies at one request, lets somebody edit, and runs it again. */
async function resumed(
  setting: Setting,
  { at, carriedOut }: Moment,
  edit: (zivver: MemoryZivver) => void,
  quirks: Quirks = {},
) {
  const changes = planOf(setting).body.changes;
  const zivver = new MemoryZivver(setting.live ?? [], quirks);
  const journal = new MemoryJournal();
  const kill = (_: Write, number: number) => {
    if (number < at) return;
    journal.isDead = true;
    throw new Crash("killed");
  };
  zivver.faults = carriedOut
    ? { before: (write, number) => number > at && kill(write, number), after: kill }
    : { before: kill };
  const ports = { target: zivver, clock: virtualClock(), width: 1 };
  await expect(applyChanges(changes, { ...ports, journal })).rejects.toThrow(Crash);
  zivver.faults = {};
  edit(zivver);
  const sent = zivver.writes.length;
  const result = await applyChanges(changes, { ...ports, journal: new MemoryJournal(journal.all) });
  return { changes, zivver, ...result, sent: zivver.writes.slice(sent) };
}

const told = (changes: readonly Change[], outcomes: readonly { change: string; state: string }[]) =>
  Object.fromEntries(
    changes.map(({ id, address }) => [address, outcomes.find(({ change }) => change === id)?.state]),
  );

const accountAt = (zivver: MemoryZivver, address: string): LiveAccount | undefined =>
  zivver.accounts.find((account) => account.address === address);

const a = person("a@example.org");
const DELETES: Setting = {
  profile: { personal: { missing: "delete" }, functional: { missing: "delete" } },
  desired: [record("a@example.org", { fullName: "New A" })],
  live: [a, person("gone@example.org", { active: false }), desk("h@example.org")],
};
const SUSPENDS: Setting = {
  desired: [record("a@example.org", { fullName: "New A" }), deskRecord("h@example.org", { delegates: [] })],
  live: [a, person("gone@example.org"), desk("h@example.org", [a.zivverId])],
};
/** The first change was carried out, and nobody saw it: all others have not begun. */
const FIRST: Moment = { at: 1, carriedOut: true };

describe("a change that has not begun needs the account as it was reviewed", () => {
  test("an account that was reactivated and edited meanwhile is not deleted", async () => {
    const { changes, zivver, outcomes } = await resumed(DELETES, FIRST, (z) =>
      z.edit("gone@example.org", { active: true, phone: "+31201234567" }),
    );
    expect(told(changes, outcomes)).toEqual({
      "a@example.org": "already",
      "gone@example.org": "conflict",
      "h@example.org": "applied",
    });
    expect(accountAt(zivver, "gone@example.org")).toMatchObject({ active: true, phone: "+31201234567" });
  });

  test("nor is a group that got members meanwhile", async () => {
    const { changes, zivver, outcomes } = await resumed(DELETES, FIRST, (z) =>
      z.edit("h@example.org", { members: [a.zivverId] }),
    );
    expect(told(changes, outcomes)["h@example.org"]).toBe("conflict");
    expect(accountAt(zivver, "h@example.org")?.members).toEqual([a.zivverId]);
  });

  test.each([
    { name: "another phone number", edit: { phone: "112" } },
    { name: "another delegate", edit: { delegates: [a.address] } },
  ])("an account with $name is not suspended", async ({ edit }) => {
    const { changes, zivver, outcomes } = await resumed(SUSPENDS, FIRST, (z) =>
      z.edit("gone@example.org", edit),
    );
    expect(told(changes, outcomes)["gone@example.org"]).toBe("conflict");
    expect(accountAt(zivver, "gone@example.org")?.active).toBe(true);
  });

  test("nor is a group deleted that somebody left, even if the plan is about to delete that person", async () => {
    const leaver = person("gone@example.org", { active: false });
    const { changes, outcomes } = await resumed(
      { ...DELETES, live: [a, leaver, desk("h@example.org", [a.zivverId, leaver.zivverId])] },
      FIRST,
      (z) => z.edit("h@example.org", { members: [a.zivverId] }),
    );
    expect(told(changes, outcomes)["h@example.org"]).toBe("conflict");
  });

  test("nor is a group emptied that somebody joined", async () => {
    const { changes, zivver, outcomes } = await resumed(SUSPENDS, FIRST, (z) =>
      z.edit("h@example.org", { members: [a.zivverId, "id-gone@example.org"] }),
    );
    expect(told(changes, outcomes)["h@example.org"]).toBe("conflict");
    expect(accountAt(zivver, "h@example.org")?.members).toHaveLength(2);
  });
});

describe("what the first run itself changed is nobody's edit", () => {
  const all: Setting = {
    profile: { personal: { missing: "delete" }, functional: { missing: "delete" } },
    desired: [
      record("boss@example.org", { fullName: "New boss" }),
      record("wed@example.org", { aliases: ["maiden@example.org"] }),
      deskRecord("d@example.org", { fullName: "New desk" }),
    ],
    live: [
      person("boss@example.org", { delegates: ["maiden@example.org", "x@example.org"] }),
      person("maiden@example.org"),
      person("x@example.org"),
      desk("d@example.org", ["id-x@example.org"]),
      desk("h@example.org", ["id-x@example.org"]),
    ],
  };

  test.each<Quirks>([{}, { delegatesAsText: true }])(
    "a renamed delegate, a deleted member, at any request, with %o",
    async (quirks) => {
      const { changes } = planOf(all).body;
      expect(changes).not.toEqual([]);
      for (const carriedOut of [true, false])
        for (let at = 1; at <= changes.length; at++) {
          const { outcomes } = await resumed(all, { at, carriedOut }, () => {}, quirks);
          const trouble = outcomes.filter(({ state }) => state !== "applied" && state !== "already");
          expect({ at, carriedOut, trouble }).toEqual({ at, carriedOut, trouble: [] });
        }
    },
  );
});

describe("a change that has begun", () => {
  test("is not finished over an edit, where it removes and was never answered", async () => {
    const setting: Setting = {
      profile: { personal: { missing: "delete" } },
      desired: [record("a@example.org")],
      live: [a, person("gone@example.org")],
    };
    const { zivver, outcomes } = await resumed(setting, { at: 1, carriedOut: false }, (z) =>
      z.edit("gone@example.org", { phone: "112" }),
    );
    expect(outcomes.map(({ state }) => state)).toEqual(["conflict"]);
    expect(accountAt(zivver, "gone@example.org")).toBeDefined();
  });

  test("is not done once more, where somebody undid what the first run had done for certain", async () => {
    const setting: Setting = {
      desired: [record("a@example.org", { fullName: "New A" })],
      live: [a, person("gone@example.org"), person("off@example.org")],
    };
    const { changes, zivver, outcomes } = await resumed(setting, { at: 3, carriedOut: true }, (z) =>
      z.edit("gone@example.org", { active: true }),
    );
    expect(told(changes, outcomes)["gone@example.org"]).toBe("conflict");
    expect(accountAt(zivver, "gone@example.org")?.active).toBe(true);
  });

  test("leaves alone an account whose field somebody has set to something else", async () => {
    const setting: Setting = { desired: [record("a@example.org", { fullName: "New A" })], live: [a] };
    const { zivver, outcomes } = await resumed(setting, { at: 1, carriedOut: false }, (z) =>
      z.edit("a@example.org", { fullName: "Somebody's choice" }),
    );
    expect(outcomes).toEqual([
      {
        change: "c-1",
        state: "conflict",
        detail:
          "Somebody's choice (a@example.org) was changed in Zivver after this plan had begun to change it. It was skipped. Make a new plan.",
      },
    ]);
    expect(accountAt(zivver, "a@example.org")?.fullName).toBe("Somebody's choice");
  });

  test("does not go on where nothing shows that it began, and somebody changed what is not a part of it", async () => {
    const setting: Setting = { desired: [record("a@example.org", { fullName: "New A" })], live: [a] };
    const { zivver, changes, outcomes } = await resumed(setting, { at: 1, carriedOut: false }, (z) =>
      z.edit("a@example.org", { phone: "112" }),
    );
    expect(told(changes, outcomes)).toEqual({ "a@example.org": "conflict" });
    expect(accountAt(zivver, "a@example.org")).toMatchObject({ fullName: a.fullName, phone: "112" });
  });

  test("does not go on where it was carried out unanswered, and somebody took a part of it back", async () => {
    const setting: Setting = {
      desired: [record("a@example.org", { fullName: "New A", phone: "113" })],
      live: [a],
    };
    const { zivver, changes, outcomes } = await resumed(setting, { at: 1, carriedOut: true }, (z) =>
      z.edit("a@example.org", { fullName: "A" }),
    );
    expect(told(changes, outcomes)).toEqual({ "a@example.org": "conflict" });
    expect(accountAt(zivver, "a@example.org")).toMatchObject({ fullName: "A", phone: "113" });
  });
});

describe("an account that the first run created", () => {
  const setting: Setting = {
    desired: [record("n@example.org"), record("m@example.org")],
    live: [],
  };

  test("is not somebody else's, made at its address while nobody knew whether the request was carried out", async () => {
    const { changes, zivver, outcomes, keys } = await resumed(setting, { at: 1, carriedOut: false }, (z) =>
      z.add(person("m@example.org", { zivverId: "id-other", fullName: "Somebody Else" })),
    );
    expect(told(changes, outcomes)).toEqual({ "m@example.org": "conflict", "n@example.org": "applied" });
    expect(accountAt(zivver, "m@example.org")?.fullName).toBe("Somebody Else");
    expect([...keys.keys()]).not.toContain("id-other");
  });

  test("is not made once more, where somebody deleted it", async () => {
    const { changes, zivver, outcomes } = await resumed(setting, { at: 2, carriedOut: false }, (z) =>
      z.remove("m@example.org"),
    );
    expect(told(changes, outcomes)).toEqual({ "m@example.org": "conflict", "n@example.org": "applied" });
    expect(accountAt(zivver, "m@example.org")).toBeUndefined();
  });
});

test("a key whose request was never answered is sent once more", async () => {
  const changes: readonly Change[] = planOf({
    desired: [record("a@example.org", { aliases: ["x@example.org"] })],
    live: [a],
  }).body.changes.map((change) => ({
    ...change,
    fields: [{ field: "accountKey", before: null, after: true }],
  }));
  const zivver = new MemoryZivver([a]);
  zivver.faults = {
    before: (_, number) => {
      if (number === 1) throw refusal("target-refused", "The connection was lost.", true);
    },
  };
  const { outcomes, keys } = await applyChanges(changes, {
    target: zivver,
    journal: new MemoryJournal(),
    clock: virtualClock(),
  });
  expect(outcomes.map(({ state }) => state)).toEqual(["applied"]);
  const sent = zivver.writes.map((write) => ("fields" in write ? write.fields.accountKey?.reveal() : ""));
  expect(sent).toEqual(["key of a@example.org", "key of a@example.org"]);
  expect(keys.get(a.zivverId)?.reveal()).toBe("key of a@example.org");
});
