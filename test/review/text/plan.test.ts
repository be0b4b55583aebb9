import { describe, expect, test } from "vitest";
import { renderText } from "../../../src/review/text/plan.ts";
import {
  address,
  createChange,
  deleteChange,
  finding,
  guardResult,
  origin,
  planOf,
  reactivateChange,
  SEALED_KEY,
  sourceSummary,
  suspendChange,
  updateChange,
} from "../../support/plans.ts";

const OPTIONS = { color: false, width: 100, sealChecked: "valid" as const };
const ABOUT = [
  "Target: https://app.zivver.com/api/scim/v2, organization 0123456789abcdef0123456789abcdef",
  "Live: 800 personal, 41 functional",
  "Profiles: staff",
  "Configuration: commit b7db4d8000000000000000000000000000000000 on main",
  "Created: 2026-11-23T11:00:00.000Z; expires: 2026-11-24T11:00:00.000Z",
  `Digest: sha256:${"a".repeat(64)}`,
];
const SOURCES = ["Sources:", "  staff/head-office (spreadsheet): 812 records, complete"];

describe("a whole review", () => {
  test("nothing to do", () => {
    expect(renderText(planOf([]), OPTIONS)).toBe(
      [
        "No changes. The live accounts are as the sources say. 820 unchanged, 12 unmanaged.",
        "",
        "Guards:",
        "  suspend, personal accounts  passed (0 of 800, limit 40)",
        "",
        ...SOURCES,
        "",
        ...ABOUT,
        "Seal: valid.",
        "",
      ].join("\n"),
    );
  });

  test("refused, with removals, findings and other changes", () => {
    const plan = planOf(
      [
        createChange("k.roe@example.org", { accountKey: SEALED_KEY }),
        updateChange(
          "j.doe@example.org",
          [
            {
              field: "address",
              before: "j.old@example.org",
              after: "j.doe@example.org",
              origin: origin("Email"),
            },
            {
              field: "fullName",
              before: 'Jane "JD" Doe',
              after: "Jane\u202e Roe",
              origin: origin("Full name"),
            },
            {
              field: "aliases",
              before: ["a@example.org", "b@example.org"],
              after: ["b@example.org", "c@example.org"],
              origin: origin("Aliases"),
            },
            { field: "phone", before: "", after: "+31201234567" },
          ],
          { release: { address: address("j.parked@example.org"), aliases: [] } },
        ),
        reactivateChange("back@example.org"),
        suspendChange("gone@example.org"),
        deleteChange("desk@example.org", { kind: "functional" }),
      ],
      {
        findings: [finding()],
        guards: [
          guardResult({ measured: 41, verdict: "refused" }),
          guardResult({
            guard: "memberRemoval",
            address: address("desk@example.org"),
            measured: 8,
            of: 20,
            limit: 4,
            verdict: "accepted",
          }),
          guardResult({ guard: "delete", kind: "functional", limit: null }),
        ],
        sources: [sourceSummary({ complete: false })],
      },
    );
    expect(renderText(plan, { ...OPTIONS, sealChecked: "unchecked" })).toBe(
      [
        "Plan: 1 to create, 1 to update, 1 to suspend, 1 to reactivate, 1 to delete; 820 unchanged, 12 unmanaged. 9 requests, about 2 s at the rate limit.",
        "",
        "REFUSED by 1 guard: nothing of this plan can be applied.",
        "  suspend: 41 of 800 personal accounts would be suspended; the limit is 40.",
        "  If exactly this is wanted, plan again, with the same options and these:",
        "    --accept suspend=41 --accept memberRemoval=8",
        "",
        "Incomplete: 1 source could not be read in full: staff/head-office",
        "",
        "Suspensions and deletions (2):",
        "  - suspend personal gone@example.org",
        "      active: yes → no (head-office, no record)",
        '  - delete functional "Pat Poe" <desk@example.org>',
        '      full name: was "Pat Poe"',
        "",
        "Findings: 0 errors, 1 warning, 0 notes",
        "  warning alias-unclaimed (1)",
        "    j.doe@example.org: The alias jd@example.net lies in no claimed domain and is left out. (staff,",
        "      head-office, users.csv, line 12)",
        "",
        "Other changes (3):",
        '  + create personal k.roe@example.org "Kim Roe"',
        '      full name: "Kim Roe" (head-office, users.csv, line 12, Full name)',
        "      account key: set (hidden)",
        '  ~ update personal j.doe@example.org "Jane\\u{202e} Roe"',
        "      address: j.old@example.org → j.doe@example.org (head-office, users.csv, line 12, Email)",
        '      full name: "Jane \\"JD\\" Doe" → "Jane\\u{202e} Roe" (head-office, users.csv, line 12, Full name)',
        "      aliases: (head-office, users.csv, line 12, Aliases)",
        "        − a@example.org",
        "        + c@example.org",
        '      phone: (none) → "+31201234567"',
        "      first goes to: j.parked@example.org with no aliases, so that others can take what it gives up",
        "  ^ reactivate personal back@example.org",
        "      active: no → yes (head-office, users.csv, line 12, Active)",
        "",
        "Guards:",
        "  suspend, personal accounts       refused (41 of 800, limit 40)",
        "  memberRemoval, desk@example.org  accepted (8 of 20, limit 4)",
        "  delete, functional accounts      passed (1 of 800, no limit)",
        "",
        "Sources:",
        "  staff/head-office (spreadsheet): 812 records, INCOMPLETE: it could not be read in full, and nothing that rests on it is removed",
        "",
        ...ABOUT,
        "The seal is unchecked: no API key at hand. Findings, origins, sources and measures are unverified.",
        "",
      ].join("\n"),
    );
  });
});

