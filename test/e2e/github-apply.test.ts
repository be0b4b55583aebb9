import { describe, expect } from "vitest";
import { accountAt } from "../../src/simulator/index.ts";
import { fakeRun } from "../servers/github.ts";
import { itOnce as it, itInCampaigns } from "../support/runs.ts";
import { git } from "../support/state-places.ts";
import { type Stage, stage, type WorkflowRun } from "./github-stage.ts";

const SEED = {
  claimedDomains: ["example.org", "example.com"],
  divisions: ["/"],
  personal: [
    { address: "bo@example.org", fullName: "Bo" },
    { address: "len@example.org", fullName: "Len" },
  ],
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
const OFF = "guards: { suspend: off, delete: off, update: off, create: off }\n";
const users = (...names: string[]) =>
  `Email,Full name\n${names.map((name) => `${name.toLowerCase()}@example.org,${name}\n`).join("")}`;

/** A pull request that adds Ada while Len is gone anyway, planned in run 1 and merged as it is. */
async function merged(extra = OFF): Promise<Stage & { readonly planned: WorkflowRun }> {
  const made = await stage(
    SEED,
    { "desired-state/profiles/all.yaml": PROFILE, "desired-state/users.csv": users("Bo") },
    extra,
  );
  const base = await made.commit({});
  const head = await made.commit({ "desired-state/users.csv": users("Ada", "Bo") });
  made.openPullRequest(base);
  const planned = await made.onPullRequest(1, "plan", "-o", "approved.json");
  made.openPullRequest(base, { open: false, merged: true, mergeCommit: head });
  return { ...made, planned };
}

const body = ({ github }: Stage) => github.state.comments.map((one) => one.body).join("\n=====\n");
/** The comment with the result without its marker, and without what differs from run to run. */
const shown = ({ github }: Stage) =>
  (github.state.comments[1]?.body ?? "")
    .replace(/^.*\n/, "")
    .replace(/sha256:[0-9a-f]{64}/g, "sha256:…")
    .replace(/\(http:[^)]*\)/g, "(…)");
const has = ({ simulator }: Stage, name: string) =>
  accountAt(simulator.world, `${name}@example.org`) !== undefined;

