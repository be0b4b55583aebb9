import fc from "fast-check";
import { expect, it } from "vitest";
import type { Plan } from "../../src/model/plan/plan.ts";
import type { Clock } from "../../src/model/ports.ts";
import {
  DEFAULT_QUIRKS,
  QUIRKS,
  type Quirk,
  type SimulatorSeed,
  worldFromSeed,
} from "../../src/simulator/index.ts";
import { ACCOUNT_KEY, organizationYaml, PROFILE_YAML, simulated, workplace } from "../support/cli.ts";
import { runs } from "../support/runs.ts";
import { contentsOf } from "../support/world-contents.ts";

/*
 * The command line at an organisation of any quirks, killed at any request: the same command, run again, ends where an undisturbed
 * one ends, creates nothing twice, and at most one more round leaves nothing to do.
 */

const person = (name: string, more: object = {}) => ({
  address: `${name}@example.org`,
  fullName: `Name of ${name}`,
  ...more,
});
const at = (...names: string[]) => names.map((name) => `${name}@example.org`);

const SEED: SimulatorSeed = {
  claimedDomains: ["example.org", "example.com"],
  personal: [
    person("steady"),
    person("named", { fullName: "Old name" }),
    person("maiden"),
    person("a", { aliases: ["a@example.com"] }),
    person("b", { aliases: ["b@example.com"] }),
    person("paused"),
    person("gone"),
    person("back", { active: false }),
    person("assisted", { delegates: at("steady", "maiden") }),
  ],
  functional: [
    person("desk", { members: at("steady", "gone") }),
    person("emptied", { members: at("steady") }),
    person("closed", { members: at("paused") }),
  ],
};

const row = (name: string, { active = "yes", aliases = "", delegates = "" } = {}) =>
  `${name}@example.org,Name of ${name},${active},${aliases},${delegates},${ACCOUNT_KEY}${name}`;
const USERS = [
  "Email,Full name,Active,Aliases,Delegates,Account key",
  ...["steady", "named", "back"].map((name) => row(name)),
  row("married", { aliases: "maiden@example.org" }),
  row("a", { aliases: "b@example.com" }),
  row("b", { aliases: "a@example.com" }),
  row("paused", { active: "no" }),
  row("assisted", { delegates: "married@example.org;new@example.org" }),
  row("new", { delegates: "steady@example.org" }),
].join("\n");
const SHARED = [
  "Email,Full name,Delegates",
  "desk@example.org,Name of desk,steady@example.org;new@example.org",
  "emptied@example.org,Name of emptied,",
  "new-desk@example.org,Name of new-desk,new@example.org",
].join("\n");
const GUARDS =
  "guards: { create: off, update: off, suspend: off, delete: off, memberRemoval: off, accountKey: off, sourceShrink: off, addDelegate: off }\n";
const FILES = {
  "desired-state/profiles/all.yaml": `${PROFILE_YAML}sync:
  personal: { missing: delete, delegates: true }
  functional: { missing: delete }
`,
  "desired-state/users.csv": USERS,
  "desired-state/shared.csv": SHARED,
};

/** The machine's own time, in which pauses take none. Before the first pause it is also the time of a process that is killed. */
function jumpingClock(): Clock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    sleep: async (milliseconds) => {
      ahead += milliseconds;
    },
  };
}

/** Longer than any reading of these tests is late. */
const SETTLED_MS = 60_000;

async function staged(quirks: Parameters<typeof worldFromSeed>[1]) {
  const clock = jumpingClock();
  let onRequest = async (_: number) => {};
  const world = worldFromSeed(SEED, quirks);
  const simulator = await simulated(SEED, { world, clock, onRequest: (n) => onRequest(n) });
  const place = await workplace(clock);
  await place.write({
    ...FILES,
    "desired-state/organization.yaml": organizationYaml(
      simulator.url,
      `${GUARDS}state: { store: file, path: ../state.jsonl }\n`,
    ),
  });
  const plan = async (file: string): Promise<Plan> => {
    expect(await place.zivsync("plan", "-o", file)).toMatchObject({ code: 0 });
    return JSON.parse(await place.read(file));
  };
  const apply = async (file: string, { digest }: Plan) => place.zivsync("apply", file, "--approve", digest);
  /** One more round, after which there is nothing left to do. */
  const end = async () => {
    await clock.sleep(SETTLED_MS);
    const second = await plan("second.json");
    if (second.changes.length > 0) await apply("second.json", second);
    await clock.sleep(SETTLED_MS);
    const third = await plan("third.json");
    expect(third.changes).toEqual([]);
    return contentsOf(world);
  };
  const whenRequested = (next: (n: number) => Promise<void>) => {
    onRequest = next;
  };
  return { simulator, place, plan, apply, end, whenRequested };
}

const ALL = QUIRKS.map(({ name }) => name);
const LATE = new Set<Quirk>([...DEFAULT_QUIRKS, "lists-lag", "reads-lag"]);

/** At most one of the two that forbid renames, and mostly none, since little can be done with them. */
const quirks = fc
  .record({
    names: fc.subarray(ALL),
    renames: fc.constantFrom("", "", "put-refuses-username", "put-ignores-username"),
  })
  .map(
    ({ names, renames }) =>
      new Set(names.filter((name) => !/^put-(refuses|ignores)-username$/.test(name) || name === renames)),
  );

it("ends as undisturbed when it is killed, whatever Zivver is like", async () => {
  const seen = { kills: 0 };
  await fc.assert(
    fc.asyncProperty(
      quirks,
      fc.integer({ min: 0, max: 1200 }),
      fc.integer({ min: 2, max: 24 }),
      fc.boolean(),
      async (names, lagMs, n, isCarriedOut) => {
        const calm = await staged({ quirks: names, lagMs });
        const first = await calm.plan("undisturbed.json");
        const { code } = await calm.apply("undisturbed.json", first);
        const expected = await calm.end();

        const other = await staged({ quirks: names, lagMs });
        const killed = await other.plan("killed.json");
        const from = other.simulator.log.length;
        const running = other.place.begin("apply", "killed.json", "--approve", killed.digest);
        let requests = 0;
        other.whenRequested(async () => {
          requests += 1;
          if (requests !== n) return;
          running.kill("SIGKILL");
          await running.ended;
          if (!isCarriedOut) throw new Error("the request is lost");
        });
        const ended = await running.ended;
        other.whenRequested(async () => {});
        if (ended.code === null) {
          seen.kills += 1;
          const resumed = await other.apply("killed.json", killed);
          expect(resumed.code, resumed.err).toBe(code);
        } else expect(ended.code).toBe(code);
        expect(await other.end()).toEqual(expected);
        const creations = other.simulator.log
          .slice(from)
          .filter(({ method, status }) => method === "POST" && status === 201);
        expect(creations.length).toBe(first.changes.filter(({ action }) => action === "create").length);
        await Promise.all([calm.simulator.close(), other.simulator.close()]);
      },
    ),
    { numRuns: runs(2, 15), examples: [[LATE, 800, 9, true]], endOnFailure: true },
  );
  expect(seen.kills).toBeGreaterThan(0);
}, 180_000);
