import type { Outcome, OutcomeState } from "../../model/plan/outcome.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { PlannedChange } from "../shared/change.ts";
import { type Markup, markup, NOTHING } from "../shared/markup.ts";
import { HTML } from "../shared/medium.ts";
import { countOf } from "../shared/totals.ts";
import type { Applied } from "./applied.ts";
import { instant } from "./moment.ts";
import { grouped } from "./overview.ts";
import { STATE_ORDER } from "./page/report-data.ts";

const REASON = 2_000;
type State = OutcomeState | "not tried";

/** The outcome of apply: counts, and every change that is not in place, with its reason. */
export function outcomeSection(plan: Plan, applied: Applied | undefined): Markup {
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
  return markup`<section id="outcome" aria-labelledby="outcome-title"><h2 id="outcome-title">What apply did</h2>
<p class="quiet">Begun ${instant(applied.begun)}. ${ended}</p><ul class="tiles">${tiles}</ul>${list}</section>`;
}

function isInPlace(state: State): boolean {
  return state === "applied" || state === "already";
}

/** The colour of a state, by class. */
export function stateClass(state: State): string {
  if (isInPlace(state)) return "good";
  return state === "failed" || state === "conflict" ? "bad" : "warn";
}

function leftOf(change: PlannedChange, state: State, outcome: Outcome | undefined): Markup {
  const detail = outcome?.detail ?? "";
  const why = detail === "" ? NOTHING : markup`<div><bdi>${HTML.value(detail, REASON)}</bdi></div>`;
  return markup`<li><span class="chip ${stateClass(state)}">${state}</span> ${change.action} ${change.kind} <bdi class="who">${HTML.address(change.address)}</bdi>${why}</li>
`;
}
