import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Outcome } from "../../../src/model/plan/outcome.ts";
import type { Problem } from "../../../src/model/values/errors.ts";
import {
  type ResultPage,
  renderApplied,
  renderNotApplied,
  renderNothingLeft,
} from "../../../src/review/markdown/apply-result.ts";
import {
  driftTitle,
  renderDriftIssue,
  renderDriftSummary,
} from "../../../src/review/markdown/drift-issue.ts";
import { COMMENT_BYTES, renderTrouble, SUMMARY_BYTES } from "../../../src/review/markdown/pull-request.ts";
import { hostilePlans } from "../../support/arbitrary-plans.ts";
import { hostileText } from "../../support/hostile-text.ts";
import {
  createChange,
  finding,
  planOf,
  sourceSummary,
  suspendChange,
  updateChange,
} from "../../support/plans.ts";
import { runs } from "../../support/runs.ts";

const PAGE: ResultPage = { marker: "", folder: "desired-state", runUrl: "", maxBytes: COMMENT_BYTES };
const people = (count: number): string[] => Array.from({ length: count }, (_, at) => `p${at}@example.org`);
const bytes = (text: string) => Buffer.byteLength(text);

/** Nothing that GitHub, Markdown or HTML takes for more than text stands outside of code spans. */
function expectHarmless(markdown: string): void {
  expect(markdown.replace(/\n/g, "")).not.toMatch(
    /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|::|##(?!#? )/u,
  );
  const outside = markdown
    .replace(/`[^`\n]+`/g, "")
    .replace(/^<details><summary>[\w :,()]+<\/summary>$|^<\/details>$|^>( |$)|^\|.*\|$/gm, "")
    .replace("[!CAUTION]", "");
  expect(outside).not.toMatch(/[<>`|@~$\\&]|(?<!^#*)#|https?:|www\.|\]\(/m);
}

test("a result in part, whole", () => {
  const plan = planOf([
    createChange("k.roe@example.org"),
    suspendChange("gone@example.org"),
    updateChange("j.doe@example.org", [{ field: "phone", before: "", after: "+31201234567" }]),
    updateChange("late@example.org", [{ field: "phone", before: "", after: "+31201234568" }]),
  ]);
  const outcomes: Outcome[] = [
    { change: "c-1", state: "applied", detail: "" },
    { change: "c-2", state: "already", detail: "" },
    { change: "c-3", state: "failed", detail: "Zivver refused it: `@everyone`" },
  ];
  expect(renderApplied(plan, { outcomes, finished: false }, PAGE)).toMatchInlineSnapshot(`
    "## zivsync: \`desired-state\`

    ### Applied in part: 2 changes are not in place

    Applied 1, already 1, failed 1, not tried 1.

    **Not in place (2)**

    - **failed**: update \`j.doe@example.org\`: Zivver refused it: \`\\u{60}@everyone\\u{60}\`
    - **not tried**: update \`late@example.org\`

    <details><summary>Suspended and deleted (1)</summary>

    - suspend \`gone@example.org\`

    </details>

    <details><summary>Other changes (1)</summary>

    - **create** personal \`k.roe@example.org\` \`Kim Roe\`
      - full name: \`Kim Roe\` (\`head-office, users.csv, line 12, Full name\`)

    </details>

    Not everything is settled: plan again, and see what is left.

    - Digest: \`sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\`
    - The journal is among the artefacts of this run.
    "
  `);
});

test("what failed for one reason is said once", () => {
  const plan = planOf(people(3).map((at) => createChange(at)));
  const outcomes = plan.changes.map(
    ({ id }): Outcome => ({ change: id, state: "failed", detail: "Refused." }),
  );
  expect(renderApplied(plan, { outcomes, finished: true }, PAGE)).toContain(
    `**Not in place (3)**

- **failed**: create 3 personal accounts: Refused.
  - \`p0@example.org\`
  - \`p1@example.org\`
  - \`p2@example.org\`
`,
  );
});

test("a plan that was not applied, with what it has become, whole", () => {
  const fresh = planOf([createChange("new@example.org"), suspendChange("gone@example.org")]);
  const gone = suspendChange("stays@example.org");
  const [create, suspend] = fresh.changes;
  if (create === undefined || suspend === undefined) throw new Error("the plan has two changes");
  const problems: Problem[] = [
    { code: "plan-unapproved", message: "It is another one.", remedy: "Run `zivsync plan` again." },
  ];
  const difference = { known: true, caused: [suspend], pending: [create], prevented: [gone] };
  expect(renderNotApplied(problems, { plan: fresh, difference }, PAGE)).toMatchInlineSnapshot(`
    "## zivsync: \`desired-state\`

    ### Not applied

    > [!CAUTION]
    > It is another one. Run "zivsync plan" again.

    - Planned now, and not approved: 1 to suspend
    - Approved, and no longer planned: 1 to suspend
    - In both: 1 to create
    - Digest of the new plan: \`sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\`

    **Suspensions and deletions (1)**

    - **suspend** personal \`gone@example.org\`
      - active: yes → no (\`head-office, no record\`)

    <details><summary>Approved, and no longer planned (1 to suspend)</summary>

    - suspend \`stays@example.org\`

    </details>

    - This was decided in this run.
    "
  `);
});

