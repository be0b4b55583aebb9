import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/plan.ts";
import { ACCOUNT_KEY, organizationYaml, PROFILE_YAML, simulated, workplace } from "../support/cli.ts";

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
  const names = () => [...simulator.world.accounts.values()].map(({ fullName }) => fullName).sort();
  return { simulator, place, zivsync, planned, names };
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
    const { place, zivsync, planned } = await staged();
    const { digest, seal } = await planned("plan");
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
});
