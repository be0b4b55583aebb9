import type { GuardResult, Plan } from "../../model/plan/plan.ts";
import { guardMeasure, guardScope } from "../shared/guards.ts";
import { type Markup, markup } from "../shared/markup.ts";
import { HTML } from "../shared/medium.ts";
import { grouped } from "./overview.ts";

const WIDTH = 1_000;
/** Where the limit stands while the measured value is below it: room to the right shows what "too much" is. */
const LIMIT_AT = 750;
const VERDICTS: readonly GuardResult["verdict"][] = ["refused", "accepted", "passed"];

/** Each guard's measured value against its limit: a table, drawn. Refusals first. */
export function guardSection({ guards }: Plan): Markup {
  const ordered = [...guards].sort((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict));
  const body =
    guards.length === 0
      ? markup`<p>No guard measured anything.</p>`
      : markup`<table class="guards"><thead><tr><th scope="col">Guard</th><th scope="col">Verdict</th><th scope="col" class="drawn">Against the limit</th><th scope="col" class="number">Measured</th></tr></thead>
<tbody>${ordered.map(guardRow)}</tbody></table>`;
  return markup`<section id="guards" aria-labelledby="guards-title"><h2 id="guards-title">Guards <span class="count">${grouped(guards.length)}</span></h2>
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
