import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { Secret } from "../../src/model/values/secret.ts";
import { renderMarker, visibleHash } from "../../src/storage/approvals/comment-marker.ts";
import { deriveSealKeys } from "../../src/storage/plan/seal.ts";
import { fakePull, fakeRun, secondaryLimit, startGitHub } from "../servers/github.ts";
import { API_KEY, organizationYaml, PROFILE_YAML, type Run, simulated, workplace } from "../support/cli.ts";

const HEAD = "a".repeat(40);
const SEED = {
  claimedDomains: ["example.org", "example.com"],
  divisions: ["/"],
  personal: [
    { address: "bo@example.org", fullName: "Bo" },
    { address: "len@example.org", fullName: "Len" },
  ],
  functional: [{ address: "desk@example.org", fullName: "Desk", members: ["bo@example.org"] }],
};
const GITHUB = "github: { environment: zivver-production }";

/** A plan of the commit that is checked out, which a merged pull request brought, and a run for that commit. */
async function merged(approval: string) {
  const place = await workplace();
  const simulator = await simulated(SEED);
  await place.write({
    "desired-state/users.csv": "Email,Full name\nada@example.org,Ada\nbo@example.org,Bo\n",
    "desired-state/shared.csv": "Email,Full name,Delegates\ndesk@example.org,Desk,bo@example.org\n",
    "desired-state/profiles/all.yaml": PROFILE_YAML,
    "desired-state/organization.yaml": organizationYaml(
      simulator.url,
      `guards: { suspend: off, create: off }\napproval: ${approval}\n`,
    ),
    "desired-state/approvers": "",
  });
  const git = (...words: string[]) =>
    execFileSync("git", ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", ...words], {
      cwd: place.folder,
      encoding: "utf8",
    }).trim();
  git("init", "-q");
  git("add", "desired-state");
  git("commit", "-qm", "Begin");
  const sha = git("rev-parse", "HEAD");
  expect((await place.zivsync("plan", "-o", "plan.json")).code).toBe(0);
  const { digest } = JSON.parse(await place.read("plan.json"));
  const github = await startGitHub({
    pulls: [fakePull({ number: 7, author: "ann", merged: true, mergeCommit: sha })],
    runs: [fakeRun({ id: 5, sha, actor: "mel" })],
    commits: [{ sha, author: "ann" }],
  });
  onTestFinished(async () => {
    await github.close();
    expect(github.complaints).toEqual([]);
  });
  const keys = deriveSealKeys(new Secret(API_KEY), simulator.url);
  const comment = (shown: string, author = "github-actions[bot]", of = keys) => {
    const hash = visibleHash("# Plan\n");
    const form = { since: undefined, body: hash, form: hash, by: ["ann"] };
    const stamp = { organization: keys.organization, digest: shown, head: HEAD, run: 4 };
    const body = `${renderMarker({ ...stamp, shown: form }, 7, of)}\n# Plan\n`;
    github.state.comments.push({ id: github.state.comments.length + 1, issue: 7, body, author });
  };
  const review = (author: string) =>
    github.state.pulls[0]?.reviews.push({ author, state: "APPROVED", commit: HEAD });
  const enter = (author: string) =>
    github.state.runs[0]?.approvals.push({
      author,
      environments: ["zivver-production"],
      state: "approved",
    });
  const apply = async (environment: Readonly<Record<string, string>> = {}) => {
    const run = await place.zivsyncWith(
      { ...github.environment({ id: 5, sha }), ...environment },
      "apply",
      "plan.json",
    );
    expect(`${run.out}${run.err}`).not.toContain(github.state.token);
    return run;
  };
  return { place, simulator, github, git, digest: String(digest), sha, comment, review, enter, apply };
}

/** What is said, without the line breaks. */
function said({ code, err }: Run) {
  return { code, err: err.replaceAll(/^.*plan\.json\.approvals/gm, "…").replace(/\s+/g, " ") };
}

function refusal(message: string) {
  return {
    code: 3,
    err: `… ${message} Have others than its authors approve the pull request that shows this very plan, or let them approve the environment \`zivver-production\` in a new run; or have it signed: \`zivsync approve plan.json\`. `,
  };
}

describe("a plan is applied", () => {
  it("once others approved the pull request that showed it", async () => {
    const { simulator, digest, comment, review, apply } = await merged(`{ forRemovals: 2, ${GITHUB} }`);
    comment(digest);
    review("ann");
    review("ben");
    expect(said(await apply())).toEqual(
      refusal(
        "The plan needs 2 approvals, since it suspends or deletes. Signatures: none. On GitHub: 1 (ben). Not counted: ann opened pull request #7, and an author does not approve it.",
      ),
    );
    expect(simulator.world.writes).toBe(0);
    review("cas");
    const done = await apply();
    expect({ code: done.code, by: /Approved .*/.exec(done.err)?.[0] }).toEqual({
      code: 0,
      by: "Approved on GitHub by ben, cas.",
    });
    expect(simulator.world.writes).toBeGreaterThan(0);
  });

  it("once somebody let the run into its environment", async () => {
    const { enter, apply } = await merged(`{ ${GITHUB} }`);
    enter("ben");
    expect((await apply()).code).toBe(0);
  });

  it("by signatures alone, and GitHub is not asked", async () => {
    const { place, github, apply } = await merged(`{ ${GITHUB} }`);
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(place.folder, "ben")]);
    await place.write({ "desired-state/approvers": `ben@example.org ${await place.read("ben.pub")}` });
    expect((await place.zivsync("approve", "plan.json", "--key", "ben")).code).toBe(0);
    expect((await apply()).code).toBe(0);
    expect(github.requests).toEqual([]);
  });
});

