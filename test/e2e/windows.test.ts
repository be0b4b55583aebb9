import { rename, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect } from "vitest";
import type { Plan } from "../../src/model/plan/plan.ts";
import { ACCOUNT_KEY, organizationYaml, PROFILE_YAML, simulated, workplace } from "../support/cli.ts";
import { itOnce as it, itInCampaigns } from "../support/runs.ts";

/*
 * The command line where the system refuses what Windows refuses: to cut a file that is open for appending, to replace one that is
 * open, and to set modes.
 */

const EMULATION = fileURLToPath(new URL("../support/windows-emulation.cjs", import.meta.url));
const OPEN_FILES = "open-elsewhere";
const WINDOWS = { NODE_OPTIONS: `--require=${EMULATION}`, ZIVSYNC_TEST_OPEN_FILES: OPEN_FILES };

const NAMES = Array.from({ length: 6 }, (_, index) => `p${index + 1}`);

async function staged(extra = "") {
  const simulator = await simulated({
    claimedDomains: ["example.org"],
    personal: NAMES.map((name) => ({ address: `${name}@example.org`, fullName: `Old ${name}` })),
  });
  const place = await workplace();
  await place.write({
    "desired-state/organization.yaml": organizationYaml(
      simulator.url,
      `guards: { create: off, update: off }\n${extra}`,
    ),
    "desired-state/profiles/all.yaml": PROFILE_YAML.replace("[personal, functional]", "[personal]").replace(
      /^ {4}functional.*\n/m,
      "",
    ),
    "desired-state/users.csv": [
      "Email,Full name,Account key",
      ...NAMES.map((name) => `${name}@example.org,New ${name},${ACCOUNT_KEY}${name}`),
      `new@example.org,New,${ACCOUNT_KEY}new`,
    ].join("\n"),
  });
  const zivsync = (...words: string[]) => place.zivsyncWith(WINDOWS, ...words);
  const planned = async (...words: string[]): Promise<Plan> => {
    expect(await zivsync(...words)).toMatchObject({ code: 0 });
    return JSON.parse(await place.read("plan.json"));
  };
  /** A plan that nothing refused anything: it is not what is tested. */
  const prepared = async (): Promise<Plan> => {
    expect(await place.zivsync("plan")).toMatchObject({ code: 0 });
    return JSON.parse(await place.read("plan.json"));
  };
  const names = () => [...simulator.world.accounts.values()].map(({ fullName }) => fullName).sort();
  return { simulator, place, zivsync, planned, prepared, names };
}

