import { expect, it, onTestFinished } from "vitest";
import type { StandingCounts } from "../../src/model/plan/standing.ts";
import type { Clock } from "../../src/model/ports.ts";
import type { SyncResult } from "../../src/model/sync-result.ts";
import { accountAt } from "../../src/simulator/index.ts";
import { randomFrom } from "../engine/lives.ts";
import { startWebSink } from "../servers/sinks.ts";
import { organizationYaml, simulated, type Workplace, workplace } from "../support/cli.ts";
import { runs } from "../support/runs.ts";

/*
 * A quarter of `zivsync sync` every night at 05:17, with people at work from Monday to Friday: joiners, leavers, new names, new
 * addresses and members of a desk, an export that is cut for three days, and a day on which every name is written otherwise. Who should
 * be active is known here from the life itself.
 */

const DAYS = runs(6, 90);
const PEOPLE = runs(40, 400);
const CUT = DAYS < 10 ? [2] : [29, 30, 31];
const NEW_NAMES = DAYS < 10 ? 4 : 60;
const DAY = 86_400_000;
/** A Monday. */
const START = Date.UTC(2027, 0, 4, 5, 17);
const NUMBERS = {
  create: 25,
  update: 30,
  suspend: 12,
  reactivate: 5,
  rename: 5,
  addDelegate: 20,
  removeDelegate: 20,
};

type Person = { readonly id: string; address: string; former: string; name: string; leftOn?: number };
type Life = { people: Person[]; members: Set<string>; joined: number };

function virtualClock(): Clock & { at: number } {
  return {
    at: START,
    now() {
      return this.at;
    },
    async sleep(milliseconds) {
      this.at += milliseconds;
    },
  };
}

const isThere = ({ leftOn }: Person) => leftOn === undefined;
const isWorkday = (day: number) => day % 7 < 5;

function person(number: number): Person {
  return { id: `p${number}`, address: `p${number}@example.org`, former: "", name: `Person ${number}` };
}

/** What happens on a working day. */
function liveADay(life: Life, day: number, random: (below: number) => number): void {
  const there = () => life.people.filter(isThere);
  for (let joiner = random(4); joiner > 0; joiner -= 1) life.people.push(person(++life.joined));
  for (let leaver = random(3); leaver > 0; leaver -= 1) {
    const gone = there()[random(there().length)];
    if (gone === undefined) continue;
    gone.leftOn = day;
    life.members.delete(gone.id);
  }
  const [named, moved, member] = [0, 0, 0].map(() => there()[random(there().length)]);
  if (named !== undefined && random(3) === 0) named.name = `${named.name} Roe`;
  if (moved !== undefined && random(5) === 0 && moved.former === "") {
    moved.former = moved.address;
    moved.address = `new.${moved.address}`;
  }
  if (member === undefined) return;
  if (life.members.has(member.id) && life.members.size > 1) life.members.delete(member.id);
  else life.members.add(member.id);
}

async function writeSources(place: Workplace, { people, members }: Life, day: number): Promise<void> {
  const lastFirst = (name: string) => (day >= NEW_NAMES ? name.split(" ").reverse().join(" ") : name);
  const rows = people
    .filter(isThere)
    .map(({ id, address, former, name }) => `${id};${address};${lastFirst(name)};${former}\n`);
  const whole = `Id;Email;Full name;Aliases\n${rows.join("")}`;
  const addresses = people.filter(({ id }) => members.has(id)).map(({ address }) => address);
  await place.write({
    // It ends in the middle of a row.
    "desired-state/users.csv": CUT.includes(day)
      ? whole.slice(0, whole.length * 0.9).replace(/;[^;]*$/, "")
      : whole,
    "desired-state/shared.csv": `Id;Email;Full name;Delegates\ndesk;desk@example.org;Desk;"${addresses.join(",")}"\n`,
  });
}

async function approveWaiting(place: Workplace, url: string): Promise<void> {
  const { digest } = JSON.parse(await place.read("waiting.json"));
  const applied = await place.zivsyncWith({ HOOK_URL: url }, "apply", "waiting.json", "--approve", digest);
  expect(applied, `${applied.out}${applied.err}`).toMatchObject({ code: 0 });
}

