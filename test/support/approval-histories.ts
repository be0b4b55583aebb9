import { createHash } from "node:crypto";
import { countOnGitHub } from "../../src/commands/apply/github-approvals.ts";
import { requireSeen } from "../../src/commands/github/apply.ts";
import { showPlan } from "../../src/commands/github/comment/plan-comment.ts";
import { reviewedBefore } from "../../src/commands/github/comment/sticky-comment.ts";
import type { GitHubApi } from "../../src/github/api/api.ts";
import type { Plan } from "../../src/model/plan/plan.ts";
import { RefusedError } from "../../src/model/values/errors.ts";
import { Secret } from "../../src/model/values/secret.ts";
import { renderResultMarker } from "../../src/storage/approvals/comment-marker.ts";
import { deriveSealKeys } from "../../src/storage/plan/seal.ts";
import {
  editComment,
  emptyState,
  type FakePull,
  type FakeRun,
  fakePull,
  fakeRun,
  type GitHubState,
  momentOf,
  tick,
} from "../servers/github-state.ts";
import { ApprovalModel } from "./approval-model.ts";
import { githubInProcess } from "./github-in-process.ts";
import { planOf, suspendChange } from "./plans.ts";

/*
 * Random histories of one pull request on the fake GitHub: the real code shows, counts and decides, and the model, which is
 * told the same events, judges. One number makes one history.
 */

const KEYS = deriveSealKeys(new Secret("an API key"), "https://zivver.example.org/scim");
const WRITERS = ["ann", "bob", "cas", "dan", "fay", "gus"];
const EVERYBODY = [...WRITERS, "eve", "helper[bot]"];
const BASE = "b".repeat(40);
const MERGE = "d".repeat(40);

export type Verdict = {
  readonly applied: boolean;
  readonly allowed: boolean;
  readonly story: readonly string[];
};

/** One history, as far as the first plan that is applied; every attempt to apply is a verdict. */
export async function runHistory(seed: number): Promise<readonly Verdict[]> {
  const history = new History(seed);
  return history.run();
}

class History {
  readonly #random: () => number;
  readonly #state: GitHubState = emptyState();
  readonly #api: GitHubApi;
  readonly #model: ApprovalModel;
  readonly #pull: FakePull;
  readonly #story: string[] = [];
  readonly #verdicts: Verdict[] = [];
  #list = 0;
  #content = 0;
  #runs = 10;
  #plans = 0;
  #written = "";

