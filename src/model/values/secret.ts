/** Where a secret stands. Configuration holds references like this one, never a value. */
export type SecretRef = { readonly env: string } | { readonly file: string };

/**
 * A value that must not be seen: API key, account key, password. Printing, serialising or inspecting it shows
 * `[secret]`; only `reveal()` gives the value, so every use of it can be found by that name.
 */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  reveal(): string {
    return this.#value;
  }
  toString(): string {
    return "[secret]";
  }
  toJSON(): string {
    return "[secret]";
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}
