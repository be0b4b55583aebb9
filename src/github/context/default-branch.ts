import { readFileBytes } from "../../file-bytes.ts";
import { asObject, isTooDeep, parseJson } from "../../model/values/json.ts";
import { LARGEST_EVENT } from "./context-reader.ts";

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
