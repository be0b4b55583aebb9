import { isRemoval } from "../../model/plan/change.ts";
import { isInPlace, type Outcome, type OutcomeState } from "../../model/plan/outcome.ts";
import type { GuardResult, Plan } from "../../model/plan/plan.ts";
import { grouped } from "../../model/values/text.ts";
import { aftermathOf, type PlannedChange, showChange } from "../shared/change.ts";
import type { ShownField } from "../shared/field.ts";
import { guardMeasure, guardScope } from "../shared/guards.ts";
import { type Markup, markup, NOTHING, scriptJson } from "../shared/markup.ts";
import { HTML } from "../shared/medium.ts";
import { aboutLines, type SealChecked } from "../shared/plan-facts.ts";
import { changesIn, countOf } from "../shared/totals.ts";
import type { Applied } from "./applied.ts";
import { buildReportData } from "./build-data.ts";
import { attentionBanner, attentionSection, findingSection, waitSection } from "./findings.ts";
import { headedBy, headerOf, instant, summaryOf, titleOf, verdictOf } from "./overview.ts";
import { STATE_ORDER } from "./page/report-data.ts";
import { pictureOf } from "./picture.ts";

export { type Applied, appliedOf } from "./applied.ts";

/** The page's own style and script, with their hashes as a Content Security Policy writes them: `sha256-…`. */
export type ReportPage = {
  readonly style: string;
  readonly styleHash: string;
  readonly script: string;
  readonly scriptHash: string;
};

export type HtmlOptions = {
  readonly sealChecked: SealChecked;
  readonly page: ReportPage;
  /** The outcomes from a journal; absent where nothing was applied. */
  readonly applied?: Applied;
};

/**
 * A plan as one HTML file for reviewers: it loads nothing, and its policy lets nothing run but its own script. Without
 * JavaScript everything but the lists of all changes and of who gets access can be read.
 */
