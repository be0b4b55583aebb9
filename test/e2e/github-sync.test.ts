import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Fault, fakeRun, startGitHub } from "../servers/github.ts";
import { startWebSink } from "../servers/sinks.ts";
import { git } from "../support/state-places.ts";
import { STANDING, syncStage } from "./sync-stage.ts";

/*
 * Nights on GitHub on which the routine part is applied, and the run cannot be shown. The two newcomers are more than the number, and
 * wait for people; the new name does not.
 */

const GIVEN = {
  standing: { ...STANDING, create: 1 },
  state: "state: { store: file, path: ../state.jsonl }\nnotify: [{ type: webhook, url: { env: HOOK } }]\n",
};

async function night(fault: Fault | undefined, environment: Readonly<Record<string, string>> = {}) {
  const [stage, github, hook] = await Promise.all([
    syncStage({ standing: GIVEN.standing }),
    startGitHub(),
    startWebSink(),
  ]);
  onTestFinished(() => github.close());
  onTestFinished(() => hook.close());
  const { folder } = stage.place;
  await stage.configure(GIVEN);
  stage.join("n1", "n2");
  stage.rename("p2", "Person New");
  await stage.writeSources();
  git(folder, "init", "--quiet", "--initial-branch=main");
  git(folder, "add", "desired-state");
  git(folder, "commit", "--quiet", "--message", "Change");
  const sha = git(folder, "rev-parse", "HEAD");
  github.state.runs = [fakeRun({ id: 5, sha, actor: "ann" })];
  github.fault = ({ path }) => (path.endsWith("/issues") ? fault : undefined);
  const [summary, output] = [join(folder, ".git", "summary"), join(folder, ".git", "output")];
  for (const file of [summary, output]) writeFileSync(file, "");
  const run = await stage.place.zivsyncWith(
    {
      ...github.environment({ id: 5, sha, event: "schedule" }),
      GITHUB_WORKSPACE: folder,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_OUTPUT: output,
      HOOK: hook.url,
      ...environment,
    },
    "github",
    "sync",
  );
  const events = hook.received.map(({ body }) => JSON.parse(body).event);
  return { ...run, writes: stage.writes().length, events, output: await stage.place.read(".git/output") };
}

describe("a sync on GitHub that applied something", () => {
  it("still asks people for the rest where the repository has no issues", async () => {
    const message = "Issues has been disabled in this repository.";
    const { code, err, writes, events, output } = await night({ answer: { status: 410, body: { message } } });
    expect({ code, writes, events }).toEqual({ code: 0, writes: 1, events: ["waiting"] });
    expect(output).toMatch(/^waits<<(\S+)\ntrue\n\1$/m);
    expect(err).toMatch(
      /^::warning .*The result could not be written into the issue of the organisation: .*410/m,
    );
  });

  it.runIf(process.platform === "linux")("has not failed where its summary cannot be written", async () => {
    const { code, err, writes, events } = await night(undefined, { GITHUB_STEP_SUMMARY: "/dev/full" });
    expect({ code, writes, events }).toEqual({ code: 0, writes: 1, events: ["waiting"] });
    expect(err).toContain("The result could not be written into the summary of the run");
  });

  it.runIf(process.platform === "linux")(
    "was applied in part where nobody can be asked for the rest",
    async () => {
      const { code, err, writes, events } = await night(undefined, { GITHUB_OUTPUT: "/dev/full" });
      expect({ code, writes, events }).toEqual({ code: 4, writes: 1, events: ["waiting", "partial"] });
      expect(err).toContain(
        "routine.json was carried out, as its journal says; what follows it could not be done.",
      );
    },
  );
});
