import planSchema from "../../../schemas/plan.schema.json" with { type: "json" };
import type { Problem } from "../../model/values/errors.ts";
import { createValidator, describeError, errorsByPlace } from "./validator.ts";

const validator = createValidator<unknown>(planSchema);

/** Checks data against the schema of plan files. No value is quoted; `where` is a path such as `/changes/3/action`. */
export function validatePlan(data: unknown): readonly Problem[] {
  return errorsByPlace(validator, data).map((error) => ({
    code: "plan-shape",
    where: error.instancePath === "" ? "the whole file" : error.instancePath,
    message: describeError(error, "a plan", "Plans have"),
    remedy: "Give the file that `zivsync plan -o` wrote, unchanged.",
  }));
}
