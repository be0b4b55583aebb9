import type { Plan } from "../../model/plan/plan.ts";
import { type Markup, markup } from "../shared/markup.ts";
import { HTML } from "../shared/medium.ts";
import { aboutLines, type SealChecked } from "../shared/plan-facts.ts";
import { changesIn, countOf } from "../shared/totals.ts";
import type { Applied } from "./applied.ts";
import { grouped } from "./overview.ts";

/** Which lists the plan rests on, and whether each was read in full. */
export function sourceSection({ sources }: Plan): Markup {
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
  return markup`<section id="sources" aria-labelledby="sources-title"><h2 id="sources-title">Sources <span class="count">${grouped(sources.length)}</span></h2>${body}</section>`;
}

/** The bindings of the plan, and how it is approved and applied. */
export function bindingSection(plan: Plan, sealChecked: SealChecked, applied: Applied | undefined): Markup {
  const lines = aboutLines(plan, HTML, sealChecked).map((line) => {
    const at = line.indexOf(": ");
    return markup`<dt>${line.slice(0, at)}</dt><dd>${line.slice(at + 2)}</dd>`;
  });
  return markup`<section id="binding" aria-labelledby="binding-title"><h2 id="binding-title">What the plan is bound to</h2>
<dl class="about">${lines}</dl></section>
<section id="approve" aria-labelledby="approve-title"><h2 id="approve-title">Approve and apply</h2>${stepsOf(plan, applied)}</section>`;
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
