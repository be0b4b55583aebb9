import fc from "fast-check";
import { expect, test } from "vitest";
import { runs } from "../support/runs.ts";
import { beginLife, type Life, liveOneDay, planAndApply, planDay, randomFrom } from "./lives.ts";
import { MemoryZivver } from "./memory-zivver.ts";

/*
 * Laws of identity: whatever a day brings, at its end Zivver is as desired, everybody still has the account that they had,
 * and Zivver was told every key once.
 */

async function live(life: Life, days: number, events: number, lostOn: number): Promise<void> {
  const zivver = new MemoryZivver([]);
  for (let day = 1; day <= days; day++) {
    if (day > 1) liveOneDay(life, zivver, events, day === lostOn);
    const from = zivver.writes.length;
    await planAndApply(life, zivver);
    checkWrites(zivver, from);
    checkDay(life, zivver, from);
  }
}

/** Zivver forgets the key of a person whose aliases or delegates are written without it. */
function checkWrites(zivver: MemoryZivver, from: number): void {
  for (const write of zivver.writes.slice(from)) {
    if (write.op !== "update" || write.live.kind !== "personal") continue;
    const { aliases, delegates, accountKey } = write.fields;
    if (aliases !== undefined || delegates !== undefined)
      expect(accountKey, write.live.address).toBeDefined();
  }
}

function checkDay(life: Life, zivver: MemoryZivver, from: number): void {
  const again = planDay(life, zivver.accounts);
  expect(again.changes).toEqual([]);
  const byAddress = new Map(zivver.accounts.map((account) => [account.address as string, account]));
  for (const person of life.people) {
    if (!person.present) continue;
    const account = byAddress.get(person.address);
    expect(account, person.address).toBeDefined();
    if (account === undefined) continue;
    expect(account).toMatchObject({ fullName: person.name, active: true });
    if (person.aliases !== undefined)
      expect(account.aliases).toEqual([...new Set([...person.aliases, ...keptBy(person)])].sort());
    // The account of somebody who left and was deleted is a new one when they come back.
    const wasDeleted = zivver.accounts.every(({ zivverId }) => zivverId !== person.zivverId);
    if (person.zivverId !== undefined && !wasDeleted) expect(account.zivverId).toBe(person.zivverId);
    if (person.zivverId !== undefined && wasDeleted) expect(life.missing).toBe("delete");
    checkKeys(zivver, account.zivverId, person, from);
    person.zivverId = account.zivverId;
  }
}

const keptBy = ({ kept, address }: Life["people"][number]) => kept.filter((former) => former !== address);

/** A key that changed today was sent today, and in no more than one request; others only went along with something else. */
function checkKeys(
  zivver: MemoryZivver,
  zivverId: string,
  person: Life["people"][number],
  from: number,
): void {
  const last = person.keys.at(-1);
  const sent = zivver.writes.slice(from).flatMap((write) => {
    const id =
      write.op === "create" ? (write.fields.address === person.address ? zivverId : "") : write.live.zivverId;
    return id === zivverId && "fields" in write && write.fields.accountKey
      ? [write.fields.accountKey.reveal()]
      : [];
  });
  if (last !== person.key) {
    expect([...new Set(sent)], person.address).toEqual([person.key]);
    person.keys.push(person.key);
  }
  for (const key of sent) expect(key).toBe(person.key);
}

test("200 people over many days, the memory lost on the one in the middle", async () => {
  for (const [missing, days] of [
    ["suspend", runs(6, 60)],
    ["delete", runs(4, 20)],
  ] as const) {
    await live(beginLife(200, missing, randomFrom(42)), days, 12, days / 2);
  }
});

test("any life", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom("suspend" as const, "delete" as const),
      fc.integer({ min: 2, max: 15 }),
      async (seed, size, missing, lostOn) => {
        await live(beginLife(size, missing, randomFrom(seed)), 12, 4, lostOn);
      },
    ),
    { numRuns: runs(6, 60) },
  );
});
