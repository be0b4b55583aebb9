import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/plan/plan.ts";
import type { JournalEntry } from "../../src/model/ports.ts";
import { cloneWorld, type Simulator } from "../../src/simulator/index.ts";
import {
  ACCOUNT_KEY,
  organizationYaml,
  PROFILE_YAML,
  simulated,
  type Workplace,
  workplace,
} from "../support/cli.ts";
import { contentsOf, restore } from "../support/world-contents.ts";

/*
 * Twenty-six changes of every sort: new names, newcomers, a swap of aliases, a group that is emptied, and a leaver.
 */

const NAMES = Array.from({ length: 18 }, (_, index) => `p${String(index + 1).padStart(2, "0")}`);
const USERS = [
  "Email,Full name,Aliases,Account key",
  ...NAMES.map((name) => `${name}@example.org,New ${name},,${ACCOUNT_KEY}${name}`),
  `swap1@example.org,Swap 1,two@example.com,${ACCOUNT_KEY}s1`,
  `swap2@example.org,Swap 2,one@example.com,${ACCOUNT_KEY}s2`,
  ...["new1", "new2", "new3"].map((name) => `${name}@example.org,${name},,${ACCOUNT_KEY}${name}`),
].join("\n");
const SHARED = `Email,Full name,Delegates
desk@example.org,Desk,p01@example.org;new1@example.org
`;
const GUARDS = "guards: { create: off, update: off, suspend: off, memberRemoval: off }\n";

type Hook = (n: number) => Promise<void>;

async function staged(latencyMs: number) {
  let hook: Hook = async () => {};
  let first = 0;
  const person = (name: string, alias?: string) => ({
    address: `${name}@example.org`,
    fullName: alias ? `Swap ${name.slice(4)}` : `Old ${name}`,
    aliases: alias ? [`${alias}@example.com`] : [],
  });
  const simulator = await simulated(
    {
      claimedDomains: ["example.org", "example.com"],
      personal: [
        ...NAMES.map((name) => person(name)),
        person("swap1", "one"),
        person("swap2", "two"),
        person("leaver"),
      ],
      functional: [
        { address: "desk@example.org", fullName: "Old desk", members: ["p02@example.org"] },
        { address: "empty@example.org", fullName: "Empty", members: ["p02@example.org"] },
      ],
    },
    { latencyMs, onRequest: (n) => hook(n - first) },
  );
  const place = await workplace();
  await place.write({
    "desired-state/organization.yaml": organizationYaml(simulator.url, GUARDS),
    "desired-state/profiles/all.yaml": PROFILE_YAML,
    "desired-state/users.csv": USERS,
    "desired-state/shared.csv": SHARED,
  });
  await place.zivsync("plan");
  const plan: Plan = JSON.parse(await place.read("plan.json"));
  expect(plan.changes).toHaveLength(26);
  /** From the next request on, which counts as the first. */
  const from = (next: Hook) => {
    first = simulator.log.length;
    hook = next;
  };
  return { simulator, place, plan, from };
}

async function journalOf(place: Workplace, file: string, plan: Plan): Promise<JournalEntry[]> {
  const text = await place.read(`${file}.${plan.seal.slice(-8)}.journal`);
  return text
    .split("\n")
    .slice(0, text.endsWith("\n") ? -1 : undefined)
    .map((line) => JSON.parse(line));
}

const writes = (simulator: Simulator, from: number) =>
  simulator.log.slice(from).filter(({ method }) => method !== "GET");

describe("an apply that is interrupted", () => {
  it("stops in good order at Ctrl-C, and goes on where it stopped", async () => {
    const { simulator, place, plan, from } = await staged(15);
    const start = simulator.log.length;
    const running = place.begin("apply", "plan.json", "--approve", plan.digest);
    from(async (n) => {
      if (n === 12) running.kill("SIGINT");
    });
    const stopped = await running.ended;
    expect(stopped.code).toBe(4);
    expect(stopped.out).toMatch(/^Applied \d+, blocked \d+\.\n/);
    expect(stopped.out).toContain(
      "Apply was interrupted before this change was begun. Apply the same plan again to go on.",
    );
    expect(stopped.err).toContain("The plan is not finished. Run the same command again to go on.\n");
    const journal = await journalOf(place, "plan.json", plan);
    expect(journal[0]?.type).toBe("begin");
    expect(journal.some(({ type }) => type === "end")).toBe(false);
    const sent = writes(simulator, start).length;
    expect(sent).toBeGreaterThan(5);
    expect(sent).toBeLessThan(27);

    const second = await place.zivsync("apply", "plan.json", "--approve", plan.digest);
    expect(second.code).toBe(0);
    expect(second.out).toMatch(/^Applied \d+, already \d+\.\n$/);
    // One request a change, and one more for the swap.
    expect(writes(simulator, start)).toHaveLength(27);
    expect(writes(simulator, start).filter(({ status }) => status >= 300)).toEqual([]);
    expect((await journalOf(place, "plan.json", plan)).at(-1)?.type).toBe("end");
    const again = await place.zivsync("plan", "--detailed-exitcode");
    expect(again.code).toBe(0);
  });

  it("ends in the same state when it is killed at any of several requests and run again", async () => {
    const { simulator, place, plan, from } = await staged(2);
    const before = cloneWorld(simulator.world);
    await copyFile(join(place.folder, "plan.json"), join(place.folder, "whole.json"));
    expect((await place.zivsync("apply", "whole.json", "--approve", plan.digest)).code).toBe(0);
    const expected = contentsOf(simulator.world);

    for (const [moment, done] of [
      [2, true],
      [4, false],
      [10, true],
      [23, false],
      [31, true],
    ] as const) {
      restore(simulator.world, before);
      const file = `killed-at-${moment}.json`;
      await copyFile(join(place.folder, "plan.json"), join(place.folder, file));
      const start = simulator.log.length;
      const running = place.begin("apply", file, "--approve", plan.digest);
      from(async (n) => {
        if (n !== moment) return;
        running.kill("SIGKILL");
        await running.ended;
        if (!done) throw new Error("the request is lost");
      });
      expect((await running.ended).code).toBe(null);
      from(async () => {});
      const second = await place.zivsync("apply", file, "--approve", plan.digest);
      expect(second, `killed at request ${moment}`).toMatchObject({ code: 0 });
      expect(contentsOf(simulator.world), `killed at request ${moment}`).toEqual(expected);
      const created = writes(simulator, start).filter(
        ({ method, status }) => method === "POST" && status < 300,
      );
      expect(created, `killed at request ${moment}`).toHaveLength(3);
    }
    const again = await place.zivsync("plan", "--detailed-exitcode");
    expect(again.code).toBe(0);
  });
});

