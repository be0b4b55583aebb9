import stateSchema from "../../../schemas/state.schema.json" with { type: "json" };
import type { Problem } from "../../model/values/errors.ts";
import { createValidator, describeError, errorsByPlace } from "./validator.ts";

const validator = createValidator<unknown>(stateSchema);

/** Checks one line of a state against its schema. No value is quoted; `where` is a path such as `/link/anchor`. */
export function validateStateLine(data: unknown): readonly Problem[] {
  return errorsByPlace(validator, data).map((error) => ({
    code: "state-damaged",
    ...(error.instancePath === "" ? {} : { where: error.instancePath }),
    message: describeError(error, "a state", "A state has"),
  }));
}
