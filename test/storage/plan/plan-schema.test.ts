import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import schema from "../../../schemas/plan.schema.json" with { type: "json" };
import type { Plan } from "../../../src/model/plan/plan.ts";
import { canonicalJson } from "../../../src/model/values/canonical-json.ts";
import { COMPLETE_PLAN, planOf, SEALED_KEY, sha256 } from "../../support/plans.ts";

const ajv = new Ajv2020({ strict: true, allErrors: true });
const validate = ajv.compile(schema);

/** The data as it comes from a file, with one place replaced or, without a value, removed. */
function altered(path: string, value?: unknown): unknown {
  const plan: unknown = JSON.parse(canonicalJson(COMPLETE_PLAN));
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  let place = plan;
  for (const key of keys) place = Reflect.get(Object(place), key);
  if (value === undefined) Reflect.deleteProperty(Object(place), last);
  else Reflect.set(Object(place), last, value);
  return plan;
}

function problemsOf(data: unknown): readonly string[] {
  validate(data);
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== "if" && keyword !== "anyOf");
  return [...new Set(errors.map(({ instancePath, message }) => `${instancePath}: ${message}`))];
}

test.each([
  ["every action and every kind of value", COMPLETE_PLAN],
  ["an empty plan", planOf([])],
])("takes %s", (_, plan) => {
  expect(problemsOf(JSON.parse(canonicalJson(plan)))).toEqual([]);
});

describe("refuses", () => {
  test.each<[string, string, unknown, readonly string[]]>([
    ["another version", "formatVersion", 2, ["/formatVersion: must be equal to constant"]],
    ["an unknown key", "extra", 1, [": must NOT have additional properties"]],
    ["a missing key", "seal", undefined, [": must have required property 'seal'"]],
    ["a digest that is none", "digest", sha256("A"), ['/digest: must match pattern "^sha256:[0-9a-f]{64}$"']],
    ["a seal that is none", "seal", sha256("a"), ['/seal: must match pattern "^hmac-sha256:[0-9a-f]{64}$"']],
    [
      "another organisation's form",
      "target.organization",
      "x",
      ['/target/organization: must match pattern "^[0-9a-f]{32}$"'],
    ],
    [
      "an id out of the series",
      "changes.0.id",
      "c-0",
      ['/changes/0/id: must match pattern "^c-[1-9][0-9]*$"'],
    ],
    [
      "a need that is not an id",
      "changes.1.needs.0",
      "1",
      ['/changes/1/needs/0: must match pattern "^c-[1-9][0-9]*$"'],
    ],
    [
      "an unknown action",
      "changes.0.action",
      "purge",
      ["/changes/0/action: must be equal to one of the allowed values"],
    ],
    [
      "a create with an id of Zivver",
      "changes.0.zivverId",
      "x",
      ["/changes/0: must NOT have additional properties"],
    ],
    [
      "an update without a base",
      "changes.1.base",
      undefined,
      ["/changes/1: must have required property 'base'"],
    ],
    [
      "delegates without their accounts",
      "changes.3.fields.0.accounts",
      undefined,
      ["/changes/3/fields/0: must have required property 'accounts'"],
    ],
    [
      "a suspension with a key",
      "changes.3.accountKey",
      SEALED_KEY,
      ["/changes/3: must NOT have additional properties"],
    ],
    [
      "a deletion with a release",
      "changes.4.release",
      {},
      ["/changes/4: must NOT have additional properties"],
    ],
    ["a key in clear", "changes.0.accountKey", "clear", ["/changes/0/accountKey: must be object"]],
    [
      "a key in clear as a field",
      "changes.1.fields.4.after",
      "clear",
      [
        "/changes/1/fields/4/after: must be boolean",
        '/changes/1/fields/4/after: must match pattern "^hmac-sha256:[0-9a-f]{64}$"',
        "/changes/1/fields/4/after: must be null",
      ],
    ],
    [
      "text for a list",
      "changes.1.fields.1.after",
      "jd@example.org",
      ["/changes/1/fields/1/after: must be array", "/changes/1/fields/1/after: must be null"],
    ],
    [
      "text for a switch",
      "changes.1.fields.2.after",
      "yes",
      ["/changes/1/fields/2/after: must be boolean", "/changes/1/fields/2/after: must be null"],
    ],
    [
      "one address twice",
      "changes.1.fields.1.after",
      ["a@example.org", "a@example.org"],
      [
        "/changes/1/fields/1/after: must NOT have duplicate items (items ## 1 and 0 are identical)",
        "/changes/1/fields/1/after: must be null",
      ],
    ],
    ["a negative count", "summary.suspend", -1, ["/summary/suspend: must be >= 0"]],
    [
      "an unknown guard",
      "guards.0.guard",
      "x",
      ["/guards/0/guard: must be equal to one of the allowed values"],
    ],
    [
      "an unknown verdict",
      "guards.0.verdict",
      "ok",
      ["/guards/0/verdict: must be equal to one of the allowed values"],
    ],
    [
      "an unknown finding",
      "findings.0.code",
      "x",
      ["/findings/0/code: must be equal to one of the allowed values"],
    ],
    [
      "an unknown place",
      "findings.0.where.row",
      1,
      ["/findings/0/where: must NOT have additional properties"],
    ],
    ["a verdict that is text", "applicable", "true", ["/applicable: must be boolean"]],
  ])("%s", (_, path, value, expected) => {
    expect(problemsOf(altered(path, value))).toEqual(expected);
  });

  test.each([
    "2026-11-23T11:00:00+01:00",
    "2026-11-23",
    "2026-13-01T00:00:00Z",
    "2026-11-23T24:00:00Z",
    "",
    "2026-11-23T11:00:00Z\n",
  ])("%j as a time", (time) => {
    expect(problemsOf(altered("expiresAt", time))).toHaveLength(1);
  });

  test("any plan with one object's key too many or too few, optional ones excepted", () => {
    const optional = /\.(origin|release|kind|address|profile|source|place|accountKey)$/;
    const objects = pathsOf(COMPLETE_PLAN).filter(
      (path) => !optional.test(path) || /changes\.\d+\.(kind|address|profile)$/.test(path),
    );
    fc.assert(
      fc.property(fc.constantFrom(...objects), (path) => {
        expect(problemsOf(altered(path))).not.toEqual([]);
        expect(problemsOf(altered(`${path}x`, 1))).not.toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

/** Every key of every object of a plan, as `changes.0.id`; items of lists are not keys. */
function pathsOf(plan: Plan): readonly string[] {
  const visit = (node: unknown, path: string): readonly string[] => {
    if (node === null || typeof node !== "object") return [];
    return Object.entries(node).flatMap(([key, value]) => {
      const own = path === "" ? key : `${path}.${key}`;
      return [...(Array.isArray(node) ? [] : [own]), ...visit(value, own)];
    });
  };
  return visit(plan, "");
}
