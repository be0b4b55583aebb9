import { describe, expect } from "vitest";
import { organizationYaml } from "../support/cli.ts";
import { itOnce as it, itInCampaigns } from "../support/runs.ts";
import { git } from "../support/state-places.ts";
import { type Stage, stage } from "./github-stage.ts";

const SEED = {
  claimedDomains: ["example.org", "example.com"],
  divisions: ["/"],
  personal: [
    { address: "bo@example.org", fullName: "Bo" },
    { address: "eve@example.org", fullName: "Eve" },
    { address: "len@example.org", fullName: "Len" },
  ],
};
const USERS = "Email,Full name,Name shown\nada@example.org,Ada,A. Lovelace\nbo@example.org,Bo,B. Ekman\n";
const PROFILE = "desired-state/profiles/all.yaml";

function profile({ name = "all", manages = "", map = "", sources = EXTRA } = {}): string {
  return `apiVersion: zivsync/v1
kind: Profile
name: ${name}
manages: { kinds: [personal]${manages} }
sources:
  - name: lists
    type: spreadsheet
    file: ../users.csv
${map}${sources}`;
}
const EXTRA = `  - name: exceptions
    type: declared
    files: ../accounts/*.yaml
`;
const ACCOUNTS = `apiVersion: zivsync/v1
kind: Accounts
personal:
  - email: eve@example.org
    fullName: Eve
`;
const FILES = {
  "desired-state/users.csv": USERS,
  "desired-state/accounts/exceptions.yaml": ACCOUNTS,
  [PROFILE]: profile(),
};

/** What is pending by the files above: Ada is new, Len is gone. */
const PENDING = { create: "1", suspend: "1", update: "0" };

async function changed(
  files: Readonly<Record<string, string | null>>,
  baseFiles: Readonly<Record<string, string>> = {},
): Promise<Stage> {
  const made = await stage(SEED, { ...FILES, ...baseFiles });
  const base = await made.commit({});
  await made.commit(files);
  made.openPullRequest(base);
  return made;
}

const comment = ({ github }: Stage) => github.state.comments.map(({ body }) => body).join("\n=====\n");
const causes = (text: string) => text.match(/^- (Caused by|Pending anyway|No longer happens).*$/gm);

