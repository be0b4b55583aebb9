import { createHash } from "node:crypto";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { readReportPage } from "../../../src/commands/shared/report-page.ts";
import type { JournalEntry } from "../../../src/model/ports.ts";
import type { ReportData } from "../../../src/review/html/page/report-data.ts";
import { appliedOf, type ReportPage, renderHtml } from "../../../src/review/html/report.ts";
import { hostilePlans } from "../../support/arbitrary-plans.ts";
import { HOSTILE } from "../../support/hostile-text.ts";
import {
  COMPLETE_PLAN,
  createChange,
  finding,
  guardResult,
  planOf,
  SEALED_KEY,
  sha256,
  sourceSummary,
  suspendChange,
  updateChange,
} from "../../support/plans.ts";

let page: ReportPage;
beforeAll(async () => {
  page = await readReportPage(new URL("../../../dist/report/", import.meta.url));
});

const render = (
  ...[plan, given]: [Parameters<typeof renderHtml>[0], Partial<Parameters<typeof renderHtml>[1]>?]
) => renderHtml(plan, { sealChecked: "valid", page, ...given });

/** One section of a page, without the page's own style and script. */
function sectionOf(html: string, id: string): string {
  const from = html.indexOf(`<section id="${id}"`);
  return html.slice(from, html.indexOf("</section>", from) + "</section>".length);
}

function dataOf(html: string): ReportData {
  const [, json = ""] = /<script type="application\/json" id="report">(.*?)<\/script>/s.exec(html) ?? [];
  return JSON.parse(json);
}

/** The document without what stands inside its style and its script. */
function withoutCode(html: string): string {
  return html.replace(page.style, "").replace(page.script, "");
}

