import type { Answer } from "./answer.ts";
import type { Comment, EnvironmentApproval, Issue, PullRequest, Review, WorkflowRun } from "./api.ts";

// The parts of GitHub's answers that zivsync uses (REST API, version 2022-11-28), each checked before it is believed.

/** `ghost` is what GitHub shows for an account that is gone. Apps that GitHub names like people are marked as bots here. */
export function loginOf(user: Answer): string {
  if (user.isAbsent) return "ghost";
  const login = user.at("login").text();
  return user.at("type").value === "Bot" && !login.endsWith("[bot]") ? `${login}[bot]` : login;
}

export function commentOf(answer: Answer): Comment {
  return {
    id: answer.at("id").number(),
    body: textOr(answer.at("body")),
    author: loginOf(answer.at("user")),
  };
}

/** Of one pull request, a list of them, or the event of one: only the first has `merged`. */
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
    merged: !answer.at("merged_at").isAbsent,
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
    // The commit is gone once somebody has written over the branch, and then it is no commit anybody approved.
    latest.set(author, { author, state: STATES[word], commit: commit.isAbsent ? "" : commit.sha() });
  }
  return [...latest.values()];
}

export function runOf(answer: Answer): WorkflowRun {
  const actors = [answer.at("actor"), answer.at("triggering_actor")].map(loginOf);
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

/** Is it one? GitHub lists pull requests among issues. */
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