describe("base against head", () => {
  it.each([
    {
      name: "a new exclude",
      files: { [PROFILE]: profile({ manages: ", exclude: [{ address: len@example.org }]" }) },
      base: {},
      lines: [
        "- Caused by this pull request: nothing",
        "- Pending anyway: 1 to create",
        "- No longer happens with it: 1 to suspend",
      ],
    },
    {
      name: "a removed source",
      files: { [PROFILE]: profile({ sources: "" }) },
      base: {},
      lines: ["- Caused by this pull request: 1 to suspend", "- Pending anyway: 1 to create, 1 to suspend"],
    },
    {
      name: "a changed mapping",
      files: { [PROFILE]: profile({ map: "    map: { fullName: Name shown }\n" }) },
      base: {},
      lines: [
        "- Caused by this pull request: 1 to create, 1 to update",
        "- Pending anyway: 1 to suspend",
        "- No longer happens with it: 1 to create",
      ],
    },
    {
      name: "a renamed profile",
      files: { [PROFILE]: profile({ name: "renamed" }) },
      base: {},
      lines: ["- Caused by this pull request: nothing", "- Pending anyway: 1 to create, 1 to suspend"],
    },
    {
      name: "a spreadsheet in the repository",
      files: { "desired-state/users.csv": `${USERS}cy@example.org,Cy,C. Young\n` },
      base: {},
      lines: ["- Caused by this pull request: 1 to create", "- Pending anyway: 1 to create, 1 to suspend"],
    },
    {
      name: "declared accounts",
      files: { "desired-state/accounts/exceptions.yaml": ACCOUNTS.replace("eve@", "len@") },
      base: {},
      lines: [
        "- Caused by this pull request: 1 to update, 1 to suspend",
        "- Pending anyway: 1 to create",
        "- No longer happens with it: 1 to suspend",
      ],
    },
  ])("$name", async ({ files, base, lines }) => {
    const made = await changed(files, base);
    const run = await made.onPullRequest(1, "plan");
    expect({ code: run.code, err: run.err }).toEqual({
      code: 0,
      err: "The plan was written to plan.json.\n",
    });
    expect(causes(comment(made))).toEqual(lines);
    expect(made.simulator.log.map(({ method }) => method)).toEqual(["GET", "GET"]);
    expect(git(made.place.folder, "worktree", "list", "--porcelain").match(/^worktree/gm)).toHaveLength(1);
  });

  it.each([
    {
      name: "a file that does not parse on the base",
      base: { [PROFILE]: "name: [\n" },
      files: { [PROFILE]: profile() },
      why: "`profiles/all.yaml:2:1`",
    },
    {
      name: "a source of the base that cannot be read",
      base: { [PROFILE]: profile({ map: "    map: { fullName: Nobody }\n" }) },
      files: { [PROFILE]: profile() },
      why: "Nobody",
    },
    {
      name: "another organisation on the base",
      base: { "desired-state/organization.yaml": organizationYaml("http://127.0.0.1:9/api/scim/v2") },
      files: {},
      why: "The pull request changes which organisation is meant, or how its API key is found.",
    },
    {
      name: "no configuration on the base",
      base: { "desired-state/organization.yaml": "" },
      files: {},
      why: "organization.yaml",
    },
  ])("$name: nobody knows, and it is said", async ({ base, files, why }) => {
    const made = await stage(SEED, FILES);
    const organization = await made.place.read("desired-state/organization.yaml");
    const sha = await made.commit(base);
    await made.commit({ "desired-state/organization.yaml": organization, ...files });
    made.openPullRequest(sha);
    const run = await made.onPullRequest(1, "plan");
    expect(run.code).toBe(0);
    expect(run.err).toContain("The base could not be planned: ");
    expect(run.outputs).toMatchObject({ ...PENDING, caused: "unknown", pending: "unknown", changes: "2" });
    expect(comment(made)).toContain("> **What this pull request causes is not known**");
    expect(
      comment(made)
        .split("\n")
        .filter((line) => line.startsWith("> - "))
        .join("\n"),
    ).toContain(why);
  });

  itInCampaigns(
    "fetches the base where the clone does not hold it, and takes what a merge commit is merged into",
    async () => {
      const made = await changed({ "desired-state/users.csv": `${USERS}cy@example.org,Cy,C. Young\n` });
      const { folder } = made.place;
      git(folder, "clone", "--quiet", "--bare", ".", "remote.git");
      git(folder, "remote", "add", "origin", `file://${folder}/remote.git`);
      const [base = "", head = ""] = ["HEAD~1", "HEAD"].map((name) => git(folder, "rev-parse", name));
      // A clone of one commit, as actions/checkout makes it: the merge of the pull request into a base that has moved on.
      git(folder, "checkout", "--quiet", "--detach", base);
      await made.commit({ "desired-state/users.csv": `${USERS}di@example.org,Di,D. Young\n` });
      git(folder, "merge", "--quiet", "-X", "ours", "--no-edit", "-m", "Merge", head);
      await made.place.write({
        "desired-state/users.csv": `${USERS}cy@example.org,Cy,C. Young\ndi@example.org,Di,D. Young\n`,
      });
      git(folder, "commit", "--quiet", "--all", "--amend", "--no-edit");
      git(folder, "push", "--quiet", "origin", "HEAD:refs/pull/7/merge");
      const merge = git(folder, "rev-parse", "HEAD");
      git(folder, "init", "--quiet", "shallow");
      git(folder, "-C", "shallow", "fetch", "--quiet", "--depth=1", `file://${folder}/remote.git`, merge);
      git(folder, "-C", "shallow", "remote", "add", "origin", `file://${folder}/remote.git`);
      git(folder, "-C", "shallow", "checkout", "--quiet", "--detach", merge);
      const run = await made.onPullRequest(1, "-C", "shallow/desired-state", "plan");
      expect(run.err).toBe("The plan was written to plan.json.\n");
      expect(causes(comment(made))).toEqual([
        "- Caused by this pull request: 1 to create",
        "- Pending anyway: 2 to create, 1 to suspend",
      ]);
    },
  );
});

