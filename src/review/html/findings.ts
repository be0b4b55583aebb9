import { attentionClass } from "../../model/plan/attention.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { grouped } from "../../model/values/text.ts";
import { attentionParts, otherFindings } from "../attention/attention.ts";
import {
  clusterFindings,
  type FindingCluster,
  type FindingGroup,
  findingTotals,
  groupFindings,
} from "../shared/findings.ts";
import { type Markup, markup, NOTHING } from "../shared/markup.ts";
import { HTML } from "../shared/medium.ts";
import { countOf } from "../shared/totals.ts";
import { waitLines } from "../standing/waits.ts";
import { headedBy } from "./overview.ts";

/** Notes are many and ask for nothing; errors and warnings are never shortened. */
const NOTES = 1_000;

/** The banner: what is incomplete, held back, in conflict or left as it is, a line each. */
export function attentionBanner(plan: Plan): Markup {
  const lines = attentionParts(plan, HTML).map(
    ({ name, what }) => markup`<li><strong>${name}</strong>: ${what}</li>`,
  );
  return lines.length === 0 ? NOTHING : markup`<div class="verdict warn" role="note"><ul>${lines}</ul></div>`;
}

/** The findings of each line of the banner, none of them folded or shortened. */
export function attentionSection(plan: Plan): Markup {
  const parts = attentionParts(plan, HTML).filter(({ findings }) => findings.length > 0);
  if (parts.length === 0) return NOTHING;
  const shown = parts.map(
    ({ name, short, findings }) => markup`<h3>${name}: ${short}</h3>${groupFindings(findings).map(groupOf)}`,
  );
  return markup`${headedBy("attention", "What needs attention")}${shown}</section>`;
}

/** The reason why the changes of a waiting part wait, with every account; nothing for any other plan. */
export function waitSection(plan: Plan): Markup {
  const lines = waitLines(plan, HTML, Number.POSITIVE_INFINITY).map((line) => markup`<li>${line}</li>`);
  if (lines.length === 0) return NOTHING;
  return markup`${headedBy("waits", "Why they wait for people")}<ul>${lines}</ul></section>`;
}

/** All other findings, by code, with their places; notes folded. */
export function findingSection(plan: Plan): Markup {
  const findings = otherFindings(plan.findings);
  const body =
    findings.length === 0
      ? markup`<p>None.</p>`
      : markup`<p class="quiet">${findingTotals(findings)}</p>${groupFindings(findings).map(groupOf)}`;
  return markup`${headedBy("findings", "Findings", findings.length)}${body}</section>`;
}

function groupOf({ code, severity, findings }: FindingGroup): Markup {
  const isNote = severity === "info";
  const shown = isNote ? findings.slice(0, NOTES) : findings;
  const rest = findings.length - shown.length;
  const more =
    rest === 0
      ? []
      : [markup`<li>… and ${countOf(rest, "more note")}; <code>zivsync show --details</code> has all</li>`];
  const title = markup`<span class="chip ${isNote ? "plain" : severity === "error" ? "bad" : "warn"}">${isNote ? "note" : severity}</span> <code>${code}</code> <span class="count">${grouped(findings.length)}</span>`;
  return markup`<details class="finding"${isNote ? CLOSED : OPEN}><summary>${title}</summary><ul>${clusterFindings(shown).map(clusterOf)}${more}</ul></details>
`;
}

const OPEN: Markup = { html: " open" };
const CLOSED: Markup = { html: "" };

/** A statement about several accounts is made once, and they follow. */
function clusterOf([first, ...more]: FindingCluster): Markup {
  const { profile, source, place } = first.where;
  if (more.length === 0)
    return markup`<li>${subjectOf(first)}<bdi>${wordsOf(first)}</bdi>${placeOf([profile, source, place])}</li>`;
  const accounts = [first, ...more].map(
    (finding) => markup`<li>${subjectOf(finding)}${placeOf([finding.where.place])}</li>`,
  );
  return markup`<li><bdi>${wordsOf(first)}</bdi>${placeOf([profile, source])}<ul>${accounts}</ul></li>`;
}

/** An account whose removal is held back may be named in the sentence, which is then as long as it needs to be. */
function wordsOf(finding: Finding): string {
  const isWhole = attentionClass(finding) === "heldBack";
  return HTML.prose(finding.summary, isWhole ? Number.POSITIVE_INFINITY : undefined);
}

function subjectOf({ where: { address, fullName = "" } }: Finding): Markup {
  if (address === undefined) return NOTHING;
  const shown = markup`<bdi class="who">${HTML.address(address)}</bdi>`;
  return fullName === "" ? markup`${shown} ` : markup`<bdi>${HTML.value(fullName)}</bdi> &lt;${shown}&gt; `;
}

function placeOf(parts: readonly (string | undefined)[]): Markup {
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? NOTHING : markup` <span class="quiet">${HTML.name(known.join(", "))}</span>`;
}
