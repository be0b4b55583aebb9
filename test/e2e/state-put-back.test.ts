import { execFileSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  ACCOUNT_KEY,
  organizationYaml,
  PROFILE_YAML,
  simulated,
  type Workplace,
  workplace,
} from "../support/cli.ts";

function users(count: number): string {
  const rows = Array.from({ length: count }, (_, n) => `p${n}@example.org,P ${n},${ACCOUNT_KEY}${n}\n`);
  return `Email,Full name,Account key\n${rows.join("")}`;
}

async function organisation(state: string): Promise<Workplace> {
  const place = await workplace();
  const simulator = await simulated({ claimedDomains: ["example.org", "example.com"], divisions: ["/"] });
  await place.write({
    "users.csv": users(1),
    "shared.csv": "Email,Full name,Delegates\n",
    "desired-state/profiles/all.yaml": PROFILE_YAML.replaceAll("../", "../../"),
    "desired-state/organization.yaml": organizationYaml(simulator.url, state),
  });
  return place;
}

async function plan(place: Workplace, file: string): Promise<string> {
  const run = await place.zivsync("plan", "-o", file);
  expect({ code: run.code, err: run.err }).toEqual({ code: 0, err: `The plan was written to ${file}.\n` });
  return JSON.parse(await place.read(file)).digest;
}

/** Plans and applies lists of one person, then of two. */
async function appliedTwice(place: Workplace, between: () => Promise<void>): Promise<void> {
  for (const count of [1, 2]) {
    await place.write({ "users.csv": users(count) });
    const digest = await plan(place, "plan.json");
    expect((await place.zivsync("apply", "plan.json", "--approve", digest)).code).toBe(0);
    if (count === 1) await between();
  }
}

describe("an old state that is put back", () => {
  it("as a file is refused to plans that were made before, and to plan over one of them", async () => {
    const place = await organisation("state: { store: file, path: ../state.jsonl }\n");
    let old = "";
    await appliedTwice(place, async () => {
      old = await place.read("state.jsonl");
    });
    await place.write({ "users.csv": users(3) });
    const digest = await plan(place, "plan.json");
    await place.write({ "state.jsonl": old });
    const refused = await place.zivsync("apply", "plan.json", "--approve", digest);
    expect(refused).toEqual({
      code: 3,
      out: "",
      err: `error[plan-newer-state] plan.json
  The plan was made from a state that was written as number 2, and the present one is number 1: an old state was put back since.
  Find out who put it back. If the present state is right, make a new plan.
`,
    });
    const planned = await place.zivsync("plan", "-o", "plan.json");
    expect(planned).toEqual({
      code: 3,
      out: "",
      err: `error[state-rolled-back] plan.json
  An old state was put back: it was written as number 1, and the plan in this file was made from number 2. It would give back links, keys and applied plans that are out of date. Nothing was changed.
  Find out who put it back, and bring the newest one back. If the old one is meant, run this command once with ZIVSYNC_STATE_RESTORED=1 in the environment.
`,
    });
    const wrong = { ZIVSYNC_STATE_RESTORED: "2" };
    expect((await place.zivsyncWith(wrong, "plan", "-o", "plan.json")).code).toBe(3);
    const meant = { ZIVSYNC_STATE_RESTORED: "1" };
    expect((await place.zivsyncWith(meant, "plan", "-o", "plan.json")).code).toBe(0);
    await plan(place, "plan.json");
  });

  it("as another one of the same number is refused to a plan", async () => {
    const place = await organisation("state: { store: file, path: ../state.jsonl }\n");
    let old = "";
    await appliedTwice(place, async () => {
      old = await place.read("state.jsonl");
    });
    await place.write({ "users.csv": users(3) });
    const digest = await plan(place, "made.json");
    await place.write({ "state.jsonl": old, "users.csv": users(4) });
    const other = await plan(place, "other.json");
    expect((await place.zivsync("apply", "other.json", "--approve", other)).code).toBe(0);
    const same = await place.zivsync("apply", "made.json", "--approve", digest);
    expect({ code: same.code, said: same.err.split("\n")[1] }).toEqual({
      code: 3,
      said: "  The plan was made from another state that was written as number 2: an old state was put back since.",
    });
  });

  it("on a branch is refused to plan, until a person says that it is meant", async () => {
    const place = await organisation("state: { store: git, branch: zivsync-state }\n");
    const git = (...words: string[]) =>
      execFileSync("git", ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", ...words], {
        cwd: place.folder,
        encoding: "utf8",
        env: { PATH: process.env.PATH, HOME: place.folder },
      }).trim();
    git("init", "-q", "-b", "main");
    git("add", "desired-state");
    git("commit", "-qm", "Begin");
    await appliedTwice(place, async () => {});
    const old = git("commit-tree", "zivsync-state~1^{tree}", "-p", "zivsync-state", "-m", "Restore");
    git("update-ref", "refs/heads/zivsync-state", old);
    const refused = await place.zivsync("plan", "-o", "new.json");
    expect(refused).toEqual({
      code: 3,
      out: "",
      err: `error[state-rolled-back] branch zivsync-state
  An old state was put back: this one was written as number 1, and number 2 is known. It would give back links, keys and applied plans that are out of date. Nothing was changed.
  Find out who put it back, and bring the newest one back. If the old one is meant, run \`zivsync adopt\` once with ZIVSYNC_STATE_RESTORED=1 in the environment: it counts on from the newest.
`,
    });
    expect((await place.zivsyncWith({ ZIVSYNC_STATE_RESTORED: "1" }, "adopt")).code).toBe(0);
    await plan(place, "new.json");
  });

  it("is told from none at all: a plan with an empty state says how it recognises accounts", async () => {
    const place = await organisation("state: { store: file, path: ../state.jsonl }\n");
    const codes = async () => {
      const run = await place.zivsync("plan", "--json");
      const { findings } = JSON.parse(run.out) as { findings: readonly { code: string; severity: string }[] };
      return findings.filter(({ code }) => code === "state-empty").map(({ severity }) => severity);
    };
    // Zivver has no account yet.
    expect(await codes()).toEqual([]);
    await appliedTwice(place, async () => undefined);
    expect(await codes()).toEqual([]);
    await plan(place, "made.json");
    await rm(join(place.folder, "state.jsonl"));
    const said = (await place.zivsync("plan", "-o", "plan.json")).err.split("\n")[0];
    expect(said).toBe(
      "The state is gone: the plan in plan.json was made from number 2. Bring it back if you can; without it accounts are recognised by address alone.",
    );
    // The state that begins again counts from 1, and is not taken for an old one.
    await place.write({ "users.csv": users(3) });
    const digest = await plan(place, "again.json");
    expect((await place.zivsync("apply", "again.json", "--approve", digest)).code).toBe(0);
    await place.zivsync("plan", "-o", "plan.json");
    expect((await place.zivsync("plan", "-o", "made.json")).code).toBe(0);
    await rm(join(place.folder, "state.jsonl"));
    await rm(join(place.folder, "plan.json"));
    await rm(join(place.folder, "made.json"));
    expect(await codes()).toEqual(["info"]);
  });
});
