import planSchema from "../../../schemas/plan.schema.json" with { type: "json" };
import type { Problem } from "../../model/values/errors.ts";
import { createValidator, type ShapeError } from "./validator.ts";

const validator = createValidator<unknown>(planSchema);

/** Checks data against the schema of plan files. No value is quoted; `where` is a path such as `/changes/3/action`. */
export function validatePlan(data: unknown): readonly Problem[] {
  const verdict = validator(data);
  if ("value" in verdict) return [];
  const problems = new Map(verdict.errors.map((error) => [error.instancePath, error] as const));
  return [...problems.values()].map((error) => ({
    code: "plan-shape",
    where: error.instancePath === "" ? "the whole file" : error.instancePath,
    message: describe(error),
    remedy: "Give the file that `zivsync plan -o` wrote, unchanged.",
  }));
}

function describe(error: ShapeError): string {
  if (error.keyword === "required") return `\`${String(error.params.missingProperty)}\` is missing.`;
  if (error.keyword === "additionalProperties") return "Plans have no such key.";
  if (error.keyword === "type") return `It must be ${[error.params.type].flat().join(" or ")}.`;
  return "It is not written as a plan has it.";
}
