import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { parseAddressPattern } from "../../src/config/values/address-pattern.ts";
import { parseAddress, parseDomain } from "../../src/model/values/address.ts";

const FORMATS = {
  "idn-hostname": (text: string) => parseDomain(text) !== undefined,
  "idn-email": (text: string) => parseAddress(text) !== undefined,
  "address-pattern": (text: string) => parseAddressPattern(text) !== undefined,
};

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
    !condition &&
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

/** The pointers (RFC 6901) of all parts of a schema that show examples. */
function withExamples(schema: Schema, pointer: string): readonly (readonly [string, readonly unknown[]])[] {
  const own = Array.isArray(schema.examples) ? [[pointer, schema.examples] as const] : [];
  const inner = Object.entries(schema).flatMap(([key, value]) =>
    key === "examples"
      ? []
      : [value]
          .flat()
          .flatMap((part, index) =>
            isSchema(part)
              ? withExamples(part, `${pointer}/${key}${Array.isArray(value) ? `/${index}` : ""}`)
              : [],
          ),
  );
  return [...own, ...inner];
}

for (const name of ["organization", "profile", "accounts", "state"]) {
  test(`the schema of ${name} explains every key and takes no other`, () => {
    const text = readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), "utf8");
    const schema: unknown = JSON.parse(text);
    expect(isSchema(schema) ? gaps(schema, "") : "no schema").toEqual([]);
  });

  test(`the examples in the schema of ${name} are valid`, () => {
    const text = readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), "utf8");
    const schema = JSON.parse(text);
    const ajv = new Ajv2020({ strict: false, formats: FORMATS });
    ajv.addSchema(schema, "root");
    const shown = withExamples(schema, "");
    expect(shown.length).toBeGreaterThan(10);
    const wrong = shown.flatMap(([pointer, examples]) => {
      const validate = ajv.compile({ $ref: `root#${pointer.replaceAll("^", "%5E")}` });
      return examples.filter((example) => !validate(example)).map((example) => [pointer, example]);
    });
    expect(wrong).toEqual([]);
  });
}
