import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/plan/plan.ts";
import {
  ACCOUNT_KEY,
  API_KEY,
  organizationYaml,
  PROFILE_YAML,
  simulated,
  workplace,
} from "../support/cli.ts";

/*
 * What is written to goes away in the middle of a command: a reader that has seen enough, a disc that is full.
 */

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const NAMES = Array.from({ length: 12 }, (_, index) => `p${index + 10}`);
const REST = `guards: { create: off, update: off }
state: { store: file, path: ../state.jsonl }
`;

async function planned() {
  const simulator = await simulated({ claimedDomains: ["example.org", "example.com"] });
  const place = await workplace();
  await place.write({
    "desired-state/organization.yaml": organizationYaml(simulator.url, REST),
    "desired-state/profiles/all.yaml": PROFILE_YAML.replace(/^ {4}functional.*\n/m, ""),
    "desired-state/users.csv": [
      "Email,Full name,Account key",
      ...NAMES.map((name) => `${name}@example.org,${name},${ACCOUNT_KEY}${name}`),
    ].join("\n"),
  });
  expect(await place.zivsync("plan")).toMatchObject({ code: 0 });
  const plan: Plan = JSON.parse(await place.read("plan.json"));
  const journal = `plan.json.${plan.seal.slice(-8)}.journal`;
  /** Runs it by a shell, which can take its readers and its disc away. */
  const inShell = async (line: string) => {
    const child = spawn("bash", ["-c", line, "bash", process.execPath, CLI], {
      cwd: place.folder,
      env: { PATH: process.env.PATH, HOME: place.folder, ZIVVER_API_KEY: API_KEY },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (text) => (out += text));
    child.stderr.on("data", (text) => (err += text));
    const [code] = await once(child, "close");
    return { code, out, err };
  };
  return { place, plan, journal, inShell, apply: `"$1" "$2" apply plan.json --approve ${plan.digest}` };
}

describe("an apply", () => {
  it("remembers what it did when nobody reads what it says", async () => {
    const { place, journal, inShell, apply } = await planned();
    const run = await inShell(`${apply} 2>&1 | true; exit "\${PIPESTATUS[0]}"`);
    expect(run).toEqual({ code: 0, out: "", err: "" });
    expect(await place.written()).toEqual(["plan.json", journal, "state.jsonl"].sort());
    expect((await place.read("state.jsonl")).match(/"type":"account"/g)).toHaveLength(NAMES.length);
    expect(await place.zivsync("apply", "plan.json", "--approve", "x")).toMatchObject({ code: 3 });
  });

  it("remembers what it did when its output is lost, and fails", async () => {
    const { place, journal, inShell, apply } = await planned();
    const run = await inShell(`${apply} > /dev/full`);
    expect(run).toEqual({
      code: 1,
      out: "",
      err: `The journal is ${journal}.\nThe output cannot be written (ENOSPC).\n`,
    });
    expect(await place.written()).toContain("state.jsonl");
  });

  it("whose journal cannot be written any more sends nothing more, tells, and goes on later", async () => {
    const { place, journal, inShell, apply } = await planned();
    const run = await inShell(`ulimit -f 5; ${apply}`);
    expect(run.code).toBe(4);
    const [, applied = "", blocked = ""] = /^Applied (\d+), blocked (\d+)\.\n/.exec(run.out) ?? [];
    expect(Number(applied) + Number(blocked)).toBe(NAMES.length);
    expect(run.out).toContain(
      "The journal can no longer be written: the file would be larger than is allowed here. What is in no journal is not sent. Make room for it, then apply the same plan again to go on.\n",
    );
    expect(run.err).toBe(
      `The journal is ${journal}.\nThe plan is not finished. Run the same command again to go on.\n`,
    );
    const again = await inShell(apply);
    expect(again).toMatchObject({ code: 0, out: expect.stringMatching(/^Applied \d+, already \d+\.\n$/) });
    expect(await place.zivsync("plan", "--detailed-exitcode")).toMatchObject({ code: 0 });
  });
});

describe("a command that only shows", () => {
  it("keeps its exit code when nobody reads on", async () => {
    const { inShell } = await planned();
    const run = await inShell(
      `"$1" "$2" plan --detailed-exitcode 2>/dev/null | true; exit "\${PIPESTATUS[0]}"`,
    );
    expect(run).toEqual({ code: 2, out: "", err: "" });
  });
});