describe("what comes first", () => {
  const heldBack = (at: string, fullName: string) =>
    finding({
      code: "removal-held-back",
      summary: "It is due to be suspended, but head-office could not be read in full.",
      where: { profile: "staff", kind: "personal", address: at, fullName },
    });
  const sourceWhere = { profile: "staff", source: "head-office" };
  const findings = [
    finding({
      code: "source-incomplete",
      severity: "error",
      summary: "The connection broke.",
      where: sourceWhere,
    }),
    finding({
      code: "identity-conflict",
      severity: "error",
      summary: "Two records have this address and different ids.",
      where: { ...sourceWhere, address: "a@example.org", place: "users.csv, line 3" },
    }),
    finding({
      code: "full-name-missing",
      severity: "error",
      summary: "No source gives its name.",
      where: { ...sourceWhere, address: "b@example.org", place: "users.csv, line 4" },
    }),
    finding(),
    ...["Zoe Zet", 'Yan "Y" Yes', ""].map((name, at) => heldBack(`h${at}@example.org`, name)),
  ];

  test("incomplete sources, held-back removals with everybody's name, conflicts, accounts that are left as they are", () => {
    const plan = planOf([suspendChange("gone@example.org", { fullName: "Gon Egone" })], {
      findings,
      sources: [sourceSummary({ complete: false }), sourceSummary({ name: "other" })],
    });
    const text = renderText(plan, OPTIONS);
    expect(text.slice(text.indexOf("\n\n") + 2, text.indexOf("Guards:"))).toBe(
      [
        "Incomplete: 1 source could not be read in full: staff/head-office",
        "  error source-incomplete (1)",
        "    The connection broke. (staff, head-office)",
        "Held back: 3 removals",
        "  warning removal-held-back (3)",
        "    It is due to be suspended, but head-office could not be read in full. (staff)",
        '      "Zoe Zet" <h0@example.org>',
        '      "Yan \\"Y\\" Yes" <h1@example.org>',
        "      h2@example.org",
        "Conflicts: 1 account",
        "  error identity-conflict (1)",
        "    a@example.org: Two records have this address and different ids. (staff, head-office, users.csv,",
        "      line 3)",
        "Left as they are: 1 account",
        "  error full-name-missing (1)",
        "    b@example.org: No source gives its name. (staff, head-office, users.csv, line 4)",
        "",
        "Suspensions and deletions (1):",
        '  - suspend personal "Gon Egone" <gone@example.org>',
        "      active: yes → no (head-office, no record)",
        "",
        "Findings: 0 errors, 1 warning, 0 notes",
        "  warning alias-unclaimed (1)",
        "    j.doe@example.org: The alias jd@example.net lies in no claimed domain and is left out. (staff,",
        "      head-office, users.csv, line 12)",
        "",
        "",
      ].join("\n"),
    );
  });

  test("of removals that are held back nobody is left out, of others 20 are shown", () => {
    const people = Array.from({ length: 300 }, (_, at) => `p${at}@example.org`);
    const unnamed = (at: string) =>
      finding({ code: "full-name-missing", severity: "error", summary: "No name.", where: { address: at } });
    const text = renderText(
      planOf([], { findings: [...people.map((at) => heldBack(at, "Pat")), ...people.map(unnamed)] }),
      OPTIONS,
    );
    expect(people.filter((at) => !text.includes(`      "Pat" <${at}>\n`))).toEqual([]);
    expect(text).toContain("\nLeft as they are: 300 accounts\n");
    expect(text).toContain("\n    … and 280 more\n");
  });

  test("a finding that names all in its sentence is not cut", () => {
    const names = Array.from({ length: 200 }, (_, at) => `p${at}@example.org`).join(", ");
    const list = finding({
      code: "removal-held-back",
      summary: `Held: ${names}.`,
      where: { profile: "staff" },
    });
    const text = renderText(planOf([], { findings: [list] }), OPTIONS);
    expect(text).toContain("\nHeld back: suspensions and deletions\n");
    expect(text.replace(/\n\s+/g, " ")).toContain(`Held: ${names}. (staff)`);
  });
});

