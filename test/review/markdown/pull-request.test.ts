import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Causes } from "../../../src/model/plan/causes.ts";
import type { Plan } from "../../../src/model/plan/plan.ts";
import type { Problem } from "../../../src/model/values/errors.ts";
import {
  approvalSteps,
  type Base,
  COMMENT_BYTES,
  type PlanPage,
  renderPlanPage,
  SUMMARY_BYTES,
} from "../../../src/review/markdown/pull-request.ts";
import { MARKDOWN } from "../../../src/review/shared/medium.ts";
import { hostilePlans } from "../../support/arbitrary-plans.ts";
import { hostileText } from "../../support/hostile-text.ts";
import {
  createChange,
  deleteChange,
  finding,
  guardResult,
  origin,
  planOf,
  suspendChange,
  updateChange,
} from "../../support/plans.ts";
import { runs } from "../../support/runs.ts";

const MARKER = `<!-- zivsync {"v":1,"seal":"hmac-sha256:${"0".repeat(64)}"} -->`;
const POLICY = { required: 1, forRemovals: 2, selfApproval: false, github: { environment: "production" } };

const people = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `p${String(at).padStart(5, "0")}@example.org`);

/** The first `caused` changes are the pull request's doing. */
function baseOf(plan: Plan, caused: number, prevented: Causes["prevented"] = []): Base {
  const causes = {
    known: true,
    caused: plan.changes.slice(0, caused),
    pending: plan.changes.slice(caused),
    prevented,
  };
  return { state: "known", causes };
}

function render(plan: Plan, base: Base, given: Partial<PlanPage> = {}): string {
  return renderPlanPage(plan, {
    marker: MARKER,
    folder: "desired-state",
    base,
    runUrl: "https://github.example.com/hospital/zivver/actions/runs/7",
    kept: true,
    ending: approvalSteps(plan, POLICY),
    maxBytes: COMMENT_BYTES,
    ...given,
  });
}

const bytes = (text: string) => Buffer.byteLength(text);

/** From the title of the totals on, without what every comment ends with. */
function middle(text: string): string {
  return text.slice(text.indexOf("\n", text.indexOf("requests |")) + 1, text.indexOf("- Target: "));
}

