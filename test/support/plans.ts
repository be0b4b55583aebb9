import type { Origin } from "../../src/model/account/account.ts";
import { ACTIONS, type Change, type FieldChange, type SealedKey } from "../../src/model/plan/change.ts";
import type { Finding } from "../../src/model/plan/finding.ts";
import type { GuardResult, Plan, PlanSummary, SourceSummary } from "../../src/model/plan/plan.ts";
import type { Address } from "../../src/model/values/address.ts";

type PlannedChange = Change<SealedKey>;
type Given = Partial<Pick<PlannedChange, "id" | "kind" | "profile" | "needs" | "fields">>;

/** Any text as an address: a live account's address is whatever Zivver says. */
export const address = (text: string): Address => text as Address;
export const sha256 = (digit: string): string => `sha256:${digit.repeat(64)}`;

export const SEALED_KEY: SealedKey = { sealed: "c2VhbGVkLWtleQ==", digest: `hmac-sha256:${"e".repeat(64)}` };

/** Row 12 of the sample source, or another one. */
export function origin(attribute: string, where = "users.csv, line 12"): Origin {
  return { source: "head-office", where, attribute };
}

const common = (at: string, given: Given) => ({
  id: "c-1",
  kind: "personal" as const,
  address: address(at),
  profile: "staff",
  needs: [],
  ...given,
});
const live = { zivverId: "6c1f0000-0000-4000-8000-000000000001", base: sha256("b") };

export function createChange(at: string, given: Given & { accountKey?: SealedKey } = {}): PlannedChange {
  const fields: FieldChange[] = [
    { field: "address", before: null, after: at, origin: origin("Email") },
    { field: "fullName", before: null, after: "Kim Roe", origin: origin("Full name") },
  ];
  return { fields, ...common(at, given), ...given, action: "create" };
}

export function updateChange(
  at: string,
  fields: readonly FieldChange[],
  given: Given & { accountKey?: SealedKey; release?: { address: Address; aliases: readonly Address[] } } = {},
): PlannedChange {
  return { ...common(at, given), ...live, ...given, fields, action: "update" };
}

export function reactivateChange(at: string, given: Given = {}): PlannedChange {
  const fields: FieldChange[] = [{ field: "active", before: false, after: true, origin: origin("Active") }];
  return { fields, ...common(at, given), ...live, action: "reactivate" };
}

export function suspendChange(at: string, given: Given & { fullName?: string } = {}): PlannedChange {
  const missing = { source: "head-office", where: "no record", attribute: "" };
  const fields: FieldChange[] = [{ field: "active", before: true, after: false, origin: missing }];
  return { fields, ...common(at, given), ...live, ...given, action: "suspend" };
}

export function deleteChange(at: string, given: Given = {}): PlannedChange {
  const fields: FieldChange[] = [
    { field: "address", before: at, after: null },
    { field: "fullName", before: "Pat Poe", after: null },
  ];
  return { fields, ...common(at, given), ...live, action: "delete" };
}

export function guardResult(given: Partial<GuardResult> = {}): GuardResult {
  return { guard: "suspend", kind: "personal", measured: 1, of: 800, limit: 40, verdict: "passed", ...given };
}

export function finding(given: Partial<Finding> = {}): Finding {
  return {
    code: "alias-unclaimed",
    severity: "warning",
    summary: "The alias jd@example.net lies in no claimed domain and is left out.",
    where: {
      profile: "staff",
      source: "head-office",
      place: "users.csv, line 12",
      address: "j.doe@example.org",
    },
    ...given,
  };
}

export function sourceSummary(given: Partial<SourceSummary> = {}): SourceSummary {
  return {
    profile: "staff",
    name: "head-office",
    type: "spreadsheet",
    records: 812,
    complete: true,
    digest: sha256("c"),
    ...given,
  };
}

/** An id for every name of a list of delegates, where none is given. */
export function withAccounts<C extends Pick<PlannedChange, "fields">>(change: C): C {
  const idsOf = (value: FieldChange["before"]) =>
    Array.isArray(value) ? value.map((name) => `id of ${name}`) : [];
  return {
    ...change,
    fields: change.fields.map((field) =>
      field.field === "delegates" && field.accounts === undefined
        ? { ...field, accounts: { before: idsOf(field.before), after: idsOf(field.after) } }
        : field,
    ),
  };
}

/** A plan file around these changes; ids, totals and verdict follow from them unless they are given. */
export function planOf(changes: readonly PlannedChange[], given: Partial<Omit<Plan, "changes">> = {}): Plan {
  const counts = Object.fromEntries(
    ACTIONS.map((action) => [action, changes.filter((change) => change.action === action).length]),
  ) as Record<keyof PlanSummary, number>;
  const guards = given.guards ?? [guardResult({ measured: counts.suspend })];
  const requests = changes.length === 0 ? 0 : changes.length + 4;
  return {
    formatVersion: 1,
    zivsync: "0.1.0",
    createdAt: "2026-11-23T11:00:00.000Z",
    expiresAt: "2026-11-24T11:00:00.000Z",
    target: { url: "https://app.zivver.com/api/scim/v2", organization: "0123456789abcdef0123456789abcdef" },
    configuration: {
      digest: sha256("d"),
      git: { commit: "b7db4d8".padEnd(40, "0"), branch: "main", dirty: false, author: "j.doe@example.org" },
      profiles: ["staff"],
      only: null,
    },
    sources: [sourceSummary()],
    live: { personal: 800, functional: 41, digest: sha256("f") },
    summary: { ...counts, unchanged: 820, unmanaged: 12, requests, seconds: Math.round(requests / 5) },
    guards,
    findings: [],
    applicable: guards.every(({ verdict }) => verdict !== "refused"),
    digest: sha256("a"),
    seal: `hmac-sha256:${"5".repeat(64)}`,
    ...given,
    changes: changes.map((change, at) => ({ ...withAccounts(change), id: `c-${at + 1}` })),
  };
}

/** A plan with every action and every kind of value. */
export const COMPLETE_PLAN = planOf(
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
        { field: "aliases", before: [], after: ["jd@example.org"], origin: origin("Aliases") },
        { field: "active", before: false, after: true },
        { field: "phone", before: "", after: "+31201234567" },
        { field: "accountKey", before: null, after: SEALED_KEY.digest },
      ],
      {
        accountKey: SEALED_KEY,
        release: { address: address("j.parked@example.org"), aliases: [] },
        needs: ["c-1"],
      },
    ),
    reactivateChange("back@example.org"),
    suspendChange("team@example.org", {
      kind: "functional",
      fields: [{ field: "delegates", before: ["a@example.org"], after: [] }],
    }),
    deleteChange("desk@example.org", { kind: "functional" }),
  ],
  {
    findings: [finding(), finding({ where: {} })],
    guards: [
      guardResult(),
      guardResult({ guard: "memberRemoval", address: address("desk@example.org"), limit: null }),
    ],
    sources: [sourceSummary({ complete: false })],
    configuration: { ...planOf([]).configuration, git: null, only: "j.doe@example.org" },
  },
);