describe("the parts of a report", () => {
  test("every suspension and deletion, with what goes", () => {
    expect(sectionOf(render(COMPLETE_PLAN), "removals")).toMatchInlineSnapshot(`
      "<section id="removals" aria-labelledby="removals-title"><h2 id="removals-title">Suspensions and deletions <span class="count">2</span></h2><ul class="removals"><li><span class="chip suspend">suspend</span> <bdi class="who">team@example.org</bdi> <span class="quiet">functional</span><div><span class="label">delegates</span> <bdi>− a@example.org</bdi></div></li>
      <li><span class="chip delete">delete</span> <bdi>Pat Poe</bdi> &lt;<bdi class="who">desk@example.org</bdi>&gt; <span class="quiet">functional</span><div><span class="label">full name</span> <bdi>was Pat Poe</bdi></div></li>
      </ul></section>"
    `);
  });

  test("why the changes of a waiting part wait, with every account, and none of any other plan", () => {
    const changes = Array.from({ length: 12 }, (_, at) => createChange(`p${at}@example.org`));
    const plan = planOf(changes);
    const waits = plan.changes.map(({ id }) => ({ id, because: "first-plan" }) as const);
    const section = sectionOf(render({ ...plan, waits }), "waits");
    for (const { address } of changes) expect(section).toContain(address);
    expect(section).toContain("the state is new, and its first plan is for people: apply waiting.json: ");
    expect(render(plan)).not.toContain('id="waits"');
  });

  test("what is incomplete, held back, in conflict or left as it is comes first, and nobody is left out", () => {
    const held = (at: string, fullName: string) =>
      finding({
        code: "removal-held-back",
        summary: "It is due to be suspended.",
        where: { profile: "staff", address: at, fullName },
      });
    const people = Array.from({ length: 300 }, (_, at) => `p${at}@example.org`);
    const findings = [
      held("z@example.org", "Zoe <Zet>"),
      ...people.map((at) => held(at, "Pat")),
      finding({ code: "identity-conflict", severity: "error", summary: "Two people.", where: {} }),
      finding(),
    ];
    const html = render(planOf([], { findings, sources: [sourceSummary({ complete: false })] }));
    expect(/<p class="verdict (?:good|warn)".*?<section/s.exec(html)?.[0]).toBe(
      '<p class="verdict warn" role="note">No changes. Incomplete: 1 source could not be read in full. Held back: 301 removals. Conflicts: 1 account. 820 unchanged, 12 unmanaged.</p>\n<div class="verdict warn" role="note"><ul><li><strong>Incomplete</strong>: 1 source could not be read in full: staff/head-office</li><li><strong>Held back</strong>: 301 removals</li><li><strong>Conflicts</strong>: 1 account</li></ul></div>\n\n<section',
    );
    const section = sectionOf(html, "attention");
    expect(section).toContain(
      '<h3>Held back: 301 removals</h3><details class="finding" open><summary><span class="chip warn">warning</span> <code>removal-held-back</code> <span class="count">301</span></summary><ul><li><bdi>It is due to be suspended.</bdi> <span class="quiet">staff</span><ul><li><bdi>Zoe &lt;Zet&gt;</bdi> &lt;<bdi class="who">z@example.org</bdi>&gt; </li>',
    );
    expect(people.filter((at) => !section.includes(`<bdi class="who">${at}</bdi>`))).toEqual([]);
    expect(sectionOf(html, "findings")).not.toContain("removal-held-back");
    expect(html).toContain('<li><a href="#attention">Attention</a></li>');
    expect(withoutCode(render(planOf([])))).not.toContain("attention");
  });

  test("guards are drawn against their limits, refusals first", () => {
    const guards = [
      guardResult({ guard: "update", limit: null, measured: 400 }),
      guardResult({ measured: 41, verdict: "refused" }),
    ];
    const html = render(planOf([], { guards }));
    expect(sectionOf(html, "guards")).toMatchInlineSnapshot(`
      "<section id="guards" aria-labelledby="guards-title"><h2 id="guards-title">Guards <span class="count">2</span></h2>
      <p class="quiet">A guard refuses the whole plan when it would do more than its limit allows.</p><table class="guards"><thead><tr><th scope="col">Guard</th><th scope="col">Verdict</th><th scope="col" class="drawn">Against the limit</th><th scope="col" class="number">Measured</th></tr></thead>
      <tbody><tr><th scope="row">suspend, personal accounts</th><td><span class="chip bad">refused</span></td><td class="drawn"><svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="1000" height="10"/><rect class="bad" width="769" height="10"/><rect class="limit" x="750" width="4" height="10"/></svg></td><td class="number">41 of 800, limit 40</td></tr><tr><th scope="row">update, personal accounts</th><td><span class="chip good">passed</span></td><td class="drawn"><svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="1000" height="10"/><rect class="good" width="500" height="10"/></svg></td><td class="number">400 of 800, no limit</td></tr></tbody></table></section>"
    `);
    expect(/<div class="verdict bad".*?<\/div>/s.exec(html)?.[0]).toMatchInlineSnapshot(`
      "<div class="verdict bad" role="note"><p><strong>Refused by 1 guard: nothing of this plan can be applied.</strong></p>
      <ul><li>suspend: 41 of 800 personal accounts would be suspended; the limit is 40.</li></ul><p>If exactly this is wanted, plan again, with the same options and these:</p><p><code>--accept suspend=41</code></p></div>"
    `);
  });

  test("findings with their places; notes are folded and shortened, the others are not", () => {
    const many = Array.from({ length: 1_001 }, () =>
      finding({ severity: "info", code: "account-unmanaged" }),
    );
    const html = sectionOf(
      render(planOf([], { findings: [finding({ where: {} }), finding(), ...many] })),
      "findings",
    );
    expect(html.slice(0, html.indexOf('<details class="finding"><summary>'))).toMatchInlineSnapshot(`
      "<section id="findings" aria-labelledby="findings-title"><h2 id="findings-title">Findings <span class="count">1,003</span></h2><p class="quiet">0 errors, 2 warnings, 1001 notes</p><details class="finding" open><summary><span class="chip warn">warning</span> <code>alias-unclaimed</code> <span class="count">2</span></summary><ul><li><bdi>The alias jd@example.net lies in no claimed domain and is left out.</bdi></li><li><bdi class="who">j.doe@example.org</bdi> <bdi>The alias jd@example.net lies in no claimed domain and is left out.</bdi> <span class="quiet">staff, head-office, users.csv, line 12</span></li></ul></details>
      "
    `);
    // Two warnings; what the notes say once, a thousand accounts of them, and the count of the rest.
    expect(html.match(/<li>/g)).toHaveLength(2 + 1 + 1_000 + 1);
    expect(html).toContain("<li>… and 1 more note; <code>zivsync show --details</code> has all</li>");
  });

  test("changes per division where most changes name one, else per domain, the smallest together", () => {
    const inDivision = (at: number, division: string) =>
      createChange(`p${at}@example.org`, { fields: [{ field: "division", before: null, after: division }] });
    const few = [
      inDivision(1, "/Care"),
      inDivision(2, "/Care"),
      inDivision(3, "/Tax"),
      suspendChange("x@example.org"),
    ];
    expect(
      sectionOf(render(planOf(few)), "summary").slice(
        sectionOf(render(planOf(few)), "summary").indexOf("<tbody>"),
      ),
    ).toMatchInlineSnapshot(
      `"<tbody><tr><th scope="row">/Care</th><td class="drawn"><svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true"><rect class="create" x="0" width="988" height="10"/></svg><span class="words">2 to create</span></td><td class="number">2</td></tr><tr><th scope="row">(division not part of the change)</th><td class="drawn"><svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true"><rect class="suspend" x="0" width="494" height="10"/></svg><span class="words">1 to suspend</span></td><td class="number">1</td></tr><tr><th scope="row">/Tax</th><td class="drawn"><svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true"><rect class="create" x="0" width="494" height="10"/></svg><span class="words">1 to create</span></td><td class="number">1</td></tr></tbody></table></section>"`,
    );
    const domains = Array.from({ length: 14 }, (_, at) => suspendChange(`a@d${at}.example.org`));
    const html = sectionOf(render(planOf(domains)), "summary");
    expect(html).toContain("<caption>Changes per domain</caption>");
    expect([...html.matchAll(/<th scope="row">(.*?)<\/th>/g)].map(([, name]) => name).slice(-2)).toEqual([
      "d6.example.org",
      "3 others",
    ]);
  });

  test("what a plan is bound to, and how it is approved", () => {
    expect(sectionOf(render(COMPLETE_PLAN, { sealChecked: "unchecked" }), "binding")).toMatchInlineSnapshot(`
      "<section id="binding" aria-labelledby="binding-title"><h2 id="binding-title">What the plan is bound to</h2>
      <dl class="about"><dt>Target</dt><dd>https://app.zivver.com/api/scim/v2, organization 0123456789abcdef0123456789abcdef</dd><dt>Live</dt><dd>800 personal, 41 functional</dd><dt>Profiles</dt><dd>staff</dd><dt>Only</dt><dd>j.doe@example.org; no other account was planned</dd><dt>Configuration</dt><dd>not in Git</dd><dt>Created</dt><dd>2026-11-23T11:00:00.000Z; expires: 2026-11-24T11:00:00.000Z</dd><dt>Digest</dt><dd>sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</dd><dt>The seal is unchecked</dt><dd>no API key at hand. Findings, origins, sources and measures are unverified.</dd></dl></section>"
    `);
    expect(sectionOf(render(COMPLETE_PLAN), "approve")).toContain(`--approve ${sha256("a")}</code>`);
    expect(sectionOf(render(planOf([])), "approve")).toContain("<p>There is nothing to apply.</p>");
  });
});