describe("after the merge", () => {
  it("the plan that the pull request showed is applied, and the comment says so", async () => {
    const made = await merged();
    const marker = body(made).split("\n")[0];
    const found = await made.onPush(2, "approved-run");
    expect(found).toMatchObject({ code: 0, out: "1\n", outputs: { "run-id": "1" } });
    const run = await made.onPush(2, "apply", "--approved", "approved.json");
    expect({ code: run.code, out: run.out.split("\n").at(-2) }).toEqual({ code: 0, out: "Applied 2." });
    expect(has(made, "ada")).toBe(true);
    expect(body(made).split("\n")[0]).toBe(marker);
    expect(shown(made)).toMatchInlineSnapshot(`
      "## zivsync: \`desired-state\`

      ### Applied: 2 changes are in place

      Applied 2.

      <details><summary>Suspended and deleted (1)</summary>

      - suspend \`Len\` \`<len@example.org>\`

      </details>

      <details><summary>Other changes (1)</summary>

      - **create** personal \`ada@example.org\` \`Ada\`
        - full name: \`Ada\` (\`lists, users.csv, line 2, Full name\`)

      </details>

      - Digest: \`sha256:…\`
      - The journal is among the artefacts of [this run](…).
      "
    `);
    expect(run.summary).toContain("### Applied: 2 changes are in place\n");

    const again = await made.onPush(2, "apply", "--approved", "approved.json");
    expect(again.code).toBe(0);
    expect(JSON.parse((await made.onPush(3, "apply", "--json")).out)).toEqual({
      outcomes: [],
      unfinished: false,
    });
    expect(made.github.state.comments).toHaveLength(2);
    expect(body(made)).toContain("### Nothing is left to apply\n");
  });

  it.runIf(process.platform === "linux")(
    "what was applied is shown below the pull request where the summary cannot be written",
    async () => {
      const made = await merged();
      const sha = git(made.place.folder, "rev-parse", "HEAD");
      const environment = {
        ...made.github.environment({ id: 2, sha }),
        GITHUB_WORKSPACE: made.place.folder,
        GITHUB_STEP_SUMMARY: "/dev/full",
      };
      const run = await made.place.zivsyncWith(environment, "github", "apply");
      expect({ code: run.code, out: run.out.split("\n").at(-2) }).toEqual({ code: 0, out: "Applied 2." });
      expect(run.err).toContain("The result could not be written into the summary of the run");
      expect(shown(made)).toContain("### Applied: 2 changes are in place");
    },
  );

  it("another plan is refused, with what differs", async () => {
    const made = await merged();
    await made.place.write({ "desired-state/users.csv": users("Ada", "Bo", "Cy", "Len") });
    const run = await made.onPush(2, "apply", "--approved", "approved.json");
    expect(run.code).toBe(3);
    expect(run.err).toContain(
      "error[plan-unapproved] pull request #7\n  The plan has become another one since it was approved. Planned now, and not approved: 1 to create. Approved, and no longer planned: 1 to suspend.\n",
    );
    expect(made.simulator.world.writes).toBe(0);
    expect(shown(made)).toMatchInlineSnapshot(`
      "## zivsync: \`desired-state\`

      ### Not applied

      > [!CAUTION]
      > The plan has become another one since it was approved. Planned now, and not approved: 1 to create. Approved, and no longer planned: 1 to suspend. Open a new pull request: its comment shows what is planned now. Nothing was applied.

      - Planned now, and not approved: 1 to create
      - Approved, and no longer planned: 1 to suspend
      - In both: 1 to create
      - Digest of the new plan: \`sha256:…\`

      <details><summary>Planned now, and not approved (1 to create)</summary>

      - **create** personal \`cy@example.org\` \`Cy\`
        - full name: \`Cy\` (\`lists, users.csv, line 4, Full name\`)

      </details>

      <details><summary>Approved, and no longer planned (1 to suspend)</summary>

      - suspend \`Len\` \`<len@example.org>\`

      </details>

      - This was decided in [this run](…).
      "
    `);

    const without = await made.onPush(2, "apply", "--approved", "gone.json");
    expect(without.code).toBe(3);
    expect(without.err).toContain(
      "There is no gone.json: a difference to the approved plan cannot be shown.",
    );
    expect(body(made)).toContain("The approved plan is not at hand, so the difference cannot be shown.");
  });

  it("reviews of the pull request count where approvals are asked for", async () => {
    const made = await merged(`${OFF}approval: { github: { environment: production } }\n`);
    const sha = git(made.place.folder, "rev-parse", "HEAD");
    made.github.state.runs = [fakeRun({ id: 2, sha })];
    const alone = await made.onPush(2, "apply");
    expect([alone.code, made.simulator.world.writes]).toEqual([3, 0]);
    expect(body(made)).toContain("### Not applied\n");
    made.github.state.pulls[0]?.reviews.push({ author: "ben", state: "APPROVED", commit: sha });
    const run = await made.onPush(2, "apply");
    expect([run.code, run.err.includes("Approved on GitHub by ben.\n")]).toEqual([0, true]);
    expect(body(made)).toContain("### Applied: 2 changes are in place\n");
  });

  itInCampaigns("what is applied in part is told by name and reason", async () => {
    const made = await merged();
    made.simulator.world.claimedDomains.clear();
    const run = await made.onPush(2, "apply");
    expect([run.code, body(made)]).toEqual([4, expect.stringContaining("### Applied in part: ")]);
  });
});