  constructor(seed: number) {
    this.#random = mulberry(seed);
    this.#state.keepsEdits = this.#random() < 0.8;
    this.#state.roles = { eve: "read" };
    this.#api = githubInProcess(this.#state);
    const required = this.#random() < 0.7 ? 1 : 2;
    this.#model = new ApprovalModel(required, this.#state.keepsEdits, {
      people: [...WRITERS, "eve"],
      writers: WRITERS,
    });
    this.#pull = fakePull({ number: 7, author: "ann", base: { sha: BASE, ref: "main" }, commits: [] });
    this.#state.pulls.push(this.#pull);
    this.#model.author("ann");
    this.#begin();
    this.#push("ann");
  }

  async run(): Promise<readonly Verdict[]> {
    const before = 2 + this.#below(9);
    await this.#plan();
    for (let step = 0; step < before; step += 1) await this.#whileOpen();
    if (this.#random() < 0.7) this.#review(this.#pick(WRITERS), "APPROVED");
    this.#merge(this.#pick(WRITERS));
    for (let run = 0; run < 3; run += 1) {
      if (await this.#applyRun()) break;
    }
    return this.#verdicts;
  }

  /** Some configuration was applied, and some perhaps not, before the pull request. */
  #begin(): void {
    const base = { sha: BASE, author: "gus" };
    const isApplied = this.#random() < 0.7;
    if (isApplied) {
      const marker = { organization: KEYS.organization, applied: BASE };
      const body = `${renderResultMarker(marker, 6, KEYS)}\n# Applied\n`;
      this.#state.comments.push({ id: 1, issue: 6, body, author: this.#state.self });
    } else this.#model.author("gus");
    const coAuthors = this.#random() < 0.5 ? ["cas"] : [];
    const waiting = this.#random() < 0.3 ? [{ sha: "9".repeat(40), author: "fay", coAuthors }] : [];
    for (const { author } of waiting) for (const one of [author, ...coAuthors]) this.#model.author(one);
    this.#state.history = { [BASE]: [base], [MERGE]: [base, ...waiting] };
    this.#tell(`applied before: ${isApplied}; waiting: ${waiting.length}; edits: ${this.#state.keepsEdits}`);
  }

  async #whileOpen(): Promise<void> {
    const dice = this.#random();
    if (dice < 0.25) await this.#plan();
    else if (dice < 0.35) this.#changeList();
    else if (dice < 0.45) {
      this.#push(this.#pick(["ann", "ann", "bob", "cas"]));
      if (this.#random() < 0.8) await this.#plan();
    } else if (dice < 0.55) this.#edit();
    else if (dice < 0.6) this.#dismiss(this.#pick(WRITERS));
    else if (dice < 0.62) this.#delete();
    else
      this.#review(
        this.#pick(EVERYBODY),
        this.#pick(["APPROVED", "APPROVED", "APPROVED", "COMMENTED", "CHANGES_REQUESTED"]),
      );
  }

  /** A run after the merge, or by hand: perhaps it shows its plan, people let it in, and it applies. */
  async #applyRun(): Promise<boolean> {
    const actor = this.#pick(WRITERS);
    const attempt = this.#random() < 0.8 ? 1 : 2;
    this.#runs += 1;
    const run: FakeRun = { ...fakeRun({ id: this.#runs, sha: MERGE, actor }), attempt };
    if (this.#random() < 0.4) run.event = "workflow_dispatch";
    this.#state.runs.push(run);
    const shown = this.#random() < 0.6 ? this.#current() : undefined;
    this.#tell(
      `run ${run.id}, ${run.event}, attempt ${attempt}, by ${actor}, shows ${shown?.digest.slice(7, 12)}`,
    );
    for (let step = this.#below(4); step > 0; step -= 1) await this.#afterMerge(run);
    return this.#apply(run, shown);
  }

  async #afterMerge(run: FakeRun): Promise<void> {
    const dice = this.#random();
    if (dice < 0.2) await this.#plan();
    else if (dice < 0.3) this.#changeList();
    else if (dice < 0.35) this.#edit();
    else if (dice < 0.5) this.#review(this.#pick(EVERYBODY), "APPROVED");
    else if (dice < 0.55) this.#dismiss(this.#pick(WRITERS));
    else {
      const author = this.#pick(EVERYBODY);
      const state = this.#random() < 0.9 ? "approved" : "rejected";
      run.approvals.push({ author, environments: ["production"], state });
      this.#tell(`${author} ${state} the environment of run ${run.id}`);
    }
  }

  async #apply(run: FakeRun, shown: Plan | undefined): Promise<boolean> {
    const plan = this.#current();
    const applied = await this.#isApplied(run, plan, shown);
    const allowed = this.#model.mayApply(plan.digest, {
      attempt: run.attempt,
      byHand: run.event === "workflow_dispatch",
      starters: [run.actor, run.triggeringActor, this.#mergedBy],
      shownInRun: shown?.digest,
      words: run.approvals.map(({ author, state }) => ({ person: author, state })),
    });
    this.#tell(`run ${run.id} plans ${plan.digest.slice(7, 12)}: applied ${applied}, allowed ${allowed}`);
    this.#verdicts.push({ applied, allowed, story: [...this.#story] });
    return applied;
  }

  async #isApplied({ id }: FakeRun, plan: Plan, shown: Plan | undefined): Promise<boolean> {
    const run = await this.#api.run(id);
    const reviews = await reviewedBefore(this.#api, run.sha, KEYS);
    const reviewed = reviews.find(({ marker }) => marker.digest === plan.digest) ?? reviews[0];
    try {
      requireSeen({
        plan,
        approved: undefined,
        reviewed,
        shown: shown?.digest,
        byPush: run.event === "push",
      });
    } catch (error) {
      if (error instanceof RefusedError) return false;
      throw error;
    }
    const github = { environment: "production" };
    const { required } = this.#model;
    const policy = { required, forRemovals: required, selfApproval: false, github };
    const shownInRun = shown?.digest === plan.digest;
    const asked = { plan, policy, keys: KEYS, folders: ["desired-state"], shownInRun };
    const { counting } = await countOnGitHub(this.#api, run, asked);
    return counting.length >= required;
  }

  /** A new run, the last one again, or one that was overtaken. */
  async #plan(): Promise<void> {
    const dice = this.#random();
    if (dice < 0.6) this.#runs += 1;
    const id = dice < 0.9 ? this.#runs : this.#runs - 1;
    const actor = this.#pick(["ann", "ann", "ann", "bob"]);
    const triggeringActor = this.#random() < 0.9 ? actor : this.#pick(WRITERS);
    const plan = this.#current();
    const pullRequest = await this.#api.pullRequest(7);
    const runUrl = `https://github.test/hospital/zivver/actions/runs/${id}`;
    const base = { state: "none" } as const;
    const page = { marker: "", folder: "desired-state", base, runUrl, kept: true, ending: "", maxBytes: 1 };
    this.#plans += 1;
    const dated = { ...plan, createdAt: new Date(Date.UTC(2026, 0, 1) + this.#plans).toISOString() };
    const context = { runId: id, actor, triggeringActor };
    const seconds = this.#state.seconds;
    await showPlan(dated, page, { api: this.#api, pullRequest, context, keys: KEYS }, () => {});
    this.#tell(`run ${id} of ${actor}, ${triggeringActor} plans ${plan.digest.slice(7, 12)}`);
    this.#model.planned(id, plan.digest, [actor, triggeringActor], momentOf(this.#state));
    if (this.#state.seconds > seconds) this.#model.updated(momentOf(this.#state));
    this.#written = this.#comment()?.body ?? "";
  }

  #changeList(): void {
    this.#list = this.#below(3);
    this.#tell(`the list becomes ${this.#list}`);
  }

  #push(author: string): void {
    const sha = this.#hash(`commit ${this.#pull.commits.length} ${this.#random()}`).slice(0, 40);
    const committer = this.#random() < 0.8 ? author : this.#pick(WRITERS);
    const isUnknown = this.#random() < 0.05;
    const address = "nobody@example.org";
    const commit = { sha, author: isUnknown ? null : author, committer, email: address };
    if (this.#random() < 0.5) this.#content = this.#below(2);
    this.#pull.commits.push(commit);
    this.#pull.head = { ...this.#pull.head, sha };
    this.#model.push(sha, isUnknown ? [committer] : [author, committer], isUnknown ? [address] : []);
    this.#tell(`push by ${commit.author}, committed by ${committer}`);
  }

  #edit(): void {
    const comment = this.#comment();
    if (comment === undefined) return;
    const [marker = ""] = comment.body.split("\n");
    const restores = this.#random() < 0.5;
    const body = restores ? this.#written : `${marker}\n## zivsync\n\n### No changes.\n`;
    editComment(this.#state, comment, body, this.#pick(WRITERS));
    this.#model.edited(restores ? "ours" : "theirs", momentOf(this.#state));
    this.#tell(`the comment is edited: ${restores ? "as it was" : "No changes"}`);
  }

  #delete(): void {
    this.#state.comments = this.#state.comments.filter(({ issue }) => issue !== 7);
    this.#model.deleted();
    this.#tell("the comment is deleted");
  }

  #review(author: string, state: string): void {
    const at = this.#random() < 0.85 ? tick(this.#state) : momentOf(this.#state);
    this.#pull.reviews.push({ author, state, commit: this.#pull.head.sha, at });
    this.#model.reviewed(author, state, at);
    this.#tell(`${author} reviews: ${state} at ${at}`);
  }

  #dismiss(author: string): void {
    const last = this.#pull.reviews.findLast((one) => one.author === author && one.state !== "COMMENTED");
    if (last === undefined) return;
    last.state = "DISMISSED";
    this.#model.dismissed(author);
    this.#tell(`the review of ${author} is dismissed`);
  }

  #mergedBy = "";

  #merge(person: string): void {
    const at = this.#random() < 0.9 ? tick(this.#state) : momentOf(this.#state);
    Object.assign(this.#pull, { open: false, merged: true, mergedAt: at, mergeCommit: MERGE });
    const commit = { sha: MERGE, author: person };
    this.#state.commits.push(commit);
    const before = this.#state.history[MERGE] ?? [];
    this.#state.history[MERGE] = [commit, ...this.#pull.commits, ...before];
    this.#mergedBy = person;
    this.#model.merged(at);
    this.#tell(`${person} merges at ${at}`);
  }

  /** The plan of the present list and configuration. */
  #current(): Plan {
    const name = `list ${this.#list}, content ${this.#content}`;
    const plan = planOf([suspendChange(`p${this.#list}${this.#content}@example.org`)]);
    return { ...plan, digest: `sha256:${this.#hash(name)}` };
  }

  #comment() {
    return this.#state.comments.find(({ issue }) => issue === 7);
  }

  #hash(text: string): string {
    return createHash("sha256").update(text).digest("hex");
  }

  #tell(text: string): void {
    this.#story.push(text);
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  #pick<T>(items: readonly [T, ...T[]] | readonly T[]): T {
    return items[this.#below(items.length)] as T;
  }
}

/** Numbers from 0 to 1, the same ones for the same seed. */
function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
