import { execFile } from "node:child_process";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";
import type { Plan } from "../../src/model/plan/plan.ts";
import type { SyncResult } from "../../src/model/sync-result.ts";
import { accountAt } from "../../src/simulator/index.ts";
import { itOnce as it, itInCampaigns } from "../support/runs.ts";
import { type Stage, syncStage } from "./sync-stage.ts";

/*
 * An alias that p4 gives up on one night, and p5 takes on the next: through the command line, with the state in a file, put back, and
 * shared by two machines.
 */

const ALIAS = "extra@example.org";
const MOVE = { address: ALIAS, from: "p4@example.org", to: "p5@example.org" };
const waitsForPeople = {
  code: 2,
  result: {
    applied: {},
    waiting: { changes: [{ address: "p5@example.org", because: "address-moves", move: MOVE }] },
  },
};

/** The night on which p4 gives it up; then the source gives it to p5. */
async function givenUp(stage: Stage): Promise<void> {
  stage.setAliases("p4", "");
  const first = await stage.sync();
  expect(first, JSON.stringify(first.result)).toMatchObject({ code: 0, result: { applied: { update: 1 } } });
  stage.setAliases("p5", ALIAS);
}

it("waits for people, who read which accounts it is about, and is applied by them", async () => {
  const stage = await syncStage({});
  await givenUp(stage);
  expect(await stage.sync()).toMatchObject(waitsForPeople);
  const { out } = await stage.place.zivsync("sync");
  const today = new Date().toISOString().slice(0, 10);
  expect(out).toContain(
    `  an address moves from one account to another: p5@example.org (extra@example.org from p4@example.org to p5@example.org, given up on ${today})\n`,
  );
  const { digest } = JSON.parse(await stage.place.read("waiting.json")) as Plan;
  expect(await stage.place.zivsync("apply", "waiting.json", "--approve", digest)).toMatchObject({ code: 0 });
  expect(accountAt(stage.world, "p5@example.org")).toMatchObject({ aliases: [ALIAS] });
  expect(await stage.place.read("state.jsonl")).not.toContain('"type":"released"');
  expect(await stage.sync()).toMatchObject({ code: 0 });
});

it("waits after an old state was put back that knows nothing of the first night", async () => {
  const stage = await syncStage({});
  const state = join(stage.place.folder, "state.jsonl");
  await copyFile(state, `${state}.old`);
  await givenUp(stage);
  await copyFile(`${state}.old`, state);
  expect(await stage.sync()).toMatchObject(waitsForPeople);
  expect(accountAt(stage.world, "p5@example.org")).toMatchObject({ aliases: [] });
});

itInCampaigns("waits on another machine that shares the state by a branch", async () => {
  const stage = await syncStage({ state: "" });
  const { place } = stage;
  const git = (...words: string[]) =>
    promisify(execFile)("git", ["-c", "user.name=A", "-c", "user.email=a@example.org", ...words], {
      cwd: place.folder,
    });
  await stage.configure({ state: "state: { store: git, branch: zivsync-state }\n" });
  await git("init", "-q", "-b", "main");
  await git("init", "-q", "--bare", "origin.git");
  await git("remote", "add", "origin", join(place.folder, "origin.git"));
  await git("add", "desired-state");
  await git("commit", "-q", "-m", "first");
  await git("push", "-q", "origin", "main");
  await git("clone", "-q", "-b", "main", "origin.git", "second");
  const copySources = async () => {
    for (const file of ["desired-state/users.csv", "desired-state/shared.csv"])
      await place.write({ [`second/${file}`]: await place.read(file) });
  };
  await copySources();
  expect(await stage.sync()).toMatchObject({ code: 2 });
  expect(await place.zivsync("apply", "waiting.json")).toMatchObject({ code: 0 });
  await givenUp(stage);
  await stage.writeSources();
  await copySources();
  const files = ["--routine", "second/routine.json", "--waiting", "second/waiting.json"];
  const run = await place.zivsync("-C", "second/desired-state", "sync", "--json", ...files);
  expect({ code: run.code, result: JSON.parse(run.out) as SyncResult }).toMatchObject(waitsForPeople);
  expect(accountAt(stage.world, "p5@example.org")).toMatchObject({ aliases: [] });
});
