import { describe, expect, test } from "vitest";
import type { RecordProblem } from "../../../../src/model/account/account.ts";
import { deskRecord, known, person, planOf, profile, reading, record } from "../../../support/engine.ts";
import { created, planTable, suspended } from "../../table.ts";

const OLD = "old@example.org";
const NEW = "new@example.org";
const here = record("here@example.org");
const hereLive = person("here@example.org");

const doubtIn = (field: NonNullable<RecordProblem["field"]>): readonly RecordProblem[] => [
  { attribute: field, message: "The cell holds an error.", field },
];

/** The findings of a plan as people read them, without those of the records themselves. */
const findingsOf = (setting: Parameters<typeof planOf>[0]) =>
  planOf(setting).body.findings.filter(({ code }) => code !== "record-unreadable");

describe("an account that is not there is not created", () => {
  const nobody = (more: Parameters<typeof record>[1]) => ({
    desired: [record(NEW, { fullName: "New", ...more })],
    expect: {},
  });
  planTable(
    (["email", "fullName", "active"] as const).map((field) => ({
      name: `while ${field} is in doubt: it would be made wrong, or for somebody who is gone`,
      ...nobody({ problems: doubtIn(field) }),
      expect: { findings: [`record-unreadable ${NEW}`] },
    })),
  );
  planTable([
    {
      name: "while its aliases are in doubt, although its id says that it is nobody who is known",
      ...nobody({ id: "9", aliases: ["x@example.org"], problems: doubtIn("aliases") }),
      known: [],
      expect: { findings: [`record-unreadable ${NEW}`] },
    },
    {
      name: "without the key that single sign-on needs",
      ...nobody({ accountKey: null }),
      expect: { findings: [`account-key-missing ${NEW}`] },
    },
    {
      name: "but it is where people have passwords",
      ...nobody({ accountKey: null }),
      organization: { loginMethod: "password" },
      expect: { changes: [`create ${NEW} address: - → ${NEW}; fullName: - → New`] },
    },
    {
      name: "and so is a functional account, which has no key",
      desired: [here, deskRecord("d@example.org")],
      live: [hereLive],
      expect: { changes: [created("d@example.org")] },
    },
  ]);

  test("without a name, and it is said what is missing", () => {
    const nameless = record(NEW, { fullName: null });
    expect(findingsOf({ desired: [here, nameless], live: [hereLive] })).toEqual([
      {
        code: "full-name-missing",
        severity: "error",
        summary: "The account is not in Zivver, and no source gives the full name that creating it needs.",
        where: { profile: "staff", source: "hr", place: `row of ${NEW}`, kind: "personal", address: NEW },
      },
    ]);
  });

  test.each(["personal", "functional"] as const)("where the profile creates none: %s", (kind) => {
    const desired = [here, record(NEW, { kind })];
    const { body } = planOf({ desired, live: [hereLive], profile: { [kind]: { create: false } } });
    expect([body.changes, body.findings]).toEqual([
      [],
      [
        {
          code: "policy-held-back",
          severity: "info",
          summary: `The account is not in Zivver, and the profile creates no ${kind} accounts (sync.${kind}.create).`,
          where: { profile: "staff", source: "hr", place: `row of ${NEW}`, kind, address: NEW },
        },
      ],
    ]);
  });
});

describe("disabled, and a source that takes precedence does not say whether it is", () => {
  const inDoubt = record("a@example.org", { active: false, problems: doubtIn("active") });
  planTable([
    {
      name: "the suspension is held back, and said",
      desired: [here, inDoubt],
      live: [hereLive, person("a@example.org")],
      expect: { findings: ["record-unreadable a@example.org", "removal-held-back a@example.org"] },
    },
    {
      name: "nothing is said of one that is suspended already",
      desired: [here, inDoubt],
      live: [hereLive, person("a@example.org", { active: false })],
      expect: { findings: ["record-unreadable a@example.org"] },
    },
    {
      name: "nor where the profile ignores who is disabled",
      desired: [here, inDoubt],
      live: [hereLive, person("a@example.org")],
      profile: { personal: { disabled: "ignore" } },
      expect: { findings: ["record-unreadable a@example.org"] },
    },
    {
      name: "nor where the account is protected anyhow",
      desired: [here, record("admin@example.org", { active: false, problems: doubtIn("active") })],
      live: [hereLive, person("admin@example.org")],
      expect: { findings: ["record-unreadable admin@example.org"] },
    },
  ]);
});

