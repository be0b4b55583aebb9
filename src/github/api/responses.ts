import { type Answer, NotAsDocumented } from "./answer.ts";
import type {
  Comment,
  CommitPeople,
  Edit,
  EnvironmentApproval,
  Issue,
  PullRequest,
  Review,
  WorkflowRun,
} from "./api.ts";

// The parts of GitHub's answers that zivsync uses (REST API, version 2022-11-28), each checked before it is believed.

/**
 * `ghost` is what GitHub shows for an account that is gone. Apps that GitHub names like people are marked as bots here, by the key
 * that has the type of an account: `type`, in GraphQL `__typename`.
 */
function loginOf(user: Answer, typeKey = "type"): string {
  if (user.isAbsent) return "ghost";
  const login = user.at("login").login();
  return user.at(typeKey).value === "Bot" && !login.endsWith("[bot]") ? `${login}[bot]` : login;
}

export function commentOf(answer: Answer): Comment {
  return {
    id: answer.at("id").number(),
    body: textOr(answer.at("body")),
    author: loginOf(answer.at("user")),
    node: answer.at("node_id").text(),
    createdAt: answer.at("created_at").time(),
    updatedAt: answer.at("updated_at").time(),
  };
}

/** The number of the issue or pull request that a comment is on, which is the end of an address. */
export function issueOfComment(answer: Answer): number {
  return Number(/\/issues\/(\d{1,15})$/.exec(answer.at("issue_url").text())?.[1] ?? 0);
}

/** Edits as GraphQL lists them; undefined where it gives none, or not all. Apps have `__typename` "Bot" there, and no suffix. */
export function editsOf(answer: Answer): readonly Edit[] | undefined {
  const edits = answer.at("userContentEdits");
  if (edits.isAbsent) return undefined;
  const nodes = edits.at("nodes").list();
  if (nodes.length !== edits.at("totalCount").value) return undefined;
  return nodes.map((edit) => ({
    editor: loginOf(edit.at("editor"), "__typename"),
    at: edit.at("editedAt").time(),
  }));
}

/** GitHub gives null, and for some commits an empty object, where it knows no account of an address. */
export function commitPeopleOf(answer: Answer): CommitPeople {
  const logins = new Set<string>();
  const unknown = new Set<string>();
  for (const role of ["author", "committer"]) {
    const account = answer.at(role);
    const { value } = account;
    if (typeof value === "object" && value !== null && Object.keys(value).length > 0) {
      logins.add(loginOf(account));
      continue;
    }
    const person = answer.at("commit").at(role);
    unknown.add(person.isAbsent ? "" : textOr(person.at("email")).toLowerCase());
  }
  const people = { sha: answer.at("sha").sha(), logins: [...logins], unknown: [...unknown] };
  const isCoAuthored = CO_AUTHOR.test(textOr(answer.at("commit").at("message")));
  return isCoAuthored ? { ...people, coAuthored: answer.at("node_id").text() } : people;
}

/** Anywhere in a message, as a squash merge writes them. */
const CO_AUTHOR = /^\s*co-authored-by:/im;
/** The address of a bot, which GraphQL does not name as an account. */
const BOT = /^(?:\d+\+)?([\w.-]+\[bot\])@users\.noreply\./;

/** Commits with their authors and co-authors as GraphQL lists them, in the same order. */
export function joinAuthors(commits: readonly CommitPeople[], nodes: Answer): readonly CommitPeople[] {
  const answers = nodes.list();
  return commits.map(({ sha, ...people }, at) => {
    const node = answers[at];
    if (node?.at("oid").value !== sha) throw new NotAsDocumented(`it has another commit in place of ${sha}`);
    const { logins, unknown } = authorsOf(node.at("authors"));
    return {
      sha,
      logins: [...new Set([...people.logins, ...logins])],
      unknown: [...new Set([...people.unknown, ...unknown])],
    };
  });
}