describe("approval on a terminal", () => {
  it("takes the beginning of the digest, and nothing else", async () => {
    const { simulator, place, plan } = await staged(0);
    const hex = plan.digest.slice("sha256:".length);
    const start = simulator.log.length;
    const answers = ["00000000\r", `${hex.slice(0, 7)}\r`, "\r", "\u0003", "\u0004"];
    const runs = await Promise.all(
      answers.map(async (answer) => {
        const running = place.beginOnTerminal("apply", "plan.json");
        await running.shows("type the first 8 characters");
        running.type(answer);
        return running.ended;
      }),
    );
    for (const [at, run] of runs.entries()) {
      expect(run.code, `answer ${at}`).toBe(3);
      expect(run.out).toContain("Nothing was applied. Review the plan and run again.");
      expect(run.out).toContain('suspend personal "Old leaver" <leaver@example.org>');
    }
    expect(simulator.log).toHaveLength(start);
    expect(await place.written()).toEqual(["plan.json"]);

    const running = place.beginOnTerminal("apply", "plan.json");
    await running.shows("type the first 8 characters");
    running.type(`${hex.slice(0, 8)}\r`);
    const right = await running.ended;
    expect(right.code).toBe(0);
    expect(right.out).toContain("Applied 26.");
  });

  it("is for the plan as it stands when it is given: applied elsewhere meanwhile, it is refused", async () => {
    const { simulator, place, plan } = await staged(0);
    await place.write({
      "desired-state/organization.yaml": organizationYaml(
        simulator.url,
        `${GUARDS}state: { store: file, path: ../state.jsonl }\n`,
      ),
    });
    await place.zivsync("plan");
    const { digest }: Plan = JSON.parse(await place.read("plan.json"));
    expect(digest).toBe(plan.digest);
    await copyFile(join(place.folder, "plan.json"), join(place.folder, "copy.json"));
    const running = place.beginOnTerminal("apply", "copy.json");
    await running.shows("type the first 8 characters");
    expect((await place.zivsync("apply", "plan.json", "--approve", digest)).code).toBe(0);
    const done = simulator.log.length;
    running.type(`${digest.slice("sha256:".length, 15)}\r`);
    const late = await running.ended;
    expect(late.code).toBe(3);
    expect(late.out).toMatch(
      /error\[plan-used\].*\r\n.*The plan was applied already, at .*; a plan is used once\./,
    );
    expect(simulator.log).toHaveLength(done);
    expect((await place.written()).filter((file) => file.startsWith("copy.json"))).toEqual(["copy.json"]);
  });

  it("is for the plan as it stands when it is given: expired meanwhile, it is refused", async () => {
    const { simulator, place, plan } = await staged(0);
    await place.write({
      "later.mjs": `import { existsSync } from "node:fs";
const now = Date.now;
Date.now = () => now() + (existsSync("later") ? 86_400_000 : 0);
`,
    });
    const words = ["apply", "plan.json"] as const;
    const later = { NODE_OPTIONS: "--import ./later.mjs" };
    const running = place.beginOnTerminalWith(later, ...words);
    await running.shows("type the first 8 characters");
    await place.write({ later: "" });
    const start = simulator.log.length;
    running.type(`${plan.digest.slice("sha256:".length, 15)}\r`);
    const late = await running.ended;
    expect(late.code).toBe(3);
    expect(late.out).toContain(
      `The plan expired at ${plan.expiresAt}: what it was based on may have changed.`,
    );
    expect(simulator.log).toHaveLength(start);
  });
});