describe("a removal that is held back", () => {
  const inDoubt = record(NEW, {
    id: "1",
    fullName: "Name of old",
    active: false,
    problems: doubtIn("active"),
  });
  const setting = { live: [hereLive, person(OLD)], known: [known(OLD, { id: "1" })] };
  const mark = { zivverId: "id-old@example.org", removalHeldBack: true };

  test("is said beside what else is, and it is remembered since when and why", () => {
    const heldSince = { "rename-not-possible": "2026-11-20T10:00:00Z" };
    const { body } = planOf({
      ...setting,
      desired: [here, inDoubt],
      known: [known(OLD, { id: "1", heldBackSince: "2026-11-20T10:00:00Z", heldSince })],
    });
    expect(body.findings).toMatchObject([
      { code: "record-unreadable" },
      {
        code: "removal-held-back",
        severity: "warning",
        heldBack: { action: "suspend", because: "active", since: "2026-11-20T10:00:00Z" },
      },
      {
        code: "rename-not-possible",
        severity: "warning",
        summary: `The source calls Name of old ${NEW}, and Zivver did not let the address be changed over its API. The account keeps its address. Change it in Zivver's web application. Held since 2026-11-20.`,
      },
    ]);
    expect(body.remember).toContainEqual(expect.objectContaining({ ...mark, heldBackBecause: "active" }));
  });

  test("is said alone where the profile updates nothing", () => {
    const updatesNothing = { ...setting, desired: [here, inDoubt], profile: { personal: { update: false } } };
    expect(findingsOf(updatesNothing).map(({ code }) => code)).toEqual(["removal-held-back"]);
  });

  test("is remembered of an account that no record names, too", () => {
    const { body } = planOf({ ...setting, readings: [reading([here], { complete: false })] });
    expect(body.remember).toContainEqual(expect.objectContaining({ ...mark, heldBackBecause: "incomplete" }));
  });
});

describe("an account is created", () => {
  planTable([
    {
      name: "without an alias that is the address of somebody who has a record",
      desired: [record(NEW, { aliases: [OLD, "free@example.org"] }), record(OLD)],
      live: [person(OLD)],
      expect: {
        changes: [
          `create ${NEW} address: - → ${NEW}; fullName: - → Name of new; aliases: - → [free@example.org]`,
        ],
        findings: [`address-claimed-twice ${NEW}`, `address-claimed-twice ${OLD}`],
      },
    },
  ]);
});

describe("who is suspended, and active at the source", () => {
  const desired = [record("a@example.org", { active: true })];
  const live = [person("a@example.org", { active: false })];

  test("is left as it is where the profile reactivates nobody, and it is said", () => {
    expect(findingsOf({ desired, live, profile: { personal: { reactivate: false } } })).toEqual([
      {
        code: "policy-held-back",
        severity: "info",
        summary:
          "The account is suspended in Zivver and active at the source, and the profile reactivates no personal accounts (sync.personal.reactivate).",
        where: { profile: "staff", kind: "personal", address: "a@example.org" },
      },
    ]);
  });

  test("is left as it is where no source says so, and it is said", () => {
    expect(findingsOf({ desired: [record("a@example.org")], live })).toEqual([
      {
        code: "active-not-given",
        severity: "warning",
        summary:
          "Name of a is suspended in Zivver, and no source says whether this account is active. It stays suspended. Let the source say so (`active`), or reactivate the account in Zivver.",
        where: { profile: "staff", kind: "personal", address: "a@example.org" },
      },
    ]);
  });

  planTable([
    {
      name: "is updated where the profile reactivates nobody, once it is active",
      desired: [record("a@example.org", { active: true, fullName: "New" })],
      live: [person("a@example.org")],
      profile: { personal: { reactivate: false } },
      expect: { changes: ["update a@example.org fullName: Name of a → New"] },
    },
    {
      name: "comes back under the address that it has, where the profile does not update",
      desired: [
        here,
        record(NEW, {
          id: "1",
          fullName: "Name of old",
          active: true,
          aliases: ["x@example.org"],
          delegates: ["here@example.org"],
        }),
      ],
      live: [hereLive, person(OLD, { active: false })],
      known: [known(OLD, { id: "1", key: `key of ${NEW}` })],
      profile: { personal: { update: false } },
      expect: { changes: [`reactivate ${OLD} active: false → true`] },
    },
  ]);
});

test("where the profile does not update, nothing of an account counts as applied", () => {
  const { remember } = planOf({
    desired: [record("a@example.org", { id: "1" })],
    live: [person("a@example.org")],
    known: [known("a@example.org", { key: "key of a@example.org" })],
    profile: { personal: { update: false } },
  }).body;
  expect(remember).toStrictEqual([
    {
      zivverId: "id-a@example.org",
      link: { profile: "staff", source: "hr", anchor: "staff/hr personal 1" },
    },
  ]);
});

