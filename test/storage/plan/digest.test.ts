import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Plan } from "../../../src/model/plan/plan.ts";
import { canonicalJson } from "../../../src/model/values/canonical-json.ts";
import { digestOf, LEFT_OUT } from "../../../src/storage/plan/digest.ts";
import { hostilePlans } from "../../support/arbitrary-plans.ts";
import {
  createChange,
  guardResult,
  planOf,
  SEALED_KEY,
  suspendChange,
  updateChange,
} from "../../support/plans.ts";
import { runs } from "../../support/runs.ts";

/*
 * Written from the documentation alone: what people are shown about a change, and what apply reads of one, is in the digest.
 * All that may change without it, as paths; `*` is any place of a list.
 */
const FREE = [
  /^(formatVersion|zivsync|createdAt|expiresAt|digest|seal)$/,
  /^(configuration|sources|live|state|summary|attention|findings|remember)\b/,
  /^changes\.\d+\.fields\.\d+\.(origin|changedIn)\b/,
  /^changes\.\d+\.(accountKey\.sealed|base)$/,
];

type Path = readonly (string | number)[];

/** Every place that holds a single value, or an empty list or object. */
function placesIn(value: unknown, path: Path = []): readonly Path[] {
  if (Array.isArray(value) && value.length > 0)
    return value.flatMap((item, at) => placesIn(item, [...path, at]));
  if (value !== null && typeof value === "object" && !Array.isArray(value)) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    if (members.length > 0) return members.flatMap(([key, member]) => placesIn(member, [...path, key]));
  }
  return [path];
}

/** The same data with another value in one place, made from the old one. */
function put(value: unknown, [first, ...rest]: Path, other: (old: unknown) => unknown): unknown {
  if (first === undefined) return other(value);
  if (Array.isArray(value)) return value.map((item, at) => (at === first ? put(item, rest, other) : item));
  const object = value as Readonly<Record<string, unknown>>;
  return { ...object, [first]: put(object[first], rest, other) };
}

function otherThan(value: unknown): unknown {
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  if (Array.isArray(value)) return ["one more"];
  return typeof value === "string" ? `${value}.` : "no longer null";
}

function taken(plan: Plan): readonly (readonly [string, Plan])[] {
  const places = placesIn(plan).filter((path) => !["guards", "changes"].includes(path.join(".")));
  return places.map((path) => [path.join("."), put(plan, path, otherThan) as Plan] as const);
}

/** Of guards only those count whose effect was accepted: the others are measures. */
function isFree(path: string, plan: Plan): boolean {
  // Numbers of changes are free, as long as what a change needs is the same change.
  const [, numbered] = /^changes\.(\d+)\.id$/.exec(path) ?? [];
  const id = numbered === undefined ? undefined : plan.changes[Number(numbered)]?.id;
  if (id !== undefined) return plan.changes.every(({ needs }) => !needs.includes(id));
  const [, at, key] = /^guards\.(\d+)\.(\w+)$/.exec(path) ?? [];
  if (at === undefined) return FREE.some((pattern) => pattern.test(path));
  if (key === "of" || key === "limit") return true;
  return plan.guards[Number(at)]?.verdict !== "accepted";
}

/** Plans that hold every member that a plan can have. */
const whole = planOf(
  [
    createChange("new@example.org", { accountKey: SEALED_KEY }),
    updateChange(
      "old@example.org",
      [
        {
          field: "delegates",
          before: ["a@example.org"],
          after: ["b@example.org"],
          accounts: { before: ["id-a"], after: ["id-b"] },
          origin: { source: "list", where: "row 2", attribute: "Delegates" },
          changedIn: "zivver",
        },
      ],
      { needs: ["c-1"] },
    ),
    suspendChange("gone@example.org", { fullName: "Gone" }),
  ],
  {
    guards: [
      guardResult({ verdict: "accepted", profile: "staff", source: "staff/list" }),
      guardResult({ verdict: "passed" }),
    ],
  },
);

/** Canonical JSON has no lone surrogates, and JSON.stringify writes just those as escapes. */
function canBeSaid(plan: Plan): boolean {
  return !/\\ud[89a-f]/i.test(JSON.stringify(plan));
}

describe("the digest", () => {
  test("is another one whatever is changed of what people see of a change or apply reads, and only then", () => {
    fc.assert(
      fc.property(fc.oneof(fc.constant(whole), hostilePlans(4).filter(canBeSaid)), (plan) => {
        const digest = digestOf(plan);
        for (const [path, other] of taken(plan)) {
          if (canonicalJson(other) === canonicalJson(plan)) continue;
          expect([path, digestOf(other) === digest]).toEqual([path, isFree(path, plan)]);
        }
      }),
      { numRuns: runs(20, 60) },
    );
  });

  test("does not depend on the order of changes, nor on their numbers", () => {
    const renumbered = (id: string) => `c-${Number(id.slice(2)) + 50}`;
    const changes = [...whole.changes].reverse().map((change) => ({
      ...change,
      id: renumbered(change.id),
      needs: change.needs.map(renumbered),
    }));
    expect(digestOf({ ...whole, changes })).toBe(digestOf(whole));
  });

  test("is that of every version, so that a signature stays one for the plan", () => {
    expect(digestOf(whole)).toBe("sha256:1091e2206e8127248198408b7d8ed212c559a35d20c935a0fa4f9aaec8f35011");
  });

  test("does not depend on the order in which a change names what it needs", () => {
    const needing = (needs: readonly string[]) => digestOf(three({ needs }));
    expect(needing(["c-2", "c-1"])).toBe(needing(["c-1", "c-2"]));
  });

  test("says which of two changes is needed, also where only the account tells them apart", () => {
    const [first, second] = [digestOf(three({ needs: ["c-1"] })), digestOf(three({ needs: ["c-2"] }))];
    expect(first === second).toBe(false);
  });

  test("leaves nothing out without a reason", () => {
    const reasons = Object.values(LEFT_OUT).flatMap((names) => Object.entries(names));
    expect(reasons.filter(([, reason]) => reason.length < 6).map(([name]) => name)).toEqual([]);
    expect(reasons.length).toBe(27);
  });
});

/** Two changes of accounts that only their ids tell apart, and one that needs what `given` says. */
function three(given: { readonly needs: readonly string[] }): Plan {
  const { changes, ...plan } = planOf([
    suspendChange("gone@example.org"),
    suspendChange("gone@example.org"),
    updateChange("old@example.org", [], given),
  ]);
  const ids = ["id-1", "id-2", "id-3"];
  return {
    ...plan,
    changes: changes.map((change, at) => ({ ...change, zivverId: ids[at] }) as (typeof changes)[number]),
  };
}
