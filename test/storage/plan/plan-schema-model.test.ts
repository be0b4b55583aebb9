import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import schema from "../../../schemas/plan.schema.json" with { type: "json" };
import { FIELD_NAMES } from "../../../src/model/account/fields.ts";
import { DEFAULT_GUARDS } from "../../../src/model/plan/default-guards.ts";

describe("keeps up with the model", () => {
  const source = readFileSync(new URL("../../../src/model/plan/finding.ts", import.meta.url), "utf8");
  const membersOf = (union: string): readonly string[] => {
    const [, body = ""] = new RegExp(`export type ${union} =([^;]+);`).exec(source) ?? [];
    return [...body.matchAll(/"([^"]+)"/g)].map(([, member = ""]) => member);
  };

  test("findings, fields, severities, guards", () => {
    const { finding: ofFinding, fieldChange, guard } = schema.$defs;
    expect(ofFinding.properties.code.enum.toSorted()).toEqual(membersOf("FindingCode").toSorted());
    expect(ofFinding.properties.severity.enum.toSorted()).toEqual(membersOf("Severity").toSorted());
    expect(fieldChange.properties.field.enum.toSorted()).toEqual(FIELD_NAMES.toSorted());
    expect(guard.properties.guard.enum).toEqual([...Object.keys(DEFAULT_GUARDS), "protectedNobody"]);
  });

  test("every key is described, for editors and readers", () => {
    const undescribed: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (node === null || typeof node !== "object") return;
      const properties: unknown = Reflect.get(node, "properties");
      if (
        typeof properties === "object" &&
        properties !== null &&
        Reflect.get(node, "additionalProperties") === false
      ) {
        for (const [key, value] of Object.entries(properties)) {
          if (typeof Reflect.get(Object(value), "description") !== "string")
            undescribed.push(`${path}/${key}`);
        }
      }
      for (const [key, value] of Object.entries(node)) visit(value, `${path}/${key}`);
    };
    visit(schema, "");
    expect(undescribed).toEqual([]);
  });

  test("every object is closed", () => {
    const open = Object.entries(schema.$defs).filter(([name, node]) => {
      return name !== "change" && "properties" in node && !("additionalProperties" in node);
    });
    expect(open).toEqual([]);
  });
});
