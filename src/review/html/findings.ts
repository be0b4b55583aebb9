import type { Finding, Plan } from "../../model/plan.ts";
import { type FindingGroup, findingTotals, groupFindings } from "../finding-groups.ts";
import { HTML } from "../medium.ts";
import { countOf } from "../totals.ts";
import { type Markup, markup } from "./markup.ts";
import { grouped } from "./overview.ts";

/** Notes are many and ask for nothing; errors and warnings are never shortened. */
const NOTES = 1_000;

/** All findings, by code, with their places; notes folded. */
export function findingSection({ findings }: Plan): Markup {
  const body =
    findings.length === 0
      ? markup`<p>None.</p>`
      : markup`<p class="quiet">${findingTotals(findings)}</p>${groupFindings(findings).map(groupOf)}`;
  return markup`<section id="findings" aria-labelledby="findings-title"><h2 id="findings-title">Findings <span class="count">${grouped(findings.length)}</span></h2>${body}</section>`;
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
  return markup`<details class="finding"${isNote ? CLOSED : OPEN}><summary>${title}</summary><ul>${shown.map(findingOf)}${more}</ul></details>
`;
}

const OPEN: Markup = { html: " open" };
const CLOSED: Markup = { html: "" };

function findingOf({ summary, where }: Finding): Markup {
  const subject =
    where.address === undefined ? [] : [markup`<bdi class="who">${HTML.address(where.address)}</bdi> `];
  const places = [where.profile, where.source, where.place].filter((part) => part !== undefined);
  const place =
    places.length === 0 ? [] : [markup` <span class="quiet">${HTML.name(places.join(", "))}</span>`];
  return markup`<li>${subject}<bdi>${HTML.prose(summary)}</bdi>${place}</li>`;
}
