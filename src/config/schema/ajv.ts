import { Ajv2020, type Options } from "ajv/dist/2020.js";
import { FORMATS } from "../values/formats.ts";

/** Our JSON Schemas (2020-12), compiled. The build does it once and puts what comes of it in the place of each schema. */
export function createAjv(options: Options = {}): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    strictRequired: false,
    strictTypes: false,
    ownProperties: true,
    // A function for each definition: written out at every place, they are a third more code for each command to load.
    inlineRefs: false,
    ...options,
  });
  for (const [name, format] of Object.entries(FORMATS)) ajv.addFormat(name, format);
  return ajv;
}

/** Gives a function that says whether a value is as the schema has it, and keeps what is wrong in its `errors`. */
export function compile(schema: object) {
  return createAjv().compile(schema);
}
