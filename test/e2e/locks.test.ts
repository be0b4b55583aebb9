import { readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Plan } from "../../src/model/plan/plan.ts";
import { machineFolder } from "../../src/storage/lock/lock.ts";
import { ACCOUNT_KEY, organizationYaml, PROFILE_YAML, simulated, workplace } from "../support/cli.ts";

/*
 * Two applies to one organisation: one at a time, whatever their plans and wherever they were started.
 */

const GUARDS = "guards: { update: off }\n";

/** Two folders with a plan each for one organisation, whose answers can be held back. */
async function staged() {
  let held: Promise<void> | undefined;
  let requested = () => {};
  const simulator = await simulated(
    {
      claimedDomains: ["example.org"],
      personal: ["ada", "bo"].map((name) => ({ address: `${name}@example.org`, fullName: `Old ${name}` })),
    },
    {
      onRequest: async () => {
        requested();
        await held;
      },
    },
  );
  const places = await Promise.all(
    ["ada", "bo"].map(async (name) => {
      const place = await workplace();
      await place.write({
        "desired-state/organization.yaml": organizationYaml(simulator.url, GUARDS),
        "desired-state/profiles/all.yaml": PROFILE_YAML.replace(
          "kinds: [personal, functional] }",
          `kinds: [personal], include: [{ address: ${name}@example.org }] }`,
        ).replace(/^ {4}functional.*\n/m, ""),
        "desired-state/users.csv": `Email,Full name,Account key\n${name}@example.org,New ${name},${ACCOUNT_KEY}${name}\n`,
      });
      // A session of its own has a folder for temporary files of its own.
      const session = { TMPDIR: place.folder, TEMP: place.folder, XDG_RUNTIME_DIR: place.folder };
      expect(await place.zivsync("plan")).toMatchObject({ code: 0 });
      const plan: Plan = JSON.parse(await place.read("plan.json"));
      const words = ["apply", "plan.json", "--approve", plan.digest];
      const begin = () => place.beginWith(session, ...words);
      return { place, plan, begin, apply: () => begin().ended };
    }),
  );
  const [first, second] = places;
  if (!first || !second) throw new Error("there are two places");
  expect(first.plan.target.organization).toBe(second.plan.target.organization);
  const lock = join(await machineFolder(), `zivsync-${first.plan.target.organization}.lock`);
  onTestFinished(() => rm(lock, { force: true }));
  /** From now on requests wait; `arrived` tells of the first one. */
  const holdBack = () => {
    let letGo = () => {};
    held = new Promise((resolve) => {
      letGo = resolve;
    });
    const arrived = new Promise<void>((resolve) => {
      requested = resolve;
    });
    return { arrived, letGo };
  };
  const names = () => [...simulator.world.accounts.values()].map(({ fullName }) => fullName);
  return { simulator, first, second, lock, holdBack, names };
}

async function ownerOf(lock: string): Promise<{ readonly pid: number; readonly since: string }> {
  return JSON.parse(await readFile(lock, "utf8"));
}

describe("two applies to one organisation", () => {
  it("refuses the second while the first is under way, and takes it after that", async () => {
    const { simulator, first, second, lock, holdBack, names } = await staged();
    const { arrived, letGo } = holdBack();
    const running = first.begin();
    await arrived;
    const { pid, since } = await ownerOf(lock);
    const start = simulator.log.length;
    expect(await second.apply()).toEqual({
      code: 3,
      out: "",
      err: REFUSED(lock, since, pid),
    });
    expect(simulator.log).toHaveLength(start);
    expect(await second.place.written()).toEqual(["plan.json"]);
    letGo();
    expect(await running.ended).toMatchObject({ code: 0, out: "Applied 1.\n" });
    expect(names()).toEqual(["New ada", "Old bo"]);
    expect(await second.apply()).toMatchObject({ code: 0, out: "Applied 1.\n" });
    expect(names()).toEqual(["New ada", "New bo"]);
    await expect(readFile(lock)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("lets the next one take over from a process that was killed", async () => {
    const { first, second, lock, holdBack, names } = await staged();
    const { arrived, letGo } = holdBack();
    const running = first.begin();
    await arrived;
    running.kill("SIGKILL");
    expect(await running.ended).toMatchObject({ code: null });
    letGo();
    // The dead process has left its lock behind.
    expect((await ownerOf(lock)).pid).toBeGreaterThan(0);
    expect(await second.apply()).toMatchObject({ code: 0, out: "Applied 1.\n" });
    await expect(readFile(lock)).rejects.toMatchObject({ code: "ENOENT" });
    expect(await first.apply()).toMatchObject({ code: 0, out: "Applied 1.\n" });
    expect(names()).toEqual(["New ada", "New bo"]);
  });
});

const REFUSED = (lock: string, since: string, pid: number) =>
  `error[plan-locked] ${lock}
  Another apply to this organisation is under way since ${since} (process ${pid} on ${hostname()}).
  Wait until it has ended, then run again.
`;
