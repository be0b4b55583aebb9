import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderMarkdown } from "../../../src/review/markdown/plan.ts";
import { MARKDOWN } from "../../../src/review/shared/medium.ts";
import { hostilePlans } from "../../support/arbitrary-plans.ts";
import {
  createChange,
  deleteChange,
  finding,
  guardResult,
  origin,
  planOf,
  sourceSummary,
  suspendChange,
  updateChange,
} from "../../support/plans.ts";
import { runs } from "../../support/runs.ts";

const VALID = { sealChecked: "valid" as const };
const people = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `p${String(at).padStart(5, "0")}@example.org`);

test("a whole comment", () => {
  const plan = planOf(
    [
      createChange("k.roe@example.org"),
      updateChange("j.doe@example.org", [
        { field: "fullName", before: "Jane Doe", after: "@team | `x` <b>", origin: origin("Full name") },
        { field: "aliases", before: ["a@example.org"], after: ["b@example.org"] },
      ]),
      suspendChange("gone@example.org"),
      deleteChange("desk@example.org", { kind: "functional" }),
    ],
    {
      findings: [finding(), finding({ severity: "info", code: "record-not-managed" })],
      guards: [guardResult({ guard: "update" }), guardResult({ measured: 41, verdict: "refused" })],
      sources: [sourceSummary(), sourceSummary({ name: "branch", complete: false, records: 1 })],
    },
  );
  expect(renderMarkdown(plan, { sealChecked: "unchecked" })).toMatchInlineSnapshot(`
    "### Plan: 1 to create, 1 to update, 1 to suspend, 0 to reactivate, 1 to delete; 820 unchanged, 12 unmanaged. 8 requests, about 2 s at the rate limit.

    | create | update | suspend | reactivate | delete | unchanged | unmanaged | requests |
    | --: | --: | --: | --: | --: | --: | --: | --: |
    | 1 | 1 | 1 | 0 | 1 | 820 | 12 | 8 |

    > [!CAUTION]
    > **Refused by 1 guard: nothing of this plan can be applied.**
    > - suspend: 41 of 800 personal accounts would be suspended; the limit is 40.
    >
    > If exactly this is wanted, plan again, with the same options and these: \`--accept suspend=41\`

    > [!WARNING]
    > - **Incomplete**: 1 source could not be read in full: \`staff/branch\`

    **Suspensions and deletions (2)**

    - **suspend** personal \`gone@example.org\`
      - active: yes → no (\`head-office, no record\`)
    - **delete** functional \`Pat Poe\` \`<desk@example.org>\`
      - full name: was \`Pat Poe\`

    <details><summary>Findings: 0 errors, 1 warning, 1 note</summary>

    - **warning** \`alias-unclaimed\` (1)
      - \`j.doe@example.org\`: The alias \`jd@example.net\` lies in no claimed domain and is left out. (\`staff, head-office, users.csv, line 12\`)
    - **note** \`record-not-managed\` (1)

    </details>

    <details><summary>Other changes (2)</summary>

    - **create** personal \`k.roe@example.org\` \`Kim Roe\`
      - full name: \`Kim Roe\` (\`head-office, users.csv, line 12, Full name\`)
    - **update** personal \`j.doe@example.org\` \`@team \\u{7c} \\u{60}x\\u{60} <b>\`
      - full name: \`Jane Doe\` → \`@team \\u{7c} \\u{60}x\\u{60} <b>\` (\`head-office, users.csv, line 12, Full name\`)
      - aliases: − \`a@example.org\`, + \`b@example.org\`

    </details>

    <details><summary>Guards (2)</summary>

    - suspend, personal accounts: refused (41 of 800, limit 40)
    - update, personal accounts: passed (1 of 800, limit 40)

    </details>

    <details><summary>Sources (2, 1 incomplete)</summary>

    - \`staff/branch\` (\`spreadsheet\`): 1 record, **incomplete**: it could not be read in full, and nothing that rests on it is removed
    - \`staff/head-office\` (\`spreadsheet\`): 812 records, complete

    </details>

    - Target: \`https://app.zivver.com/api/scim/v2\`, organization \`0123456789abcdef0123456789abcdef\`
    - Live: 800 personal, 41 functional
    - Profiles: \`staff\`
    - Configuration: commit \`b7db4d8000000000000000000000000000000000\` on \`main\`
    - Created: \`2026-11-23T11:00:00.000Z\`; expires: \`2026-11-24T11:00:00.000Z\`
    - Digest: \`sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\`
    - The seal is unchecked: no API key at hand. Findings, origins, sources and measures are unverified.
    "
  `);
});