async function hospital(clock: Clock) {
  const life: Life = { people: [], members: new Set(["p1", "p2"]), joined: PEOPLE };
  for (let number = 1; number <= PEOPLE; number += 1) life.people.push(person(number));
  const simulator = await simulated({
    claimedDomains: ["example.org"],
    personal: life.people.map(({ address, name }) => ({ address, fullName: name })),
    functional: [
      { address: "desk@example.org", fullName: "Desk", members: ["p1@example.org", "p2@example.org"] },
    ],
  });
  const hook = await startWebSink();
  onTestFinished(() => hook.close());
  const place = await workplace(clock);
  const numbers = Object.entries(NUMBERS).map(([type, number]) => `    ${type}: ${number}\n`);
  await place.write({
    "desired-state/organization.yaml": organizationYaml(
      simulator.url,
      `state: { store: file, path: ../state.jsonl }
guards: { update: off }
approval:
  standing:
    window: 7d
${numbers.join("")}notify:
  - { type: webhook, url: { env: HOOK_URL } }
`,
    ).replace("loginMethod: sso", "loginMethod: password"),
    "desired-state/profiles/all.yaml": `apiVersion: zivsync/v1
kind: Profile
name: all
manages: { kinds: [personal, functional] }
sources:
  - name: hr
    type: spreadsheet
    personal: { file: ../users.csv }
    functional: { file: ../shared.csv }
sync:
  personal: { missing: suspend }
`,
  });
  await writeSources(place, life, 0);
  await place.zivsyncWith({ HOOK_URL: hook.url }, "sync", "--json");
  await approveWaiting(place, hook.url);
  hook.received.length = 0;
  return { life, simulator, place, hook };
}

/** Nobody who works there is locked out; who left is out, where `allOut`. */
function checkDay(
  { people }: Life,
  world: Parameters<typeof accountAt>[0],
  { allOut, day }: { readonly allOut: boolean; readonly day: number },
): void {
  const active = (address: string) => {
    const account = accountAt(world, address);
    return account?.kind === "personal" ? account.active : undefined;
  };
  const lockedOut = people.filter(
    (one) => isThere(one) && (active(one.address) === false || active(one.former) === false),
  );
  expect({ day, lockedOut }).toEqual({ day, lockedOut: [] });
  const stillIn = people.filter(
    (one) => !isThere(one) && (active(one.address) === true || active(one.former) === true),
  );
  if (allOut) expect({ day, stillIn }).toEqual({ day, stillIn: [] });
}

/** One message for each event, and nothing that rests on what was cut off. */
function checkNight({ exitCode, applied, waiting }: SyncResult, told: readonly string[], day: number): void {
  const events = { 0: [], 2: waiting.changes.length > 0 ? ["waiting"] : [], 3: ["refused"], 4: ["partial"] };
  expect({ day, told: told.filter((event) => event !== "held-back") }).toEqual({
    day,
    told: events[exitCode],
  });
  if (CUT.includes(day)) expect({ day, suspended: applied.suspend ?? 0 }).toEqual({ day, suspended: 0 });
}

function checkWindow(nights: readonly StandingCounts[]): void {
  for (const [type, number] of Object.entries(NUMBERS))
    for (let from = 0; from < nights.length; from += 1) {
      const used = nights
        .slice(from, from + 7)
        .reduce((sum, counts) => sum + (counts[type as keyof StandingCounts] ?? 0), 0);
      expect({ type, from, tooMany: used > number }).toEqual({ type, from, tooMany: false });
    }
}

it("keeps a hospital in step for a quarter, and asks people where it must", async () => {
  const clock = virtualClock();
  const { life, simulator, place, hook } = await hospital(clock);
  const random = randomFrom(1);
  const nights: StandingCounts[] = [];
  const table: string[] = [];
  for (let day = 1; day <= DAYS; day += 1) {
    clock.at = START + day * DAY;
    if (isWorkday(day)) liveADay(life, day, random);
    await writeSources(place, life, day);
    hook.received.length = 0;
    const night = await place.zivsyncWith({ HOOK_URL: hook.url }, "sync", "--json");
    expect(night.out, night.err).not.toBe("");
    const result: SyncResult = JSON.parse(night.out);
    nights.push(result.applied);
    const told = hook.received.map(({ body }) => JSON.parse(body).event);
    const waits = result.waiting.changes.length;
    checkNight(result, told, day);
    clock.at += 3 * 3_600_000;
    const isAsked = waits > 0 && result.exitCode === 2;
    if (isAsked && isWorkday(day) && !CUT.includes(day)) await approveWaiting(place, hook.url);
    const allOut = isWorkday(day) && !CUT.includes(day);
    checkDay(life, simulator.world, { allOut, day });
    const reasons = [...new Set(result.waiting.changes.map(({ because }) => because))].join(" ");
    table.push(
      `${day} ${JSON.stringify(result.applied)} exit ${result.exitCode}, waits ${waits} ${reasons}, told ${told.join(" ")}`,
    );
  }
  checkWindow(nights);
  const asked = table.filter((line) => / told \S/.test(line)).length;
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThan(DAYS / 2);
  const told = process.env.ZIVSYNC_TELL === "yes" ? table.join("\n") : "";
  if (told !== "") process.stdout.write(`${told}\n`);
}, 600_000);