describe("a commit whose plan nobody saw", () => {
  it.each([
    { name: "without a pull request", pulls: [] },
    { name: "with one that is not merged", pulls: undefined },
  ])("is refused $name", async ({ pulls }) => {
    const made = await merged();
    if (pulls !== undefined) made.github.state.pulls = pulls;
    else
      made.github.state.pulls.forEach((pull) => {
        pull.merged = false;
      });
    const run = await made.onPush(2, "apply");
    expect(run.code).toBe(3);
    expect(run.err).toContain(
      "No merged pull request of this commit has a plan of this organisation in its comment",
    );
    expect(run.summary).toContain("### Not applied\n");
    expect(made.simulator.world.writes).toBe(0);
    const found = await made.onPush(2, "approved-run");
    expect(found).toMatchObject({ code: 0, outputs: { "run-id": "" } });
  });

  it("is refused where the comment is forged, or written by a person", async () => {
    const made = await merged();
    const [comment] = made.github.state.comments;
    if (comment === undefined) throw new Error("there is no comment");
    const { body: sealed } = comment;
    comment.body = sealed.replace(/hmac-sha256:[0-9a-f]{64}/, `hmac-sha256:${"0".repeat(64)}`);
    expect((await made.onPush(2, "apply")).code).toBe(3);
    comment.body = sealed;
    comment.author = "mallory";
    expect((await made.onPush(2, "apply")).code).toBe(3);
    expect(made.simulator.world.writes).toBe(0);
  });

  itInCampaigns(
    "is applied where the environment was approved for the digest that this run showed",
    async () => {
      const made = await merged(`${OFF}approval: { github: { environment: production } }\n`);
      const sha = git(made.place.folder, "rev-parse", "HEAD");
      made.github.state.pulls = [];
      made.github.state.runs = [fakeRun({ id: 2, sha })];
      made.github.state.commits = [{ sha, author: "ann" }];
      const digest = String(made.planned.outputs.digest);
      const early = await made.byHand(2, "apply", "--digest", digest);
      expect([early.code, early.err.includes("On GitHub: none.")]).toEqual([3, true]);
      made.github.state.runs[0]?.approvals.push({
        author: "ben",
        environments: ["production"],
        state: "approved",
      });
      const other = await made.byHand(2, "apply", "--digest", `sha256:${"0".repeat(64)}`);
      expect([other.code, other.err.includes("error[plan-unapproved] --digest\n")]).toEqual([3, true]);
      expect(made.simulator.world.writes).toBe(0);
      const pushed = await made.onPush(2, "apply", "--digest", digest);
      expect([pushed.code, pushed.err.includes("so nobody has seen this plan")]).toEqual([3, true]);
      expect(made.simulator.world.writes).toBe(0);
      const run = await made.byHand(2, "apply", "--digest", digest);
      expect([run.code, run.err.includes("Approved on GitHub by ben.\n")]).toEqual([0, true]);
    },
  );

  it("a digest alone approves nothing", async () => {
    const made = await merged();
    made.github.state.pulls = [];
    const run = await made.byHand(2, "apply", "--digest", String(made.planned.outputs.digest));
    expect(run.code).toBe(3);
    expect(run.err).toContain("organization.yaml asks nobody to approve it");
  });

  it("an approved plan that was changed is refused", async () => {
    const made = await merged();
    const text = await made.place.read("approved.json");
    await made.place.write({ "approved.json": text.replace("Ada", "Eve") });
    const run = await made.onPush(2, "apply", "--approved", "approved.json");
    expect(run.code).toBe(3);
    expect(run.err).toContain("error[plan-tampered] approved.json\n");
  });
});

it("what guards refuse stays refused, and what the pull request accepted stays accepted", async () => {
  const made = await merged("guards: { suspend: { count: 0 } }\n");
  const refused = await made.onPush(2, "apply");
  expect(refused.code).toBe(3);
  expect(body(made)).toContain("The plan was refused by its guards");
  made.github.state.pulls.forEach((pull) => {
    Object.assign(pull, { merged: false, open: true, mergedAt: undefined });
  });
  await made.onPullRequest(3, "plan", "-o", "approved.json", "--accept", "suspend=1");
  made.github.state.pulls.forEach((pull) => {
    Object.assign(pull, { merged: true, open: false });
  });
  const applied = await made.onPush(4, "apply", "--approved", "approved.json");
  expect({ code: applied.code, err: applied.err }).toMatchObject({ code: 0 });
});
