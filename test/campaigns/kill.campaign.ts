import { existsSync } from "node:fs";
import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ACTIONS } from "../../src/model/plan/change.ts";
import type { Plan } from "../../src/model/plan/plan.ts";
import { cloneWorld, type Simulator, type SimulatorSeed, type World } from "../../src/simulator/index.ts";
import { ACCOUNT_KEY, organizationYaml, PROFILE_YAML, simulated, workplace } from "../support/cli.ts";
import { contentsOf, restore } from "../support/world-contents.ts";

/*
 * An apply of many changes of every sort, as a process of its own, killed at each of its requests in turn: at one
 * before Zivver has done the work, at the next after it. The same command, run again, ends where an undisturbed apply ends.
 */

const GUARDS =
  "guards: { create: off, update: off, suspend: off, delete: off, memberRemoval: off, accountKey: off, sourceShrink: off, addDelegate: off }\n";
const PROFILE = `${PROFILE_YAML}sync:
  personal: { missing: delete, delegates: true }
  functional: { missing: delete }
`;

const numbered = (name: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${name}${String(at + 1).padStart(2, "0")}`);
const at = (names: readonly string[], domain = "example.org") => names.map((name) => `${name}@${domain}`);

const NAMED = numbered("named", 22);
const RENAMED = numbered("renamed", 8);
const SWAPPED = numbered("swapped", 12);
const PAUSED = numbered("paused", 8);
const GONE = numbered("gone", 8);
const BACK = numbered("back", 8);
const ASSISTED = numbered("assisted", 8);
const NEW = numbered("new", 14);
const STEADY = numbered("steady", 4);
const DESKS = numbered("desk", 12);
const EMPTIED = numbered("emptied", 8);
const CLOSED = numbered("closed", 6);
const NEW_DESKS = numbered("new-desk", 6);

/** In pairs, each has the alias that the other is to have. */
const partner = (index: number) => SWAPPED[index % 2 === 0 ? index + 1 : index - 1] ?? "";
const cycled = (names: readonly string[], index: number) => names[index % names.length] ?? "";

function person(name: string, more: object = {}) {
  return { address: `${name}@example.org`, fullName: `Name of ${name}`, ...more };
}

const SEED: SimulatorSeed = {
  claimedDomains: ["example.org", "example.com"],
  personal: [
    ...STEADY.map((name) => person(name)),
    ...NAMED.map((name) => person(name, { fullName: `Old ${name}` })),
    ...RENAMED.map((name) => person(`maiden-${name}`)),
    ...SWAPPED.map((name) => person(name, { aliases: at([name], "example.com") })),
    ...PAUSED.map((name) => person(name)),
    ...GONE.map((name) => person(name, { aliases: at([name], "example.com") })),
    ...BACK.map((name) => person(name, { active: false })),
    ...ASSISTED.map((name, index) => person(name, { delegates: at([cycled(STEADY, index)]) })),
  ],
  functional: [
    ...DESKS.map((name, index) => person(name, { members: at([cycled(NAMED, index), cycled(GONE, index)]) })),
    ...EMPTIED.map((name) => person(name, { members: at(STEADY) })),
    ...CLOSED.map((name, index) => person(name, { members: at([cycled(PAUSED, index)]) })),
  ],
};

type Row = {
  readonly name: string;
  readonly active?: string;
  readonly aliases?: string;
  readonly delegates?: string;
};

function personRow({ name, active = "yes", aliases = "", delegates = "" }: Row): string {
  return `${name}@example.org,Name of ${name},${active},${aliases},${delegates},${ACCOUNT_KEY}${name}`;
}

const USERS = [
  "Email,Full name,Active,Aliases,Delegates,Account key",
  ...[...STEADY, ...NAMED, ...BACK].map((name) => personRow({ name })),
  ...RENAMED.map((name) => personRow({ name, aliases: `maiden-${name}@example.org` })),
  ...SWAPPED.map((name, index) => personRow({ name, aliases: `${partner(index)}@example.com` })),
  ...PAUSED.map((name) => personRow({ name, active: "no" })),
  ...ASSISTED.map((name, index) =>
    personRow({ name, delegates: at([cycled(NEW, index), cycled(RENAMED, index)]).join(";") }),
  ),
  // Some newcomers take over what a leaver has, and some name a newcomer as a delegate.
  ...NEW.map((name, index) =>
    personRow({
      name,
      aliases: index < 4 ? `${cycled(GONE, index)}@example.com` : "",
      delegates: index % 3 === 0 ? `${cycled(NEW, index + 1)}@example.org` : "",
    }),
  ),
].join("\n");

const SHARED = [
  "Email,Full name,Delegates",
  ...DESKS.map(
    (name, index) =>
      `${name}@example.org,Name of ${name},${at([cycled(NAMED, index), cycled(NEW, index), cycled(RENAMED, index)]).join(";")}`,
  ),
  ...EMPTIED.map((name) => `${name}@example.org,Name of ${name},`),
  ...NEW_DESKS.map(
    (name, index) => `${name}@example.org,Name of ${name},${at([cycled(NEW, index)]).join(";")}`,
  ),
].join("\n");

const { TMPDIR } = process.env;

beforeAll(() => {
  // A kill leaves what was written whole, on a disc or in memory, and in memory a journal takes less time.
  if (existsSync("/dev/shm")) process.env.TMPDIR = "/dev/shm";
});
afterAll(() => {
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
});

type Moment = "before the work is done" | "after the work is done";

async function staged() {
  let onRequest = async (_: number) => {};
  const simulator = await simulated(SEED, { onRequest: (n) => onRequest(n) });
  const place = await workplace();
  await place.write({
    "desired-state/organization.yaml": organizationYaml(simulator.url, GUARDS),
    "desired-state/profiles/all.yaml": PROFILE,
    "desired-state/users.csv": USERS,
    "desired-state/shared.csv": SHARED,
  });
  expect(await place.zivsync("plan")).toMatchObject({ code: 0 });
  const plan: Plan = JSON.parse(await place.read("plan.json"));
  const whenRequested = (next: (n: number) => Promise<void>) => {
    onRequest = next;
  };
  return { simulator, place, plan, whenRequested };
}

const created = (simulator: Simulator, from: number) =>
  simulator.log.slice(from).filter(({ method, status }) => method === "POST" && status < 300).length;

/** Every address of every account, as often as it occurs. */
const addressesIn = (world: World) =>
  [...world.accounts.values()].flatMap(({ address, aliases }) => [address, ...aliases]);

/** Kills an apply at every second request from `first` on, until one runs to its end. Gives the number of kills. */
async function killFrom(
  first: number,
  moment: Moment,
): Promise<{ readonly kills: number; readonly plan: Plan }> {
  const { simulator, place, plan, whenRequested } = await staged();
  const fresh = cloneWorld(simulator.world);
  const inFile = async (file: string) => copyFile(join(place.folder, "plan.json"), join(place.folder, file));
  const inOrder = ["apply", "--approve", plan.digest];

  await inFile("whole.json");
  expect(await place.zivsync(...inOrder, "whole.json")).toMatchObject({ code: 0 });
  const expected = contentsOf(simulator.world);

  let kills = 0;
  for (let n = first; ; n += 2) {
    const where = `killed at request ${n}, ${moment}`;
    const file = `killed-at-${n}.json`;
    restore(simulator.world, fresh);
    await inFile(file);
    const start = simulator.log.length;
    const running = place.begin(...inOrder, file);
    let seen = 0;
    whenRequested(async () => {
      seen += 1;
      if (seen !== n) return;
      running.kill("SIGKILL");
      await running.ended;
      if (moment === "before the work is done") throw new Error("the request is lost");
    });
    const ended = await running.ended;
    whenRequested(async () => {});
    if (ended.code !== null) expect(ended, where).toMatchObject({ code: 0 });
    else expect(await place.zivsync(...inOrder, file), where).toMatchObject({ code: 0 });
    expect(contentsOf(simulator.world), where).toEqual(expected);
    const addresses = addressesIn(simulator.world);
    expect(new Set(addresses).size, where).toBe(addresses.length);
    expect(created(simulator, start), where).toBe(plan.summary.create);
    if (ended.code !== null) {
      expect(await place.zivsync("plan", "--detailed-exitcode")).toMatchObject({ code: 0 });
      return { kills, plan };
    }
    kills += 1;
    for (const name of await place.written())
      if (name.startsWith(file)) await rm(join(place.folder, name), { force: true });
  }
}

it("ends as undisturbed when it is killed at any request, before the work is done and after it", async () => {
  const [before, after] = await Promise.all([
    killFrom(1, "before the work is done"),
    killFrom(2, "after the work is done"),
  ]);
  const { changes, summary } = before.plan;
  expect(changes.length).toBeGreaterThanOrEqual(120);
  for (const action of ACTIONS) expect(summary[action], action).toBeGreaterThan(5);
  expect(changes.some((change) => "release" in change && change.release)).toBe(true);
  for (const kind of ["personal", "functional"])
    expect(changes.some((change) => change.action === "suspend" && change.kind === kind)).toBe(true);
  // Every change has a request of its own at least.
  expect(before.kills + after.kills).toBeGreaterThan(changes.length);
  const counts = ACTIONS.map((action) => `${summary[action]} ${action}`).join(", ");
  process.stdout.write(
    `${changes.length} changes (${counts}): killed at each of ${before.kills + after.kills} requests, at ${before.kills} before the work was done, at ${after.kills} after it.\n`,
  );
});
