import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CommitPeople, EnvironmentApproval, Review } from "../../src/github/api/api.ts";
import {
  type ApprovalFacts,
  countApprovers,
  foreignRun,
  type ReviewedPullRequest,
  type ShownPlan,
} from "../../src/github/approvals.ts";

const HEAD = "a".repeat(40);
const MERGED = "d".repeat(40);
const DIGEST = `sha256:${"1".repeat(64)}`;
const OTHER = `sha256:${"2".repeat(64)}`;

const approved = (author: string, environment = "production"): EnvironmentApproval => ({
  author,
  environments: [environment],
  state: "approved",
});
const SINCE = "2026-11-28T12:00:00Z";
const LATER = "2026-11-28T12:00:01Z";
const review = (author: string, state: Review["state"] = "approved", commit = HEAD): Review => ({
  author,
  state,
  commit,
  submittedAt: LATER,
});
const at = (author: string, submittedAt: string): Review => ({ ...review(author), submittedAt });
const commit = (logins: readonly string[], unknown: readonly string[] = []): CommitPeople => ({
  sha: HEAD,
  logins,
  unknown,
});

type Given = { readonly shown?: Partial<ShownPlan>; readonly commits?: readonly CommitPeople[] };

function reviewed(
  reviews: readonly Review[],
  { shown = {}, commits = [commit(["ann"])], merged = true }: Given & { readonly merged?: boolean } = {},
): ReviewedPullRequest {
  return {
    pullRequest: {
      number: 7,
      author: "ann",
      headSha: HEAD,
      baseSha: "b".repeat(40),
      baseRef: "main",
      open: !merged,
      mergedAt: merged ? LATER : undefined,
      fork: false,
    },
    shown: { digest: DIGEST, head: HEAD, by: ["ann"], showing: { since: SINCE }, ...shown },
    commits,
    reviews,
  };
}

function facts(given: Partial<ApprovalFacts>): ApprovalFacts {
  return {
    digest: DIGEST,
    environment: "production",
    selfApproval: false,
    run: {
      id: 5,
      sha: MERGED,
      event: "push",
      actors: ["mel"],
      attempt: 1,
      repository: "hospital/zivver",
    },
    approvals: [],
    shownInRun: true,
    commit: { sha: MERGED, logins: ["mel"], unknown: [] },
    isCommitOpen: true,
    changes: [],
    pullRequests: [],
    roles: new Map([
      ["ann", "write"],
      ["ben", "write"],
      ["cas", "admin"],
      ["eve", "read"],
      ["mel", "admin"],
    ]),
    ...given,
  };
}

const RUN = facts({}).run;

