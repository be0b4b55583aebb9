import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SourceRecord } from "../../src/model/account/account.ts";
import type { Kind } from "../../src/model/account/kind.ts";
import type { Reading } from "../../src/model/ports.ts";
import type { RecordFilter } from "../../src/model/source-config/filter.ts";
import type { SpreadsheetConfig, SpreadsheetTable } from "../../src/model/source-config/source-config.ts";
import { type Problem, ZivsyncError } from "../../src/model/values/errors.ts";
import { createSource } from "../../src/sources/registry.ts";
import { CLOCK } from "../support/clock.ts";

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A table by the name of its file. */
export type TableOptions = {
  readonly file: string;
  readonly sheet?: string;
  readonly headerRow?: number;
  readonly map?: SpreadsheetTable["map"];
  readonly filter?: RecordFilter;
};

/** Runs `use` on a folder that holds these files and nothing else. */
export async function withFiles<T>(files: Files, use: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "zivsync-sources-"));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export function readTables(
  files: Files,
  tables: Readonly<Partial<Record<Kind, TableOptions>>>,
): Promise<Reading> {
  return withFiles(files, (directory) => {
    const built = Object.entries(tables).map(([kind, { file, map, ...rest }]) => [
      kind,
      { path: join(directory, file), shownAs: file, map: map ?? {}, ...rest },
    ]);
    const config: SpreadsheetConfig = { type: "spreadsheet", name: "hr", ...Object.fromEntries(built) };
    return createSource(config, {
      readSecret: () => Promise.reject(new Error("no secret is read")),
      clock: CLOCK,
    }).read();
  });
}

/** Reads one file as a table of personal accounts. */
export function read(
  file: string,
  content: string | Uint8Array,
  more: Omit<TableOptions, "file"> = {},
): Promise<Reading> {
  return readTables({ [file]: content }, { personal: { file, ...more } });
}

/** The problems that a reading ends in; an error of any other class is thrown on. */
export async function problemsOf(reading: Promise<Reading>): Promise<readonly Problem[]> {
  try {
    await reading;
    return [];
  } catch (error) {
    if (error instanceof ZivsyncError) return error.problems;
    throw error;
  }
}

/** A record without its origins, and with its key in clear: what a table of expectations names. */
export function plain(record: SourceRecord) {
  const { kind, where, supplement, problems, accountKey, ...given } = record;
  const values = Object.entries(given).map(([field, one]) => [
    field,
    typeof one === "object" ? one.value : one,
  ]);
  return { ...Object.fromEntries(values), ...(accountKey ? { accountKey: accountKey.value.reveal() } : {}) };
}

export function plainRecords(reading: Reading) {
  return reading.records.map(plain);
}
