/** Something came from GitHub that is not as its documentation says; the message names the part. */
export class NotAsDocumented extends Error {
  override readonly name = "NotAsDocumented";
}

/** A part of an answer or an event, of which nothing is believed before it is looked at. All methods throw NotAsDocumented. */
export class Answer {
  readonly value: unknown;
  readonly #path: string;
  constructor(value: unknown, path: string) {
    this.value = value;
    this.#path = path;
  }

  /** The part under a key; one that is not there has the value undefined. */
  at(key: string): Answer {
    if (typeof this.value !== "object" || this.value === null || Array.isArray(this.value))
      throw this.#trouble("an object");
    const members: Readonly<Record<string, unknown>> = { ...this.value };
    return new Answer(Object.hasOwn(members, key) ? members[key] : undefined, `${this.#path}.${key}`);
  }

  get isAbsent(): boolean {
    return this.value === null || this.value === undefined;
  }

  list(): readonly Answer[] {
    if (!Array.isArray(this.value)) throw this.#trouble("a list");
    return this.value.map((item, index) => new Answer(item, `${this.#path}[${index}]`));
  }

  text(): string {
    if (typeof this.value !== "string") throw this.#trouble("text");
    return this.value;
  }

  /** A whole number above 0, as ids and numbers are. */
  number(): number {
    if (typeof this.value !== "number" || !Number.isSafeInteger(this.value) || this.value < 1)
      throw this.#trouble("a whole number");
    return this.value;
  }

  /** The full name of a commit. */
  sha(): string {
    const text = this.text();
    if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text)) throw this.#trouble("the name of a commit");
    return text;
  }

  /** A moment by GitHub's clock in whole seconds, so that two of them can be compared as text: `2026-11-28T12:00:00Z`. */
  time(): string {
    const text = this.text();
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text)) throw this.#trouble("a moment");
    return `${text.slice(0, 19)}Z`;
  }

  /** The name of an account. */
  login(): string {
    const text = this.text();
    if (!/^[\w.-]{1,90}(\[bot\])?$/.test(text)) throw this.#trouble("the name of an account");
    return text;
  }

  oneOf<T extends string>(words: readonly T[]): T {
    const found = words.find((word) => word === this.value);
    if (found === undefined) throw this.#trouble(`one of ${words.join(", ")}`);
    return found;
  }

  #trouble(wanted: string): NotAsDocumented {
    return new NotAsDocumented(`${this.#path} is not ${wanted}`);
  }
}
