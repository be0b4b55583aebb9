import stateSchema from "../../../schemas/state.schema.json" with { type: "json" };
import type { Problem } from "../../model/values/errors.ts";
import { createValidator, type ShapeError } from "./validator.ts";

const validator = createValidator<unknown>(stateSchema);

/** Checks one line of a state against its schema. No value is quoted; `where` is a path such as `/link/anchor`. */
export function validateStateLine(data: unknown): readonly Problem[] {
  const verdict = validator(data);
  if ("value" in verdict) return [];
  const errors = new Map(verdict.errors.map((error) => [error.instancePath, error] as const));
  return [...errors.values()].map((error) => ({
    code: "state-damaged",
    ...(error.instancePath === "" ? {} : { where: error.instancePath }),
    message: describe(error),
  }));
}

function describe(error: ShapeError): string {
  if (error.keyword === "required") return `\`${String(error.params.missingProperty)}\` is missing.`;
  if (error.keyword === "additionalProperties") return "A state has no such key.";
  if (error.keyword === "type") return `It must be ${[error.params.type].flat().join(" or ")}.`;
  return "It is not written as a state has it.";
}
