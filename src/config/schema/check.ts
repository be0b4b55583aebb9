import accountsSchema from "../../../schemas/accounts.schema.json" with { type: "json" };
import organizationSchema from "../../../schemas/organization.schema.json" with { type: "json" };
import profileSchema from "../../../schemas/profile.schema.json" with { type: "json" };
import type { Problem } from "../../model/values/errors.ts";
import type { YamlDocument } from "../yaml/yaml.ts";
import { checkHeader } from "./header.ts";
import { shapeProblem } from "./problems.ts";
import type { Written } from "./types.ts";
import { createValidator, type Validator } from "./validator.ts";

const VALIDATORS: { readonly [K in keyof Written]: Validator<Written[K]> } = {
  Organization: createValidator(organizationSchema),
  Profile: createValidator(profileSchema),
  Accounts: createValidator(accountsSchema),
};

/** The document as its schema's type, or undefined, with a problem for each place where it differs from the schema. */
export function checkShape<K extends keyof Written>(
  kind: K,
  document: YamlDocument,
  problems: Problem[],
): Written[K] | undefined {
  if (!checkHeader(kind, document, problems)) return undefined;
  const verdict = VALIDATORS[kind](document.data);
  if ("value" in verdict) return verdict.value;
  problems.push(...verdict.errors.map((error) => shapeProblem(error, document)));
  return undefined;
}
