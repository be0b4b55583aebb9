import { execFileSync } from "node:child_process";
import { cp } from "node:fs/promises";
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

/** Ann, Ben and Cas can sign; the configuration is in Git. */
const NOT_APPLIED =
  "wrote or committed a change of the configuration that was not applied yet, and an author does not approve it";
const WHOLE =
  "wrote or committed a change of the configuration that may not be applied yet (the state names no commit that was applied in full, so the whole history counts), and an author does not approve it";

type Person = "ann" | "ben" | "cas" | "pia";

function git(place: Workplace, words: readonly string[], author: Person = "pia", committer: Person = author) {
  return execFileSync("git", words, {
    cwd: place.folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    env: {
      PATH: process.env.PATH,
      HOME: place.folder,
      GIT_AUTHOR_NAME: author,
      GIT_AUTHOR_EMAIL: `${author}@example.org`,
      GIT_COMMITTER_NAME: committer,
      GIT_COMMITTER_EMAIL: `${committer}@example.org`,
    },
  });
}

/** Writes a change of the configuration and commits it. */
async function change(place: Workplace, text: string, author: Person, committer?: Person, message = text) {
  await place.write({ "desired-state/note.md": text });
  git(place, ["add", "desired-state"], author, committer);
  git(place, ["commit", "-qm", message], author, committer);
}

const approverOf = async (place: Workplace, name: string, principal = `${name}@example.org`) =>
  `${principal} ${(await place.read(`${name}.pub`)).split(" ").slice(0, 2).join(" ")}\n`;

/** An organisation whose first configuration Pia committed. */
async function organisation({
  state = "state: { store: file, path: ../state.jsonl }\n",
  principal = "",
} = {}) {
  const place = await workplace();
  const simulator = await simulated({ claimedDomains: ["example.org", "example.com"], divisions: ["/"] });
  for (const name of ["ann", "ben", "cas"])
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(place.folder, name)]);
  const approvers = await Promise.all([
    approverOf(place, "ann", principal || "ann@example.org"),
    approverOf(place, "ben"),
    approverOf(place, "cas"),
  ]);
  await place.write({
    "users.csv": users(1),
    "shared.csv": "Email,Full name,Delegates\n",
    "desired-state/profiles/all.yaml": PROFILE_YAML.replaceAll("../", "../../"),
    "desired-state/approvers": approvers.join(""),
    "desired-state/organization.yaml": organizationYaml(
      simulator.url,
      `${state}approval: { required: 1, forRemovals: 1 }\n`,
    ),
  });
  git(place, ["init", "-q", "-b", "main"]);
  git(place, ["add", "desired-state"]);
  git(place, ["commit", "-qm", "Begin"]);
  return place;
}

function users(count: number): string {
  const rows = Array.from({ length: count }, (_, n) => `p${n}@example.org,P ${n},${ACCOUNT_KEY}${n}\n`);
  return `Email,Full name,Account key\n${rows.join("")}`;
}

let number = 0;
/** Plans, has it signed, applies: what apply says of those who do not count, or who approved. */
async function applied(place: Workplace, signers: readonly Person[], environment = {}): Promise<string> {
  number += 1;
  const file = `plan-${number}.json`;
  expect((await place.zivsyncWith(environment, "plan", "-o", file)).code).toBe(0);
  for (const name of signers) expect((await place.zivsync("approve", file, "--key", name)).code).toBe(0);
  const run = await place.zivsync("apply", file);
  const said = /Not counted: (.*)\./.exec(run.err)?.[1] ?? /Approved by (.*)\./.exec(run.err)?.[1];
  return `${run.code}: ${said ?? run.err}`;
}

