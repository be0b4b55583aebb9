import type { Causes } from "../../model/plan/causes.ts";
import { type Change, isRemoval, lostDelegates, removalIn, type SealedKey } from "../../model/plan/change.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { ApprovalPolicy } from "../../model/plan/policy.ts";
import type { StandingPolicy } from "../../model/plan/standing.ts";
import type { Problem } from "../../model/values/errors.ts";
import { totalsLine } from "../attention/attention.ts";
import type { PlannedChange } from "../shared/change.ts";
import { MARKDOWN } from "../shared/medium.ts";
import { aboutLines } from "../shared/plan-facts.ts";
import { countOf } from "../shared/totals.ts";
import { standingPart } from "../standing/numbers.ts";
import { actionCounts, changeSection, nameSection, takeRemovals } from "./changes.ts";
import { countBytes, each, fitSection, Room, type Section } from "./fit.ts";
import {
  attentionPart,
  attentionSections,
  findingSection,
  guardSection,
  refusalPart,
  sourceSection,
  totalsTable,
} from "./sections.ts";

/** GitHub takes 65,536 characters in a comment or an issue. Bytes are never fewer, however it counts them. */
export const COMMENT_BYTES = 65_536;
/** GitHub takes 1 MiB of summary from a step; the rest is room for what surrounds it. */
export const SUMMARY_BYTES = 1_048_576 - 4_096;

/** The base with which the plan is compared. */
export type Base =
  | { readonly state: "known"; readonly causes: Causes; readonly standing?: StandingPolicy | undefined }
  /** Its configuration or its sources could not be read. */
  | { readonly state: "unknown"; readonly problems: readonly Problem[] }
  /** There is no pull request. */
  | { readonly state: "none" };

export type PlanPage = {
  /** The first line, which nobody sees; empty in a summary. */
  readonly marker: string;
  /** The folder of the configuration, as it is named in the repository. */
  readonly folder: string;
  readonly base: Base;
  /** The standing approval of the configuration. */
  readonly standing?: StandingPolicy | undefined;
  readonly runUrl: string;
  /** Whether the workflow keeps the plan file among the artefacts of the run. */
  readonly kept: boolean;
  /** The next step for the plan: Markdown of ours, at the end. */
  readonly ending: string;
  readonly maxBytes: number;
};

/**
 * A plan as the comment of a pull request, or as the summary of a run, in at most `maxBytes` (from 8,000 on): what it changes of standing approval, totals, what
 * is refused, what is incomplete, held back, in conflict or left as it is, every suspension, deletion and loss of access by name, then what the pull request causes, then what is pending
 * anyway. What does not fit is counted; suspensions, deletions and losses of access are cut last of all.
 */
export function renderPlanPage(plan: Plan, page: PlanPage): string {
  const { base, maxBytes } = page;
  const title = titleOf(page);
  const head = [
    `${title}\n${standingOf(page)}### ${totalsLine(plan)}\n\n`,
    `${totalsTable(plan)}\n`,
    refusalPart(plan),
    attentionPart(plan),
    basePart(base),
  ].join("");
  const foot = footOf(plan, page);
  const room = new Room(maxBytes - countBytes(head) - countBytes(foot), countBytes);
  const profiles = plan.configuration.profiles.length > 1;
  const caused = base.state === "known" ? base.causes.caused : [];
  const pending = base.state === "known" ? base.causes.pending : plan.changes;
  const { deletedAfterDays } = plan;
  const marked = { changes: plan.changes, profiles, deletedAfterDays, ...markOf(base) };
  const reserve = Math.max(0, Math.min(2_000, room.left / 4));
  const removals = takeRemovals(room, marked, room.left - reserve);
  const access = room.take(accessSection(plan.changes), Math.max(room.left - reserve, reserve / 2));
  const attention = attentionSections(plan).map((section) => room.take(section, room.left / 2));
  const list = (changes: readonly PlannedChange[]) => ({
    changes: changes.filter((change) => !isRemoval(change)),
    profiles,
  });
  const own = room.take(
    changeSection(`Caused by this pull request (${otherCounts(caused)})`, list(caused)),
    room.left * 0.7,
  );
  const findings = room.take(findingSection(plan.findings), room.left / 3);
  const guards = room.take(guardSection(plan), room.left / 4);
  const sources = room.take(sourceSection(plan), room.left / 4);
  const prevented = room.take(
    nameSection(
      `No longer happens with this pull request (${base.state === "known" ? actionCounts(base.causes.prevented) : ""})`,
      base.state === "known" ? base.causes.prevented : [],
    ),
    room.left / 3,
  );
  const others = room.take(changeSection(`${pendingTitle(base)} (${otherCounts(pending)})`, list(pending)));
  const text =
    head +
    attention.join("") +
    removals +
    access +
    own +
    others +
    prevented +
    findings +
    guards +
    sources +
    foot;
  return countBytes(text) <= maxBytes ? text : `${title}\n${totalsLine(plan)}\n`;
}

/** People see first what would be applied without them from now on. */
function standingOf({ base, standing: after }: PlanPage): string {
  if (base.state === "none") return "";
  return standingPart({ before: base.state === "known" ? base.standing : null, after });
}

