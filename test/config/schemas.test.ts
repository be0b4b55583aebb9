import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

type Schema = { readonly [key: string]: unknown };

function isSchema(value: unknown): value is Schema {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** What editors could not explain: properties without a description, and maps that take any key. */
function gaps(schema: Schema, path: string): readonly string[] {
  const properties = isSchema(schema.properties) ? Object.entries(schema.properties) : [];
  const condition = /\/if$/.test(path);
  const undescribed = properties
    .filter(([, property]) => !condition && !(isSchema(property) && typeof property.description === "string"))
    .map(([name]) => `${path}/${name} has no description`);
  const open =
    schema.type === "object" &&
    properties.length > 0 &&
    !("additionalProperties" in schema) &&
    !("allOf" in schema);
  const inner = Object.entries(schema).flatMap(([key, value]) =>
    [value]
      .flat()
      .flatMap((part) => (isSchema(part) && key !== "examples" ? gaps(part, `${path}/${key}`) : [])),
  );
  return [...undescribed, ...(open ? [`${path} takes any key`] : []), ...inner];
}

for (const name of ["organization", "profile", "accounts"]) {
  test(`the schema of ${name} explains every key and takes no other`, () => {
    const text = readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), "utf8");
    const schema: unknown = JSON.parse(text);
    expect(isSchema(schema) ? gaps(schema, "") : "no schema").toEqual([]);
  });
}