describe("a whole comment", () => {
  const plan = planOf(
    [
      createChange("k.roe@example.org"),
      suspendChange("gone@example.org"),
      updateChange("j.doe@example.org", [
        { field: "fullName", before: "Jane Doe", after: "@team | `x` <b>", origin: origin("Full name") },
      ]),
      updateChange(
        "desk@example.org",
        [{ field: "delegates", before: ["a@example.org", "b@example.org"], after: ["b@example.org"] }],
        { kind: "functional" },
      ),
      deleteChange("old@example.org", { kind: "functional" }),
    ],
    { findings: [finding()] },
  );

  test("with what the pull request causes, what is pending, and what no longer happens", () => {
    expect(render(plan, baseOf(plan, 2, [suspendChange("stays@example.org")]))).toMatchInlineSnapshot(`
      "<!-- zivsync {"v":1,"seal":"hmac-sha256:0000000000000000000000000000000000000000000000000000000000000000"} -->
      ## zivsync: \`desired-state\`

      ### Plan: 1 to create, 2 to update, 1 to suspend, 0 to reactivate, 1 to delete; 820 unchanged, 12 unmanaged. 9 requests, about 2 s at the rate limit.

      | create | update | suspend | reactivate | delete | unchanged | unmanaged | requests |
      | --: | --: | --: | --: | --: | --: | --: | --: |
      | 1 | 2 | 1 | 0 | 1 | 820 | 12 | 9 |

      - Caused by this pull request: 1 to create, 1 to suspend
      - Pending anyway: 2 to update, 1 to delete
      - No longer happens with it: 1 to suspend

      **Suspensions and deletions (2)**

      - **suspend** personal \`gone@example.org\` – **this pull request**
        - active: yes → no (\`head-office, no record\`)
      - **delete** functional \`Pat Poe\` \`<old@example.org>\` – pending anyway
        - full name: was \`Pat Poe\`

      **Loss of access (1)**

      - \`a@example.org\` to \`desk@example.org\`

      <details><summary>Caused by this pull request (1 to create)</summary>

      - **create** personal \`k.roe@example.org\` \`Kim Roe\`
        - full name: \`Kim Roe\` (\`head-office, users.csv, line 12, Full name\`)

      </details>

      <details><summary>Pending anyway (2 to update)</summary>

      - **update** personal \`j.doe@example.org\` \`@team \\u{7c} \\u{60}x\\u{60} <b>\`
        - full name: \`Jane Doe\` → \`@team \\u{7c} \\u{60}x\\u{60} <b>\` (\`head-office, users.csv, line 12, Full name\`)
      - **update** functional \`desk@example.org\`
        - delegates: − \`a@example.org\`

      </details>

      <details><summary>No longer happens with this pull request (1 to suspend)</summary>

      - suspend \`stays@example.org\`

      </details>

      <details><summary>Findings: 0 errors, 1 warning, 0 notes</summary>

      - **warning** \`alias-unclaimed\` (1)
        - \`j.doe@example.org\`: The alias \`jd@example.net\` lies in no claimed domain and is left out. (\`staff, head-office, users.csv, line 12\`)

      </details>

      <details><summary>Guards (1)</summary>

      - suspend, personal accounts: passed (1 of 800, limit 40)

      </details>

      <details><summary>Sources (1)</summary>

      - \`staff/head-office\` (\`spreadsheet\`): 812 records, complete

      </details>

      - Target: \`https://app.zivver.com/api/scim/v2\`, organization \`0123456789abcdef0123456789abcdef\`
      - Live: 800 personal, 41 functional
      - Profiles: \`staff\`
      - Configuration: commit \`b7db4d8000000000000000000000000000000000\` on \`main\`
      - Created: \`2026-11-23T11:00:00.000Z\`; expires: \`2026-11-24T11:00:00.000Z\`
      - Digest: \`sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\`
      - Seal: valid.
      - The whole plan is among the artefacts of [this run](https://github.example.com/hospital/zivver/actions/runs/7).

      **To apply this**, merge the pull request. It needs 2 approvals, since it suspends or deletes: reviews of the latest commit, or approvals of the environment \`production\`. The author does not count. After the merge zivsync plans again, and applies the plan only if its digest is still \`sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\`.
      "
    `);
  });

  test("of an unknown base", () => {
    const problems: Problem[] = [
      { code: "yaml-syntax", where: "profiles/all.yaml:3:1", message: "This is not YAML: `@everyone`." },
    ];
    expect(middle(render(plan, { state: "unknown", problems }))).toMatchInlineSnapshot(`
      "| --: | --: | --: | --: | --: | --: | --: | --: |
      | 1 | 2 | 1 | 0 | 1 | 820 | 12 | 9 |

      > [!WARNING]
      > **What this pull request causes is not known**: the base, without it, could not be planned.
      > - \`profiles/all.yaml:3:1\`: This is not YAML: \`"@everyone"\`.

      **Suspensions and deletions (2)**

      - **suspend** personal \`gone@example.org\`
        - active: yes → no (\`head-office, no record\`)
      - **delete** functional \`Pat Poe\` \`<old@example.org>\`
        - full name: was \`Pat Poe\`

      **Loss of access (1)**

      - \`a@example.org\` to \`desk@example.org\`

      <details><summary>Changes, whatever causes them (1 to create, 2 to update)</summary>

      - **create** personal \`k.roe@example.org\` \`Kim Roe\`
        - full name: \`Kim Roe\` (\`head-office, users.csv, line 12, Full name\`)
      - **update** personal \`j.doe@example.org\` \`@team \\u{7c} \\u{60}x\\u{60} <b>\`
        - full name: \`Jane Doe\` → \`@team \\u{7c} \\u{60}x\\u{60} <b>\` (\`head-office, users.csv, line 12, Full name\`)
      - **update** functional \`desk@example.org\`
        - delegates: − \`a@example.org\`

      </details>

      <details><summary>Findings: 0 errors, 1 warning, 0 notes</summary>

      - **warning** \`alias-unclaimed\` (1)
        - \`j.doe@example.org\`: The alias \`jd@example.net\` lies in no claimed domain and is left out. (\`staff, head-office, users.csv, line 12\`)

      </details>

      <details><summary>Guards (1)</summary>

      - suspend, personal accounts: passed (1 of 800, limit 40)

      </details>

      <details><summary>Sources (1)</summary>

      - \`staff/head-office\` (\`spreadsheet\`): 812 records, complete

      </details>

      "
    `);
  });

  test("refused, and without changes", () => {
    const refused = planOf([suspendChange("gone@example.org")], {
      guards: [guardResult({ measured: 41, verdict: "refused" })],
    });
    const text = render(refused, baseOf(refused, 1));
    expect(text).toContain("> **Refused by 1 guard: nothing of this plan can be applied.**");
    expect(text.endsWith("\n\nA refused plan is not applied, also after a merge.\n")).toBe(true);
    const none = render(planOf([]), baseOf(planOf([]), 0));
    expect(none).toContain("### No changes. The live accounts are as the sources say.");
    expect(none).toContain("- Caused by this pull request: nothing\n- Pending anyway: nothing\n");
    expect(none.endsWith("\n\nThere is nothing to apply.\n")).toBe(true);
  });
});

