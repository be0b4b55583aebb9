import accountsSchema from "../../../schemas/accounts.schema.json" with { type: "json" };
import organizationSchema from "../../../schemas/organization.schema.json" with { type: "json" };
import profileSchema from "../../../schemas/profile.schema.json" with { type: "json" };
import type { Problem } from "../../model/values/errors.ts";
import type { YamlDocument } from "../yaml/yaml.ts";
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

const VERSION = "zivsync/v1";

/** Whether the document is what its place says: a map with the one `apiVersion` and this `kind`. Else all else would be noise. */
function checkHeader(kind: keyof Written, document: YamlDocument, problems: Problem[]): boolean {
  const { data } = document;
  const header = `Begin it with \`apiVersion: ${VERSION}\` and \`kind: ${kind}\`.`;
  if (data === null || data === undefined) {
    problems.push({
      code: "config-empty",
      where: document.at([]),
      message: "The file is empty, and an empty file says nothing.",
      remedy: `${header} Or remove the file.`,
    });
    return false;
  }
  if (typeof data !== "object" || Array.isArray(data)) {
    problems.push({
      code: "config-shape",
      where: document.at([]),
      message: "The file must hold a map of keys and values.",
      remedy: header,
    });
    return false;
  }
  const before = problems.length;
  const written = new Map<string, unknown>(Object.entries(data));
  const version = written.get("apiVersion");
  if (version !== VERSION) {
    problems.push({
      code: "config-version",
      where: document.at(["apiVersion"]),
      message:
        version === undefined
          ? "`apiVersion` is missing, so the format of this file is unknown."
          : `\`apiVersion\` is not \`${VERSION}\`, the one format that this version of zivsync reads.`,
      remedy: `Write \`apiVersion: ${VERSION}\`.`,
    });
  }
  if (written.get("kind") !== kind) {
    problems.push({
      code: "config-kind",
      where: document.at(["kind"]),
      message:
        written.get("kind") === undefined
          ? "`kind` is missing, so it is unknown what this file describes."
          : `\`kind\` is not \`${kind}\`, and a file at this place must be.`,
      remedy: `Write \`kind: ${kind}\`, or move the file to where its kind belongs.`,
    });
  }
  return problems.length === before;
}