describe("where the system is as strict as Windows", () => {
  it("goes the whole way: plan, apply, an empty plan, revert", async () => {
    const { place, zivsync, planned, names } = await staged("state: { store: file, path: ../state.jsonl }\n");
    const before = names();
    const plan = await planned("plan");
    expect(await zivsync("apply", "plan.json", "--approve", plan.digest)).toMatchObject({
      code: 0,
      out: "Applied 7.\n",
    });
    expect(await zivsync("plan", "--detailed-exitcode", "-o", "again.json")).toMatchObject({ code: 0 });
    const journal = `plan.json.${plan.seal.slice(-8)}.journal`;
    const undone = await planned("revert", journal, "-o", "plan.json");
    expect(await zivsync("apply", "plan.json", "--approve", undone.digest)).toMatchObject({ code: 0 });
    expect(names()).toEqual(["New", ...before]);
    expect((await place.written()).filter((file) => /tmp|lock/.test(file))).toEqual([]);
  });

  it("goes on with an apply that was killed, after the line that it left torn", async () => {
    const { place, zivsync, prepared } = await staged();
    const { digest, seal } = await prepared();
    const journal = `plan.json.${seal.slice(-8)}.journal`;
    const begin = { type: "begin", at: "2026-01-05T08:00:00.000Z", digest, seal, zivsync: "0.1.0" };
    await place.write({ [journal]: `${JSON.stringify(begin)}\n{"type":"sta` });
    expect(await zivsync("apply", "plan.json", "--approve", digest)).toMatchObject({
      code: 0,
      out: "Applied 7.\n",
    });
    const lines = (await place.read(journal)).split("\n");
    expect(JSON.parse(lines[1] ?? "")).toMatchObject({ type: "resume" });
    expect(JSON.parse(lines.at(-2) ?? "")).toMatchObject({ type: "end" });
  });

  it("shows the demo", async () => {
    const place = await workplace();
    const run = await place.zivsyncWith(WINDOWS, "demo");
    expect(run).toMatchObject({ code: 0 });
    expect(run.err).toContain("That was the whole way.");
  });

  itInCampaigns(
    "waits for a state that somebody has open, and says how to save it later where that is not enough",
    async () => {
      const { place, simulator, zivsync, prepared } = await staged(
        "state: { store: file, path: ../state.jsonl }\n",
      );
      const { digest, seal, expiresAt } = await prepared();
      await place.write({ [OPEN_FILES]: "state.jsonl\n" });
      const words = ["apply", "plan.json", "--approve", digest];
      const run = await zivsync(...words);
      const journal = `plan.json.${seal.slice(-8)}.journal`;
      expect(run).toEqual({
        code: 4,
        out: "Applied 7.\n",
        err: `The journal is ${journal}.
error[file-unwritable] ${place.folder}/state.jsonl
  The file cannot be replaced: another program has had it open for 5 seconds, or you may not replace it.
  Close what has it open (an editor, a virus scanner, another zivsync), or check the permissions of the file and its folder.
The changes were applied, but the state could not be saved. Fix the error above, then run \`zivsync apply plan.json\` before ${expiresAt} (after that, \`zivsync adopt\`). What was done is not done again, and the state is saved.
`,
      });
      expect(await place.written()).toEqual(["plan.json", journal]);

      // Still open: the remedy says the same once more.
      const [, command = ""] = /run `zivsync (.*?)`/.exec(run.err) ?? [];
      const start = simulator.log.length;
      expect(await zivsync(...command.split(" "))).toMatchObject({ code: 4 });
      await place.write({ [OPEN_FILES]: "" });
      expect(await zivsync(...command.split(" "))).toEqual({
        code: 0,
        out: "Applied 7.\n",
        err: `The plan was applied already, but the state was not saved then. Nothing is sent to Zivver again.
The journal is ${journal}.
The state is saved.
`,
      });
      expect(simulator.log.slice(start).filter(({ method }) => method !== "GET")).toEqual([]);
      const state = await place.read("state.jsonl");
      expect(state).toContain(seal);
      // That the newcomer's key was sent is known as well: a later change of it will be noticed.
      expect(state.match(/"sent":true/g)).toHaveLength(1);
      expect(await zivsync("plan", "--detailed-exitcode", "-o", "again.json")).toMatchObject({ code: 0 });
      expect(await zivsync(...words)).toMatchObject({
        code: 3,
        err: expect.stringContaining("error[plan-used]"),
      });
    },
  );

  it("saves the state once it is free again", async () => {
    const { place, zivsync, prepared } = await staged("state: { store: file, path: ../state.jsonl }\n");
    const { digest, seal } = await prepared();
    await place.write({ [OPEN_FILES]: "state.jsonl\n" });
    const run = zivsync("apply", "plan.json", "--approve", digest);
    // Its temporary file is there once it tries to take its place.
    await expect
      .poll(async () => (await place.written()).some((file) => file.endsWith(".tmp")), { timeout: 20_000 })
      .toBe(true);
    await place.write({ [OPEN_FILES]: "" });
    expect(await run).toMatchObject({ code: 0 });
    expect(await place.read("state.jsonl")).toContain(seal);
  });
});

describe("a state that could not be saved", () => {
  it("is saved by the command that the message names, with the folder and the file that it was for", async () => {
    const { place, zivsync, prepared } = await staged("state: { store: file, path: ../state.jsonl }\n");
    const plan = await prepared();
    await symlink("desired-state", join(place.folder, "my folder"));
    await rename(join(place.folder, "plan.json"), join(place.folder, "my plan.json"));
    await place.write({ [OPEN_FILES]: "state.jsonl\n" });
    const run = await zivsync("-C", "my folder", "apply", "my plan.json", "--approve", plan.digest);
    expect(run.err).toContain('run `zivsync -C "my folder" apply "my plan.json"` before');
    await place.write({ [OPEN_FILES]: "" });
    expect(await zivsync("-C", "my folder", "apply", "my plan.json")).toMatchObject({ code: 0 });
    expect(await place.read("state.jsonl")).toContain(plan.seal);
  });

  itInCampaigns("is not saved over what a later plan has left", async () => {
    const { place, zivsync, prepared } = await staged("state: { store: file, path: ../state.jsonl }\n");
    const first = await prepared();
    await place.write({ [OPEN_FILES]: "state.jsonl\n" });
    expect(await zivsync("apply", "plan.json", "--approve", first.digest)).toMatchObject({ code: 4 });
    await place.write({
      [OPEN_FILES]: "",
      "desired-state/users.csv": `${await place.read("desired-state/users.csv")}\nlater@example.org,Later,${ACCOUNT_KEY}later`,
    });
    const second = JSON.parse(
      await zivsync("plan", "-o", "second.json").then(() => place.read("second.json")),
    );
    expect(await zivsync("apply", "second.json", "--approve", second.digest)).toMatchObject({ code: 0 });
    const state = await place.read("state.jsonl");
    expect(await zivsync("apply", "plan.json", "--approve", first.digest)).toMatchObject({
      code: 3,
      err: expect.stringContaining("error[plan-used]"),
    });
    expect(await place.read("state.jsonl")).toBe(state);
  });
});
