import { readFileBytes } from "../file-bytes.ts";
import { InputError } from "../model/values/errors.ts";
import { asObject, DEEPEST_JSON, isTooDeep, parseJson } from "../model/values/json.ts";
import { present } from "../model/values/present.ts";
import { Secret } from "../model/values/secret.ts";
import { Answer, NotAsDocumented } from "./api/answer.ts";
import type { PullRequest, WorkflowContext } from "./api/api.ts";
import { pullRequestOf } from "./api/responses.ts";

/** Of an event: GitHub sends none of more than 25 MB. */
export const LARGEST_EVENT = 25 * 1024 * 1024;

type ReadTextFile = (path: string) => Promise<string>;

const NAMES = [
  "GITHUB_REPOSITORY",
  "GITHUB_API_URL",
  "GITHUB_SERVER_URL",
  "GITHUB_RUN_ID",
  "GITHUB_RUN_ATTEMPT",
  "GITHUB_SHA",
  "GITHUB_REF",
  "GITHUB_EVENT_NAME",
  "GITHUB_ACTOR",
] as const;
type Variables = Readonly<Record<(typeof NAMES)[number], string>>;

const FORMS: Readonly<Partial<Record<(typeof NAMES)[number], RegExp>>> = {
  GITHUB_REPOSITORY: /^(?!\.+\/)[\w.-]+\/(?!\.+$)[\w.-]+$/,
  GITHUB_RUN_ID: /^[1-9]\d{0,14}$/,
  GITHUB_RUN_ATTEMPT: /^[1-9]\d{0,5}$/,
  GITHUB_SHA: /^[0-9a-f]{40}([0-9a-f]{24})?$/,
};

/**
 * The facts of the run, from the variables that every runner sets and, for a pull request, the event's file. Throws
 * InputError `github-context` outside a workflow, naming what is missing, and for `pull_request_target`.
 */
export async function readContext(
  environment: NodeJS.ProcessEnv,
  readTextFile: ReadTextFile = async (path) => String(await readFileBytes(path, LARGEST_EVENT)),
): Promise<WorkflowContext> {
  const found = readVariables(environment);
  const event = found.GITHUB_EVENT_NAME;
  if (event === "pull_request_target") throw targetRefused();
  const [owner = "", name = ""] = found.GITHUB_REPOSITORY.split("/");
  const pullRequest =
    event === "pull_request" ? await readPullRequest(environment.GITHUB_EVENT_PATH, readTextFile) : undefined;
  return {
    repository: { owner, name },
    apiUrl: found.GITHUB_API_URL.replace(/\/+$/, ""),
    serverUrl: found.GITHUB_SERVER_URL.replace(/\/+$/, ""),
    runId: Number(found.GITHUB_RUN_ID),
    runAttempt: Number(found.GITHUB_RUN_ATTEMPT),
    sha: found.GITHUB_SHA,
    ref: found.GITHUB_REF,
    event,
    actor: found.GITHUB_ACTOR,
    triggeringActor: environment.GITHUB_TRIGGERING_ACTOR || found.GITHUB_ACTOR,
    ...present({ pullRequest }),
  };
}

/** The token of the run, from GITHUB_TOKEN and from nowhere else. Throws InputError `github-context`. */
export function readToken(environment: NodeJS.ProcessEnv): Secret {
  const token = environment.GITHUB_TOKEN?.trim() ?? "";
  // A line break in a header is an attack or an accident; neither may reach the network.
  if (/^[\x21-\x7e]+$/.test(token)) return new Secret(token);
  throw contextError(
    "GITHUB_TOKEN",
    token === ""
      ? "There is no token to ask GitHub with."
      : "What is in GITHUB_TOKEN is not a token: it holds white space or other characters that no token has.",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how a workflow writes it
    "Give the step `env: { GITHUB_TOKEN: ${{ github.token }} }`.",
  );
}

function readVariables(environment: NodeJS.ProcessEnv): Variables {
  const missing = NAMES.filter((name) => (environment[name] ?? "") === "");
  if (missing.length > 0) {
    throw contextError(
      "environment",
      `This is not a workflow run on GitHub: ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} not set.`,
      "Run it in a workflow on GitHub Actions, whose runners set these variables; elsewhere use `zivsync plan` and `zivsync apply`.",
    );
  }
  const found = Object.fromEntries(NAMES.map((name) => [name, environment[name] ?? ""])) as Variables;
  for (const name of NAMES) {
    if (FORMS[name]?.test(found[name]) === false)
      throw contextError(name, `\`${found[name].slice(0, 80)}\` is not what a runner writes here.`);
  }
  return found;
}

async function readPullRequest(path: string | undefined, readTextFile: ReadTextFile): Promise<PullRequest> {
  if (path === undefined || path === "")
    throw contextError("GITHUB_EVENT_PATH", "The run is of a pull request, and nothing says which.");
  try {
    const text = await readTextFile(path);
    if (isTooDeep(text)) throw new NotAsDocumented(`it is nested deeper than ${DEEPEST_JSON} levels`);
    const event = parseJson(text);
    if (event === undefined) throw new NotAsDocumented("it is not JSON");
    return pullRequestOf(new Answer(event, "event").at("pull_request"));
  } catch (error) {
    const why = error instanceof NotAsDocumented ? error.message : "it cannot be read";
    throw contextError("GITHUB_EVENT_PATH", `The event file describes no pull request: ${why}.`);
  }
}

function targetRefused(): InputError {
  return contextError(
    "GITHUB_EVENT_NAME",
    "A run of `pull_request_target` has the secrets of the repository, and would hand them to whatever a stranger's pull request holds.",
    "Write `on: pull_request` in the workflow.",
  );
}

function contextError(where: string, message: string, remedy?: string): InputError {
  return new InputError({ code: "github-context", where, message, ...present({ remedy }) });
}

/**
 * Whether this run of a workflow is one of the repository's default branch, by the event that started it; a scheduled run is always one.
 * Undefined outside a workflow, and where the event does not say.
 */
export async function isRunOfDefaultBranch(environment: NodeJS.ProcessEnv): Promise<boolean | undefined> {
  const { GITHUB_ACTIONS, GITHUB_EVENT_NAME, GITHUB_EVENT_PATH, GITHUB_REF } = environment;
  if (GITHUB_ACTIONS !== "true" || !GITHUB_REF) return undefined;
  if (GITHUB_EVENT_NAME === "schedule") return true;
  if (!GITHUB_EVENT_PATH) return undefined;
  const text = await readFileBytes(GITHUB_EVENT_PATH, LARGEST_EVENT).then(String, () => "");
  const event = isTooDeep(text) ? undefined : asObject(parseJson(text));
  const repository = asObject(event?.repository);
  const branch = repository?.default_branch;
  return typeof branch === "string" ? GITHUB_REF === `refs/heads/${branch}` : undefined;
}