test("what is incomplete, held back, in conflict or left as it is comes before everything else", () => {
  const held = (at: string, fullName: string) =>
    finding({
      code: "removal-held-back",
      summary: "It is due to be suspended, and a source is incomplete.",
      where: { profile: "staff", address: at, fullName },
    });
  const findings = [
    held("z@example.org", "Zoe Zet"),
    held("y@example.org", "Yan Yes"),
    finding({
      code: "account-key-missing",
      severity: "error",
      summary: "No key.",
      where: { address: "k@example.org" },
    }),
  ];
  const plan = planOf([suspendChange("gone@example.org")], {
    findings,
    sources: [sourceSummary({ complete: false })],
  });
  const markdown = renderMarkdown(plan, VALID);
  expect(
    markdown.slice(markdown.indexOf("> "), markdown.indexOf("<details><summary>Guards")),
  ).toBe(`> [!WARNING]
> - **Incomplete**: 1 source could not be read in full: \`staff/head-office\`
> - **Held back**: 2 removals
> - **Left as they are**: 1 account

<details><summary>Held back: 2 removals</summary>

- **warning** \`removal-held-back\` (2)
  - It is due to be suspended, and a source is incomplete. (\`staff\`)
    - \`Zoe Zet\` \`<z@example.org>\`
    - \`Yan Yes\` \`<y@example.org>\`

</details>

<details><summary>Left as they are: 1 account</summary>

- **error** \`account-key-missing\` (1)
  - \`k@example.org\`: No key.

</details>

**Suspensions and deletions (1)**

- **suspend** personal \`gone@example.org\`
  - active: yes → no (\`head-office, no record\`)

`);
});

describe("what does not fit", () => {
  test("of removals that are held back everybody is named as long as there is room", () => {
    const held = people(500).map((at) =>
      finding({
        code: "removal-held-back",
        summary: "It is due.",
        where: { address: at, fullName: "Pat Poe" },
      }),
    );
    const markdown = renderMarkdown(planOf([], { findings: held }), VALID);
    expect(people(500).filter((at) => !markdown.includes(`    - \`Pat Poe\` \`<${at}>\`\n`))).toEqual([]);
    const cut = renderMarkdown(planOf([], { findings: held }), { ...VALID, maxCharacters: 8_000 });
    const shown = cut.match(/`<p/g)?.length ?? 0;
    expect(shown).toBeGreaterThan(50);
    expect(cut).toContain(`> - **Held back**: 500 removals\n`);
    expect(cut).toContain(`- … and ${500 - shown} more findings\n`);
  });

  test("suspensions past half of the room lose what changes, not their names", () => {
    const markdown = renderMarkdown(planOf(people(1_000).map((at) => suspendChange(at))), VALID);
    expect(markdown.length).toBeLessThanOrEqual(64_000);
    expect(people(1_000).filter((at) => !markdown.includes(`- suspend \`${at}\`\n`))).toEqual([]);
    expect(markdown).not.toContain("active: yes");
  });

  test("other changes give way to suspensions, and are counted", () => {
    const creates = people(500).map((at) => createChange(`new-${at}`));
    const updates = people(500).map((at) =>
      updateChange(`old-${at}`, [{ field: "division", before: "/", after: "/x" }]),
    );
    const suspensions = people(100).map((at) => suspendChange(at));
    const markdown = renderMarkdown(planOf([...creates, ...updates, ...suspensions]), {
      ...VALID,
      maxCharacters: 20_000,
    });
    expect(people(100).filter((at) => !markdown.includes(`personal \`${at}\``))).toEqual([]);
    const shown = markdown.match(/\*\*create\*\*/g)?.length ?? 0;
    expect(shown).toBeGreaterThan(10);
    expect(markdown).toContain(`- … and ${1_000 - shown} more: ${500 - shown} to create, 500 to update\n`);
  });

  test("suspensions that fit nowhere are counted as well", () => {
    const markdown = renderMarkdown(planOf(people(5_000).map((at) => suspendChange(at))), VALID);
    const shown = markdown.match(/- suspend `/g)?.length ?? 0;
    expect(shown).toBeGreaterThan(1_800);
    expect(markdown).toContain(`- … and ${5_000 - shown} more: ${5_000 - shown} to suspend\n`);
  });

  test("findings that are left out are counted", () => {
    const codes = ["alias-unclaimed", "delegate-unknown"] as const;
    const findings = codes.flatMap((code) =>
      people(30).map((at) =>
        finding({ code, summary: `The alias of ${at} lies in no claimed domain.`, where: { address: at } }),
      ),
    );
    const whole = renderMarkdown(planOf([], { findings }), VALID);
    expect(whole.match(/ {2}- … and 10 more\n/g)).toHaveLength(2);
    const cut = renderMarkdown(planOf([], { findings }), { ...VALID, maxCharacters: 4_000 });
    const shown = cut.match(/ {2}- `p/g)?.length ?? 0;
    expect(shown).toBeGreaterThan(3);
    expect(cut).toContain(`- … and ${60 - shown} more findings\n`);
  });

  test("many refusals are counted, and the options are left to `show`", () => {
    const guards = people(30).map((_, at) => guardResult({ measured: 50 + at, verdict: "refused" }));
    const markdown = renderMarkdown(planOf([], { guards }), VALID);
    expect(markdown).toContain("> **Refused by 30 guards: nothing of this plan can be applied.**\n");
    expect(markdown).toContain(
      "> - … and 10 more\n>\n> If exactly this is wanted: `zivsync show` prints every option that accepts it.\n",
    );
  });
});

