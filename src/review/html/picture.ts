import type { Action } from "../../model/plan/change.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { domainOf } from "../../model/values/address.ts";
import { compareText, grouped } from "../../model/values/text.ts";
import type { PlannedChange } from "../shared/change.ts";
import { type Markup, markup, NOTHING } from "../shared/markup.ts";
import { HTML } from "../shared/medium.ts";
import { ACTION_ORDER } from "./page/report-data.ts";

const ROWS = 12;
/** Width of a bar in the units of its drawing; it is stretched to its cell. */
const WIDTH = 1_000;
/** The least that is still seen: one suspension among thousands of creations. */
const LEAST = 6;

type Row = { readonly name: string; readonly counts: ReadonlyMap<Action, number>; readonly total: number };

/** The number of changes of each type in each part of the organisation, as a table whose bars are drawn. */
export function pictureOf(plan: Plan): Markup {
  if (plan.changes.length === 0) return NOTHING;
  const byDivision = plan.changes.filter((change) => divisionOf(change) !== undefined).length * 2;
  const perDivision = byDivision > plan.changes.length;
  const part = perDivision
    ? (change: PlannedChange) => divisionOf(change) ?? "(division not part of the change)"
    : (change: PlannedChange) => domainOf(change.address);
  const rows = shortened(rowsOf(plan.changes, part));
  const most = Math.max(...rows.map(({ total }) => total));
  const what = perDivision ? "division" : "domain";
  const used = ACTION_ORDER.filter((action) => plan.summary[action] > 0);
  return markup`<table class="picture"><caption>Changes per ${what}</caption>
<thead><tr><th scope="col">${what === "division" ? "Division" : "Domain"}</th><th scope="col" class="drawn"><span class="legend" aria-hidden="true">${used.map((action) => markup`<span class="key ${action}">${action}</span>`)}</span></th><th scope="col" class="number">Changes</th></tr></thead>
<tbody>${rows.map((row) => rowOf(row, most, used))}</tbody></table>`;
}

function divisionOf({ fields }: PlannedChange): string | undefined {
  const field = fields.find((one) => one.field === "division");
  const value = field?.after ?? field?.before;
  return typeof value === "string" && value !== "" ? value : undefined;
}

function rowsOf(changes: readonly PlannedChange[], part: (change: PlannedChange) => string): Row[] {
  const rows = new Map<string, Map<Action, number>>();
  for (const change of changes) {
    const name = part(change);
    const counts = rows.get(name) ?? new Map<Action, number>();
    counts.set(change.action, (counts.get(change.action) ?? 0) + 1);
    rows.set(name, counts);
  }
  return [...rows]
    .map(([name, counts]) => ({ name: HTML.name(name), counts, total: totalOf(counts) }))
    .sort((a, b) => b.total - a.total || compareText(a.name, b.name));
}

/** The largest, and the others in one. */
function shortened(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= ROWS) return rows;
  const others = rows.slice(ROWS - 1);
  const counts = new Map(
    ACTION_ORDER.map((action) => [
      action,
      others.reduce((sum, row) => sum + (row.counts.get(action) ?? 0), 0),
    ]),
  );
  return [...rows.slice(0, ROWS - 1), { name: `${others.length} others`, counts, total: totalOf(counts) }];
}

function totalOf(counts: ReadonlyMap<Action, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function rowOf({ name, counts, total }: Row, most: number, used: readonly Action[]): Markup {
  let x = 0;
  const bars: Markup[] = [];
  const words: string[] = [];
  for (const action of used) {
    const count = counts.get(action) ?? 0;
    if (count === 0) continue;
    const width = Math.max(LEAST, Math.round((count / most) * (WIDTH - LEAST * used.length)));
    bars.push(markup`<rect class="${action}" x="${x}" width="${width}" height="10"/>`);
    words.push(`${grouped(count)} to ${action}`);
    x += width;
  }
  return markup`<tr><th scope="row">${name}</th><td class="drawn"><svg viewBox="0 0 ${WIDTH} 10" preserveAspectRatio="none" aria-hidden="true">${bars}</svg><span class="words">${words.join(" · ")}</span></td><td class="number">${grouped(total)}</td></tr>`;
}