describe("how it is approved", () => {
  const create = planOf([createChange("k.roe@example.org")]);
  const removal = planOf([suspendChange("gone@example.org")]);
  const one = ["k.roe@example.org"];
  const two = [...one, "l.poe@example.org"];
  const lessAccess = planOf([
    updateChange("desk@example.org", [{ field: "delegates", before: two, after: one }]),
  ]);
  const moreAccess = planOf([
    updateChange("desk@example.org", [{ field: "delegates", before: one, after: two }]),
  ]);
  const after = `After the merge zivsync plans again, and applies the plan only if its digest is still \`${create.digest}\`.\n`;
  test.each([
    { name: "by nobody", plan: create, policy: undefined, text: "" },
    {
      name: "on GitHub",
      plan: create,
      policy: POLICY,
      text: "It needs 1 approval: reviews of the latest commit, or approvals of the environment `production`. The author does not count. ",
    },
    {
      name: "by more people, where it removes",
      plan: removal,
      policy: { ...POLICY, selfApproval: true },
      text: "It needs 2 approvals, since it suspends or deletes: reviews of the latest commit, or approvals of the environment `production`. ",
    },
    {
      name: "by more people, where it takes delegates away",
      plan: lessAccess,
      policy: { ...POLICY, selfApproval: true },
      text: "It needs 2 approvals, since it removes delegates: reviews of the latest commit, or approvals of the environment `production`. ",
    },
    {
      name: "by no more people, where it gives delegates",
      plan: moreAccess,
      policy: { ...POLICY, selfApproval: true },
      text: "It needs 1 approval: reviews of the latest commit, or approvals of the environment `production`. ",
    },
    {
      name: "by signatures",
      plan: create,
      policy: { required: 2, forRemovals: 2, selfApproval: false },
      text: "It needs 2 approvals: by `zivsync approve` with the plan file. The author does not count. ",
    },
  ])("$name", ({ plan, policy, text }) => {
    expect(approvalSteps(plan, policy)).toBe(`**To apply this**, merge the pull request. ${text}${after}`);
  });
});

