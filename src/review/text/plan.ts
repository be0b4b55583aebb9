import { isRemoval } from "../../model/plan/change.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { otherFindings, totalsLine } from "../attention/attention.ts";
import { aftermathOf, type PlannedChange, type ShownChange, showChange } from "../shared/change.ts";
import type { ShownField } from "../shared/field.ts";
import { acceptOptions, guardMeasure, guardScope, refusalLine, refusals } from "../shared/guards.ts";
import { createTerminal, type Medium } from "../shared/medium.ts";
import { aboutLines, type SealChecked } from "../shared/plan-facts.ts";
import { changesIn, countOf } from "../shared/totals.ts";
import { waitLines } from "../standing/waits.ts";
import { attentionLines, renderFindings } from "./problems.ts";
import { createPaint, type Paint } from "./terminal/color.ts";
import { displayWidth, wrapText } from "./terminal/display-width.ts";

const LIST_ITEMS = 10;
const CHANGES = 50;
const HINT = "--details shows all of them.";

export type TextOptions = {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Shortens nothing, and shows the notes among the findings. */
  readonly details?: boolean;
  readonly sealChecked: SealChecked;
};

type Page = TextOptions & { readonly plan: Plan; readonly paint: Paint; readonly medium: Medium };

/**
 * A plan for a terminal or a log: totals, what is refused, what is incomplete, held back, in conflict or left as it is, every
 * suspension and deletion by name, the other findings and changes, guards, sources, and what the plan is bound to.
 */
export function renderText(plan: Plan, options: TextOptions): string {
  const paint = createPaint(options.color);
  const page: Page = { ...options, plan, paint, medium: createTerminal(paint) };
  const findings = renderFindings(otherFindings(plan.findings), { ...options, hint: HINT })
    .split("\n")
    .slice(0, -1);
  const sections = [
    [paint.bold(totalsLine(plan))],
    refusalSection(page),
    attentionLines(plan, options),
    removalSection(page),
    findings,
    changeSection(page),
    waitSection(page),
    guardSection(page),
    sourceSection(page),
    aboutLines(plan, page.medium, options.sealChecked),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function refusalSection({ plan, paint, medium, width }: Page): readonly string[] {
  if (plan.applicable) return [];
  const refused = refusals(plan.guards);
  const options = acceptOptions(plan.guards);
  const by = refused.length === 0 ? "" : ` by ${countOf(refused.length, "guard")}`;
  return [
    paint.red(paint.bold(`REFUSED${by}: nothing of this plan can be applied.`)),
    ...refused.flatMap((result) => wrapText(refusalLine(result, medium), width, 2).map(paint.red)),
    ...(options.length === 0
      ? []
      : [
          ...wrapText("If exactly this is wanted, plan again, with the same options and these:", width, 2),
          ...wrapText(options.join(" "), width, 4),
        ]),
  ];
}

/** Never shortened: neither the accounts nor the people who lose access to them. */
function removalSection(page: Page): readonly string[] {
  const removals = page.plan.changes.filter(isRemoval);
  if (removals.length === 0) return [];
  const title = page.paint.bold(page.paint.red(`Suspensions and deletions (${removals.length}):`));
  return [title, ...removals.flatMap((change) => changeLines(change, page, Number.POSITIVE_INFINITY))];
}

function changeSection(page: Page): readonly string[] {
  const { plan, paint, details = false } = page;
  const changes = plan.changes.filter((change) => !isRemoval(change));
  if (changes.length === 0) return [];
  const shown = details ? changes : changes.slice(0, CHANGES);
  const rest = changes.length - shown.length;
  const title = changesIn(plan.summary) === changes.length ? "Changes" : "Other changes";
  return [
    paint.bold(`${title} (${changes.length}):`),
    ...shown.flatMap((change) => changeLines(change, page, details ? Number.POSITIVE_INFINITY : LIST_ITEMS)),
    ...(rest > 0 ? [`  … and ${rest} more; --details shows all`] : []),
  ];
}

function waitSection({ plan, paint, medium, details = false }: Page): readonly string[] {
  const lines = waitLines(plan, medium, details ? Number.POSITIVE_INFINITY : LIST_ITEMS);
  return lines.length === 0
    ? []
    : [paint.bold("Why they wait for people:"), ...lines.map((line) => `  ${line}`)];
}

function changeLines(change: PlannedChange, { plan, paint, medium }: Page, most: number): readonly string[] {
  const shown = showChange(change, medium, most);
  const profile = plan.configuration.profiles.length > 1 ? paint.dim(` [${shown.profile}]`) : "";
  const after = aftermathOf(change, plan.deletedAfterDays);
  const head = `${shown.symbol} ${shown.action} ${shown.kind} ${shown.who}`;
  return [
    `  ${paintAction(shown, paint)(head)}${profile}`,
    ...shown.fields.flatMap((field) => fieldLines(field, paint)),
    ...(after === undefined ? [] : [`      ${paint.red(after)}`]),
  ];
}

function fieldLines({ label, text, items, origin }: ShownField, paint: Paint): readonly string[] {
  const from = origin === "" ? "" : paint.dim(` (${origin})`);
  return [
    `      ${label}:${text === "" ? "" : ` ${text}`}${from}`,
    ...items.map((item) => `        ${item}`),
  ];
}

function paintAction(shown: ShownChange, paint: Paint): (text: string) => string {
  if (isRemoval(shown)) return paint.red;
  return shown.action === "update" ? paint.yellow : paint.green;
}

function guardSection({ plan, paint, medium }: Page): readonly string[] {
  if (plan.guards.length === 0) return [];
  const scopes = plan.guards.map((result) => guardScope(result, medium));
  const width = Math.max(...scopes.map(displayWidth));
  const lines = plan.guards.map((result, at) => {
    const scope = scopes[at] ?? "";
    const verdict = result.verdict === "passed" ? result.verdict : paint.bold(result.verdict);
    return `  ${scope}${" ".repeat(width - displayWidth(scope))}  ${verdict} (${guardMeasure(result)})`;
  });
  return [paint.bold("Guards:"), ...lines];
}

function sourceSection({ plan, paint, medium }: Page): readonly string[] {
  if (plan.sources.length === 0) return [];
  const lines = plan.sources.map(({ profile, name, type, records, complete }) => {
    const state = complete
      ? "complete"
      : paint.red("INCOMPLETE: it could not be read in full, and nothing that rests on it is removed");
    const place = `${medium.name(profile)}/${medium.name(name)} (${medium.name(type)})`;
    return `  ${place}: ${countOf(records, "record")}, ${state}`;
  });
  return [paint.bold("Sources:"), ...lines];
}
