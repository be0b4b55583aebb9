import type { PullRequest, Repository } from "../api/api.ts";

/** What a workflow run tells the commands in it, from the environment and the event that started it. */
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
  /** Who started this attempt, where the runner says it; else who caused the run. */
  readonly triggeringActor: string;
  /** Of a `pull_request` event. */
  readonly pullRequest?: PullRequest;
};
