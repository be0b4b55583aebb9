import { isUnsettled } from "../../model/plan/attention.ts";
import { ACTIONS, type Action } from "../../model/plan/change.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { grouped } from "../../model/values/text.ts";
import { attentionLine, totalsLine } from "../attention/attention.ts";
import { acceptOptions, refusalLine, refusals } from "../shared/guards.ts";
import { type Markup, markup, NOTHING } from "../shared/markup.ts";
import { HTML } from "../shared/medium.ts";
import type { SealChecked } from "../shared/plan-facts.ts";
import { changesIn, countOf } from "../shared/totals.ts";
import type { Applied } from "./applied.ts";

const WORDS: Readonly<Record<Action, string>> = {
  create: "to create",
  update: "to update",
  suspend: "to suspend",
  reactivate: "to reactivate",
  delete: "to delete",
};

/** Title of the page: how many changes, of which organisation. */
export function titleOf(plan: Plan): string {
  const count = changesIn(plan.summary);
  return `zivsync plan: ${count === 0 ? "no changes" : countOf(count, "change")}`;
}

/** The head of the page: what it is, of when, until when, and its digest. */
export function headerOf(plan: Plan, sealChecked: SealChecked): Markup {
  const count = changesIn(plan.summary);
  const seal =
    sealChecked === "valid"
      ? markup`<span class="chip good">Seal valid</span>`
      : markup`<span class="chip warn">Seal unchecked</span>`;
  return markup`<header class="top"><p class="eyebrow">zivsync plan for ${HTML.name(plan.target.url)}</p>
<h1>${count === 0 ? "No changes" : `${grouped(count)} ${count === 1 ? "change" : "changes"} planned`}</h1>
<p class="facts"><span>Made ${instant(plan.createdAt)}</span> <span>Expires ${instant(plan.expiresAt)}</span> ${seal}</p>
<p class="digest"><span class="quiet">Digest</span> <code>${HTML.name(plan.digest)}</code></p></header>`;
}

/** Whether the plan can be applied at all, and why not. */
export function verdictOf(plan: Plan, applied: Applied | undefined): Markup {
  if (applied?.ended !== undefined)
    return markup`<p class="verdict plain" role="note">This plan has been applied, and a plan is used once.</p>`;
  if (plan.applicable) {
    const isEmpty = changesIn(plan.summary) === 0;
    const text = isEmpty ? totalsLine(plan) : "No guard refuses: it can be applied once approved.";
    const look = isUnsettled(plan) || (isEmpty && attentionLine(plan) !== "") ? "warn" : "good";
    return markup`<p class="verdict ${look}" role="note">${text}</p>`;
  }
  const refused = refusals(plan.guards);
  const options = acceptOptions(plan.guards);
  const accept =
    options.length === 0
      ? NOTHING
      : markup`<p>If exactly this is wanted, plan again, with the same options and these:</p><p><code>${options.join(" ")}</code></p>`;
  const by = refused.length === 0 ? "" : ` by ${countOf(refused.length, "guard")}`;
  return markup`<div class="verdict bad" role="note"><p><strong>Refused${by}: nothing of this plan can be applied.</strong></p>
<ul>${refused.map((result) => markup`<li>${refusalLine(result, HTML)}</li>`)}</ul>${accept}</div>`;
}

/** The totals, a tile each, and the picture below them. */
export function summaryOf(plan: Plan, picture: Markup): Markup {
  const { summary } = plan;
  const tiles = ACTIONS.map((action) => {
    const none = summary[action] === 0 ? " none" : "";
    return markup`<li class="tile ${action}${none}"><strong>${grouped(summary[action])}</strong> <span>${WORDS[action]}</span></li>`;
  });
  return markup`${headedBy("summary", "Summary")}
<ul class="tiles">${tiles}</ul>
<p class="quiet">${grouped(summary.unchanged)} unchanged, ${grouped(summary.unmanaged)} unmanaged. ${grouped(summary.requests)} ${summary.requests === 1 ? "request" : "requests"}, about ${grouped(summary.seconds)} s at the rate limit.</p>
${picture}</section>`;
}

/** The beginning of a section of the page, which its heading names. `count` stands behind the heading. */
export function headedBy(id: string, title: string, count?: number): Markup {
  const counted = count === undefined ? NOTHING : markup` <span class="count">${grouped(count)}</span>`;
  return markup`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}${counted}</h2>`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const ISO = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?Z$/;

/** A moment for people, `24 Nov 2026, 11:00 UTC`; what is no such moment is shown as it is. */
export function instant(text: string): Markup {
  const [, year, month, day, time] = ISO.exec(text) ?? [];
  const name = MONTHS[Number(month) - 1];
  if (name === undefined) return markup`${HTML.name(text)}`;
  return markup`<time datetime="${text}">${Number(day)} ${name} ${year ?? ""}, ${time ?? ""} UTC</time>`;
}
