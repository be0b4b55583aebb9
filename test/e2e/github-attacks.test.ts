import { describe, expect } from "vitest";
import { accountAt } from "../../src/simulator/index.ts";
import { editComment, type FakeComment, fakeRun, tick } from "../servers/github.ts";
import { itOnce as it, itInCampaigns } from "../support/runs.ts";
import { git } from "../support/state-places.ts";
import { type Stage, stage, type WorkflowRun } from "./github-stage.ts";

/*
 * Ways to have something applied that the counted people did not see. Ann opens the pull request, Ben reviews, and each attack
 * comes between the two and the apply.
 */

const SEED = {
  claimedDomains: ["example.org", "example.com"],
  divisions: ["/"],
  personal: ["Bo", "Len", "Mia"].map((name) => ({
    address: `${name.toLowerCase()}@example.org`,
    fullName: name,
  })),
};
const PROFILE = `apiVersion: zivsync/v1
kind: Profile
name: all
manages: { kinds: [personal] }
sources:
  - name: lists
    type: spreadsheet
    file: ../users.csv
`;
const POLICY =
  "guards: { suspend: off, delete: off, update: off, create: off }\napproval: { github: { environment: production } }\n";
const LIST = "desired-state/users.csv";
const users = (...names: string[]) =>
  `Email,Full name\n${names.map((name) => `${name.toLowerCase()}@example.org,${name}\n`).join("")}`;

type Scene = Stage & {
  readonly sha: string;
  readonly comment: () => FakeComment;
  readonly review: (author: string) => void;
  readonly merge: () => void;
  readonly apply: (...words: string[]) => Promise<WorkflowRun>;
};

/** Pull request 7, which suspends Mia and is planned in run 1. */
async function scene(): Promise<Scene> {
  const made = await stage(
    SEED,
    { "desired-state/profiles/all.yaml": PROFILE, [LIST]: users("Bo", "Len", "Mia") },
    POLICY,
  );
  const base = await made.commit({});
  const sha = await made.commit({ [LIST]: users("Bo", "Len") });
  const pull = made.openPullRequest(base);
  await made.onPullRequest(1, "plan");
  const { state } = made.github;
  state.runs = [fakeRun({ id: 9, sha, actor: "mel" })];
  state.commits = [{ sha, author: "mel" }];
  state.history = { [sha]: [{ sha, author: "ann" }] };
  return {
    ...made,
    sha,
    comment: () => {
      const [comment] = state.comments;
      if (comment === undefined) throw new Error("there is no comment");
      return comment;
    },
    review: (author) => pull.reviews.push({ author, state: "APPROVED", commit: sha, at: tick(state) }),
    merge: () => Object.assign(pull, { open: false, merged: true, mergeCommit: sha, mergedAt: tick(state) }),
    apply: (...words) => made.onPush(9, "apply", ...words),
  };
}

/** Nothing was written, and why. */
function expectRefused({ simulator }: Stage, run: WorkflowRun, why: string | RegExp): void {
  const said = run.err.replace(/\s+/g, " ");
  expect({ code: run.code, writes: simulator.world.writes }).toEqual({ code: 3, writes: 0 });
  expect(said).toMatch(why);
}

