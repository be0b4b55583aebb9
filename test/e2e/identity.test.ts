import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/plan/plan.ts";
import { accountAt, type Simulator } from "../../src/simulator/index.ts";
import { store } from "../../src/simulator/world/world.ts";
import {
  ACCOUNT_KEY,
  organizationYaml,
  PROFILE_YAML,
  simulated,
  type Workplace,
  workplace,
} from "../support/cli.ts";

/*
 * What is remembered between runs, through the command line: renames by id, account keys, sources that shrink, what was
 * changed where, and what happens to what is remembered when it is lost, damaged or somebody else's.
 */

const run = promisify(execFile);
const HEAD = "Id;Email;Full name;Account key;Aliases";
type Row = { id: number; email?: string; name?: string; key?: string; aliases?: string };

const emailOf = (id: number) => `p${id}@example.org`;
const row = ({ id, email = emailOf(id), name = `Person ${id}`, key = `${id}`, aliases = "" }: Row) =>
  [id, email, name, `${ACCOUNT_KEY}${key}`, aliases].join(";");

const people = (count: number): Row[] => Array.from({ length: count }, (_, at) => ({ id: at + 1 }));

async function writeUsers(place: Workplace, rows: readonly Row[]): Promise<void> {
  await place.write({ "desired-state/users.csv": `${HEAD}\n${rows.map(row).join("\n")}\n` });
}

const FILE = "state: { store: file, path: ../state.jsonl }\n";
const OPEN = `guards: { create: off, update: off, suspend: off }\n`;

async function office(count: number, extra = `${FILE}${OPEN}`) {
  const simulator = await simulated({ claimedDomains: ["example.org", "example.com"] });
  const place = await workplace();
  await place.write({
    "desired-state/organization.yaml": organizationYaml(simulator.url, extra),
    "desired-state/profiles/all.yaml": PROFILE_YAML.replace("personal, functional] }", "personal] }").replace(
      "    functional: { file: ../shared.csv }\n",
      "",
    ),
  });
  await writeUsers(place, people(count));
  return { simulator, place };
}

const planIn = async (place: Workplace): Promise<Plan> => JSON.parse(await place.read("plan.json"));

/** Plans and applies; the plan that was applied. */
async function planAndApply(place: Workplace): Promise<Plan> {
  expect(await place.zivsync("plan")).toMatchObject({ code: 0, err: "The plan was written to plan.json.\n" });
  const plan = await planIn(place);
  expect(await place.zivsync("apply", "plan.json", "--approve", plan.digest)).toMatchObject({ code: 0 });
  return plan;
}

const briefly = ({ changes }: Plan) =>
  changes.map(
    ({ action, address, fields }) =>
      `${action} ${address}: ${fields.map(({ field, changedIn }) => `${field} (${changedIn ?? "-"})`).join(", ")}`,
  );

const shown = (simulator: Simulator, address: string) => {
  const account = accountAt(simulator.world, address);
  return account && { id: account.id, aliases: account.aliases, fullName: account.fullName };
};

