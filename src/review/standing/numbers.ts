import { STANDING_TYPES, type StandingPolicy } from "../../model/plan/standing.ts";
import { firstOf } from "../../model/values/text.ts";
import { MARKDOWN } from "../shared/medium.ts";
import { countOf } from "../shared/totals.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const PROFILES = 10;

/** The numbers of standing approval before and after a pull request. `before`: null where it is not known. */
export type StandingChange = {
  readonly before: StandingPolicy | undefined | null;
  readonly after: StandingPolicy | undefined;
};

/** The changes of a pull request to standing approval, old and new, as Markdown; empty where there are none. Pure. */
export function standingPart({ before, after }: StandingChange): string {
  if (before === null)
    return after === undefined ? "" : tableOf(() => "not known", after, "The numbers before are not known.");
  const rows = rowsOf(before, after);
  if (rows.length === 0) return "";
  return frame(rows, isWider(before, after) ? "More may be applied without people." : "");
}

/** A number that is larger, a window that ends sooner, or a profile that was not covered. */
function isWider(before: StandingPolicy | undefined, after: StandingPolicy | undefined): boolean {
  if (before === undefined || after === undefined) return after !== undefined;
  const isLarger = STANDING_TYPES.some((type) => (after.numbers[type] ?? 0) > (before.numbers[type] ?? 0));
  const { profiles: was } = before;
  const isFor = was !== undefined && !(after.profiles?.every((name) => was.includes(name)) ?? false);
  return isLarger || after.windowMs < before.windowMs || isFor;
}

type Row = readonly [what: string, before: string, after: string];

function rowsOf(before: StandingPolicy | undefined, after: StandingPolicy | undefined): readonly Row[] {
  return KINDS.map(([what, say]): Row => [what, say(before), say(after)]).filter(([, was, is]) => was !== is);
}

const KINDS: readonly (readonly [string, (policy: StandingPolicy | undefined) => string])[] = [
  ...STANDING_TYPES.map(
    (type) =>
      [`\`${type}\``, (policy: StandingPolicy | undefined) => String(policy?.numbers[type] ?? 0)] as const,
  ),
  ["`window`", windowOf],
  ["`profiles`", profilesOf],
];

function tableOf(was: () => string, after: StandingPolicy, note: string): string {
  return frame(
    KINDS.map(([what, say]): Row => [what, was(), say(after)]),
    note,
  );
}

function frame(rows: readonly Row[], note: string): string {
  const lines = rows.map(([what, was, is]) => `| ${what} | ${was} | ${is} |\n`).join("");
  const words = "**This pull request changes what is approved in advance** (`approval.standing`).";
  return `> [!IMPORTANT]\n> ${[words, note].join(" ").trim()}\n\n| approved in advance | before | after |\n|---|---|---|\n${lines}\n`;
}

function windowOf(policy: StandingPolicy | undefined): string {
  if (policy === undefined) return "none";
  const { windowMs } = policy;
  if (windowMs % DAY === 0) return countOf(windowMs / DAY, "day");
  return windowMs % HOUR === 0 ? countOf(windowMs / HOUR, "hour") : countOf(windowMs / 60_000, "minute");
}

function profilesOf(policy: StandingPolicy | undefined): string {
  if (policy === undefined) return "none";
  const { profiles } = policy;
  if (profiles === undefined) return "all";
  return firstOf(profiles.map(MARKDOWN.name), PROFILES);
}