describe("with signatures, these do not approve", () => {
  it("authors, committers and co-authors of all that is not applied yet", async () => {
    const place = await organisation();
    await change(place, "one", "ann", "ben");
    await change(place, "two", "pia", "pia", "Two\n\nCo-authored-by: Cas <CAS@example.org>\n\nAnd more.");
    git(place, ["commit", "-q", "--allow-empty", "-m", "Something else"]);
    expect(await applied(place, ["ann", "ben", "cas"])).toBe(
      `3: ann@example.org ${WHOLE}; ben@example.org ${WHOLE}; cas@example.org ${WHOLE}`,
    );
  });

  it("and others do again once a plan of their changes was applied in full", async () => {
    const place = await organisation();
    await change(place, "one", "ann");
    expect(await applied(place, ["ben"])).toBe("0: ben@example.org");
    await place.write({ "users.csv": users(2) });
    await change(place, "two", "ben");
    expect(await applied(place, ["ben"])).toBe(`3: ben@example.org ${NOT_APPLIED}`);
    expect(await applied(place, ["ann"])).toBe("0: ann@example.org");
  });

  it("a plan that was applied for some accounts only, or changes nothing, leaves its authors authors", async () => {
    const place = await organisation();
    await change(place, "one", "ann");
    expect(await applied(place, ["ben"])).toBe("0: ben@example.org");
    await change(place, "two", "ben");
    expect((await place.zivsync("plan", "-o", "none.json")).code).toBe(0);
    expect((await place.zivsync("apply", "none.json")).code).toBe(0);
    await place.write({ "users.csv": users(3) });
    expect((await place.zivsync("plan", "-o", "one.json", "--only", "p1@example.org")).code).toBe(0);
    expect((await place.zivsync("approve", "one.json", "--key", "cas")).code).toBe(0);
    expect((await place.zivsync("apply", "one.json")).code).toBe(0);
    expect(await applied(place, ["ben"])).toBe(`3: ben@example.org ${NOT_APPLIED}`);
  });

  it("who made the plan, by Git's address or as the actor of a workflow", async () => {
    const place = await organisation();
    git(place, ["config", "user.email", "Ann@example.org"]);
    expect(await applied(place, ["ann"])).toBe(
      "3: ann@example.org made the plan, and an author does not approve it",
    );
    git(place, ["config", "--unset", "user.email"]);
    const actor = { GITHUB_ACTOR: "ben@example.org", GITHUB_TRIGGERING_ACTOR: "cas@example.org" };
    expect(await applied(place, ["ben", "cas"], actor)).toBe(
      "3: ben@example.org made the plan, and an author does not approve it; cas@example.org made the plan, and an author does not approve it",
    );
  });

  it("an author under another address of the same person, as .mailmap says", async () => {
    const place = await organisation();
    await place.write({ ".mailmap": "Ann <ann@example.org> <pia@example.org>\n" });
    expect(await applied(place, ["ann"])).toBe(`3: ann@example.org ${WHOLE}`);
  });

  it("an author whom .mailmap calls somebody else", async () => {
    const place = await organisation();
    await change(place, "one", "ann");
    await place.write({ ".mailmap": "Zoe <zoe@example.org> <ann@example.org>\n" });
    expect(await applied(place, ["ann"])).toBe(`3: ann@example.org ${WHOLE}`);
  });

  it("a principal that is a pattern and fits an author", async () => {
    const place = await organisation({ principal: "a*@example.org" });
    await change(place, "one", "ann");
    expect(await applied(place, ["ann"])).toBe(`3: a*@example.org ${WHOLE}`);
  });

  it.each([
    ["in one line", (key: string) => `ann@example.com,Ann@example.org ${key}`],
    ["in two lines", (key: string) => `ann@example.com ${key}Ann@example.org ${key}`],
  ])("an author under a second address of the same key: %s", async (_, lines) => {
    const place = await organisation();
    const key = (await approverOf(place, "ann", "")).trimStart();
    await place.write({ "desired-state/approvers": lines(key) });
    await change(place, "one", "ann");
    expect(await applied(place, ["ann"])).toBe(`3: ann@example.com ${WHOLE}`);
  });

  it("authors of a change that was made before the folder was moved", async () => {
    const place = await organisation();
    await change(place, "one", "ann");
    const profile = await place.read("desired-state/profiles/all.yaml");
    execFileSync("mkdir", [join(place.folder, "hospital")]);
    git(place, ["mv", "desired-state", "hospital/desired-state"]);
    await place.write({
      "hospital/desired-state/profiles/all.yaml": profile.replaceAll("../../", "../../../"),
    });
    git(place, ["commit", "-qam", "Move"]);
    const zivsync = (...words: string[]) => place.zivsync("-C", "hospital/desired-state", ...words);
    expect((await zivsync("plan")).code).toBe(0);
    for (const name of ["ann", "cas"] as const)
      expect((await zivsync("approve", "plan.json", "--key", name)).code).toBe(0);
    const run = await zivsync("apply", "plan.json");
    expect([run.code, run.err]).toEqual([0, expect.stringContaining("Approved by cas@example.org.")]);
  });

  it("authors of a branch whose change came to nothing by the time it was merged", async () => {
    const place = await organisation();
    git(place, ["checkout", "-qb", "side"]);
    await change(place, "one", "ann");
    git(place, ["checkout", "-q", "main"]);
    await change(place, "one", "ben");
    git(place, ["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
    expect(await applied(place, ["ann", "ben"])).toBe(
      `3: ann@example.org ${WHOLE}; ben@example.org ${WHOLE}`,
    );
  });

  it("authors of a commit that claims an encoding in which their addresses read otherwise", async () => {
    const place = await organisation();
    git(place, ["config", "i18n.commitEncoding", "IBM037"]);
    git(place, ["config", "i18n.logOutputEncoding", "UTF-16"]);
    await change(place, "one", "ann");
    git(place, ["commit", "-q", "--allow-empty", "-m", "Something else"]);
    expect(await applied(place, ["ann"])).toBe(`3: ann@example.org ${WHOLE}`);
  });

  it("co-authors behind a line of the message that looks like the next commit", async () => {
    const place = await organisation();
    const message = `One\n\ncommit ${"0".repeat(40)}\nCo-authored-by: Ann <ann@example.org>`;
    await change(place, "one", "pia", "pia", message);
    expect(await applied(place, ["ann"])).toBe(`3: ann@example.org ${WHOLE}`);
  });

  it("authors whom a replaced commit hides", async () => {
    const place = await organisation();
    await change(place, "one", "ann");
    const head = git(place, ["rev-parse", "HEAD"]).trim();
    const other = git(place, ["commit-tree", "-p", "HEAD~1", "-m", "one", "HEAD^{tree}"], "pia").trim();
    git(place, ["replace", head, other]);
    expect(await applied(place, ["ann"])).toContain("3: ann@example.org wrote");
  });

  it("anybody, where the clone is shallow, or the history was written again", async () => {
    const place = await organisation();
    await change(place, "one", "ann");
    expect(await applied(place, ["ben"])).toBe("0: ben@example.org");
    await place.write({ "users.csv": users(2) });
    git(place, ["commit", "-q", "--amend", "-m", "Anew"], "cas");
    const again =
      "wrote or committed a change of the configuration that may not be applied yet (the history does not hold the commit that was applied last, so all of it counts), and an author does not approve it";
    expect(await applied(place, ["ann", "cas"])).toBe(
      `3: ann@example.org ${again}; cas@example.org ${again}`,
    );
    const clone = await workplace();
    git(clone, ["clone", "-q", "--depth=1", `file://${place.folder}`, "."]);
    for (const file of ["users.csv", "shared.csv", "state.jsonl", "ben.pub"])
      await clone.write({ [file]: await place.read(file) });
    await cp(join(place.folder, "ben"), join(clone.folder, "ben"));
    expect(await applied(clone, ["ben"])).toBe(
      "3: ben@example.org may have written the configuration, and who did is not known: the clone is shallow. `git fetch --unshallow` or `fetch-depth: 0` brings the whole history",
    );
  });

  it("anybody, where Git does not answer for a repository that is there", async () => {
    const place = await organisation();
    git(place, ["config", "core.repositoryFormatVersion", "99"]);
    expect(await applied(place, ["ben"])).toBe(
      "3: ben@example.org may have written the configuration, and who did is not known: Git has no history of the configuration here",
    );
  });

  it("who committed the list of people that a source reads, where it is in the repository", async () => {
    const place = await organisation();
    git(place, ["add", "users.csv"], "cas");
    git(place, ["commit", "-qm", "People"], "cas");
    git(place, ["commit", "-q", "--allow-empty", "-m", "Something else"]);
    expect(await applied(place, ["cas"])).toBe(`3: cas@example.org ${WHOLE}`);
    expect(await applied(place, ["ben"])).toBe("0: ben@example.org");
  });
});
