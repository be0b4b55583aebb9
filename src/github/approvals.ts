import type { CommitPeople, EnvironmentApproval, PullRequest, Review, Role, WorkflowRun } from "./api/api.ts";

/** A merged pull request that brought the commit, and what is in the comment that zivsync wrote under it. */
export type ReviewedPullRequest = {
  readonly pullRequest: PullRequest;
  /** Absent: no comment of zivsync's. */
  readonly shown?: ShownPlan;
  readonly commits: readonly CommitPeople[];
  readonly reviews: readonly Review[];
  /** Its plan was applied in full already: a review is for one apply. */
  readonly isUsed?: boolean;
};

/** The plan as the comment shows it. */
export type ShownPlan = {
  readonly digest: string;
  /** The commit that the plan was made of. */
  readonly head: string;
  /** The user who planned the pull request. */
  readonly by: readonly string[];
  /** Since when people see exactly this, by GitHub's clock; or why that is not so. */
  readonly showing: { readonly since: string } | { readonly doubt: string };
};

export type ApprovalFacts = {
  /** Of the plan that is to be applied. */
  readonly digest: string;
  readonly environment: string;
  readonly selfApproval: boolean;
  readonly run: WorkflowRun;
  readonly approvals: readonly EnvironmentApproval[];
  readonly pullRequests: readonly ReviewedPullRequest[];
  /** Whether the run showed this very plan before its environment was approved. */
  readonly shownInRun: boolean;
  /** The authors of the commit that the run is of; `isCommitOpen`: it changed the configuration, and is not applied yet. */
  readonly commit: CommitPeople;
  readonly isCommitOpen: boolean;
  /** The commits that changed the configuration since a plan was last carried out in full. */
  readonly changes: readonly CommitPeople[];
  /** Of those who reviewed; whoever is missing may do nothing. */
  readonly roles: ReadonlyMap<string, Role>;
};

/** Logins, each once and sorted; and a clause for everything that does not count: who, and why. */
export type ApproverCount = { readonly counting: readonly string[]; readonly others: readonly string[] };

/** GitHub lists no more commits of a pull request than the first so many. */
export const MOST_COMMITS = 250;

/**
 * The people who approved this very plan on GitHub: people who let the run into its environment after it showed the plan, or who may
 * write to the repository and approved the pull request's last commit while its comment showed this plan, and later than it
 * was first shown. Bots never count. Authors, committers and those who planned count only with `selfApproval`; who started the
 * run (by merging, mostly) does not let it into an environment, but may have reviewed. For each author whom GitHub does not
 * know, one approval is left out, since any approver may be that person. Pure.
 */
export function countApprovers(facts: ApprovalFacts): ApproverCount {
  const cut = facts.pullRequests.find(({ commits }) => commits.length >= MOST_COMMITS);
  if (cut !== undefined && !facts.selfApproval) {
    const why = `pull request #${cut.pullRequest.number} has ${MOST_COMMITS} commits or more, and GitHub lists the authors of no more than these, so anybody may be an author`;
    return { counting: [], others: [why] };
  }
  const authors = authorsOf(facts);
  const starters = startersOf(facts, authors);
  const counting = new Map<string, string>();
  const others = new Map<string, string>();
  const judge = (login: string, problem: string | undefined, involved: ReadonlyMap<string, string>) => {
    const key = login.toLowerCase();
    const reason = isBot(login)
      ? `${login} is not a person`
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
  const { counted, without } = leaveOutUnknown([...counting.values()].sort(), facts);
  return { counting: counted, others: [...left, ...unfit, ...without] };
}

/** As many approvers fewer as there are authors whom GitHub maps to no account: each of them may be one of the approvers. */
function leaveOutUnknown(counting: readonly string[], facts: ApprovalFacts) {
  const { selfApproval, changes, pullRequests } = facts;
  const commits = [...ownCommit(facts), ...changes, ...pullRequests.flatMap((one) => one.commits)];
  const unknown = new Set(commits.flatMap((one) => one.unknown));
  const count = selfApproval ? 0 : Math.min(unknown.size, counting.length);
  if (count === 0) return { counted: counting, without: [] };
  const reason = `GitHub knows no account for ${unknown.size} of the addresses that wrote or committed the change, and any approver may be behind one: ${count === 1 ? "1 approval is" : `${count} approvals are`} left out`;
  return { counted: counting.slice(count), without: [reason] };
}

/** The reason why a run says nothing about a plan, or undefined where it is the plan's own. `checkedOut`: the commit of the files at hand. Pure. */
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
function environmentWords({ approvals, environment, run, shownInRun }: ApprovalFacts) {
  return approvals.map(({ author, environments, state }) => {
    const isHere = environments.some((name) => name.toLowerCase() === environment.toLowerCase());
    const rejected = approvals.some((one) => one.author === author && one.state === "rejected");
    if (!isHere) return { author, approval: `${author} approved another environment than ${environment}` };
    if (state === "rejected" || rejected) return { author, approval: `${author} rejected the run` };
    const again = `${author} approved the environment, but the run was started again, and GitHub does not say which attempt was meant`;
    const unseen = `${author} approved the environment, but the run had not shown this plan before`;
    return { author, approval: run.attempt > 1 ? again : shownInRun ? undefined : unseen };
  });
}

/** The users who wrote what is to be approved: login in lower case → why its approval does not count. */
function authorsOf({ pullRequests, changes }: ApprovalFacts): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  for (const { pullRequest, commits, shown } of pullRequests) {
    const name = `pull request #${pullRequest.number}`;
    add(reasons, pullRequest.author, `opened ${name}`);
    for (const login of loginsOf(commits)) add(reasons, login, `wrote or committed a commit of ${name}`);
    for (const login of shown?.by ?? []) add(reasons, login, `pushed to ${name} or started its plan`);
  }
  for (const login of loginsOf(changes))
    add(reasons, login, "wrote or committed a change of the configuration that was not applied yet");
  return reasons;
}