function authorsOf(authors: Answer): Pick<CommitPeople, "logins" | "unknown"> {
  const nodes = authors.at("nodes").list();
  if (nodes.length !== authors.at("totalCount").value) throw new NotAsDocumented("it lists too few authors");
  const logins: string[] = [];
  const unknown: string[] = [];
  for (const node of nodes) {
    const address = textOr(node.at("email")).toLowerCase();
    const account = node.at("user");
    const login = account.isAbsent ? BOT.exec(address)?.[1] : account.at("login").login();
    if (login === undefined) unknown.push(address);
    else logins.push(login);
  }
  return { logins, unknown };
}

/** Of one pull request, a list of them, or the event of one: all have `merged_at`, and only the first has `merged`. */
export function pullRequestOf(answer: Answer): PullRequest {
  const head = answer.at("head");
  const base = answer.at("base");
  const headRepository = head.at("repo");
  return {
    number: answer.at("number").number(),
    author: loginOf(answer.at("user")),
    headSha: head.at("sha").sha(),
    baseSha: base.at("sha").sha(),
    baseRef: base.at("ref").text(),
    open: answer.at("state").oneOf(["open", "closed"]) === "open",
    mergedAt: answer.at("merged_at").isAbsent ? undefined : answer.at("merged_at").time(),
    // The repository of a fork may be gone by now.
    fork:
      headRepository.isAbsent ||
      headRepository.at("full_name").text() !== base.at("repo").at("full_name").text(),
  };
}

const DECISIVE: readonly string[] = ["APPROVED", "CHANGES_REQUESTED", "DISMISSED"];
const STATES = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changes-requested",
  DISMISSED: "dismissed",
  COMMENTED: "commented",
} as const;

/** GitHub lists reviews in the order they came. A comment takes no approval back; one that is not sent yet says nothing. */
export function latestReviews(answers: readonly Answer[]): readonly Review[] {
  const latest = new Map<string, Review>();
  for (const answer of answers) {
    const word = answer
      .at("state")
      .oneOf(["APPROVED", "CHANGES_REQUESTED", "DISMISSED", "COMMENTED", "PENDING"]);
    const author = loginOf(answer.at("user"));
    if (word === "PENDING" || (latest.has(author) && !DECISIVE.includes(word))) continue;
    const commit = answer.at("commit_id");
    // The commit is gone once somebody has written over the branch, and then it is not a commit anybody approved.
    latest.set(author, {
      author,
      state: STATES[word],
      commit: commit.isAbsent ? "" : commit.sha(),
      submittedAt: answer.at("submitted_at").time(),
    });
  }
  return [...latest.values()];
}

export function runOf(answer: Answer): WorkflowRun {
  const actors = [answer.at("actor"), answer.at("triggering_actor")].map((one) => loginOf(one));
  return {
    id: answer.at("id").number(),
    sha: answer.at("head_sha").sha(),
    event: answer.at("event").text(),
    actors: [...new Set(actors)],
    attempt: answer.at("run_attempt").number(),
    repository: answer.at("repository").at("full_name").text(),
  };
}

/** Undefined for a word on an environment that is still waiting. */
export function approvalOf(answer: Answer): EnvironmentApproval | undefined {
  const state = answer.at("state").oneOf(["approved", "rejected", "pending"]);
  if (state === "pending") return undefined;
  const environments = answer
    .at("environments")
    .list()
    .map((one) => one.at("name").text());
  return { author: loginOf(answer.at("user")), environments, state };
}

/** Whether it is one: GitHub lists pull requests among issues. */
export function isIssue(answer: Answer): boolean {
  return answer.at("pull_request").isAbsent;
}

export function issueOf(answer: Answer): Issue {
  return {
    number: answer.at("number").number(),
    title: answer.at("title").text(),
    body: textOr(answer.at("body")),
    author: loginOf(answer.at("user")),
    open: answer.at("state").oneOf(["open", "closed"]) === "open",
  };
}

function textOr(answer: Answer): string {
  return answer.isAbsent ? "" : answer.text();
}
