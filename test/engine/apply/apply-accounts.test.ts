import { describe, expect, test } from "vitest";
import { applyChanges } from "../../../src/engine/apply/apply.ts";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import type { Change } from "../../../src/model/plan/change.ts";
import { at, desk, deskRecord, idOf, person, planOf, record, type Setting } from "../../support/engine.ts";
import { MemoryJournal, MemoryZivver, type Quirks, refusal, virtualClock } from "../memory-zivver.ts";

/*
 * Members and delegates are written by the ids that the plan carries: a name that has gone to somebody else since lets
 * nobody in.
 */

const ann = person("ann@example.org");
const ben = person("ben@example.org");
/** Somebody else, who has ann's address by now. */
const other = person("ann@example.org", { zivverId: "id-other", fullName: "Other" });
const moved = person("ann.w@example.org", { zivverId: ann.zivverId, fullName: "Name of ann" });

async function applied(changes: readonly Change[], live: readonly LiveAccount[], quirks: Quirks = {}) {
  const zivver = new MemoryZivver(live, quirks);
  const { outcomes } = await applyChanges(changes, {
    target: zivver,
    journal: new MemoryJournal(),
    clock: virtualClock(),
  });
  return { zivver, outcomes };
}

const accountAt = (zivver: MemoryZivver, address: string) =>
  zivver.accounts.find((account) => account.address === address);

const GROUP: Setting = {
  desired: [
    record(ann.address),
    record(ben.address),
    deskRecord("d@example.org", { delegates: [ann.address, ben.address] }),
  ],
  live: [ann, ben, desk("d@example.org", [idOf(ben.address)])],
};
const ASSISTED: Setting = {
  desired: [record(ann.address), record(ben.address, { delegates: [ann.address] })],
  live: [ann, ben],
};
const changesOf = (setting: Setting) => planOf(setting).body.changes;

describe("a name that went to somebody else since the plan was made", () => {
  test("lets the person in whom the plan meant, as a member", async () => {
    const d = desk("d@example.org", [ben.zivverId]);
    const { zivver, outcomes } = await applied(changesOf(GROUP), [other, moved, ben, d]);
    expect(outcomes).toEqual([{ change: "c-1", state: "applied", detail: "" }]);
    expect(accountAt(zivver, "d@example.org")?.members).toEqual([ann.zivverId, ben.zivverId]);
  });

  test("lets the person in whom the plan meant, as a delegate, under the address of now", async () => {
    const { zivver, outcomes } = await applied(changesOf(ASSISTED), [other, moved, ben]);
    expect(outcomes).toEqual([{ change: "c-1", state: "applied", detail: "" }]);
    expect(accountAt(zivver, ben.address)?.delegates).toEqual(["ann.w@example.org"]);
  });

  const LEFT_OUT =
    "Gone from Zivver, and so left out of the delegates: ann@example.org. Check whether they still need access.";

  test.each([
    { name: "as a member", setting: GROUP, address: "d@example.org" },
    { name: "as a delegate", setting: ASSISTED, address: ben.address },
  ])("lets nobody in where that person's account is gone, $name", async ({ setting, address }) => {
    const live = (setting.live ?? []).map((account) => (account === ann ? other : account));
    const { zivver, outcomes } = await applied(changesOf(setting), live);
    expect(outcomes).toMatchObject([{ change: "c-1", detail: LEFT_OUT }]);
    const account = accountAt(zivver, address);
    expect([account?.members, account?.delegates]).toEqual([
      address === ben.address ? [] : [ben.zivverId],
      [],
    ]);
  });

  test("lets nobody in who has the address of an account that this plan could not create", async () => {
    const setting: Setting = {
      desired: [record("new@example.org"), record(ben.address, { delegates: ["new@example.org"] })],
      live: [ben],
    };
    const changes = changesOf(setting).map((change) => ({ ...change, needs: [] }));
    const zivver = new MemoryZivver([ben, person("x@example.org", { aliases: ["new@example.org"] })]);
    zivver.faults = {
      before: (write) => {
        if (write.op === "create") throw refusal("target-alias-taken", "Alias is already taken.");
      },
    };
    const { outcomes } = await applyChanges(changes, {
      target: zivver,
      journal: new MemoryJournal(),
      clock: virtualClock(),
    });
    expect(outcomes.map(({ state }) => state)).toContain("failed");
    expect(accountAt(zivver, ben.address)?.delegates).toEqual([]);
  });
});

test("a guest is kept where the account lists the guest already, and let in nowhere else", async () => {
  const guest = at("guest@example.net");
  const change = (before: readonly string[]): Change => ({
    id: "c-1",
    action: "update",
    kind: "personal",
    address: ben.address,
    profile: "staff",
    needs: [],
    zivverId: ben.zivverId,
    base: ben.fingerprint,
    fields: [
      {
        field: "delegates",
        before,
        after: [ann.address, guest],
        accounts: { before: before.map(() => null), after: [ann.zivverId, null] },
      },
    ],
  });
  const listing = person(ben.address, { delegates: [guest] });
  const kept = await applied([{ ...change([guest]), base: listing.fingerprint } as Change], [ann, listing]);
  expect(accountAt(kept.zivver, ben.address)?.delegates).toEqual([ann.address, guest]);
  const stranger = person(guest, { zivverId: "stranger" });
  const refused = await applied([change([])], [ann, ben, stranger]);
  expect(accountAt(refused.zivver, ben.address)?.delegates).toEqual([ann.address]);
});

test("a change of delegates that names no accounts is not carried out", async () => {
  const changes = changesOf(GROUP).map((change) => ({
    ...change,
    fields: change.fields.map(({ accounts: _, ...field }) => field),
  }));
  await expect(applied(changes, GROUP.live ?? [])).rejects.toThrow(
    "c-1 changes delegates and does not say which accounts they are",
  );
});