describe("the addresses of an account that stays", () => {
  const renamed = { id: "1", fullName: "Name of old" };
  const update = (aliases: string) => `update ${NEW} address: ${OLD} → ${NEW}; aliases: ${aliases}`;
  planTable([
    {
      name: "a rename keeps aliases that somebody gave it in Zivver, where no source gives aliases",
      desired: [record(NEW, renamed)],
      live: [person(OLD, { aliases: ["by.hand@example.org"] })],
      known: [known(OLD, { id: "1" })],
      expect: { changes: [update(`[by.hand@example.org] → [by.hand@example.org, ${OLD}]`)] },
    },
    {
      name: "a rename keeps the old address where the source gives the aliases that are there already",
      desired: [record(NEW, { ...renamed, aliases: ["x@example.org"] })],
      live: [person(OLD, { aliases: ["x@example.org"] })],
      known: [known(OLD, { id: "1" })],
      expect: { changes: [update(`[x@example.org] → [${OLD}, x@example.org]`)] },
    },
    {
      name: "an alias that neither of two sources gives goes, once both were read in full",
      readings: [
        reading([record(OLD, { aliases: ["x@example.org"] })]),
        reading([record(OLD, { supplement: true, aliases: ["y@example.org"] })], { source: "more" }),
      ],
      live: [person(OLD, { aliases: ["gone@example.org", "x@example.org", "y@example.org"] })],
      expect: {
        changes: [
          `update ${OLD} aliases: [gone@example.org, x@example.org, y@example.org] → [x@example.org, y@example.org]`,
        ],
      },
    },
    {
      name: "aliases in doubt are neither added nor taken away",
      desired: [record(OLD, { aliases: ["x@example.org"], problems: doubtIn("aliases") })],
      live: [person(OLD, { aliases: ["by.hand@example.org"] })],
      expect: { findings: [`record-unreadable ${OLD}`] },
    },
    {
      name: "an address in doubt renames nobody",
      desired: [record(NEW, { ...renamed, problems: doubtIn("email") })],
      live: [person(OLD)],
      known: [known(OLD, { id: "1" })],
      expect: { findings: [`record-unreadable ${NEW}`] },
    },
  ]);

  test("a rename of an account that is protected is not done, and said", () => {
    const setting = {
      live: [person(OLD)],
      known: [known(OLD, { id: "1" })],
      organization: { protected: [OLD] },
    };
    expect(findingsOf({ ...setting, desired: [record(NEW, renamed)] })).toEqual([
      {
        code: "account-protected",
        severity: "warning",
        summary: `The account would be renamed to ${NEW}, but organization.yaml protects it. It keeps its address.`,
        where: { profile: "staff", kind: "personal", address: OLD },
      },
    ]);
  });
});

describe("whom no record names", () => {
  test.each([
    ["missing", [here], { source: "profile staff", where: "in none of its sources", attribute: "missing" }],
    [
      "disabled",
      [here, record("gone@example.org", { active: false })],
      { source: "hr", where: "row of gone@example.org", attribute: "active" },
    ],
  ] as const)("is suspended, with the reason (%s) and where it is from", (because, desired, origin) => {
    const { body } = planOf({ desired, live: [hereLive, person("gone@example.org")], known: [] });
    expect(body.changes).toMatchObject([
      { action: "suspend", fields: [{ field: "active", before: true, after: false, origin }] },
    ]);
    expect(body.remember?.find(({ zivverId }) => zivverId === "id-gone@example.org")).toMatchObject({
      suspended: because,
    });
  });

  planTable([
    {
      name: "and whose mailbox is a shared one by now is suspended, not deleted: its mail goes on",
      desired: [here, deskRecord(OLD)],
      live: [hereLive, person(OLD)],
      profile: { personal: { missing: "delete" } },
      expect: { changes: [suspended(OLD)], findings: [`kind-mismatch ${OLD}`] },
    },
    {
      name: "is deleted where it is not, as the profile says",
      desired: [here],
      live: [hereLive, person(OLD)],
      profile: { personal: { missing: "delete" } },
      expect: { changes: [`delete ${OLD} address: ${OLD} → -; fullName: Name of old → -`] },
    },
    {
      name: "is left as it is where the profile ignores who is missing, also when the mailbox is a shared one",
      desired: [here, deskRecord(OLD)],
      live: [hereLive, person(OLD)],
      profile: { personal: { missing: "ignore" } },
      expect: { findings: [`kind-mismatch ${OLD}`] },
    },
  ]);

  test.each([
    ["suspend", "suspended"],
    ["delete", "deleted"],
  ] as const)("is left as it is where organization.yaml protects it, and it is said: %s", (missing, done) => {
    const live = [hereLive, person("admin@example.org")];
    expect(findingsOf({ desired: [here], live, profile: { personal: { missing } } })).toEqual([
      {
        code: "account-protected",
        severity: "info",
        summary: `The account would be ${done}, but organization.yaml protects it. It is left as it is.`,
        where: { profile: "staff", kind: "personal", address: "admin@example.org" },
      },
    ]);
  });
});

test("of two profiles, each one's own rules count", () => {
  const one = profile({ name: "one", manages: { include: [{ domain: "example.org" }] } });
  const two = profile({
    name: "two",
    manages: { include: [{ domain: "example.com" }] },
    personal: { missing: "ignore" },
  });
  const readings = (email: string) => [{ ...planReading, records: [record(email)] }];
  const { body } = planOf({
    profiles: [
      { policy: one, readings: readings("a@example.org") },
      { policy: two, readings: readings("a@example.com") },
    ],
    live: ["a@example.org", "b@example.org", "a@example.com", "b@example.com"].map((address) =>
      person(address),
    ),
  });
  expect(body.changes.map(({ action, address }) => `${action} ${address}`)).toEqual([
    "suspend b@example.org",
  ]);
});

const planReading = {
  source: "hr",
  type: "spreadsheet",
  complete: true,
  digest: "hr",
  findings: [],
} as const;