describe("what apply did", () => {
  const at = "2026-11-23T12:00:00.000Z";
  const begin: JournalEntry = { type: "begin", at, digest: "", seal: "", zivsync: "0.1.0" };
  const outcome = (change: string, state: "applied" | "failed", detail: string): JournalEntry => ({
    type: "outcome",
    at,
    outcome: { change, state, detail },
  });
  const plan = planOf([
    createChange("a@example.org"),
    createChange("b@example.org"),
    suspendChange("c@example.org"),
  ]);
  const start: JournalEntry = {
    ...{ type: "start", at, change: "c-3", step: "change", action: "suspend", kind: "personal" },
    ...{
      address: plan.changes[0]?.address ?? expect.fail("no change"),
      profile: "staff",
      fields: [],
      before: null,
    },
  };

  test("counts, and each change that is not in place with its reason", () => {
    const applied = appliedOf([begin, outcome("c-1", "applied", ""), start]);
    const html = render(plan, applied === undefined ? {} : { applied });
    expect(sectionOf(html, "outcome")).toMatchInlineSnapshot(`
      "<section id="outcome" aria-labelledby="outcome-title"><h2 id="outcome-title">What apply did</h2>
      <p class="quiet">Begun <time datetime="2026-11-23T12:00:00.000Z">23 Nov 2026, 12:00 UTC</time>. It has not ended: the same apply can go on.</p><ul class="tiles"><li class="tile good"><strong>1</strong> <span>applied</span></li><li class="tile warn"><strong>1</strong> <span>unknown</span></li><li class="tile warn"><strong>1</strong> <span>not tried</span></li></ul><h3>2 changes are not in place</h3><ul class="removals"><li><span class="chip warn">not tried</span> create personal <bdi class="who">b@example.org</bdi></li>
      <li><span class="chip warn">unknown</span> suspend personal <bdi class="who">c@example.org</bdi><div><bdi>It was begun, and the journal does not say how it ended. Run the same apply again.</bdi></div></li>
      </ul></section>"
    `);
    const { changes } = dataOf(html);
    expect(changes.map(({ 6: id, 7: state }) => [dataOf(html).texts[id], state])).toEqual([
      ["c-3", 6],
      ["c-1", 1],
      ["c-2", 7],
    ]);
  });

  test("the last outcome of a change counts, and an end is told", () => {
    const end: JournalEntry = {
      type: "end",
      at,
      outcomes: { applied: 1, already: 0, conflict: 0, failed: 0, blocked: 0, unknown: 0 },
    };
    const entries = [begin, outcome("c-1", "failed", "No."), outcome("c-1", "applied", ""), end];
    const applied = appliedOf(entries);
    expect(applied).toEqual({
      begun: at,
      ended: at,
      byChange: new Map([["c-1", { change: "c-1", state: "applied", detail: "" }]]),
    });
    expect(appliedOf([])).toBeUndefined();
    const html = render(plan, applied === undefined ? {} : { applied });
    expect(html).toContain(
      '<p class="verdict plain" role="note">This plan has been applied, and a plan is used once.</p>',
    );
    expect(sectionOf(html, "approve")).not.toContain("--approve");
    expect(dataOf(html).expiresAt).toBeNull();
  });
});

