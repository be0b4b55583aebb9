import type { Plan } from "../../../src/model/plan/plan.ts";
import type { Reading } from "../../../src/model/ports.ts";
import { DEFAULT_QUIRKS, type World, worldFromSeed } from "../../../src/simulator/index.ts";
import { organization, profile } from "../../support/engine.ts";
import { machineTarget } from "../../support/machine-target.ts";
import { Program } from "../../truth/program.ts";

const PROFILE = profile({ functional: { missing: "delete" } });
/** Functional accounts need those whom they name first. */
const MOST_ROUNDS = 3;

/** An organisation to which a first, whole reading was applied: its accounts are live, and the state knows them. */
export class Organisation {
  readonly #world: World = worldFromSeed(
    { claimedDomains: ["example.org", "example.com"], divisions: ["/", "/care"], personal: [] },
    { randomSeed: 1, quirks: DEFAULT_QUIRKS },
  );
  readonly #program = new Program(true);

  plan(reading: Reading): Promise<Plan> {
    return this.#program.plan({
      organization: organization(),
      profiles: [PROFILE],
      readings: [{ book: { profile: PROFILE.name }, reading }],
      target: machineTarget(this.#world).target,
    });
  }

  /** Applies a reading until nothing is left to do; gives the number of accounts. */
  async settle(reading: Reading): Promise<number> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const plan = await this.plan(reading);
      if (plan.changes.length === 0) return this.#world.accounts.size;
      await this.#program.apply(plan, machineTarget(this.#world).target);
    }
    throw new Error("The organisation does not come to rest.");
  }
}

/** Changes by which somebody or an account could lose something, one line each. */
export function removals({ changes }: Pick<Plan, "changes">): readonly string[] {
  return changes.flatMap(({ action, address, fields }) => {
    if (action === "suspend" || action === "delete") return [`${action} ${address}`];
    return fields.flatMap(({ field, before, after }) => {
      if (field === "active" && after === false) return [`${address} inactive`];
      if (!Array.isArray(before)) return [];
      const kept: readonly unknown[] = Array.isArray(after) ? after : [];
      return before.filter((one) => !kept.includes(one)).map((one) => `${address} ${field} loses ${one}`);
    });
  });
}
