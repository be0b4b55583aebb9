import type { Plan } from "../../model/plan/plan.ts";
import { aftermathOf, isRemoval, type PlannedChange, showChange } from "../shared/change.ts";
import type { ShownField } from "../shared/field.ts";
import { type Markup, markup } from "../shared/markup.ts";
import { HTML } from "../shared/medium.ts";
import { grouped } from "./overview.ts";

/** A browser lays out only the lists that are in sight. */
const IN_ONE_LIST = 100;

/**
 * Every suspension and deletion by name, with what goes: static, and in the flow of the page, so that no script, no filter and
 * no box with a scroll bar of its own can hide one.
 */
export function removalSection(plan: Plan): Markup {
  const removals = plan.changes.filter(isRemoval);
  const lists: Markup[] = [];
  for (let from = 0; from < removals.length; from += IN_ONE_LIST) {
    const entries = removals.slice(from, from + IN_ONE_LIST).map((change) => removalOf(change, plan));
    lists.push(markup`<ul class="removals">${entries}</ul>`);
  }
  const body =
    removals.length === 0 ? markup`<p>None: this plan takes no account away.</p>` : markup`${lists}`;
  return markup`<section id="removals" aria-labelledby="removals-title"><h2 id="removals-title">Suspensions and deletions <span class="count">${grouped(removals.length)}</span></h2>${body}</section>`;
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