export function renderHtml(plan: Plan, { sealChecked, page, applied }: HtmlOptions): string {
  const policy = `default-src 'none'; style-src '${page.styleHash}'; script-src '${page.scriptHash}'; base-uri 'none'; form-action 'none'`;
  const style: Markup = { html: page.style };
  const script: Markup = { html: page.script };
  const attention = attentionSection(plan);
  const { html } = markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${titleOf(plan)}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the plan</a>
${headerOf(plan, sealChecked)}
${navigationOf(plan, applied, attention !== NOTHING)}
<main id="content" tabindex="-1">
<p class="verdict bad" id="expired" role="note" hidden>This plan has expired: it can no longer be applied. Make a new one.</p>
${verdictOf(plan, applied)}
${attentionBanner(plan)}
${outcomeSection(plan, applied)}
${attention}
${waitSection(plan)}
${summaryOf(plan, pictureOf(plan))}
${removalSection(plan)}
${plan.changes.length === 0 ? NOTHING : markup`${listSection("access", "Who gets access, who loses it")}${listSection("changes", "All changes", plan.changes.length)}`}
${guardSection(plan)}
${findingSection(plan)}
${sourceSection(plan)}
${bindingSection(plan, sealChecked, applied)}
</main>
<footer class="quiet">Written by zivsync ${HTML.name(plan.zivsync)}. This page loads nothing and sends nothing.</footer>
<script type="application/json" id="report">${scriptJson(buildReportData(plan, applied))}</script>
<script>${script}</script>
</body>
</html>
`;
  return html;
}

function navigationOf(plan: Plan, applied: Applied | undefined, needsAttention: boolean): Markup {
  const parts = [
    ...(applied === undefined ? [] : [["outcome", "Outcome"]]),
    ...(needsAttention ? [["attention", "Attention"]] : []),
    ["summary", "Summary"],
    ["removals", "Removals"],
    ...(plan.changes.length === 0
      ? []
      : [
          ["access", "Access"],
          ["changes", "Changes"],
        ]),
    ["guards", "Guards"],
    ["findings", "Findings"],
    ["sources", "Sources"],
    ["binding", "Bound to"],
    ["approve", "Approve"],
  ];
  const links = parts.map(([id = "", name = ""]) => markup`<li><a href="#${id}">${name}</a></li>`);
  return markup`<nav class="parts" aria-label="Parts of the plan"><ul>${links}</ul></nav>`;
}

/** A section that the page's script fills. */
function listSection(id: string, title: string, count?: number): Markup {
  return markup`${headedBy(id, title, count)}
<noscript><p>This list needs JavaScript, which is off here. <code>zivsync show plan.json --details</code> prints every change.</p></noscript>
<div id="${id}-list"></div></section>
`;
}

/** The lists that the plan rests on, and whether each was read in full. */
function sourceSection({ sources }: Plan): Markup {
  const rows = sources.map(({ profile, name, type, records, complete }) => {
    const state = complete
      ? markup`<span class="chip good">complete</span>`
      : markup`<span class="chip bad">incomplete</span> it could not be read in full, and nothing that rests on it is removed`;
    return markup`<tr><th scope="row">${HTML.name(`${profile}/${name}`)}</th><td>${HTML.name(type)}</td><td class="number">${grouped(records)}</td><td>${state}</td></tr>`;
  });
  const body =
    sources.length === 0
      ? markup`<p>No source was read for this plan.</p>`
      : markup`<table class="sources"><thead><tr><th scope="col">Profile/source</th><th scope="col">Type</th><th scope="col" class="number">Records</th><th scope="col">Read</th></tr></thead><tbody>${rows}</tbody></table>`;
  return markup`${headedBy("sources", "Sources", sources.length)}${body}</section>`;
}

/** The bindings of the plan, and how it is approved and applied. */
function bindingSection(plan: Plan, sealChecked: SealChecked, applied: Applied | undefined): Markup {
  const lines = aboutLines(plan, HTML, sealChecked).map((line) => {
    const at = line.indexOf(": ");
    return markup`<dt>${line.slice(0, at)}</dt><dd>${line.slice(at + 2)}</dd>`;
  });
  return markup`${headedBy("binding", "What the plan is bound to")}
<dl class="about">${lines}</dl></section>
${headedBy("approve", "Approve and apply")}${stepsOf(plan, applied)}</section>`;
}

function stepsOf(plan: Plan, applied: Applied | undefined): Markup {
  if (applied?.ended !== undefined)
    return markup`<p>It has been applied. Whatever is left to do comes with the next plan.</p>`;
  if (!plan.applicable) return markup`<p>Nothing of this plan can be applied; see the guards.</p>`;
  if (changesIn(plan.summary) === 0) return markup`<p>There is nothing to apply.</p>`;
  const digest = HTML.name(plan.digest);
  return markup`<p>This page is for reading and binds nothing. What is approved is the plan file with the digest above; <code>zivsync show plan.json</code> says which one a file has.</p>
<ol><li>Approve, where your organisation wants signatures: <code class="block">zivsync approve plan.json</code></li>
<li>Apply at a terminal, which asks for the first 8 characters of the digest: <code class="block">zivsync apply plan.json</code></li>
<li>Or without one: <code class="block">zivsync apply plan.json --approve ${digest}</code></li></ol>
<p class="quiet">It takes ${countOf(plan.summary.requests, "request")}. A plan is used once, and an account that changed since is left alone and reported.</p>`;
}

const WIDTH = 1_000;
/** Where the limit stands while the measured value is below it: room to the right shows what "too much" is. */
const LIMIT_AT = 750;
const VERDICTS: readonly GuardResult["verdict"][] = ["refused", "accepted", "passed"];

/** Each guard's measured value against its limit: a table, drawn. Refusals first. */
function guardSection({ guards }: Plan): Markup {
  const ordered = [...guards].sort((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict));
  const body =
    guards.length === 0
      ? markup`<p>No guard measured anything.</p>`
      : markup`<table class="guards"><thead><tr><th scope="col">Guard</th><th scope="col">Verdict</th><th scope="col" class="drawn">Against the limit</th><th scope="col" class="number">Measured</th></tr></thead>
<tbody>${ordered.map(guardRow)}</tbody></table>`;
  return markup`${headedBy("guards", "Guards", guards.length)}
<p class="quiet">A guard refuses the whole plan when it would do more than its limit allows.</p>${body}</section>`;
}

function guardRow(result: GuardResult): Markup {
  return markup`<tr><th scope="row">${guardScope(result, HTML)}</th><td><span class="chip ${verdictClass(result)}">${result.verdict}</span></td><td class="drawn">${gauge(result)}</td><td class="number">${guardMeasure(result)}</td></tr>`;
}

function verdictClass({ verdict }: GuardResult): string {
  if (verdict === "passed") return "good";
  return verdict === "refused" ? "bad" : "warn";
}

/** A bar, and a line where the limit is; without a limit the bar is drawn against the whole. */
function gauge(result: GuardResult): Markup {
  const { measured, of, limit } = result;
  const whole = Math.max(1, limit === null ? of : Math.max((limit * WIDTH) / LIMIT_AT, measured));
  const share = Math.min(1, measured / whole);
  const width = measured === 0 ? 0 : Math.max(6, Math.round(share * WIDTH));
  const at = limit === null ? undefined : Math.min(WIDTH - 4, Math.round((limit / whole) * WIDTH));
  const line = at === undefined ? [] : [markup`<rect class="limit" x="${at}" width="4" height="10"/>`];
  return markup`<svg viewBox="0 0 ${WIDTH} 10" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="${WIDTH}" height="10"/><rect class="${verdictClass(result)}" width="${width}" height="10"/>${line}</svg>`;
}

const REASON = 2_000;
type State = OutcomeState | "not tried";

/** The outcome of apply: counts, and every change that is not in place, with its reason. */
function outcomeSection(plan: Plan, applied: Applied | undefined): Markup {
  if (applied === undefined) return NOTHING;
  const judged = plan.changes.map((change) => ({ change, outcome: applied.byChange.get(change.id) }));
  const stateOf = (outcome: Outcome | undefined): State => outcome?.state ?? "not tried";
  const tiles = STATE_ORDER.flatMap((state) => {
    const count = judged.filter(({ outcome }) => stateOf(outcome) === state).length;
    if (count === 0) return [];
    return [
      markup`<li class="tile ${stateClass(state)}"><strong>${grouped(count)}</strong> <span>${state}</span></li>`,
    ];
  });
  const left = judged.filter(({ outcome }) => !isInPlace(stateOf(outcome)));
  const list =
    left.length === 0
      ? markup`<p>Every change is in place.</p>`
      : markup`<h3>${countOf(left.length, "change is", "changes are")} not in place</h3><ul class="removals">${left.map(({ change, outcome }) => leftOf(change, stateOf(outcome), outcome))}</ul>`;
  const ended =
    applied.ended === undefined
      ? markup`It has not ended: the same apply can go on.`
      : markup`Ended ${instant(applied.ended)}.`;
  return markup`${headedBy("outcome", "What apply did")}
<p class="quiet">Begun ${instant(applied.begun)}. ${ended}</p><ul class="tiles">${tiles}</ul>${list}</section>`;
}

/** The colour of a state, by class. */
function stateClass(state: State): string {
  if (isInPlace(state)) return "good";
  return state === "failed" || state === "conflict" ? "bad" : "warn";
}

function leftOf(change: PlannedChange, state: State, outcome: Outcome | undefined): Markup {
  const detail = outcome?.detail ?? "";
  const why = detail === "" ? NOTHING : markup`<div><bdi>${HTML.value(detail, REASON)}</bdi></div>`;
  return markup`<li><span class="chip ${stateClass(state)}">${state}</span> ${change.action} ${change.kind} <bdi class="who">${HTML.address(change.address)}</bdi>${why}</li>
`;
}

/** A browser lays out only the lists that are in sight. */
const IN_ONE_LIST = 100;

/**
 * Every suspension and deletion by name, with what goes: static, and in the flow of the page, so that no script, no filter and
 * no box with a scroll bar of its own can hide one.
 */
function removalSection(plan: Plan): Markup {
  const removals = plan.changes.filter(isRemoval);
  const lists: Markup[] = [];
  for (let from = 0; from < removals.length; from += IN_ONE_LIST) {
    const entries = removals.slice(from, from + IN_ONE_LIST).map((change) => removalOf(change, plan));
    lists.push(markup`<ul class="removals">${entries}</ul>`);
  }
  const body =
    removals.length === 0 ? markup`<p>None: this plan takes no account away.</p>` : markup`${lists}`;
  return markup`${headedBy("removals", "Suspensions and deletions", removals.length)}${body}</section>`;
}

function removalOf(change: PlannedChange, { configuration, deletedAfterDays }: Plan): Markup {
  const profiles = configuration.profiles.length > 1;
  const after = aftermathOf(change, deletedAfterDays);
  const shown = showChange(change, HTML, Number.POSITIVE_INFINITY);
  const who =
    shown.fullName === ""
      ? markup`<bdi class="who">${shown.address}</bdi>`
      : markup`<bdi>${shown.fullName}</bdi> &lt;<bdi class="who">${shown.address}</bdi>&gt;`;
  return markup`<li><span class="chip ${shown.action}">${shown.action}</span> ${who} <span class="quiet">${shown.kind}${profiles ? `, ${shown.profile}` : ""}</span>${shown.fields.map(fieldOf)}${after === undefined ? [] : [markup`<div><strong>${after}</strong></div>`]}</li>
`;
}

function fieldOf({ label, text, items, origin }: ShownField): Markup {
  const from = origin === "" ? [] : [markup` <span class="quiet">${origin}</span>`];
  const values = text === "" ? items.join(", ") : text;
  return markup`<div><span class="label">${label}</span> <bdi>${values}</bdi>${from}</div>`;
}
