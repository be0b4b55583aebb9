import { splitByCause } from "../../engine/plan/causes.ts";
import type { GitHubApi } from "../../github/api/api.ts";
import { writeSummary } from "../../github/run-report.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { ZivsyncError } from "../../model/values/errors.ts";
import { type ResultPage, renderNotApplied } from "../../review/markdown/apply-result.ts";
import { COMMENT_BYTES, SUMMARY_BYTES } from "../../review/markdown/pull-request.ts";
import { renderResultMarker } from "../../storage/approvals/comment-marker.ts";
import type { SealKeys } from "../../storage/plan/seal.ts";
import type { CommandIo } from "../shared/io.ts";
import { findResult, putComment, type Reviewed } from "./comment/sticky-comment.ts";
import { type GitHubRun, SUMMARY, showDone } from "./run.ts";

/** The subject of an apply, as soon as it is known. */
export type Matter = {
  readonly api: GitHubApi;
  readonly keys: SealKeys;
  readonly plan: Plan;
  /** The plan file of the pull request, where it is at hand. */
  readonly approved: Plan | undefined;
  readonly reviewed: Reviewed | undefined;
};

/** Tells what became of an apply: in the summary of the run, and in the comment of the pull request. */
export class ApplyReport {
  readonly #run: GitHubRun;
  readonly #io: CommandIo;
  #matter: Matter | undefined;

  constructor(run: GitHubRun, io: CommandIo) {
    this.#run = run;
    this.#io = io;
  }

  about(matter: Matter): void {
    this.#matter = matter;
  }

  /**
   * Writes the summary and a comment of its own, below the plan, which stays as people saw it. `isWhole`: all of the plan is in
   * place. What was done is done: a summary or a comment that cannot be written is reported, and fails nothing.
   */
  async write(render: (page: ResultPage) => string, isWhole = false): Promise<void> {
    const { folder, runUrl } = this.#run;
    const page = { folder, runUrl, marker: "", maxBytes: SUMMARY_BYTES };
    await showDone(SUMMARY, this.#run, this.#io, () => writeSummary(render(page)));
    const { api, keys, plan, reviewed } = this.#matter ?? {};
    if (api === undefined || keys === undefined || plan === undefined || reviewed === undefined) return;
    const { number } = reviewed.pullRequest;
    const { organization } = keys;
    await showDone(`the comment of #${number}`, this.#run, this.#io, async () => {
      const found = await findResult(api, number, keys);
      const applied = isWhole ? this.#run.context.sha : found?.marker?.applied;
      const used = isWhole && plan.changes.length > 0 ? plan.digest : found?.marker?.used;
      const marker = renderResultMarker({ organization, applied, used }, number, keys);
      await putComment(api, number, found, render({ ...page, marker, maxBytes: COMMENT_BYTES }));
    });
  }

  /** Runs the apply; what it throws before anything was done is shown as the reason. */
  async reporting<T>(apply: () => Promise<T>): Promise<T> {
    try {
      return await apply();
    } catch (error) {
      if (error instanceof ZivsyncError) await this.#writeNotApplied(error);
      throw error;
    }
  }

  async #writeNotApplied({ problems }: ZivsyncError): Promise<void> {
    const matter = this.#matter;
    const isOther = matter !== undefined && matter.reviewed?.marker.digest !== matter.plan.digest;
    const differing = isOther
      ? { plan: matter.plan, difference: splitByCause(matter.plan.changes, matter.approved?.changes) }
      : undefined;
    await this.write((page) => renderNotApplied(problems, differing, page));
  }
}