describe("a review", () => {
  it("counts for the plan that was shown before it, also when the same plan is made again", async () => {
    const made = await scene();
    made.review("ben");
    await made.onPullRequest(2, "plan");
    made.merge();
    const run = await made.apply();
    expect({ code: run.code, err: run.err }).toMatchObject({
      code: 0,
      err: expect.stringContaining("Approved on GitHub by ben.\n"),
    });
  });

  it("of one plan does not approve another that is shown later at the same commit", async () => {
    const made = await scene();
    made.review("ben");
    await made.place.write({ [LIST]: users("Bo") });
    await made.onPullRequest(2, "plan");
    made.merge();
    expectRefused(
      made,
      await made.apply(),
      /ben approved pull request #7 at \S+, and this plan is shown there since/,
    );
  });

  itInCampaigns("of a plan does not count again once another one was shown in between", async () => {
    const made = await scene();
    made.review("ben");
    await made.place.write({ [LIST]: users("Bo") });
    await made.onPullRequest(2, "plan");
    await made.place.write({ [LIST]: users("Bo", "Len") });
    await made.onPullRequest(3, "plan");
    made.merge();
    expectRefused(
      made,
      await made.apply(),
      /ben approved pull request #7 at \S+, and this plan is shown there since/,
    );
  });

  it("does not count of whoever started the plan again", async () => {
    const made = await scene();
    made.github.state.runs.push(fakeRun({ id: 2, sha: made.sha, actor: "ben" }));
    await made.onPullRequest(2, "plan");
    made.review("ben");
    made.merge();
    expectRefused(made, await made.apply(), "ben pushed to pull request #7 or started its plan");
  });

  it("does not count of whoever committed under another author's name", async () => {
    const made = await scene();
    made.openPullRequest(git(made.place.folder, "rev-parse", "HEAD~1"), {
      commits: [{ sha: made.sha, author: "ann", committer: "ben" }],
      open: false,
      merged: true,
      mergeCommit: made.sha,
      mergedAt: tick(made.github.state),
      reviews: [{ author: "ben", state: "APPROVED", commit: made.sha, at: tick(made.github.state) }],
    });
    expectRefused(made, await made.apply(), "ben wrote or committed a commit of pull request #7");
  });

  it("does not count of whoever made such a change before the folder was moved", async () => {
    const made = await scene();
    const { folder } = made.place;
    git(folder, "mv", "desired-state", "hospital");
    git(folder, "commit", "-qm", "Move");
    const moved = git(folder, "rev-parse", "HEAD");
    const earlier = { sha: "e".repeat(40), author: "ben", paths: ["desired-state/organization.yaml"] };
    const { state } = made.github;
    state.history[moved] = [{ sha: moved, author: "mel", paths: ["hospital/organization.yaml"] }, earlier];
    state.commits.push({ sha: moved, author: "mel" });
    state.runs.push(fakeRun({ id: 11, sha: moved, actor: "mel", event: "workflow_dispatch" }));
    state.runs.at(-1)?.approvals.push({ author: "ben", environments: ["production"], state: "approved" });
    const environment = {
      ...made.github.environment({ id: 11, sha: moved, event: "workflow_dispatch" }),
      GITHUB_WORKSPACE: folder,
    };
    const run = (...words: string[]) =>
      made.place.zivsyncWith(environment, "-C", "hospital", "github", ...words, "-o", "plan.json");
    expect((await run("plan")).code).toBe(0);
    const { digest } = JSON.parse(await made.place.read("plan.json"));
    const why = "ben wrote or committed a change of the configuration that was not applied yet";
    const applied = await run("apply", "--digest", digest);
    expect({ code: applied.code, err: applied.err.replace(/\s+/g, " ") }).toEqual({
      code: 3,
      err: expect.stringContaining(why),
    });
  });

  it("does not count of whoever a squash merge names as co-author of a change that was never applied", async () => {
    const made = await scene();
    made.review("ben");
    made.merge();
    const earlier = { sha: "e".repeat(40), author: "dan", coAuthors: ["ben"] };
    made.github.state.history[made.sha]?.push(earlier);
    const why = "ben wrote or committed a change of the configuration that was not applied yet";
    expectRefused(made, await made.apply(), why);
    Object.assign(earlier, { coAuthors: ["49699333+helper[bot]@users.noreply.github.com"] });
    expect((await made.apply()).code).toBe(0);
  });

  itInCampaigns("does not count of whoever made an earlier change that was never applied", async () => {
    const made = await scene();
    made.review("ben");
    made.merge();
    const earlier = { sha: "e".repeat(40), author: "ben", paths: ["desired-state/organization.yaml"] };
    made.github.state.history[made.sha]?.push(earlier);
    const why = "ben wrote or committed a change of the configuration that was not applied yet";
    expectRefused(made, await made.apply(), why);
    made.github.state.history[made.sha]?.pop();
    made.github.state.history[made.sha]?.push({ ...earlier, paths: ["README.md"] });
    expect((await made.apply()).code).toBe(0);
  });
});

