import { resolve } from "node:path";
import { validatePlan } from "../config/plan-shape.ts";
import { canonicalJson } from "../model/canonical-json.ts";
import { readPlan } from "../records/plan-file.ts";
import { renderMarkdown } from "../review/markdown.ts";
import { renderText } from "../review/text.ts";
import type { CommandIo, CommonOptions, ExitCode } from "./io.ts";
import { sealAtHand } from "./seal-at-hand.ts";

export type ShowOptions = CommonOptions & {
  readonly format: "text" | "markdown" | "json";
  readonly details?: boolean;
};

/** `zivsync show plan.json`: renders a plan. Without the API key at hand it says that the seal is unchecked. */
export async function show(file: string, options: ShowOptions, io: CommandIo): Promise<ExitCode> {
  const plan = await readPlan(resolve(file), validatePlan);
  const sealChecked = await sealAtHand(plan, file, options, io);
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