describe("whatever is in a plan", () => {
  test("no Markdown, HTML, mention or control character of it comes through", () => {
    fc.assert(
      fc.property(hostilePlans(20), (plan) => {
        const markdown = renderMarkdown(plan, VALID);
        expect(markdown.replace(/\n/g, "")).not.toMatch(
          /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|::|##(?!#? )/u,
        );
        const outside = markdown
          .replace(/`[^`\n]+`/g, "")
          .replace(/^<details><summary>[\w :,()]+<\/summary>$|^<\/details>$|^>( |$)|^\|.*\|$/gm, "");
        expect(outside).not.toMatch(/[<>`|@~$\\&]|(?<!^#*)#|https?:|www\./m);
        expect(markdown.match(/^<details>/gm)?.length).toBe(markdown.match(/^<\/details>$/gm)?.length);
      }),
      { numRuns: runs(15, 100) },
    );
  });

  test("a comment is never longer than allowed, and names every removal as long as there is room", () => {
    fc.assert(
      fc.property(hostilePlans(40), fc.integer({ min: 0, max: 70_000 }), (plan, maxCharacters) => {
        expect(renderMarkdown(plan, { ...VALID, maxCharacters }).length).toBeLessThanOrEqual(maxCharacters);
        const markdown = renderMarkdown(plan, VALID);
        for (const { action, address } of plan.changes) {
          if (action === "suspend" || action === "delete")
            expect([MARKDOWN.address(address), MARKDOWN.address(`<${address}>`)]).toSatisfy(
              (names: readonly string[]) => names.some((name) => markdown.includes(name)),
            );
        }
      }),
      { numRuns: runs(15, 100) },
    );
  });
});

test("why the changes of a waiting part wait comes before them", () => {
  const plan = planOf(
    [createChange("k.roe@example.org"), deleteChange("desk@example.org", { kind: "functional" })],
    {
      waits: [
        { id: "c-1", because: "number", type: "create", count: 1, used: 9, number: 9 },
        { id: "c-2", because: "deletion" },
      ],
    },
  );
  const [first, second] = plan.changes;
  const markdown = renderMarkdown(
    {
      ...plan,
      waits: (plan.waits ?? []).map((wait, at) => ({ ...wait, id: [first, second][at]?.id ?? "" })),
    },
    VALID,
  );
  expect(markdown).toContain(`**Why they wait for people**

- 1 creation after 9 within the window; approved in advance: 9: \`k.roe@example.org\`
- deletions are never approved in advance: \`desk@example.org\`

`);
  expect(markdown.indexOf("Why they wait")).toBeLessThan(markdown.indexOf("Suspensions and deletions"));
  expect(renderMarkdown(planOf([createChange("k.roe@example.org")]), VALID)).not.toContain("Why they wait");
});
