import type { EnvironmentApproval, PullRequest, Review, Role, WorkflowRun } from "./api.ts";

/** A merged pull request that brought the commit, and what stands in the comment that zivsync wrote under it. */
export type ReviewedPullRequest = {
  readonly pullRequest: PullRequest;
  /** Absent: no comment of zivsync's. `head`: the commit that its plan was made of. */
  readonly marker?: { readonly digest: string; readonly head: string };
  /** Who wrote its commits. */
  readonly authors: readonly string[];
  readonly reviews: readonly Review[];
};

export type ApprovalFacts = {
  /** Of the plan that is to be applied. */
  readonly digest: string;
  readonly environment: string;
  readonly selfApproval: boolean;
  readonly run: WorkflowRun;
  readonly approvals: readonly EnvironmentApproval[];
  readonly pullRequests: readonly ReviewedPullRequest[];
  /** Who wrote the commit that the run is of. */
  readonly commitAuthor?: string;
  /** Of those who reviewed; whoever is missing may do nothing. */
  readonly roles: ReadonlyMap<string, Role>;
};

/** Logins, each once and sorted; and a clause for everything that does not count: who, and why. */
export type ApproverCount = { readonly counting: readonly string[]; readonly others: readonly string[] };

/**
 * Who approved this very plan on GitHub: people who let the run into its environment, or who may write to the repository
 * and approved the pull request's last commit, of which a plan with the same digest was shown. Bots never count, authors only
 * with `selfApproval`; who started the run (by merging, mostly) does not let it into an environment, but may have reviewed. Pure.
 */
export function countApprovers(facts: ApprovalFacts): ApproverCount {
  const authors = authorsOf(facts);
  const starters = startersOf(facts, authors);
  const counting = new Map<string, string>();
  const others = new Map<string, string>();
  const judge = (login: string, problem: string | undefined, involved: ReadonlyMap<string, string>) => {
    const key = login.toLowerCase();
    const reason = isBot(login)
      ? `${login} is no person`
      : (problem ?? (facts.selfApproval ? undefined : involved.get(key)));
    if (reason === undefined) counting.set(key, login);
    else if (!others.has(key)) others.set(key, reason);
  };
  for (const { author, approval } of environmentWords(facts)) judge(author, approval, starters);
  const unfit: string[] = [];
  for (const reviewed of facts.pullRequests) {
    const trouble = troubleOf(reviewed, facts.digest);
    if (trouble !== undefined) unfit.push(trouble);
    else
      for (const review of reviewed.reviews)
        judge(review.author, reviewProblem(review, reviewed, facts), authors);
  }
  const left = [...others].filter(([key]) => !counting.has(key)).map(([, reason]) => reason);
  return { counting: [...counting.values()].sort(), others: [...left, ...unfit] };
}

/** Why a run says nothing about a plan, or undefined where it is the plan's own. `checkedOut`: the commit of the files at hand. Pure. */
export function foreignRun(
  run: WorkflowRun,
  own: {
    readonly repository: string;
    readonly runId: number;
    readonly checkedOut: string | undefined;
    readonly planned: string | undefined;
  },
): string | undefined {
  if (run.id !== own.runId || run.repository.toLowerCase() !== own.repository.toLowerCase())
    return `run ${own.runId} is of the repository ${run.repository}, not of ${own.repository}`;
  if (own.checkedOut === undefined) return "the configuration lies in no checkout of Git";
  if (run.sha !== own.checkedOut)
    return `run ${run.id} is of commit ${short(run.sha)}, and ${short(own.checkedOut)} is checked out`;
  if (own.planned !== run.sha)
    return `the plan was made of ${own.planned === undefined ? "no commit" : `commit ${short(own.planned)}`}, and run ${run.id} is of ${short(run.sha)}`;
  return undefined;
}

/** Of each person the approval of the environment, with why it does not count: a rejection of the same person wins. */
function environmentWords({ approvals, environment, run }: ApprovalFacts) {
  return approvals.map(({ author, environments, state }) => {
    const isHere = environments.some((name) => name.toLowerCase() === environment.toLowerCase());
    const rejected = approvals.some((one) => one.author === author && one.state === "rejected");
    if (!isHere) return { author, approval: `${author} approved another environment than ${environment}` };
    if (state === "rejected" || rejected) return { author, approval: `${author} rejected the run` };
    const again = `${author} approved the environment, but the run was started again, and GitHub does not say which attempt was meant`;
    return { author, approval: run.attempt > 1 ? again : undefined };
  });
}

/** Who wrote what is to be approved: login in lower case → why its approval is none. */
function authorsOf({ pullRequests }: ApprovalFacts): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  for (const { pullRequest, authors } of pullRequests) {
    add(reasons, pullRequest.author, `opened pull request #${pullRequest.number}`);
    for (const login of authors) add(reasons, login, `wrote a commit of pull request #${pullRequest.number}`);
  }
  return reasons;
}

/** The same of those who brought the run about: nobody lets a run of their own into an environment. */
function startersOf(
  { run, commitAuthor }: ApprovalFacts,
  authors: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const reasons = new Map(authors);
  if (commitAuthor !== undefined) add(reasons, commitAuthor, "wrote the commit");
  for (const login of run.actors) add(reasons, login, "started the run");
  return reasons;
}

function add(reasons: Map<string, string>, login: string, deed: string): void {
  const key = login.toLowerCase();
  if (!reasons.has(key)) reasons.set(key, `${login} ${deed}, and an author does not approve it`);
}

function troubleOf({ pullRequest, marker }: ReviewedPullRequest, digest: string): string | undefined {
  const name = `pull request #${pullRequest.number}`;
  if (!pullRequest.merged) return `${name} is not merged`;
  if (marker === undefined) return `${name} has no plan of zivsync's in its comments`;
  if (marker.head !== pullRequest.headSha)
    return `the plan in ${name} was made of commit ${short(marker.head)}, and its last one is ${short(pullRequest.headSha)}`;
  return marker.digest === digest ? undefined : `the plan in ${name} is another one: ${marker.digest}`;
}

function reviewProblem(
  { author, state, commit }: Review,
  { pullRequest }: ReviewedPullRequest,
  { roles }: ApprovalFacts,
): string | undefined {
  const name = `pull request #${pullRequest.number}`;
  if (state !== "approved") return `${author} ${STATE_WORDS[state]} ${name}`;
  if (commit !== pullRequest.headSha) return `${author} approved ${name} before its last commit`;
  const role = roles.get(author);
  return role === "admin" || role === "write" ? undefined : `${author} may not write to the repository`;
}

const STATE_WORDS = {
  "changes-requested": "asked for changes in",
  commented: "only commented on",
  dismissed: "no longer approves",
} as const;

/** `ghost` is whoever had an account that is gone. */
function isBot(login: string): boolean {
  return login.endsWith("[bot]") || login === "ghost";
}

function short(sha: string): string {
  return sha.slice(0, 7);
}
