import { Ajv2020 } from "ajv/dist/2020.js";
import { parseAddress, parseDomain } from "../model/address.ts";
import { parseAddressPattern } from "./address-pattern.ts";

/** What is wrong with one place of a value; the part of ajv's ErrorObject that is used. */
export type ShapeError = {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly propertyName?: string;
  readonly parentSchema?: Readonly<Record<string, unknown>>;
  readonly data?: unknown;
};

export type Verdict<T> = { readonly value: T } | { readonly errors: readonly ShapeError[] };
export type Validator<T> = (value: unknown) => Verdict<T>;

// Errors of these keywords only repeat what another error says of the same place.
const ECHOES: ReadonlySet<string> = new Set(["if", "propertyNames"]);

/** A check against a JSON Schema (2020-12), compiled at its first use; `T` is the type that the schema describes. */
export function createValidator<T>(schema: object): Validator<T> {
  // Compiling takes some 50 ms, and only commands that read files need it.
  let validate: ReturnType<typeof compile<T>> | undefined;
  return (value) => {
    validate ??= compile<T>(schema);
    if (validate(value)) return { value };
    return { errors: (validate.errors ?? []).filter(({ keyword }) => !ECHOES.has(keyword)) };
  };
}

function compile<T>(schema: object) {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    strictRequired: false,
    strictTypes: false,
    ownProperties: true,
  });
  // What counts as a domain and an address is the model's matter, not that of a general format library.
  ajv.addFormat("idn-hostname", (text: string) => parseDomain(text) !== undefined);
  ajv.addFormat("idn-email", (text: string) => parseAddress(text) !== undefined);
  ajv.addFormat("address-pattern", (text: string) => parseAddressPattern(text) !== undefined);
  return ajv.compile<T>(schema);
}
