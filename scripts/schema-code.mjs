// JSON Schemas as JavaScript. Bundled before it runs, because it takes how we compile schemas from src.
import { _ } from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import { createAjv } from "../src/config/schema/ajv.ts";

/** A module whose default export validates; it takes the formats from src/config/values. */
export function codeOf(schema) {
  const ajv = createAjv({ code: { source: true, esm: true, formats: _`require("./formats.ts").FORMATS` } });
  const toCode = standalone.default ?? standalone;
  return toCode(ajv, ajv.compile(schema));
}