describe("what is claimed when nothing changes", () => {
  test.each([
    {
      name: "a source is incomplete",
      given: { sources: [sourceSummary({ complete: false })] },
      expected: "Incomplete: 1 source could not be read in full.",
    },
    {
      name: "a removal is held back, and a source lacks something",
      given: {
        findings: [
          finding({ code: "removal-held-back" }),
          finding({ code: "source-empty", where: { profile: "staff", source: "head-office" } }),
        ],
      },
      expected: "Incomplete: 1 source gives less than is expected of it. Held back: 1 removal.",
    },
    {
      name: "an account was left out",
      given: { findings: [finding({ severity: "error" })] },
      expected: "Left as they are: 1 account.",
    },
    {
      name: "one account was planned",
      given: { configuration: { ...planOf([]).configuration, only: "a@example.org" } },
      expected: "The one account that was planned is as the sources say.",
    },
  ])("$name", ({ given, expected }) => {
    const [first] = renderText(planOf([], given), OPTIONS).split("\n");
    expect(first).toBe(`No changes. ${expected} 820 unchanged, 12 unmanaged.`);
  });
});

test("an account key is never shown, whatever is in the plan", () => {
  const fields = [
    { field: "accountKey" as const, before: "canary-before", after: "canary-after", origin: origin("Key") },
  ];
  const text = renderText(planOf([updateChange("a@example.org", fields, { accountKey: SEALED_KEY })]), {
    ...OPTIONS,
    details: true,
  });
  expect(text).toContain(
    "      account key changes (SSO): set (hidden) (head-office, users.csv, line 12, Key)\n",
  );
  expect(text).not.toMatch(/canary|c2VhbGVk|eeee/);
});

test("the profile is named where there are several", () => {
  const configuration = {
    ...planOf([]).configuration,
    git: null,
    profiles: ["staff", "desks"],
    only: "a@example.org",
  };
  const text = renderText(planOf([reactivateChange("a@example.org")], { configuration }), OPTIONS);
  expect(text).toContain("  ^ reactivate personal a@example.org [staff]\n");
  expect(text).toContain(
    "\nProfiles: staff, desks\nOnly: a@example.org; no other account was planned\nConfiguration: not in Git\n",
  );
});