function loginsOf(commits: readonly CommitPeople[]): readonly string[] {
  return commits.flatMap(({ logins }) => logins);
}

/**
 * The same of those who brought the run about: nobody lets a run of their own into an environment. A scheduled run is nobody's; GitHub
 * gives it the last one who changed the schedule, and its commit may be applied long ago.
 */
function startersOf(facts: ApprovalFacts, authors: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const reasons = new Map(authors);
  for (const login of loginsOf(ownCommit(facts))) add(reasons, login, "wrote or committed the commit");
  const starters = isScheduled(facts) ? [] : facts.run.actors;
  for (const login of starters) add(reasons, login, "started the run");
  return reasons;
}

function isScheduled({ run }: ApprovalFacts): boolean {
  return run.event === "schedule";
}

/** The commit of the run, where it is a part of what is to be approved. */
function ownCommit(facts: ApprovalFacts): readonly CommitPeople[] {
  return isScheduled(facts) && !facts.isCommitOpen ? [] : [facts.commit];
}

function add(reasons: Map<string, string>, login: string, deed: string): void {
  const key = login.toLowerCase();
  if (!reasons.has(key)) reasons.set(key, `${login} ${deed}, and an author does not approve it`);
}

function troubleOf({ pullRequest, shown, isUsed }: ReviewedPullRequest, digest: string): string | undefined {
  const name = `pull request #${pullRequest.number}`;
  if (isUsed) return `the plan of ${name} was applied already, and a review is for one apply`;
  if (pullRequest.mergedAt === undefined) return `${name} is not merged`;
  if (shown === undefined) return `${name} has no plan of zivsync's in its comments`;
  if ("doubt" in shown.showing) return `the comment of ${name} approves nothing: ${shown.showing.doubt}`;
  if (shown.head !== pullRequest.headSha)
    return `the plan in ${name} was made of commit ${short(shown.head)}, and its last one is ${short(pullRequest.headSha)}`;
  return shown.digest === digest ? undefined : `the plan in ${name} is another one: ${shown.digest}`;
}

function reviewProblem(
  { author, state, commit, submittedAt }: Review,
  { pullRequest, shown }: ReviewedPullRequest,
  { roles }: ApprovalFacts,
): string | undefined {
  const name = `pull request #${pullRequest.number}`;
  if (state !== "approved") return `${author} ${STATE_WORDS[state]} ${name}`;
  if (commit !== pullRequest.headSha) return `${author} approved ${name} before its last commit`;
  const since = shown !== undefined && "since" in shown.showing ? shown.showing.since : undefined;
  // Whole seconds: in the same one nobody knows which came first.
  if (since === undefined || submittedAt <= since)
    return `${author} approved ${name} at ${submittedAt}, and this plan is shown there since ${since}`;
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