describe("safety", () => {
  test("the policy names exactly the style and the script that are in the page", () => {
    const html = render(COMPLETE_PLAN);
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
    const [, style = ""] = /<style>(.*?)<\/style>/s.exec(html) ?? [];
    const [, script = ""] = /<script>(.*?)<\/script>/s.exec(html) ?? [];
    const hash = (text: string) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
    expect(policy).toBe(
      `default-src 'none'; style-src '${hash(style)}'; script-src '${hash(script)}'; base-uri 'none'; form-action 'none'`,
    );
    expect(script.length).toBeGreaterThan(1_000);
    expect(withoutCode(html)).not.toMatch(/\s(style|on\w+)=|<(link|img|iframe|base|form)\b|\ssrc=/);
  });

  test("nothing of an account key but that it changes", () => {
    const plan = planOf([
      createChange("a@example.org", { accountKey: SEALED_KEY }),
      updateChange("b@example.org", [{ field: "accountKey", before: sha256("1"), after: sha256("2") }]),
    ]);
    const html = render(plan);
    for (const secret of [SEALED_KEY.sealed, SEALED_KEY.digest, sha256("1"), sha256("2")])
      expect(html).not.toContain(secret);
    expect(dataOf(html).texts).toEqual(expect.arrayContaining(["account key changes (SSO)", "set (hidden)"]));
  });

  test.each(["</script><script>alert(1)</script>", "<!-- <script>", "]]>", "\u2028", ...HOSTILE])(
    "the data holds %j as neutral text",
    (text) => {
      const html = render(
        planOf([updateChange("a@example.org", [{ field: "phone", before: null, after: text }])]),
      );
      expect(withoutCode(html).match(/<\/?script\b/g)).toHaveLength(4);
      expect(withoutCode(html)).not.toContain("<!--");
      expect(dataOf(html).changes).toHaveLength(1);
    },
  );

  const TAG =
    /^<\/?(?:html|head|meta|title|style|body|a|header|p|span|h1|h2|h3|time|code|nav|ul|ol|li|main|div|strong|section|table|caption|thead|tbody|tr|th|td|svg|rect|details|summary|bdi|dl|dt|dd|noscript|footer|script|!DOCTYPE)(?: (?:[\w-]+(?:="[^"<>]*")?))*\/?>$/;

  test("whatever is in a plan: no element but ours, no control or invisible character", () => {
    fc.assert(
      fc.property(hostilePlans(12), (plan) => {
        const html = withoutCode(render(plan));
        expect(html.replace(/\n/g, "")).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
        for (const [tag] of html.matchAll(/<[^>]*>?/g)) expect(tag).toMatch(TAG);
        const { texts, changes } = dataOf(html);
        expect(changes).toHaveLength(plan.changes.length);
        expect(texts.join("")).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
        expect(new Set(texts).size).toBe(texts.length);
      }),
      { numRuns: 60 },
    );
  });
});