describe("what zivsync remembers", () => {
  it("makes a new address under the same id a rename, and keeps the old address", async () => {
    const { simulator, place } = await office(12);
    await planAndApply(place);
    const before = shown(simulator, "p3@example.org");
    const rows = people(12);
    Object.assign(rows[2] ?? {}, { email: "married@example.org", name: "Person Three" });
    await writeUsers(place, rows);
    expect(briefly(await planAndApply(place))).toEqual([
      "update married@example.org: address (source), fullName (source), aliases (source)",
    ]);
    expect(shown(simulator, "married@example.org")).toEqual({
      id: before?.id,
      aliases: ["p3@example.org"],
      fullName: "Person Three",
    });
    expect(briefly(await planAndApply(place))).toEqual([]);
    await place.zivsync("plan");
    expect((await planIn(place)).remember).toEqual([]);
  });

  it("notices a changed account key, sends it once, and shows it never", async () => {
    const { simulator, place } = await office(3);
    await planAndApply(place);
    const rows = people(3);
    Object.assign(rows[0] ?? {}, { key: "rotated" });
    await writeUsers(place, rows);
    const review = await place.zivsync("plan");
    expect(review.out).toContain("account key changes (SSO): set (hidden)");
    const from = simulator.log.length;
    expect(briefly(await planAndApply(place))).toEqual(["update p1@example.org: accountKey (source)"]);
    const writes = simulator.log.slice(from).filter(({ method }) => method === "PUT");
    expect(writes).toHaveLength(1);
    expect(accountAt(simulator.world, "p1@example.org")).toMatchObject({
      ssoAccountKey: `${ACCOUNT_KEY}rotated`,
    });
    expect(briefly(await planAndApply(place))).toEqual([]);
  });

  it("refuses a source that shrank, and accepts exactly that", async () => {
    const { place } = await office(30);
    await planAndApply(place);
    await writeUsers(place, people(26));
    const refused = await place.zivsync("plan");
    expect(refused.code).toBe(3);
    expect(refused.out).toContain(
      "sourceShrink: all/lists gives 4 records fewer than the 30 of the last apply; the limit is 3.",
    );
    expect((await place.zivsync("plan", "--accept", "sourceShrink=4")).code).toBe(0);
    const plan = await planIn(place);
    expect((await place.zivsync("apply", "plan.json", "--approve", plan.digest)).code).toBe(0);
    expect((await place.zivsync("plan")).code).toBe(0);
  });

  it("tells drift in Zivver from changes at the source", async () => {
    const { simulator, place } = await office(12);
    await planAndApply(place);
    for (const [address, fullName] of [
      ["p1@example.org", "By hand"],
      ["p3@example.org", "By hand, too"],
    ] as const) {
      const account = accountAt(simulator.world, address);
      if (account) store(simulator.world, { ...account, fullName });
    }
    const rows = people(12);
    Object.assign(rows[1] ?? {}, { name: "New at the source" });
    Object.assign(rows[2] ?? {}, { name: "New there as well" });
    await writeUsers(place, rows);
    const review = await place.zivsync("plan");
    expect(briefly(await planIn(place))).toEqual([
      "update p1@example.org: fullName (zivver)",
      "update p2@example.org: fullName (source)",
      "update p3@example.org: fullName (both)",
    ]);
    expect(review.out).toContain("Full name; changed in Zivver since)");
    expect(review.out).toContain("Full name; changed at the source)");
  });

  it("is not needed: lost, it is built again by address, and nothing is written to Zivver for it", async () => {
    const { simulator, place } = await office(12);
    await planAndApply(place);
    const state = await place.read("state.jsonl");
    await run("rm", ["state.jsonl"], { cwd: place.folder });
    expect(await place.zivsync("plan", "--detailed-exitcode")).toMatchObject({ code: 0 });
    const writes = () => simulator.log.filter(({ method }) => method !== "GET").length;
    const before = writes();
    expect(await place.zivsync("adopt")).toEqual({
      code: 0,
      out: "12 live accounts: 12 remembered, 12 of them linked to a record by its id (12 newly). Nothing was written to Zivver.\n",
      err: `It is remembered in ${place.folder}/state.jsonl.\n`,
    });
    expect(writes()).toBe(before);
    const links = (text: string) =>
      text
        .split("\n")
        .filter((line) => line.includes('"type":"account"'))
        .map((line) => JSON.parse(line))
        .map(({ zivverId, link, address }) => ({ zivverId, link, address }));
    expect(links(await place.read("state.jsonl"))).toEqual(links(state));
    expect(await place.zivsync("adopt", "--json")).toMatchObject({
      out: '{"live":12,"remembered":12,"linked":12,"newlyLinked":0,"byExternalId":{"linked":[],"unknown":[],"ambiguous":[]},"findings":[]}\n',
    });
  });

  it("damaged, it is refused by all who would use it, and kept when it is begun again", async () => {
    const { simulator, place } = await office(3);
    await planAndApply(place);
    const state = await place.read("state.jsonl");
    const other = state.replace("p2@example.org", "p9@example.org");
    await place.write({ "state.jsonl": other });
    const plan = await planIn(place);
    const before = simulator.log.length;
    for (const words of [["plan"], ["apply", "plan.json", "--approve", plan.digest], ["adopt"]]) {
      const refused = await place.zivsync(...words);
      expect(refused).toMatchObject({ code: 3, out: "" });
      expect(refused.err).toContain("error[state-damaged]");
      expect(refused.err).toContain("zivsync adopt --replace");
    }
    expect(simulator.log.length).toBe(before);
    expect(await place.read("state.jsonl")).toBe(other);
    expect(await place.zivsync("adopt", "--replace")).toMatchObject({ code: 0 });
    const kept = (await place.written()).filter((file) => file.startsWith("state.jsonl.replaced-"));
    expect(kept).toHaveLength(1);
    expect(await place.read(kept[0] ?? "")).toBe(other);
    expect(await place.zivsync("plan", "--detailed-exitcode")).toMatchObject({ code: 0 });
  });

  it("relinks an address whose person came back under another name", async () => {
    const { place } = await office(12);
    await planAndApply(place);
    const rows = people(12);
    Object.assign(rows[0] ?? {}, { id: 99, email: "p1@example.org", name: "Somebody else", key: "1" });
    await writeUsers(place, rows);
    await place.zivsync("plan");
    const plan = await planIn(place);
    expect(plan.findings.map(({ code }) => code)).toEqual(["address-reused"]);
    expect(briefly(plan)).toEqual([]);
    expect(await place.zivsync("adopt", "--relink", "p1@example.org")).toMatchObject({ code: 0 });
    await place.zivsync("plan");
    expect(briefly(await planIn(place))).toEqual(["update p1@example.org: fullName (source)"]);
    expect(await place.zivsync("adopt", "--relink", "nobody@example.org")).toMatchObject({ code: 1 });
  });

  it("relinks a suspended account, whose person came back after a leave with another name and number", async () => {
    const { place } = await office(12);
    await planAndApply(place);
    await writeUsers(place, people(12).slice(1));
    await planAndApply(place);
    await writeUsers(place, [
      ...people(12).slice(1),
      { id: 99, email: "p1@example.org", name: "Somebody Married", key: "99" },
    ]);
    await place.zivsync("plan");
    const { findings } = await planIn(place);
    expect(findings.map(({ summary }) => summary)).toEqual([
      expect.stringContaining("`zivsync adopt --relink p1@example.org`"),
    ]);
    const adopted = await place.zivsync("adopt", "--relink", "p1@example.org");
    expect(adopted.out).toContain("12 of them linked");
    await place.zivsync("plan");
    const plan = await planIn(place);
    expect(plan.findings).toEqual([]);
    expect(plan.changes.map(({ action, address }) => `${action} ${address}`)).toEqual([
      "reactivate p1@example.org",
    ]);
  });

  it("is not begun with a link between a leaver's account and somebody else who has the address", async () => {
    const { place } = await office(12);
    await planAndApply(place);
    await run("rm", ["state.jsonl"], { cwd: place.folder });
    const rows = people(12);
    Object.assign(rows[0] ?? {}, { id: 99, email: "p1@example.org", name: "Somebody else", key: "99" });
    await writeUsers(place, rows);
    const adopted = await place.zivsync("adopt");
    expect(adopted.out).toContain("12 live accounts: 11 remembered, 11 of them linked");
    expect(adopted.out).toContain("warning address-reused (1)");
    await place.zivsync("plan");
    expect((await planIn(place)).findings.map(({ code }) => code)).toEqual(["address-reused"]);
    expect(await place.zivsync("adopt", "--relink", "p1@example.org")).toMatchObject({ code: 0 });
    await place.zivsync("plan");
    expect((await planIn(place)).findings).toEqual([]);
  });

  it("is not there to adopt anything to without `state`", async () => {
    const { place } = await office(1, OPEN);
    expect(await place.zivsync("adopt")).toEqual({
      code: 1,
      out: "",
      err: `error[usage] organization.yaml
  No state is configured, so there is nothing to adopt.
  Add \`state\`, for example \`state: { store: git, branch: zivsync-state }\`.
`,
    });
  });
});

describe("on a branch of Git", () => {
  it("is shared by checkouts, and a plan is used once whatever machine applies it", async () => {
    const { simulator, place } = await office(3, `state: { store: git }\n${OPEN}`);
    const git = (...words: string[]) => run("git", words, { cwd: place.folder });
    await git("init", "-q", "-b", "main");
    await git("init", "-q", "--bare", "remote.git");
    await git("remote", "add", "origin", "remote.git");
    const plan = await planAndApply(place);
    const { stdout } = await git("-C", "remote.git", "show", "zivsync-state:state.jsonl");
    expect(stdout.split("\n").filter((line) => line.includes('"type":"account"'))).toHaveLength(3);
    expect((await git("status", "--porcelain", "--", "state.jsonl")).stdout).toBe("");
    await run("rm", ["-r", ...(await place.written()).filter((file) => /journal$/.test(file))], {
      cwd: place.folder,
    });
    const before = simulator.log.length;
    const again = await place.zivsync("apply", "plan.json", "--approve", plan.digest);
    expect(again).toMatchObject({ code: 3, out: "" });
    expect(again.err).toContain("error[plan-used] plan.json");
    expect(simulator.log.length).toBe(before);
  });
});