describe("a comment that somebody edited", () => {
  it("approves nothing while it shows something else", async () => {
    const made = await scene();
    const [marker = ""] = made.comment().body.split("\n");
    editComment(made.github.state, made.comment(), `${marker}\n### No changes.\n`, "mallory");
    made.review("ben");
    made.merge();
    expectRefused(
      made,
      await made.apply(),
      "The comment of pull request #7 approves nothing: its text is not the one that zivsync wrote there.",
    );
  });

  it("approves nothing either once the edit is taken back", async () => {
    const made = await scene();
    const { body } = made.comment();
    editComment(made.github.state, made.comment(), "### No changes.\n", "mallory");
    made.review("ben");
    editComment(made.github.state, made.comment(), body, "mallory");
    made.merge();
    expectRefused(
      made,
      await made.apply(),
      /The comment of pull request #7 approves nothing: mallory edited it at \S+Z\./,
    );
  });

  itInCampaigns("shows its plan again once it is planned again", async () => {
    const made = await scene();
    const { body } = made.comment();
    editComment(made.github.state, made.comment(), body.replace("Mia", "Nobody"), "mallory");
    made.review("ben");
    await made.onPullRequest(2, "plan");
    made.review("cas");
    made.merge();
    const run = await made.apply();
    expect({ code: run.code, by: /Approved .*/.exec(run.err)?.[0] }).toEqual({
      code: 0,
      by: "Approved on GitHub by cas.",
    });
  });

  itInCampaigns("counts from its last update where GitHub keeps no edits", async () => {
    const made = await scene();
    made.github.state.keepsEdits = false;
    made.review("ben");
    await made.onPullRequest(2, "plan");
    made.merge();
    expectRefused(
      made,
      await made.apply(),
      /ben approved pull request #7 at \S+, and this plan is shown there since/,
    );
    made.review("cas");
    expect((await made.apply()).code).toBe(0);
  });
});

describe("after the merge", () => {
  it("a plan that was not due for a while is still to be applied, on the same reviews", async () => {
    const made = await scene();
    made.review("ben");
    made.merge();
    await made.place.write({ [LIST]: users("Bo", "Len", "Mia") });
    const nothing = await made.apply();
    expect([nothing.code, made.simulator.world.writes]).toEqual([0, 0]);
    await made.place.write({ [LIST]: users("Bo", "Len") });
    expect([(await made.apply()).code, made.simulator.world.writes]).toEqual([0, 1]);
  });

  it("a plan that was applied is not applied again on the same reviews, when Zivver was set back since", async () => {
    const made = await scene();
    made.review("ben");
    made.merge();
    expect((await made.apply()).code).toBe(0);
    const mia = accountAt(made.simulator.world, "mia@example.org");
    if (mia === undefined) throw new Error("there is no such account");
    Object.assign(mia, { active: true });
    const writes = made.simulator.world.writes;
    made.github.state.runs.push(fakeRun({ id: 10, sha: made.sha, event: "workflow_dispatch", actor: "mel" }));
    const planned = await made.byHand(10, "plan");
    const words = ["apply", "--digest", planned.outputs.digest ?? ""];
    const again = [await made.apply(), await made.byHand(10, ...words)];
    expect(again.map(({ code }) => code)).toEqual([3, 3]);
    expect(again.map(({ err }) => err.replace(/\s+/g, " "))).toEqual([
      expect.stringContaining(
        "The plan of pull request #7 was applied already, and a merge is for one apply.",
      ),
      expect.stringContaining(
        "On GitHub: none. Not counted: the plan of pull request #7 was applied already",
      ),
    ]);
    made.github.state.runs
      .at(-1)
      ?.approvals.push({ author: "ben", environments: ["production"], state: "approved" });
    expect([(await made.byHand(10, ...words)).code, made.simulator.world.writes]).toEqual([0, writes + 1]);
  });

  it("a plan that is made again leaves the comment as people saw it, and the new plan is refused", async () => {
    const made = await scene();
    made.review("ben");
    made.merge();
    const { body } = made.comment();
    await made.place.write({ [LIST]: users("Bo") });
    const again = await made.onPullRequest(2, "plan");
    expect(again.err).toContain("Pull request #7 is closed: its comment stays as it is.\n");
    expect(made.comment().body).toBe(body);
    made.github.state.runs[0]?.approvals.push({
      author: "cas",
      environments: ["production"],
      state: "approved",
    });
    expectRefused(made, await made.apply(), "The plan has become another one since it was approved.");
  });

  itInCampaigns("an approval of the environment counts for the plan that the run showed before", async () => {
    const made = await scene();
    made.merge();
    const { digest } = (await made.onPush(9, "plan")).outputs;
    made.github.state.runs[0]?.approvals.push({
      author: "ben",
      environments: ["production"],
      state: "approved",
    });
    const unseen = "ben approved the environment, but the run had not shown this plan before";
    expectRefused(made, await made.apply(), unseen);
    expectRefused(made, await made.apply("--digest", `sha256:${"0".repeat(64)}`), unseen);
    expect((await made.apply("--digest", String(digest))).code).toBe(0);
  });
});