describe("nothing is applied", () => {
  it("by one signature and one approval, which may be one person's", async () => {
    const { place, simulator, enter, apply } = await merged(`{ required: 2, ${GITHUB} }`);
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(place.folder, "ben")]);
    await place.write({ "desired-state/approvers": `ben@example.org ${await place.read("ben.pub")}` });
    await place.zivsync("approve", "plan.json", "--key", "ben");
    enter("ben");
    expect(said(await apply())).toEqual(
      refusal(
        "The plan needs 2 approvals, since it suspends or deletes. Signatures: 1 (ben@example.org). On GitHub: 1 (ben). The two are not added up, since a key and a login may be one person's. Not counted: pull request #7 has no plan of zivsync's in its comments.",
      ),
    );
    expect(simulator.world.writes).toBe(0);
  });

  it("on the word of a comment that somebody else wrote, or for another plan", async () => {
    const { simulator, digest, comment, review, apply, github } = await merged(`{ ${GITHUB} }`);
    comment(digest, "stranger", deriveSealKeys(new Secret("another key"), simulator.url));
    review("ben");
    const none =
      "The plan needs 1 approval, since it suspends or deletes. Signatures: none. On GitHub: none. Not counted:";
    expect(said(await apply())).toEqual(
      refusal(`${none} pull request #7 has no plan of zivsync's in its comments.`),
    );
    const other = `sha256:${"0".repeat(64)}`;
    comment(other);
    expect(said(await apply())).toEqual(
      refusal(`${none} the plan in pull request #7 is another one: ${other}.`),
    );
    github.state.comments.length = 0;
    comment(digest);
    review("ben");
    github.state.roles.ben = "read";
    expect(said(await apply())).toEqual(refusal(`${none} ben may not write to the repository.`));
    expect(simulator.world.writes).toBe(0);
  });

  it.each<[string, (all: Awaited<ReturnType<typeof merged>>) => Record<string, string>, string]>([
    [
      "without a token",
      () => ({ GITHUB_TOKEN: "" }),
      "GitHub was not asked: There is no token to ask GitHub with.",
    ],
    [
      "outside a workflow",
      () => ({ GITHUB_RUN_ID: "" }),
      "GitHub was not asked: This is not a workflow run on GitHub: GITHUB_RUN_ID is not set.",
    ],
    [
      "in a run of pull_request_target",
      () => ({ GITHUB_EVENT_NAME: "pull_request_target" }),
      "GitHub was not asked: A run of `pull_request_target` has the secrets of the repository, and would hand them to whatever a stranger's pull request holds.",
    ],
    [
      "in a run of another commit",
      ({ github, enter }) => {
        enter("ben");
        github.state.runs.push({
          ...fakeRun({ id: 6, sha: HEAD }),
          approvals: github.state.runs[0]?.approvals ?? [],
        });
        return { GITHUB_RUN_ID: "6" };
      },
      "run 6 is of commit aaaaaaa, and SHA is checked out.",
    ],
    [
      "for a plan of another commit",
      ({ git, github, enter }) => {
        enter("ben");
        git("commit", "-q", "--allow-empty", "-m", "More");
        const run = github.state.runs[0];
        if (run) run.sha = git("rev-parse", "HEAD");
        return {};
      },
      "the plan was made of commit SHA, and run 5 is of SHA2.",
    ],
  ])("%s", async (_, prepare, why) => {
    const all = await merged(`{ ${GITHUB} }`);
    const environment = prepare(all);
    const now = all.git("rev-parse", "HEAD").slice(0, 7);
    const reason = why.replace("SHA2", now).replace("SHA", all.sha.slice(0, 7));
    expect(said(await all.apply(environment))).toEqual(
      refusal(
        `The plan needs 1 approval, since it suspends or deletes. Signatures: none. On GitHub: none. Not counted: ${reason}`,
      ),
    );
    expect(all.simulator.world.writes).toBe(0);
  });

  it("when GitHub does not answer as it should", async () => {
    const { simulator, github, enter, apply } = await merged(`{ ${GITHUB} }`);
    enter("ben");
    const codes: string[] = [];
    const note = async (environment = {}) => {
      const run = await apply(environment);
      codes.push(`${run.code} ${/error\[([\w-]+)\]/.exec(run.err)?.[1]}`);
    };
    github.fault = () => secondaryLimit(3_600);
    await note();
    github.fault = ({ path }) =>
      path.endsWith("/approvals") ? { answer: { status: 200, body: "[" } } : undefined;
    await note();
    github.fault = undefined;
    github.state.permissions = { contents: "read", "pull-requests": "read" };
    await note();
    await note({ GITHUB_TOKEN: "another" });
    expect(codes).toEqual([
      "1 github-rate-limited",
      "1 github-answer",
      "1 github-forbidden",
      "1 github-unauthorized",
    ]);
    expect(simulator.world.writes).toBe(0);
  });
});