describe("nothing to do, as far as is known", () => {
  const doubtful = planOf([], {
    sources: [sourceSummary({ complete: false }), sourceSummary({ name: "other" })],
    findings: [
      finding({ code: "removal-held-back", summary: "It is due.", where: { address: "z@example.org" } }),
    ],
  });

  test("an apply without changes does not say so quietly", () => {
    expect(renderNothingLeft(planOf([]), PAGE)).not.toContain("WARNING");
    expect(renderNothingLeft(doubtful, PAGE)).toContain(
      "### Nothing is left to apply\n\n> [!WARNING]\n> - **Incomplete**: 1 source could not be read in full: `staff/head-office`\n> - **Held back**: 1 removal\n\n",
    );
  });

  test.each([
    [doubtful, "no changes, but 1 source is incomplete and removals are held back"],
    [{ ...doubtful, findings: [] }, "no changes, but 1 source is incomplete"],
    [{ ...doubtful, sources: [] }, "no changes, but removals are held back"],
    [
      planOf([], { findings: [finding({ severity: "error" })] }),
      "no changes, but accounts are left as they are",
    ],
    [
      planOf([createChange("a@example.org")], { applicable: false }),
      "1 change is due, and refused by the guards",
    ],
  ])("the title of an issue of drift %#", (plan, what) => {
    expect(driftTitle(plan, "desired-state")).toBe(`zivsync: ${what} in desired-state`);
  });

  test("an issue of drift begins with it, and says what to do", () => {
    const issue = renderDriftIssue(doubtful, PAGE);
    expect(issue).toContain(
      "### No changes. Incomplete: 1 source could not be read in full. Held back: 1 removal. 820 unchanged, 12 unmanaged.\n",
    );
    expect(issue).toContain(
      "> - **Held back**: 1 removal\n\n<details><summary>Held back: 1 removal</summary>\n\n- **warning** `removal-held-back` (1)\n  - `z@example.org`: It is due.\n",
    );
    expect(issue).toContain("**To settle this**, correct what is named at the top:");
  });
});

describe("limits", () => {
  test("of 10,000 changes each is named or counted", () => {
    const plan = planOf(people(10_000).map((at) => suspendChange(at)));
    const outcomes = plan.changes.map(({ id }): Outcome => ({ change: id, state: "failed", detail: "no" }));
    const applied = renderApplied(plan, { outcomes, finished: true }, PAGE);
    const difference = { known: true, caused: plan.changes, pending: [], prevented: plan.changes };
    const differing = renderNotApplied([], { plan, difference }, PAGE);
    for (const [text, shown] of [
      [applied, /^ {2}- `p\d+@/gm],
      [differing, /^- \*{0,2}suspend\*{0,2} /gm],
    ] as const) {
      expect(bytes(text)).toBeLessThanOrEqual(COMMENT_BYTES);
      const named = text.match(shown)?.length ?? 0;
      const counted = [...text.matchAll(/… and (\d+) more/g)].reduce(
        (sum, [, more]) => sum + Number(more),
        0,
      );
      expect((named + counted) % 10_000).toBe(0);
      expect(named).toBeGreaterThan(500);
    }
  });

  test("an issue of drift and its summary keep to theirs", () => {
    const plan = planOf(people(20_000).map((at) => createChange(at)));
    expect(bytes(renderDriftIssue(plan, PAGE))).toBeLessThanOrEqual(COMMENT_BYTES);
    expect(bytes(renderDriftSummary(plan, PAGE))).toBeLessThanOrEqual(SUMMARY_BYTES);
    expect(driftTitle(plan, "desired-state")).toBe("zivsync: 20000 changes are due in desired-state");
    // GitHub takes no title of more than 256 characters.
    const title = driftTitle({ ...plan, applicable: false }, "a/\u202e".repeat(3_000));
    expect([...title].length).toBeLessThanOrEqual(256);
  });
});

test("hostile text does nothing in any of them", () => {
  const cases = fc.tuple(hostilePlans(12), hostileText, hostileText);
  fc.assert(
    fc.property(cases, ([plan, detail, folder]) => {
      const page = { ...PAGE, folder };
      const states = ["applied", "failed", "conflict", "unknown"] as const;
      const outcomes = plan.changes.map(({ id }, at) => ({
        change: id,
        state: states[at % 4] ?? "failed",
        detail,
      }));
      const problems: Problem[] = [
        { code: "plan-unapproved", where: detail, message: detail, remedy: detail },
      ];
      const difference = {
        known: true,
        caused: plan.changes.slice(3),
        pending: plan.changes.slice(0, 3),
        prevented: plan.changes,
      };
      expectHarmless(renderApplied(plan, { outcomes, finished: true }, page));
      expectHarmless(renderNotApplied(problems, { plan, difference }, page));
      expectHarmless(renderTrouble(problems, page));
      expectHarmless(renderDriftIssue(plan, page));
      expect(driftTitle(plan, folder)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }),
    { numRuns: runs(15, 100) },
  );
});
