import { createHash } from "node:crypto";
import type { RecordField, SourceRecord } from "../../model/account/account.ts";
import { KINDS, type Kind } from "../../model/account/kind.ts";
import { formsOfAll, type SecretForms, secretIn } from "../../model/values/secret-forms.ts";
import type { FieldValues } from "../records/filter.ts";
import { type Line, LineSplitter } from "./lines.ts";
import { type ReadLine, readLine } from "./record.ts";

export type StreamedRecord = {
  readonly record: SourceRecord;
  readonly own: (name: string) => FieldValues;
};

/** A line of which nothing became a record. */
export type WrongLine = { readonly where: string; readonly message: string };

/** The content of a stream of lines. */
export type Streamed = {
  readonly records: readonly StreamedRecord[];
  readonly wrong: readonly WrongLine[];
  /** The reason why the stream may lack something, beside the wrong lines: its end is missing, or counts other lines. */
  readonly incomplete: readonly string[];
  /** Of each kind that any record is of, the fields that its records name. */
  readonly speaks: Readonly<Partial<Record<Kind, readonly RecordField[]>>>;
  readonly lines: number;
  readonly bytes: number;
  readonly sha256: string;
};

/** Takes the bytes of a file or a program as they come, and makes records of their lines. */
export class RecordStream {
  readonly #source: string;
  readonly #place: (line: number) => string;
  readonly #splitter = new LineSplitter();
  readonly #hash = createHash("sha256");
  readonly #records: StreamedRecord[] = [];
  readonly #wrong: WrongLine[] = [];
  readonly #spoken: Readonly<Record<Kind, Set<RecordField>>> = { personal: new Set(), functional: new Set() };
  readonly #kinds = new Set<Kind>();
  #secrets: SecretForms = [];
  #lines = 0;
  #announced: number | undefined;
  #isPastEnd = false;

  constructor(source: string, place: (line: number) => string) {
    this.#source = source;
    this.#place = place;
  }

  /** The reason why nothing more is read: beyond a bound, or not text. */
  get stopped(): string | undefined {
    return this.#splitter.stopped;
  }

  /** Texts that no line may contain, by name: a program that puts its secret into a record would have it planned and shown. */
  forbid(secrets: readonly (readonly [name: string, value: string])[]): void {
    this.#secrets = formsOfAll(secrets);
  }

  push(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    for (const line of this.#splitter.push(chunk)) this.#take(line);
  }

  close(): Streamed {
    for (const line of this.#splitter.end()) this.#take(line);
    return {
      records: this.#records,
      wrong: this.#wrong,
      incomplete: this.#whyIncomplete(),
      speaks: Object.fromEntries(
        KINDS.filter((kind) => this.#kinds.has(kind)).map((kind) => [kind, [...this.#spoken[kind]]]),
      ),
      lines: this.#lines,
      bytes: this.#splitter.bytes,
      sha256: this.#hash.digest("hex"),
    };
  }

  #take(line: Line): void {
    const where = this.#place(line.number);
    if (this.#announced !== undefined) {
      if (!this.#isPastEnd) this.#wrong.push({ where, message: "It comes after the line that is the end." });
      this.#isPastEnd = true;
      return;
    }
    const read = this.#read(line, where);
    if (read.type === "end") {
      this.#announced = read.count;
      return;
    }
    this.#lines++;
    if (read.type === "wrong") {
      this.#wrong.push({ where, message: read.message });
      return;
    }
    const { record, own, spoken } = read;
    this.#records.push({ record, own });
    this.#kinds.add(record.kind);
    for (const field of spoken) this.#spoken[record.kind].add(field);
  }

  #read(line: Line, where: string): ReadLine {
    if ("wrong" in line) return { type: "wrong", message: line.wrong };
    const secret = this.#secretIn(line.text);
    if (secret !== undefined)
      return { type: "wrong", message: `The line holds the secret ${secret} of the program.` };
    return readLine(line.text, { source: this.#source, where });
  }

  /** The name of a secret that a line holds, however JSON writes it. */
  #secretIn(line: string): string | undefined {
    if (this.#secrets.length === 0) return undefined;
    const plain = secretIn(line, this.#secrets);
    if (plain !== undefined || !line.includes("\\")) return plain;
    try {
      return secretIn(JSON.stringify(JSON.parse(line)), this.#secrets);
    } catch {
      return undefined;
    }
  }

  #whyIncomplete(): readonly string[] {
    if (this.stopped !== undefined) return [this.stopped];
    const end = `{"end":true,"count":${this.#lines}}`;
    if (this.#announced === undefined)
      return [`The last line \`${end}\` is missing, so the list may have been cut off.`];
    if (this.#announced === this.#lines) return [];
    return [`The last line counts ${this.#announced} records, and ${this.#lines} lines came before it.`];
  }
}
