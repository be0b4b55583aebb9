import { resolve } from "node:path";
import { loadConfiguration } from "../config/load.ts";
import { validatePlan } from "../config/plan-shape.ts";
import { RefusedError, ZivsyncError } from "../errors.ts";
import { canonicalJson } from "../model/canonical-json.ts";
import type { Plan } from "../model/plan.ts";
import { readPlan } from "../records/plan-file.ts";
import { isSealed, type SealKeys } from "../records/seal.ts";
import { renderMarkdown } from "../review/markdown.ts";
import { renderText } from "../review/text.ts";
import type { CommandIo, CommonOptions, ExitCode } from "./io.ts";
import { readSealKeys } from "./setup.ts";

export type ShowOptions = CommonOptions & {
  readonly format: "text" | "markdown" | "json";
  readonly details?: boolean;
};

/** `zivsync show plan.json`: renders a plan. Without the API key at hand it says that the seal is unchecked. */
export async function show(file: string, options: ShowOptions, io: CommandIo): Promise<ExitCode> {
  const plan = await readPlan(resolve(file), validatePlan);
  const keys = await keysAtHand(options, io);
  const sealChecked = checkSeal(plan, file, keys);
  const format = options.json ? "json" : options.format;
  if (format === "json") io.out(`${canonicalJson(plan)}\n`);
  else if (format === "markdown") io.out(renderMarkdown(plan, { sealChecked }));
  else
    io.out(
      renderText(plan, { color: io.color, width: io.width, details: options.details ?? false, sealChecked }),
    );
  if (format === "json" && sealChecked === "unchecked")
    io.note("The seal is unchecked: the API key is not at hand.");
  return 0;
}

async function keysAtHand(options: ShowOptions, io: CommandIo): Promise<SealKeys | undefined> {
  try {
    return await readSealKeys(await loadConfiguration(options.directory), io);
  } catch (error) {
    if (error instanceof ZivsyncError) return undefined;
    throw error;
  }
}

/** A plan of another organisation, or made with another key, cannot be checked here; one of ours that does not fit is refused. */
function checkSeal(plan: Plan, file: string, keys: SealKeys | undefined): "valid" | "unchecked" {
  if (keys === undefined || plan.target.organization !== keys.organization) return "unchecked";
  if (isSealed(plan, keys)) return "valid";
  throw new RefusedError([
    {
      code: "plan-tampered",
      where: file,
      message:
        "The seal does not fit: the plan was changed after it was made, so nothing it says can be believed.",
      remedy: "Make a new plan and have that one reviewed.",
    },
  ]);
}
