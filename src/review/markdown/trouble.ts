import type { Problem } from "../../model/values/errors.ts";
import { MARKDOWN } from "../shared/medium.ts";
import { countOf } from "../shared/totals.ts";
import { countBytes, each, fitSection } from "./fit.ts";
import { type PlanPage, problemProse, SUMMARY_BYTES, titleOf } from "./pull-request.ts";

/** The problem that kept a command from its work, for the summary of a run. */
export function renderTrouble(problems: readonly Problem[], { folder }: Pick<PlanPage, "folder">): string {
  const section = {
    open: `${titleOf({ marker: "", folder })}\n### ${countOf(problems.length, "problem")}\n\n`,
    ...each(problems, ({ code, where, message, remedy }) => {
      const place = where === undefined ? "" : ` ${MARKDOWN.name(where)}`;
      const next = remedy === undefined ? "" : ` ${problemProse(remedy)}`;
      return `- **${code}**${place}: ${problemProse(message)}${next}\n`;
    }),
    more: (from: number) => `- … and ${problems.length - from} more\n`,
    close: "",
  };
  return fitSection(section, SUMMARY_BYTES, countBytes).text;
}

/** A pull request whose commits lie in a fork: the run has no secrets, so nothing could be read. */
export function renderFork(profiles: readonly string[], page: Pick<PlanPage, "folder">): string {
  const valid = `The configuration is valid: ${countOf(profiles.length, "profile")}.`;
  return `${titleOf({ marker: "", folder: page.folder })}\n### Not planned\n\n${valid} This pull request comes from a fork, and runs of forks have no secrets. A plan is made once a member of the repository pushes the branch to it.\n`;
}
