import type { Plan } from "../../../src/model/plan/plan.ts";
import type { SimulatorOptions } from "../../../src/simulator/index.ts";
import {
  ACCOUNT_KEY,
  organizationYaml,
  PROFILE_YAML,
  simulated,
  type Workplace,
  workplace,
} from "../../support/cli.ts";

export const NAMES = ["p1", "p2", "p3", "p4"] as const;
/** One profile over personal accounts, fed by a CSV file. */
export const PEOPLE_PROFILE = PROFILE_YAML.replace("[personal, functional]", "[personal]").replace(
  /^ {4}functional.*\n/m,
  "",
);

export function usersCsv(end = "\n"): string {
  return [
    "Email,Full name,Account key",
    ...NAMES.map((name) => `${name}@example.org,Nieuw é ${name},${ACCOUNT_KEY}${name}`),
    `new@example.org,Zoë,${ACCOUNT_KEY}new`,
    "",
  ].join(end);
}

export type Stage = {
  readonly place: Workplace;
  readonly names: () => readonly string[];
  readonly simulator: Awaited<ReturnType<typeof simulated>>;
  plan(file?: string): Promise<Plan>;
};

/** A simulated Zivver with four accounts, and a configuration that renames them and adds one. */
export async function staged(extra = "", options: Partial<SimulatorOptions> = {}): Promise<Stage> {
  const simulator = await simulated(
    {
      claimedDomains: ["example.org"],
      personal: NAMES.map((name) => ({ address: `${name}@example.org`, fullName: `Oud ${name}` })),
    },
    options,
  );
  const place = await workplace();
  await place.write({
    "desired-state/organization.yaml": organizationYaml(
      simulator.url,
      `guards: { create: off, update: off }\n${extra}`,
    ),
    "desired-state/profiles/all.yaml": PEOPLE_PROFILE,
    "desired-state/users.csv": usersCsv(),
  });
  return {
    place,
    simulator,
    names: () => [...simulator.world.accounts.values()].map(({ fullName }) => fullName).sort(),
    plan: async (file = "plan.json") => JSON.parse(await place.read(file)),
  };
}
