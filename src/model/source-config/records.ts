import type { SecretRef } from "../values/secret.ts";
import type { KindFilters } from "./filter.ts";
import type { NamedFile } from "./named-file.ts";

/** A program that writes records, and what it may know. */
export type RecordsProgram = {
  readonly type: "program";
  /** Its absolute path, and its arguments. */
  readonly argv: readonly string[];
  /** Its place: `profiles/staff.yaml:12:5`. */
  readonly where: string;
  readonly timeoutMs: number;
  /** The secrets that it gets, by the names of the variables of its environment. */
  readonly secrets: Readonly<Record<string, { readonly ref: SecretRef; readonly where: string }>>;
};

/** Records as JSON Lines, from a file or a program. */
export type RecordsConfig = {
  readonly type: "records";
  readonly name: string;
  readonly input: { readonly type: "file"; readonly file: NamedFile } | RecordsProgram;
  readonly filters?: KindFilters;
};
