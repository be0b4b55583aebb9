import conformanceSchema from "../../../schemas/conformance.schema.json" with { type: "json" };
import type { Problem } from "../../model/values/errors.ts";
import { createValidator, errorsByPlace } from "./validator.ts";

const validator = createValidator<unknown>(conformanceSchema);

/** Checks data against the schema of reports of `zivsync conformance`. `where` is a path such as `/answers/3/id`. */
export function validateReport(data: unknown): readonly Problem[] {
  return errorsByPlace(validator, data).map((error) => ({
    code: "conformance-file",
    where: error.instancePath,
    message:
      error.keyword === "required"
        ? `\`${String(error.params.missingProperty)}\` is missing.`
        : "It is not written as such a report has it.",
    remedy: "Give the file that `zivsync conformance -o` wrote, unchanged.",
  }));
}