describe("what does not fit", () => {
  test.each([1, 100, 10_000])("%s changes of every sort: all are named or counted", (count) => {
    const each = Math.ceil(count / 4);
    const changes = [
      ...people(each).map((at) => createChange(`new-${at}`)),
      ...people(each).map((at) =>
        updateChange(`old-${at}`, [{ field: "division", before: "/", after: "/x" }]),
      ),
      ...people(each).map((at) => suspendChange(`gone-${at}`)),
      ...people(each).map((at) =>
        updateChange(`desk-${at}`, [{ field: "delegates", before: [`d-${at}`], after: [] }], {
          kind: "functional",
        }),
      ),
    ];
    const plan = planOf(changes);
    for (const [maxBytes, marker] of [
      [COMMENT_BYTES, MARKER],
      [SUMMARY_BYTES, ""],
    ] as const) {
      const text = render(plan, baseOf(plan, each), { maxBytes, marker });
      expect(bytes(text)).toBeLessThanOrEqual(maxBytes);
      expect(text.startsWith(marker === "" ? "## zivsync" : `${MARKER}\n## zivsync`)).toBe(true);
      const named = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
      const counted = (pattern: RegExp) =>
        [...text.matchAll(pattern)].reduce((sum, [, more]) => sum + Number(more), 0);
      expect(named(/^- \*{0,2}suspend\*{0,2} /gm) + counted(/more: (\d+) to suspend/g)).toBe(each);
      expect(named(/^- `d-.*` to `desk-/gm) + counted(/… and (\d+) more, to/g)).toBe(each);
      expect(named(/^- \*\*create\*\*/gm) + counted(/more: (\d+) to create/g)).toBe(each);
      expect(named(/^- \*\*update\*\*/gm) + counted(/more: (\d+) to update/g)).toBe(2 * each);
      expect(text).toContain(`- Digest: \`${plan.digest}\`\n`);
      expect(text).toContain("**To apply this**");
    }
  });

  test("removals are cut last: everything else gives way first", () => {
    const changes = [
      ...people(3_000).map((at) => createChange(`new-${at}`)),
      ...people(900).map((at) => suspendChange(`gone-${at}`)),
    ];
    const text = render(planOf(changes), { state: "none" });
    expect(people(900).filter((at) => !text.includes(`- suspend \`gone-${at}\`\n`))).toEqual([]);
    expect(text).toMatch(/- … and \d+ more: \d+ to create\n/);
  });

  test("what takes more bytes than characters is counted in bytes", () => {
    const changes = people(2_000).map((at) =>
      updateChange(at, [{ field: "fullName", before: "Юлия", after: "佐藤花子".repeat(5) }]),
    );
    const text = render(planOf(changes), { state: "none" });
    expect(bytes(text)).toBeLessThanOrEqual(COMMENT_BYTES);
    expect(bytes(text)).toBeGreaterThan(COMMENT_BYTES - 2_000);
  });
});

describe("whatever is in a plan", () => {
  const bases = (plan: Plan): fc.Arbitrary<Base> =>
    fc.oneof(
      fc.nat(plan.changes.length).map((caused) => baseOf(plan, caused, plan.changes)),
      fc.array(fc.record({ where: hostileText, message: hostileText }), { maxLength: 7 }).map((problems) => ({
        state: "unknown" as const,
        problems: problems.map((problem) => ({ code: "yaml-syntax" as const, ...problem })),
      })),
    );
  const pages = hostilePlans(20).chain((plan) => fc.tuple(fc.constant(plan), bases(plan), hostileText));

  test("no Markdown, HTML, mention or control character of it comes through", () => {
    fc.assert(
      fc.property(pages, ([plan, base, folder]) => {
        const markdown = render(plan, base, { folder }).slice(MARKER.length);
        expect(markdown.replace(/\n/g, "")).not.toMatch(
          /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|::|##(?!#? )/u,
        );
        const outside = markdown
          .replace(/`[^`\n]+`/g, "")
          .replace("[this run](https://github.example.com/hospital/zivver/actions/runs/7)", "")
          .replace(/^<details><summary>[\w :,()]+<\/summary>$|^<\/details>$|^>( |$)|^\|.*\|$/gm, "");
        expect(outside).not.toMatch(/[<>`|@~$\\&]|(?<!^#*)#|https?:|www\./m);
        expect(markdown.match(/^<details>/gm)?.length).toBe(markdown.match(/^<\/details>$/gm)?.length);
      }),
      { numRuns: runs(15, 100) },
    );
  });

  test("it is never longer than allowed, and names every removal as long as there is room", () => {
    fc.assert(
      fc.property(pages, fc.integer({ min: 8_000, max: 70_000 }), ([plan, base], maxBytes) => {
        expect(bytes(render(plan, base, { maxBytes }))).toBeLessThanOrEqual(maxBytes);
        const whole = render(plan, base, { maxBytes: SUMMARY_BYTES });
        for (const { action, address } of plan.changes) {
          if (action === "suspend" || action === "delete")
            expect([MARKDOWN.address(address), MARKDOWN.address(`<${address}>`)]).toSatisfy(
              (names: readonly string[]) => names.some((name) => whole.includes(name)),
            );
        }
      }),
      { numRuns: runs(15, 100) },
    );
  });

  test("an address of a run that is none becomes no link", () => {
    const text = render(planOf([]), { state: "none" }, { runUrl: "https://a.example.org/) [x](y" });
    expect(text).toContain("- The whole plan is among the artefacts of this run.\n");
  });
});
