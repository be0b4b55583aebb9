import accountsSchema from "../../../schemas/accounts.schema.json" with { type: "json" };
import organizationSchema from "../../../schemas/organization.schema.json" with { type: "json" };
import profileSchema from "../../../schemas/profile.schema.json" with { type: "json" };
import type { Problem } from "../../model/values/errors.ts";
import { didYouMean, listChoices } from "../values/did-you-mean.ts";
import type { Path, YamlDocument } from "../yaml/yaml.ts";
import type { Written } from "./types.ts";
import { createValidator, type ShapeError, type Validator } from "./validator.ts";
import {
  asObject,
  capital,
  explain,
  firstExample,
  onlyWord,
  pathInWords,
  pathOf,
  quote,
  quoteKey,
  typeNames,
  valueName,
} from "./wording.ts";

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

type Wording = Pick<Problem, "code" | "message" | "remedy">;

/** One error of the validator in words. No value is quoted but addresses and domains: others can be secrets. */
function shapeProblem(error: ShapeError, document: YamlDocument): Problem {
  const path = pathOf(error.instancePath);
  if (isSecret(error)) return secretProblem(document.at(path), error);
  const where = placeOf(error, path, document);
  const { code, message, remedy } = wordingOf(error, pathInWords(path));
  return { code, where, message, ...(remedy === undefined ? {} : { remedy }) };
}

function placeOf(error: ShapeError, path: Path, document: YamlDocument): string {
  const key = error.propertyName ?? error.params.additionalProperty;
  if (typeof key === "string") return document.atKey([...path, key]);
  // A missing key has no place of its own: that of the map which lacks it.
  return error.keyword === "required" ? document.atKey(path) : document.at(path);
}

function wordingOf(error: ShapeError, name: string): Wording {
  const { params } = error;
  switch (error.keyword) {
    case "additionalProperties":
      return unknownKey(String(params.additionalProperty), name, error);
    case "required":
      return missingKey(String(params.missingProperty), name, error);
    case "type":
      return wrongType(name, error);
    case "enum":
      return wrongChoice(name, error);
    case "pattern":
      return wrongText(name, error);
    case "format":
      return wrongFormat(error);
    case "minimum":
    case "maximum":
      return shape(
        `${name} must be at ${error.keyword === "minimum" ? "least" : "most"} ${String(params.limit)}.`,
        error,
      );
    case "uniqueItems":
      return {
        code: "config-duplicate",
        message: `${capital(name)} names the same thing twice.`,
        remedy: "Remove one of the two.",
      };
    case "not":
      return shape(`${name} cannot be \`false\`.`, error, "Leave the key out.");
    case "maxProperties":
      return shape(
        `${name} takes one of its keys only.`,
        error,
        `Keep one of ${listChoices(Object.keys(asObject(error.parentSchema?.properties)))}.`,
      );
    case "minProperties":
    case "minLength":
    case "minItems":
      return shape(`${name} is empty.`, error);
    default:
      return shape(`${name} is not written as it must be.`, error);
  }
}

function shape(message: string, error: ShapeError, remedy = example(error)): Wording {
  return {
    code: "config-shape",
    message: explain(capital(message), error.parentSchema),
    ...(remedy ? { remedy } : {}),
  };
}

function unknownKey(key: string, name: string, error: ShapeError): Wording {
  const known = Object.keys(asObject(error.parentSchema?.properties));
  return {
    code: "unknown-key",
    message: `${quoteKey(key)} is not a key of ${name}, and what zivsync does not know would have no effect.`,
    remedy: didYouMean(key, known) ?? `Known here: ${listChoices(known)}.`,
  };
}

function missingKey(key: string, name: string, error: ShapeError): Wording {
  const schema = asObject(asObject(error.parentSchema?.properties)[key]);
  const shown = firstExample(schema);
  return {
    code: "config-shape",
    message: explain(`\`${key}\` is missing in ${name}.`, schema),
    remedy: shown === undefined ? `Add \`${key}\`.` : `Add it, for example \`${key}: ${shown}\`.`,
  };
}

function wrongType(name: string, error: ShapeError): Wording {
  const wanted = [error.params.type].flat().map(String);
  const quoted = wanted.join() === "string" && ["number", "boolean"].includes(typeof error.data);
  const message = `${name} must be ${typeNames(wanted, error.parentSchema)}, not ${valueName(error.data)}.`;
  return shape(message, error, quoted ? 'Put it in quotes: "…".' : example(error));
}

/** Text is one of several types in places where one word of it is allowed. */
function wrongText(name: string, error: ShapeError): Wording {
  const types = [asObject(error.parentSchema).type].flat().map(String);
  if (types.length < 2 || onlyWord(error.parentSchema) === undefined)
    return shape(`${name} is not written as it must be.`, error);
  return shape(`${name} must be ${typeNames(types, error.parentSchema)}, but other text is here.`, error);
}

function wrongChoice(name: string, error: ShapeError): Wording {
  const choices = Array.isArray(error.params.allowedValues) ? error.params.allowedValues.map(String) : [];
  const meant = typeof error.data === "string" ? didYouMean(error.data, choices) : undefined;
  return shape(`${name} must be one of ${listChoices(choices)}.`, error, meant ?? `Write one of these.`);
}

function wrongFormat(error: ShapeError): Wording {
  const text = quote(error.propertyName ?? String(error.data));
  if (error.params.format === "idn-hostname") {
    return {
      code: "domain-invalid",
      message: `${text} is not a domain that can receive mail.`,
      remedy: "Write a domain such as `example.org`, without `@` or `https://`.",
    };
  }
  const pattern = error.params.format === "address-pattern";
  return {
    code: "address-invalid",
    message: `${text} is not an e-mail address${pattern ? ", and not a pattern that one could match" : ""}.`,
    remedy: `Write an address such as \`j.doe@example.org\`${pattern ? ", or a pattern such as `*@example.org`" : ""}.`,
  };
}

function isSecret(error: ShapeError): boolean {
  return (
    error.parentSchema?.title === "Secret reference" ||
    /\/(apiKey|sealKey|accountKey|password|key|passphrase|secret)\/(env|file)$/.test(error.instancePath)
  );
}

/** A problem of a reference to a secret: neither its keys nor its values are quoted. */
function secretProblem(where: string, error: ShapeError): Problem {
  const inline = error.keyword === "type" && error.data !== null && typeof error.data !== "object";
  const remedy = "Write `{ env: NAME }` with the name of an environment variable, or `{ file: PATH }`.";
  if (!inline) {
    const message =
      "A secret must be named by exactly one of `env` and `file`, and `env` by a name of letters, digits and `_`.";
    return { code: "config-shape", where, message, remedy };
  }
  return {
    code: "secret-inline",
    where,
    message: "This is a literal secret: anyone who can read the repository can read it.",
    remedy: `${remedy} If the value was real and has been committed, replace it at its origin.`,
  };
}

function example(error: ShapeError): string | undefined {
  const shown = firstExample(asObject(error.parentSchema));
  return shown === undefined ? undefined : `Write for example \`${shown}\`.`;
}