/** The marker, where there is one, and the heading. */
export function titleOf({ marker, folder }: Pick<PlanPage, "marker" | "folder">): string {
  return `${marker === "" ? "" : `${marker}\n`}## zivsync: ${MARKDOWN.name(folder)}\n`;
}

function otherCounts(changes: readonly PlannedChange[]): string {
  return actionCounts(changes.filter((change) => !isRemoval(change)));
}

function pendingTitle(base: Base): string {
  if (base.state === "known") return "Pending anyway";
  return base.state === "unknown" ? "Changes, whatever causes them" : "Changes";
}

/** Behind each removal, whose doing it is. */
function markOf(base: Base): { readonly mark?: (change: PlannedChange) => string } {
  if (base.state !== "known") return {};
  const caused = new Set(base.causes.caused);
  return { mark: (change) => (caused.has(change) ? " – **this pull request**" : " – pending anyway") };
}

const REASONS = 5;

function basePart(base: Base): string {
  if (base.state === "none") return "";
  if (base.state === "unknown") {
    const reasons = base.problems.slice(0, REASONS).map(({ where, message }) => {
      const place = where === undefined ? "" : `${MARKDOWN.name(where)}: `;
      return `> - ${place}${problemProse(message)}\n`;
    });
    const rest = base.problems.length - REASONS;
    const more = rest > 0 ? `> - … and ${rest} more\n` : "";
    return `> [!WARNING]\n> **What this pull request causes is not known**: the base, without it, could not be planned.\n${reasons.join("")}${more}\n`;
  }
  const { caused, pending, prevented } = base.causes;
  const lines = [
    `- Caused by this pull request: ${actionCounts(caused) || "nothing"}\n`,
    `- Pending anyway: ${actionCounts(pending) || "nothing"}\n`,
    prevented.length === 0 ? "" : `- No longer happens with it: ${actionCounts(prevented)}\n`,
  ];
  return `${lines.join("")}\n`;
}

function footOf(plan: Plan, { ending, kept, runUrl }: PlanPage): string {
  const about = aboutLines(plan, MARKDOWN, "valid").map((line) => `- ${line}\n`);
  const link = linkToRun(runUrl);
  const file = kept ? `The whole plan is among the artefacts of ${link}.` : `Made in ${link}.`;
  return `${about.join("")}- ${file}\n\n${ending}`;
}

/** A link whose address comes from the runner; only an ordinary one becomes a link. */
export function linkToRun(url: string): string {
  return /^https?:\/\/[\w./:-]+$/.test(url) ? `[this run](${url})` : "this run";
}

/** The text of a problem, in Markdown; the code in it is between quotes, since backticks are hostile there. */
export function problemProse(text: string): string {
  return MARKDOWN.prose(text.replaceAll("`", '"'));
}

/** One who may open an account now, and may not afterwards. */
type Loss = { readonly delegate: string; readonly account: string };

/** The people who lose access to an account, each by name: also where the account itself is suspended or deleted. */
function accessSection(changes: readonly Change<SealedKey>[]): Section | undefined {
  const losses = changes.flatMap((change) =>
    lostDelegates(change).map((delegate): Loss => ({ delegate, account: change.address })),
  );
  if (losses.length === 0) return undefined;
  return {
    open: `**Loss of access (${losses.length})**\n\n`,
    ...each(
      losses,
      ({ delegate, account }) => `- ${MARKDOWN.address(delegate)} to ${MARKDOWN.address(account)}\n`,
    ),
    more: (from) => {
      const rest = losses.slice(from);
      const accounts = new Set(rest.map(({ account }) => account)).size;
      return `- … and ${rest.length} more, to ${accounts} ${accounts === 1 ? "account" : "accounts"}\n`;
    },
    close: "\n",
  };
}

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

/** The way a plan on a pull request is approved and applied, in Markdown. */
export function approvalSteps(plan: Plan, approval: ApprovalPolicy | undefined): string {
  if (!plan.applicable) return "A refused plan is not applied, also after a merge.\n";
  if (plan.changes.length === 0) return "There is nothing to apply.\n";
  const steps = [
    ...(approval === undefined ? [] : [neededText(plan, approval)]),
    `After the merge zivsync plans again, and applies the plan only if its digest is still ${MARKDOWN.name(plan.digest)}.`,
  ];
  return `**To apply this**, merge the pull request. ${steps.join(" ")}\n`;
}

function neededText(plan: Plan, approval: ApprovalPolicy): string {
  const { required, forRemovals, selfApproval, github } = approval;
  const removal = removalIn(plan.changes);
  const needed = countOf(removal === undefined ? required : forRemovals, "approval");
  const why = removal !== undefined && forRemovals > required ? `, since it ${removal}` : "";
  const author = selfApproval ? "" : " The author does not count.";
  if (github === undefined)
    return `It needs ${needed}${why}: by \`zivsync approve\` with the plan file.${author}`;
  return `It needs ${needed}${why}: reviews of the latest commit, or approvals of the environment ${MARKDOWN.name(github.environment)}.${author}`;
}