describe("the comment", () => {
  it("shows first what is approved in advance from now on, old and new", async () => {
    const made = await stage(SEED, FILES);
    const organization = await made.place.read("desired-state/organization.yaml");
    const standing = (create: number) => ({
      "desired-state/organization.yaml": `${organization}state: { store: file, path: ../state.jsonl }\napproval: { standing: { window: 7d, create: ${create} } }\n`,
    });
    const base = await made.commit(standing(5));
    await made.commit(standing(50));
    made.openPullRequest(base);
    const run = await made.onPullRequest(1, "plan");
    expect(run.code, run.err).toBe(0);
    const first = `> [!IMPORTANT]
> **This pull request changes what is approved in advance** (\`approval.standing\`). More may be applied without people.

| approved in advance | before | after |
|---|---|---|
| \`create\` | 5 | 50 |

### Plan:`;
    for (const text of [comment(made), run.summary]) {
      const visible = text.slice(text.indexOf("## zivsync:"));
      expect(
        visible
          .slice(visible.indexOf("\n") + 1)
          .trimStart()
          .slice(0, first.length),
      ).toBe(first);
    }
  });

  it("is one, whatever is pushed, and tells outputs and summary the same", async () => {
    const made = await changed({ "desired-state/users.csv": `${USERS}cy@example.org,Cy,C. Young\n` });
    const first = await made.onPullRequest(1, "plan");
    const { digest } = JSON.parse(await made.place.read("plan.json"));
    expect(first.outputs).toEqual({
      digest,
      changes: "3",
      caused: "1",
      pending: "2",
      refused: "false",
      incomplete: "0",
      "held-back": "0",
      create: "2",
      update: "0",
      suspend: "1",
      reactivate: "0",
      delete: "0",
      comment: String(made.github.state.comments[0]?.id),
    });
    expect(comment(made).split("\n").slice(1).join("\n").trimEnd()).toBe(first.summary.trimEnd());
    expect(comment(made)).toMatch(/^<!-- zivsync \{"v":2,.*\} -->\n## zivsync: `desired-state`\n/);

    const again = await made.onPullRequest(2, "plan");
    expect(again.outputs).toEqual(first.outputs);
    expect(made.github.state.comments).toHaveLength(1);

    await made.commit({
      "desired-state/users.csv": "Email,Full name\nbo@example.org,Bo\nlen@example.org,Len\n",
    });
    made.openPullRequest(git(made.place.folder, "rev-parse", "HEAD~1"));
    const none = await made.onPullRequest(3, "plan");
    expect(none.outputs).toMatchObject({ changes: "0", caused: "0", pending: "0" });
    expect(made.github.state.comments).toHaveLength(1);
    expect(comment(made)).toContain("### No changes. The live accounts are as the sources say.");
  });

  itInCampaigns("of a later run is left alone by an earlier one", async () => {
    const made = await changed({});
    await made.onPullRequest(9, "plan");
    const body = comment(made);
    const late = await made.onPullRequest(8, "plan");
    expect(late.err).toContain("The comment is of a later run, and stays as it is.\n");
    expect(comment(made)).toBe(body);
  });

  it("of somebody else is never edited nor believed, also where it is a copy of ours", async () => {
    const made = await changed({});
    await made.onPullRequest(1, "plan");
    const [ours] = made.github.state.comments;
    const at = "2026-01-01T00:00:00Z";
    const written = { createdAt: at, updatedAt: at };
    const copied = { id: 900, issue: 7, body: ours?.body ?? "", author: "mallory", ...written };
    const forged = copied.body.replace(/hmac-sha256:[0-9a-f]{64}/, `hmac-sha256:${"0".repeat(64)}`);
    made.github.state.comments = [copied, { ...copied, id: 901, body: forged }];
    const run = await made.onPullRequest(2, "plan");
    expect(run.code).toBe(0);
    const [first, second, third, ...more] = made.github.state.comments;
    expect([first, second, more]).toEqual([copied, { ...copied, id: 901, body: forged }, []]);
    expect(third).toMatchObject({ author: "github-actions[bot]", issue: 7 });
  });
});

describe("trouble", () => {
  it("in the configuration stands on its line, and ends the run", async () => {
    const made = await changed({ [PROFILE]: profile({ manages: ", exclud: []" }) });
    const run = await made.onPullRequest(1, "plan");
    expect(run.code).toBe(1);
    expect(run.out).toMatch(
      /^::error title=zivsync%3A unknown-key,file=desired-state\/profiles\/all\.yaml,line=4,/,
    );
    expect(run.summary).toContain("### 1 problem\n");
    expect(made.github.state.comments).toEqual([]);
  });

  it("a refused plan is told, and the check is red", async () => {
    const made = await stage(SEED, FILES, "guards: { suspend: { count: 0 } }\n");
    const base = await made.commit({});
    made.openPullRequest(base);
    const run = await made.onPullRequest(1, "plan");
    expect(run.code).toBe(3);
    expect(run.outputs.refused).toBe("true");
    expect(comment(made)).toContain("> **Refused by 1 guard: nothing of this plan can be applied.**");
    expect((await made.onPullRequest(2, "plan", "--accept", "suspend=1")).code).toBe(0);
  });

  it("a fork has no secrets: its configuration is checked, and nothing else is touched", async () => {
    const made = await changed({});
    made.github.state.pulls.forEach((pull) => {
      pull.head.repository = "mallory/zivver";
    });
    const run = await made.onPullRequest(1, "plan");
    expect({ code: run.code, out: run.out }).toEqual({
      code: 0,
      out: "The configuration is valid. It was not planned: the pull request comes from a fork.\n",
    });
    expect(run.summary).toContain("A plan is made once a member of the repository pushes the branch to it.");
    expect(JSON.parse((await made.onPullRequest(2, "plan", "--json")).out)).toMatchObject({
      valid: true,
      profiles: ["all"],
    });
    expect([made.github.requests, made.simulator.log]).toEqual([[], []]);
  });

  it("outside a workflow it says so", async () => {
    const made = await changed({});
    const run = await made.place.zivsync("github", "plan");
    expect(run.code).toBe(1);
    expect(run.err).toContain("error[github-context] environment\n  This is not a workflow run on GitHub");
  });
});

describe("names from a directory", () => {
  const NAMES = ["@everyone", "x|y", "<img src=x>", "::add-mask::x", "![x](y)", "GH-1 #1", "`code`"];

  it("do nothing in comment, summary, log and annotations", async () => {
    const rows = NAMES.map((name, at) => `h${at}@example.org,"${name}",x\n`).join("");
    const made = await changed({ "desired-state/users.csv": `${USERS}${rows}` });
    const run = await made.onPullRequest(1, "plan");
    expect(run.code).toBe(0);
    for (const text of [comment(made).slice(comment(made).indexOf("\n")), run.summary]) {
      const outside = text
        .replace(/`[^`\n]+`/g, "")
        .replace(/\[this run\]\(http:\/\/[\w./:-]+\)/, "")
        .replace(/^<details><summary>[\w :,()]+<\/summary>$|^<\/details>$|^>( |$)|^\|.*\|$/gm, "");
      expect(outside).not.toMatch(/[<>`|@~$\\&]|(?<!^#*)#|https?:|www\./m);
    }
    expect(`${run.out}\n${run.err}`).not.toMatch(/^\s*::(?!warning title=zivsync)|##\[/m);
  });
});
