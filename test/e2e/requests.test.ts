import { describe, expect, it } from "vitest";
import { applyChanges } from "../../src/engine/apply/apply.ts";
import type { SourceRecord } from "../../src/model/account/account.ts";
import {
  countByMethod,
  parseQuirks,
  type Quirks,
  type SimulatorSeed,
  worldFromSeed,
} from "../../src/simulator/index.ts";
import { ACCOUNT_KEY, organizationYaml, PROFILE_YAML, simulated, workplace } from "../support/cli.ts";
import { deskRecord, type ProfileGiven, planOf, record } from "../support/engine.ts";
import { virtualClock } from "../support/machine-target.ts";
import { memoryJournal, targetAt } from "../support/over-http.ts";

/*
 * What an apply costs, counted where the requests arrive: two lists before, two after, and one write a change.
 */

const seed = (given: Partial<SimulatorSeed>): SimulatorSeed => ({
  claimedDomains: ["example.org"],
  ...given,
});
const named = (name: string, more: object = {}) => ({
  address: `${name}@example.org`,
  fullName: `Name of ${name}`,
  ...more,
});
const many = Array.from({ length: 120 }, (_, at) => `m${at}`);

type Case = {
  readonly name: string;
  readonly live: Partial<SimulatorSeed>;
  readonly desired: readonly SourceRecord[];
  readonly profile?: ProfileGiven;
  readonly quirks?: Quirks;
  readonly writes: Readonly<Record<string, number>>;
  /** Writes beyond those that the plan announces: what verification had to mend. */
  readonly mended?: number;
};

const DELETE: ProfileGiven = { personal: { missing: "delete" }, functional: { missing: "delete" } };
const newcomer = [record("a@example.org"), record("new@example.org", { delegates: ["a@example.org"] })];

const CASES: readonly Case[] = [
  {
    name: "an update",
    live: { personal: [named("a")] },
    desired: [record("a@example.org", { fullName: "Ada" })],
    writes: { PUT: 1 },
  },
  {
    name: "an update of every field at once",
    live: { personal: [named("a"), named("b")], divisions: ["/care"] },
    desired: [
      record("b@example.org"),
      record("ada@example.org", {
        fullName: "Name of Ada",
        aliases: ["a@example.org"],
        delegates: ["b@example.org"],
        division: "/care",
        phone: "+31205550100",
      }),
    ],
    writes: { PUT: 1 },
  },
  {
    name: "a suspension",
    live: { personal: [named("a"), named("gone")] },
    desired: [record("a@example.org")],
    writes: { PUT: 1 },
  },
  {
    name: "a reactivation",
    live: { personal: [named("a", { active: false })] },
    desired: [record("a@example.org", { active: true })],
    writes: { PUT: 1 },
  },
  {
    name: "a deletion of each kind",
    live: {
      personal: [named("a"), named("gone")],
      functional: [named("desk", { members: ["a@example.org"] })],
    },
    desired: [record("a@example.org")],
    profile: DELETE,
    writes: { DELETE: 2 },
  },
  { name: "a create", live: {}, desired: [record("new@example.org")], writes: { POST: 1 } },
  {
    name: "a create with aliases, division and phone",
    live: { divisions: ["/care"] },
    desired: [
      record("new@example.org", { aliases: ["n@example.org"], division: "/care", phone: "+31205550100" }),
    ],
    writes: { POST: 1 },
  },
  {
    name: "a create with delegates, where Zivver keeps them",
    live: { personal: [named("a")] },
    desired: newcomer,
    quirks: parseQuirks(["create-drops-delegates=off"]),
    writes: { POST: 1 },
  },
  {
    name: "a create with delegates, where Zivver drops them",
    live: { personal: [named("a")] },
    desired: newcomer,
    writes: { POST: 1, PUT: 1 },
    mended: 1,
  },
  {
    name: "a functional account with a member who is made beside it",
    live: {},
    desired: [record("new@example.org"), deskRecord("desk@example.org", { delegates: ["new@example.org"] })],
    writes: { POST: 2 },
  },
  {
    name: "two accounts that swap their addresses",
    live: {
      personal: [named("a", { aliases: ["x@example.org"] }), named("b", { aliases: ["y@example.org"] })],
    },
    desired: [
      record("a@example.org", { aliases: ["y@example.org"] }),
      record("b@example.org", { aliases: ["x@example.org"] }),
    ],
    writes: { PUT: 3 },
  },
  {
    name: "a functional account that is emptied",
    live: { personal: [named("a")], functional: [named("desk", { members: ["a@example.org"] })] },
    desired: [record("a@example.org"), deskRecord("desk@example.org", { delegates: [] })],
    writes: { PATCH: 1 },
  },
  {
    name: "a functional account that is emptied and gets another name",
    live: { personal: [named("a")], functional: [named("desk", { members: ["a@example.org"] })] },
    desired: [
      record("a@example.org"),
      deskRecord("desk@example.org", { fullName: "Reception", delegates: [] }),
    ],
    writes: { PUT: 1, PATCH: 1 },
  },
  {
    name: "a hundred and twenty updates",
    live: { personal: many.map((name) => named(name)) },
    desired: many.map((name) => record(`${name}@example.org`, { fullName: `New ${name}` })),
    writes: { PUT: 120 },
  },
];

describe("the requests of an apply", () => {
  it.each(CASES)("$name", async ({ live, desired, profile, quirks, writes, mended = 0 }) => {
    const world = worldFromSeed(seed(live), quirks ? { quirks } : {});
    const simulator = await simulated(seed({}), { world });
    const target = await targetAt(simulator.url);
    const setting = { desired, ...(profile ? { profile } : {}) };
    const { body } = planOf({ ...setting, live: await target.read() });
    expect(countByMethod(simulator.log)).toEqual({ GET: 2 });

    const { outcomes } = await applyChanges(body.changes, {
      target: await targetAt(simulator.url),
      journal: memoryJournal(),
      clock: virtualClock(),
    });
    expect(outcomes.filter(({ state }) => state !== "applied")).toEqual([]);
    const used = simulator.log.slice(2);
    expect(countByMethod(used)).toEqual({ GET: 4, ...writes });
    expect(used.length).toBe(body.summary.requests + mended);
    expect(planOf({ ...setting, live: await target.read() }).body.changes).toEqual([]);
  });

  it("sends nothing at all for a plan without changes", async () => {
    const simulator = await simulated(seed({ personal: [named("a")] }));
    const place = await workplace();
    await place.write({
      "desired-state/organization.yaml": organizationYaml(simulator.url),
      "desired-state/profiles/all.yaml": PROFILE_YAML,
      "desired-state/users.csv": `Email,Full name,Account key\na@example.org,Name of a,${ACCOUNT_KEY}a\n`,
      "desired-state/shared.csv": "Email,Full name\n",
    });
    const planned = await place.zivsync("plan", "--json");
    expect(planned.code).toBe(0);
    expect(JSON.parse(planned.out).summary).toMatchObject({ unchanged: 1, requests: 0, seconds: 0 });
    expect(countByMethod(simulator.log)).toEqual({ GET: 2 });
    expect(await place.zivsync("apply", "plan.json", "--json")).toEqual({
      code: 0,
      out: '{"outcomes":[],"unfinished":false}\n',
      err: "",
    });
    expect(countByMethod(simulator.log)).toEqual({ GET: 2 });
  });
});
