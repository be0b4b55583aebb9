import { attentionClass } from "../../model/plan/attention.ts";
import { ACTIONS } from "../../model/plan/change.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { Run } from "../../model/run/run.ts";
import { heldBackSentences } from "../attention/held-back.ts";
import { type Markup, markup } from "../shared/markup.ts";
import { neutralText } from "../shared/neutral.ts";
import { countsOf } from "./message.ts";

/** The report of a plan without a name or an address of an account: an HTML page that loads nothing. */
export function renderCounts(plan: Plan, run: Run): string {
  const { html } = markup`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>zivsync ${run.organization}</title>
<style>body{font-family:sans-serif;margin:24px;color:#1f2328}table{border-collapse:collapse}td,th{border:1px solid #d0d7de;padding:4px 8px;text-align:left}.held{color:#8a5a00}</style></head>
<body><h1>zivsync ${run.organization}</h1>
<p>Plan of ${plan.createdAt}, digest <code>${plan.digest}</code></p>
${run.heldBack.length === 0 ? [] : heldBackSentences(run.heldBack).map((one) => markup`<p class="held"><strong>${one}.</strong></p>`)}
<h2>Changes</h2>${table(
    ["action", "planned", "in place"],
    ACTIONS.map((action) => [action, plan.summary[action], run.applied[action] ?? 0]),
  )}
<p>Applied: ${countsOf(run.applied, "done")}. ${plan.summary.unchanged} unchanged, ${plan.summary.unmanaged} unmanaged.</p>
<h2>Guards</h2>${guardTable(plan)}
<h2>Sources</h2>${table(
    ["source", "records", "read"],
    plan.sources.map((one) => [
      `${one.profile}/${one.name}`,
      one.records,
      one.complete ? "in full" : "NOT in full",
    ]),
  )}
<h2>Findings</h2>${table(["code", "severity", "findings"], findingRows(plan))}
</body></html>
`;
  return html;
}

type Cell = string | number;

function table(head: readonly string[], rows: readonly (readonly Cell[])[]): Markup {
  if (rows.length === 0) return markup`<p>None.</p>`;
  const cells = (row: readonly Cell[]) =>
    row.map((cell) => markup`<td>${typeof cell === "number" ? cell : neutralText(cell)}</td>`);
  return markup`<table><tr>${head.map((name) => markup`<th>${name}</th>`)}</tr>${rows.map((row) => markup`<tr>${cells(row)}</tr>`)}</table>`;
}

/** A guard of one account is shown without the account. Refusals come first, since a long table is cut, and says so. */
function guardTable({ guards }: Plan): readonly Markup[] {
  const rows = guards
    .filter(({ address, verdict }) => address === undefined || verdict !== "passed")
    .map(({ guard, kind = "all", profile, source, address, measured, of, limit, verdict }) => {
      const scope =
        address === undefined
          ? (source ?? `${kind}${profile === undefined ? "" : `, ${profile}`}`)
          : "one account";
      return [guard, scope, measured, of, limit ?? "none", verdict];
    });
  const order = ["refused", "accepted", "passed"];
  const rank = (row: readonly Cell[]) => order.indexOf(String(row.at(-1)));
  const sorted = rows.toSorted((a, b) => rank(a) - rank(b));
  const rest = rows.length - ROWS;
  const head = ["guard", "accounts", "measured", "of", "limit", "verdict"];
  return [table(head, sorted.slice(0, ROWS)), ...(rest > 0 ? [markup`<p>… and ${rest} more.</p>`] : [])];
}

const ROWS = 200;

function findingRows({ findings }: Plan): readonly (readonly Cell[])[] {
  const counts = new Map<string, readonly [string, string, number]>();
  for (const finding of findings) {
    const { code, severity } = finding;
    const name = attentionClass(finding) === undefined ? code : `${code} (needs attention)`;
    const before = counts.get(`${name} ${severity}`)?.[2] ?? 0;
    counts.set(`${name} ${severity}`, [name, severity, before + 1]);
  }
  return [...counts.values()];
}
