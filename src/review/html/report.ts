import type { Plan } from "../../model/plan/plan.ts";
import { type Markup, markup, NOTHING, scriptJson } from "../shared/markup.ts";
import { HTML } from "../shared/medium.ts";
import type { SealChecked } from "../shared/plan-facts.ts";
import type { Applied } from "./applied.ts";
import { bindingSection, sourceSection } from "./bindings.ts";
import { buildReportData } from "./build-data.ts";
import { attentionBanner, attentionSection, findingSection, waitSection } from "./findings.ts";
import { guardSection } from "./guards.ts";
import { outcomeSection } from "./outcome-section.ts";
import { grouped, headerOf, summaryOf, titleOf, verdictOf } from "./overview.ts";
import { pictureOf } from "./picture.ts";
import { removalSection } from "./removals.ts";

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
  const counted = count === undefined ? NOTHING : markup` <span class="count">${grouped(count)}</span>`;
  return markup`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}${counted}</h2>
<noscript><p>This list needs JavaScript, which is off here. <code>zivsync show plan.json --details</code> prints every change.</p></noscript>
<div id="${id}-list"></div></section>
`;
}