describe("who counts on GitHub", () => {
  it.each<[string, Partial<ApprovalFacts>, readonly string[], readonly string[]]>([
    ["nobody", {}, [], []],
    ["who let the run into the environment", { approvals: [approved("ben")] }, ["ben"], []],
    [
      "environments are named without regard to case",
      { approvals: [approved("ben", "Production")] },
      ["ben"],
      [],
    ],
    ["who approved the pull request", { pullRequests: [reviewed([review("ben")])] }, ["ben"], []],
    [
      "somebody who did both, once; whatever the case of the login",
      { approvals: [approved("Ben")], pullRequests: [reviewed([review("ben"), review("cas")])] },
      ["ben", "cas"],
      [],
    ],
    [
      "not who opened the pull request, whichever way",
      { approvals: [approved("Ann")], pullRequests: [reviewed([review("ann")])] },
      [],
      ["ann opened pull request #7, and an author does not approve it"],
    ],
    [
      "not who wrote one of its commits",
      { pullRequests: [reviewed([review("ben")], { commits: [commit(["ann"]), commit(["ben"])] })] },
      [],
      ["ben wrote or committed a commit of pull request #7, and an author does not approve it"],
    ],
    [
      "not who pushed it under another's name and planned it",
      { pullRequests: [reviewed([review("ben")], { shown: { by: ["ann", "ben"] } })] },
      [],
      ["ben pushed to pull request #7 or started its plan, and an author does not approve it"],
    ],
    [
      "not who wrote an earlier change that was not applied",
      {
        changes: [commit(["ben"])],
        approvals: [approved("ben")],
        pullRequests: [reviewed([review("ben")])],
      },
      [],
      [
        "ben wrote or committed a change of the configuration that was not applied yet, and an author does not approve it",
      ],
    ],
    [
      "not who approved before the plan was shown, nor in the same second",
      {
        pullRequests: [reviewed([at("ben", "2026-11-28T11:59:59Z"), at("cas", SINCE), at("mel", LATER)])],
      },
      ["mel"],
      [
        `ben approved pull request #7 at 2026-11-28T11:59:59Z, and this plan is shown there since ${SINCE}`,
        `cas approved pull request #7 at ${SINCE}, and this plan is shown there since ${SINCE}`,
      ],
    ],
    [
      "nobody, where the comment was edited",
      { pullRequests: [reviewed([review("ben")], { shown: { showing: { doubt: "eve edited it" } } })] },
      [],
      ["the comment of pull request #7 approves nothing: eve edited it"],
    ],
    [
      "nobody, where the run did not show the plan before its environment was approved",
      { shownInRun: false, approvals: [approved("ben")] },
      [],
      ["ben approved the environment, but the run had not shown this plan before"],
    ],
    [
      "one person fewer for each author whom GitHub does not know",
      {
        pullRequests: [
          reviewed([review("ben"), review("cas"), review("mel")], {
            commits: [commit(["ann"], ["x@example.org"]), commit([], ["x@example.org", "y@example.org"])],
          }),
        ],
      },
      ["mel"],
      [
        "GitHub knows no account for 2 of the addresses that wrote or committed the change, and any approver may be behind one: 2 approvals are left out",
      ],
    ],
    [
      "nobody, where the only approver may be the unknown author",
      {
        commit: commit(["mel"], ["x@example.org"]),
        pullRequests: [reviewed([review("ben")])],
      },
      [],
      [
        "GitHub knows no account for 1 of the addresses that wrote or committed the change, and any approver may be behind one: 1 approval is left out",
      ],
    ],
    [
      "not who wrote the commit, and not who started the run",
      { commit: commit(["ben"]), approvals: [approved("ben"), approved("mel")] },
      [],
      [
        "ben wrote or committed the commit, and an author does not approve it",
        "mel started the run, and an author does not approve it",
      ],
    ],
    [
      "all of them, where the policy says so",
      {
        selfApproval: true,
        commit: commit(["ben"], ["x@example.org"]),
        approvals: [approved("ben"), approved("mel")],
        pullRequests: [reviewed([review("ann")])],
      },
      ["ann", "ben", "mel"],
      [],
    ],
    [
      "never a bot, nor an account that is gone",
      {
        selfApproval: true,
        approvals: [approved("dependabot[bot]")],
        pullRequests: [reviewed([review("ghost")])],
      },
      [],
      ["dependabot[bot] is not a person", "ghost is not a person"],
    ],
    [
      "not for another environment",
      { approvals: [approved("ben", "staging")] },
      [],
      ["ben approved another environment than production"],
    ],
    [
      "not who also rejected the run",
      { approvals: [approved("ben"), { ...approved("ben"), state: "rejected" }] },
      [],
      ["ben rejected the run"],
    ],
    [
      "nobody's word on a run that was started again",
      { run: { ...RUN, attempt: 2 }, approvals: [approved("ben")] },
      [],
      [
        "ben approved the environment, but the run was started again, and GitHub does not say which attempt was meant",
      ],
    ],
    [
      "not who may not write, of whom a public repository has many",
      { pullRequests: [reviewed([review("eve"), review("stranger")])] },
      [],
      ["eve may not write to the repository", "stranger may not write to the repository"],
    ],
    [
      "not who said something else",
      {
        pullRequests: [
          reviewed([
            review("ben", "changes-requested"),
            review("cas", "commented"),
            review("mel", "dismissed"),
          ]),
        ],
      },
      [],
      [
        "ben asked for changes in pull request #7",
        "cas only commented on pull request #7",
        "mel no longer approves pull request #7",
      ],
    ],
    [
      "not who approved before the last commit",
      {
        pullRequests: [reviewed([review("ben", "approved", "c".repeat(40)), review("cas", "approved", "")])],
      },
      [],
      [
        "ben approved pull request #7 before its last commit",
        "cas approved pull request #7 before its last commit",
      ],
    ],
    [
      "nobody, where another plan was shown",
      { pullRequests: [reviewed([review("ben")], { shown: { digest: OTHER } })] },
      [],
      [`the plan in pull request #7 is another one: ${OTHER}`],
    ],
    [
      "nobody, where the plan shown was of an earlier commit",
      { pullRequests: [reviewed([review("ben")], { shown: { head: "c".repeat(40) } })] },
      [],
      ["the plan in pull request #7 was made of commit ccccccc, and its last one is aaaaaaa"],
    ],
    [
      "nobody in a pull request that is not merged",
      { pullRequests: [reviewed([review("ben")], { merged: false })] },
      [],
      ["pull request #7 is not merged"],
    ],
  ])("%s", (_, given, counting, others) => {
    expect(countApprovers(facts(given))).toEqual({ counting, others });
  });

  it("nobody, where a pull request has more commits than GitHub lists", () => {
    const given = (count: number) => ({
      approvals: [approved("cas")],
      pullRequests: [
        reviewed([review("ben")], { commits: Array.from({ length: count }, () => commit(["ann"])) }),
      ],
    });
    expect(countApprovers(facts(given(249))).counting).toEqual(["ben", "cas"]);
    expect(countApprovers(facts({ ...given(250), selfApproval: true })).counting).toEqual(["ben", "cas"]);
    expect(countApprovers(facts(given(250)))).toEqual({
      counting: [],
      others: [
        "pull request #7 has 250 commits or more, and GitHub lists the authors of no more than these, so anybody may be an author",
      ],
    });
  });

  it("at night those who changed the schedule, or merged last, once that is applied", () => {
    const night = (isCommitOpen: boolean) =>
      facts({
        run: { ...RUN, event: "schedule", actors: ["ann"] },
        commit: commit(["ben"], ["x@example.org"]),
        isCommitOpen,
        approvals: [approved("ann"), approved("ben")],
      });
    expect(countApprovers(night(false))).toEqual({ counting: ["ann", "ben"], others: [] });
    expect(countApprovers(night(true))).toMatchObject({
      counting: [],
      others: ["ben wrote or committed the commit, and an author does not approve it", expect.anything()],
    });
  });

  it("a reviewer who merges the pull request", () => {
    const given = { pullRequests: [reviewed([review("mel")])], commit: commit(["mel"]) };
    expect(countApprovers(facts(given))).toEqual({ counting: ["mel"], others: [] });
    expect(countApprovers(facts({ ...given, pullRequests: [], approvals: [approved("mel")] }))).toEqual({
      counting: [],
      others: ["mel wrote or committed the commit, and an author does not approve it"],
    });
  });

  it("nobody, where no plan was shown", () => {
    const { shown: _, ...without } = reviewed([review("ben")]);
    expect(countApprovers(facts({ pullRequests: [without] }))).toEqual({
      counting: [],
      others: ["pull request #7 has no plan of zivsync's in its comments"],
    });
  });

  it("no author and no bot, however they approve", () => {
    const logins = fc.constantFrom("ann", "ANN", "ben", "cas", "mel", "x[bot]", "ghost", "eve");
    const words = fc.record({
      approvals: fc.array(logins.map((login) => approved(login))),
      reviews: fc.array(logins.map((login) => review(login))),
      authors: fc.array(logins),
      commitAuthor: logins,
      unknown: fc.array(fc.constantFrom("x@example.org", "y@example.org"), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(words, ({ approvals, reviews, authors, commitAuthor, unknown }) => {
        const { counting } = countApprovers(
          facts({
            approvals,
            commit: commit([commitAuthor]),
            pullRequests: [reviewed(reviews, { commits: [commit(authors, unknown)] })],
          }),
        );
        const lower = (names: readonly string[]) => names.map((one) => one.toLowerCase());
        const left = lower([...authors, "ann", "x[bot]", "ghost"]);
        expect(counting.filter((login) => left.includes(login.toLowerCase()))).toEqual([]);
        // Who merged may have reviewed, and does not let the run of that merge into the environment.
        const starters = lower([commitAuthor, "mel"]);
        const byReview = lower(reviews.map(({ author }) => author));
        expect(
          lower(counting).filter((login) => starters.includes(login) && !byReview.includes(login)),
        ).toEqual([]);
        expect(new Set(counting.map((login) => login.toLowerCase())).size).toBe(counting.length);
        if (approvals.some(({ author }) => author === "eve")) return;
        expect(counting).not.toContain("eve");
      }),
    );
  });
});

describe("a run is the plan's own", () => {
  const own = { repository: "Hospital/zivver", runId: 5, checkedOut: MERGED, planned: MERGED };
  it.each<
    [string, Partial<typeof own> | { checkedOut: undefined } | { planned: undefined }, string | undefined]
  >([
    ["it is", {}, undefined],
    [
      "not of another repository",
      { repository: "stranger/zivver" },
      "run 5 is of the repository hospital/zivver, not of stranger/zivver",
    ],
    ["not another one", { runId: 6 }, "run 6 is of the repository hospital/zivver, not of Hospital/zivver"],
    ["not outside Git", { checkedOut: undefined }, "the configuration lies in no checkout of Git"],
    [
      "not of another commit than the one checked out",
      { checkedOut: HEAD },
      "run 5 is of commit ddddddd, and aaaaaaa is checked out",
    ],
    [
      "not of another commit than the plan's",
      { planned: HEAD },
      "the plan was made of commit aaaaaaa, and run 5 is of ddddddd",
    ],
    [
      "not of a plan of no commit",
      { planned: undefined },
      "the plan was made of no commit, and run 5 is of ddddddd",
    ],
  ])("%s", (_, given, reason) => {
    expect(foreignRun(RUN, { ...own, ...given })).toBe(reason);
  });
});
