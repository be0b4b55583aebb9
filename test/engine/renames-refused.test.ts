import { describe, expect, it } from "vitest";
import { applyChanges } from "../../src/engine/apply/apply.ts";
import { buildPlan } from "../../src/engine/plan/plan.ts";
import { remember } from "../../src/engine/state/applied-state.ts";
import { EMPTY_STATE, type State } from "../../src/model/plan/state.ts";
import { DEFAULT_QUIRKS, type Quirk } from "../../src/simulator/world/quirks.ts";
import { worldFromSeed } from "../../src/simulator/world/seed-world.ts";
import { inputOf, known, PLAIN_NAMES, record } from "../support/engine.ts";
import { machineTarget, virtualClock } from "../support/machine-target.ts";
import { memoryJournal } from "../support/random-organisations.ts";

/* Zivver may not let a primary address be changed. That is told once it was tried, and not planned again. */

const BY_HAND =
  "If Zivver does not let primary addresses be changed over its API, change it in Zivver's web application; the next plans leave it as it is.";

function organisation(quirk: Quirk) {
  const world = worldFromSeed(
    {
      claimedDomains: ["example.org"],
      personal: [{ address: "maiden@example.org", fullName: "Jane Doe" }],
    },
    { quirks: new Set([...DEFAULT_QUIRKS, quirk]) },
  );
  const [account] = [...world.accounts.values()];
  const zivverId = account?.id ?? "";
  let state: State = {
    ...EMPTY_STATE,
    accounts: [known("maiden@example.org", { zivverId, id: "1", key: "key" })],
  };
  const clock = virtualClock();
  const day = async (desired: readonly ReturnType<typeof record>[]) => {
    const { target } = machineTarget(world, clock);
    const input = {
      ...inputOf({ desired, live: await target.read() }),
      memory: { state, names: PLAIN_NAMES },
    };
    const { body } = buildPlan(input);
    const result = await applyChanges(body.changes, { target, journal: memoryJournal(), clock });
    const failed = new Set(
      result.outcomes.flatMap(({ code }) => (code === "rename-not-possible" ? [zivverId] : [])),
    );
    const news = { live: result.accounts, sources: [], at: "2026-01-05T08:00:00.000Z", names: PLAIN_NAMES };
    state = remember(state, state, { ...news, ...result, remember: body.remember ?? [], notRenamed: failed });
    return {
      changes: body.changes.map(({ fields }) => fields.map(({ field }) => field).join()),
      findings: body.findings.filter(({ code }) => code === "rename-not-possible"),
      outcomes: result.outcomes.map(({ state: its, detail }) => [its, detail]),
    };
  };
  return { world, day, heldSince: () => state.accounts[0]?.heldSince };
}

const MARRIED = (more: object = {}) => [
  record("married@example.org", { id: "1", fullName: "Jane Doe", accountKey: "key", ...more }),
];

describe("a rename", () => {
  it.each([
    {
      quirk: "put-ignores-username" as const,
      detail: `Zivver accepted the change of Jane Doe (maiden@example.org) but does not show it: address, aliases. ${BY_HAND}`,
    },
    { quirk: "put-refuses-username" as const, detail: undefined },
  ])("$quirk: is tried once, told with what to do, and not planned again", async ({ quirk, detail }) => {
    const { world, day, heldSince } = organisation(quirk);
    const first = await day(MARRIED());
    expect(first.findings).toEqual([]);
    expect(first.changes[0]).toContain("address");
    expect(first.outcomes[0]?.[0]).toBe("failed");
    expect(first.outcomes[0]?.[1]).toContain(BY_HAND);
    if (detail) expect(first.outcomes[0]?.[1]).toBe(detail);
    expect(Object.keys(heldSince() ?? {})).toEqual(["rename-not-possible"]);

    const second = await day(MARRIED());
    expect(second.changes.filter((fields) => fields.includes("address"))).toEqual([]);
    expect(second.findings).toHaveLength(1);
    expect(second.outcomes.filter(([its]) => its !== "applied")).toEqual([]);

    const third = await day(MARRIED());
    expect(third.changes).toEqual([]);
    expect(third.findings).toHaveLength(1);

    // Somebody renames the account by hand.
    world.quirks = DEFAULT_QUIRKS;
    const { target } = machineTarget(world);
    const [live] = await target.read();
    if (live) await target.write({ op: "update", live, fields: { address: "married@example.org" as never } });
    const last = await day(MARRIED());
    expect(last.findings).toEqual([]);
  });
});
