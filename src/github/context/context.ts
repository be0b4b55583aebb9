import type { PullRequest, Repository } from "../api/api.ts";

/** The context of a workflow run, from the environment and the event that started it. */
export type WorkflowContext = {
  readonly repository: Repository;
  /** `https://api.github.com`, or a GitHub Enterprise server's. */
  readonly apiUrl: string;
  readonly serverUrl: string;
  readonly runId: number;
  readonly runAttempt: number;
  readonly sha: string;
  readonly ref: string;
  /** `pull_request`, `push`, `schedule`, `workflow_dispatch` … */
  readonly event: string;
  readonly actor: string;
  /** The user who started this attempt, if the runner gives it; else the one who caused the run. */
  readonly triggeringActor: string;
  /** Of a `pull_request` event. */
  readonly pullRequest?: PullRequest;
};
