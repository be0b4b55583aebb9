import { LONGEST_WINDOW_MS, STANDING_TYPES, type StandingPolicy } from "../../model/plan/standing.ts";
import type { Problem } from "../../model/values/errors.ts";
import type { WrittenStanding } from "../schema/types.ts";
import { parseDuration } from "../values/duration.ts";
import type { YamlDocument } from "../yaml/yaml.ts";

const LONGEST_WINDOW_DAYS = LONGEST_WINDOW_MS / 86_400_000;

/** `approval.standing` as the program uses it. Pure. */
export function buildStanding(
  written: WrittenStanding | undefined,
  document: YamlDocument,
  problems: Problem[],
): { readonly standing?: StandingPolicy } {
  if (written === undefined) return {};
  const windowMs = parseDuration(written.window);
  if (windowMs > LONGEST_WINDOW_MS) {
    problems.push({
      code: "config-shape",
      where: document.at(["approval", "standing", "window"]),
      message: `\`approval.standing.window\` is longer than ${LONGEST_WINDOW_DAYS} days, and the state keeps no longer what standing approval let through.`,
      remedy: `Write \`${LONGEST_WINDOW_DAYS}d\` or less.`,
    });
  }
  const numbers = STANDING_TYPES.flatMap((type) => {
    const number = written[type];
    return number === undefined ? [] : [[type, number] as const];
  });
  const { profiles } = written;
  return {
    standing: {
      windowMs,
      numbers: Object.fromEntries(numbers),
      ...(profiles === undefined ? {} : { profiles }),
    },
  };
}
