import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyChanges } from "../../src/engine/apply/apply.ts";
import { buildRevert } from "../../src/engine/revert/revert.ts";
import type { LiveAccount } from "../../src/model/account/account.ts";
import { parseAddress } from "../../src/model/values/address.ts";
import type { World } from "../../src/simulator/world/world.ts";
import { machineTarget, virtualClock } from "../support/machine-target.ts";
import {
  type Case,
  cases,
  memoryJournal,
  planOf,
  policiesOf,
  recordsOf,
  swaps,
  worldOf,
} from "../support/random-organisations.ts";
import { runs } from "../support/runs.ts";

/** A clock a day after the last write, so that nothing is shown late. */
const nextDay = (world: World) => virtualClock((world.lag?.now ?? 0) + 86_400_000);
const read = (world: World) => machineTarget(world, nextDay(world)).target.read();

/** Carries changes out; the organisation and what waits for it have one clock. */
function carryOut(
  changes: Parameters<typeof applyChanges>[0],
  world: World,
  journal: ReturnType<typeof memoryJournal>,
) {
  const clock = nextDay(world);
  return applyChanges(changes, { target: machineTarget(world, clock).target, journal, clock });
}

/** What a person would compare, by id. */
function picture(live: readonly LiveAccount[]): Map<string, unknown> {
  return new Map(
    live.map(({ zivverId, kind, address, fullName, active, aliases, delegates, members, division }) => [
      zivverId,
      { kind, address, fullName, active, aliases, delegates, members, division },
    ]),
  );
}

async function revertOf(
  one: Case,
  world: World,
  journal: ReturnType<typeof memoryJournal>,
  deleteCreated: boolean,
) {
  const { organization, profile } = policiesOf(one);
  const live = await read(world);
  const keys = new Map(
    recordsOf(one).flatMap(({ email, accountKey }) => {
      const address = parseAddress(email?.value ?? "");
      return address && accountKey ? [[address, accountKey.value] as const] : [];
    }),
  );
  const accountKeys = new Map(
    live.flatMap(({ zivverId, address }) => {
      const key = keys.get(address);
      return key ? [[zivverId, key] as const] : [];
    }),
  );
  return buildRevert({
    organization,
    profiles: [profile],
    entries: journal.entries,
    live,
    liveDigest: "",
    accountKeys,
    accepted: [],
    deleteCreated,
    journal: "plan.json.journal",
  });
}

describe("apply, revert, apply of the revert", () => {
  it("is as it was, except for what the revert says it cannot bring back, in random organisations", async () => {
    const organisations = runs(50, 1000);
    const seen = { reverted: 0, whole: 0 };
    await fc.assert(
      fc.asyncProperty(fc.oneof(cases, swaps), async (one) => {
        const world = worldOf(one);
        const before = picture(await read(world));
        const { body } = await planOf(one, world);
        const journal = memoryJournal();
        await carryOut(body.changes, world, journal);
        const revert = await revertOf(one, world, journal, true);
        const result = await carryOut(revert.body.changes, world, memoryJournal());
        expect(result.outcomes.filter(({ state }) => state !== "applied")).toEqual([]);
        seen.reverted += revert.body.changes.length;
        if (revert.body.findings.length > 0 || body.changes.some(({ action }) => action === "delete")) return;
        seen.whole += 1;
        expect(picture(await read(world))).toEqual(before);
      }),
      { numRuns: organisations },
    );
    expect(seen.reverted).toBeGreaterThan(0.5 * organisations);
    expect(seen.whole).toBeGreaterThan(0.3 * organisations);
  });
});
