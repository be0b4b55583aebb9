import type { Problem } from "../../model/values/errors.ts";
import { didYouMean, listChoices } from "../values/did-you-mean.ts";
import type { Path, YamlDocument } from "../yaml/yaml.ts";
import type { ShapeError } from "./validator.ts";
import {
  asObject,
  capital,
  explain,
  firstExample,
  nameOf,
  onlyWord,
  pathOf,
  quote,
  quoteKey,
  typeNames,
  valueName,
} from "./wording.ts";

type Wording = Pick<Problem, "code" | "message" | "remedy">;

/** One error of the validator in words. No value is quoted but addresses and domains: others can be secrets. */
export function shapeProblem(error: ShapeError, document: YamlDocument): Problem {
  const path = pathOf(error.instancePath);
  if (isSecret(error)) return secretProblem(document.at(path), error);
  const where = placeOf(error, path, document);
  const { code, message, remedy } = wordingOf(error, nameOf(path));
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
