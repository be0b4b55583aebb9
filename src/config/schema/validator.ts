import { compile } from "./ajv.ts";

/** One problem at one place of a value; the part of ajv's ErrorObject that is used. */
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

/** A value of the wrong type is none of the choices either. */
function withoutEchoes(errors: readonly ShapeError[]): readonly ShapeError[] {
  const mistyped = new Set(errors.flatMap((error) => (error.keyword === "type" ? error.instancePath : [])));
  return errors.filter(
    ({ keyword, instancePath }) =>
      !ECHOES.has(keyword) && !(keyword === "enum" && mistyped.has(instancePath)),
  );
}

/** A check against a JSON Schema (2020-12), compiled at its first use; `T` is the type that the schema describes. */
export function createValidator<T>(schema: object): Validator<T> {
  let validate: ReturnType<typeof compile> | undefined;
  return (value) => {
    validate ??= compile(schema);
    if (validate(value)) return { value: value as T };
    return { errors: withoutEchoes(validate.errors ?? []) };
  };
}

/** The first error at each place of data that another program wrote; none where it is as its schema has it. */
export function errorsByPlace(validator: Validator<unknown>, data: unknown): readonly ShapeError[] {
  const verdict = validator(data);
  if ("value" in verdict) return [];
  return [...new Map(verdict.errors.map((error) => [error.instancePath, error])).values()];
}

/** What is wrong at a place, without its value. `things`: what such data is called, one and several. */
export function describeError(error: ShapeError, one: string, several: string): string {
  if (error.keyword === "required") return `\`${String(error.params.missingProperty)}\` is missing.`;
  if (error.keyword === "additionalProperties") return `${several} no such key.`;
  if (error.keyword === "type") return `It must be ${[error.params.type].flat().join(" or ")}.`;
  return `It is not written as ${one} has it.`;
}
