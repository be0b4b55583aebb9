import { createHash } from "node:crypto";
import { KINDS, type Kind } from "../../model/account/kind.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { Reading } from "../../model/ports.ts";
import type { SpreadsheetConfig, SpreadsheetTable } from "../../model/source-config/source-config.ts";
import { InputError, type Problem, ZivsyncError } from "../../model/values/errors.ts";
import { AccountGroups, memberConditions, missingGroups } from "../records/account-groups.ts";
import { Sieve } from "../records/filtering.ts";
import { withSuggestedTable } from "./find-tables.ts";
import { readSourceFile } from "./table/source-file.ts";
import type { Table, TableFile } from "./table/table.ts";
import { openTableFile } from "./table-file.ts";
import { readTable, type TableRecords } from "./table-records.ts";

type Opened = { readonly sha256: string; readonly tables: TableFile };
type OpenTable = { readonly kind: Kind; readonly table: SpreadsheetTable; readonly content: Table };
type ReadTable = { readonly kind: Kind; readonly place: string; readonly result: TableRecords };

/**
 * Reads the tables of a spreadsheet source, each file once; records are in the order of their rows. Throws InputError
 * with everything that keeps a table from being read.
 */
export async function readSpreadsheet(config: SpreadsheetConfig): Promise<Reading> {
  const problems: Record<Kind, Problem[]> = { personal: [], functional: [] };
  const files = new Map<string, Opened | undefined>();
  const tables = await openTables(config, files, problems);
  const sieve = new Sieve(config.name, filtersOf(config));
  const { groups, missing } = readGroups(config, tables);
  const read: ReadTable[] = [];
  for (const { kind, table, content } of tables) {
    const wrong: Problem[] = [];
    await collect(wrong, async () => {
      const given = { ...table, source: config.name, kind, sieve, ...(groups ? { groups } : {}) };
      read.push({ kind, place: content.shownAs, result: readTable(content, given) });
    });
    problems[kind].push(...(await withSuggestedTable(wrong, table)));
  }
  const all = [...missing, ...KINDS.flatMap((kind) => problems[kind])];
  if (all.length > 0) throw new InputError(all);
  const digest = digestOf([...files.values()].flatMap((file) => file?.sha256 ?? []));
  return { source: config.name, type: config.type, digest, ...combine(config.name, read, sieve) };
}

/** The tables together. */
function combine(
  source: string,
  read: readonly ReadTable[],
  sieve: Sieve,
): Omit<Reading, "source" | "type" | "digest"> {
  const records = read.flatMap(({ result }) => result.records);
  const wholly = records.length === 0;
  const emptied = KINDS.filter((kind) => !wholly && sieve.isEmptied(kind));
  const spoken = read.filter(({ kind }) => sieve.takesKind(kind));
  return {
    records,
    complete: !wholly && read.every(({ result }) => result.isWhole),
    findings: [
      ...read.flatMap(({ result }) => result.findings),
      ...(wholly ? nothingFindings(source, sieve) : emptyFindings(source, read, sieve)),
    ],
    ...sieve.summary(),
    speaks: Object.fromEntries(spoken.map(({ kind, result }) => [kind, result.fields])),
    ...(emptied.length > 0 ? { incompleteKinds: emptied } : {}),
  };
}

async function openTables(
  config: SpreadsheetConfig,
  files: Map<string, Opened | undefined>,
  problems: Readonly<Record<Kind, Problem[]>>,
): Promise<readonly OpenTable[]> {
  const tables: OpenTable[] = [];
  for (const kind of KINDS) {
    const table = config[kind];
    if (table === undefined) continue;
    await collect(problems[kind], async () => {
      if (!files.has(table.path)) {
        files.set(table.path, undefined);
        files.set(table.path, await openFile(table));
      }
      const content = await files.get(table.path)?.tables.read(table);
      if (content !== undefined) tables.push({ kind, table, content });
    });
  }
  return tables;
}

function filtersOf({ personal, functional }: SpreadsheetConfig) {
  return {
    ...(personal?.filter ? { personal: personal.filter } : {}),
    ...(functional?.filter ? { functional: functional.filter } : {}),
  };
}

type Groups = { readonly groups?: AccountGroups; readonly missing: readonly Problem[] };

/** Memberships, where a filter asks for them: by all functional accounts, regardless of the filters on these. */
function readGroups(config: SpreadsheetConfig, tables: readonly OpenTable[]): Groups {
  const conditions = memberConditions(filtersOf(config));
  const given = tables.find(({ kind }) => kind === "functional");
  // Without the table there is a problem already, and what is wrong with its columns is reported below.
  if (conditions.length === 0 || (given === undefined && config.functional)) return { missing: [] };
  try {
    const context = { source: config.name, kind: "functional" as const };
    const all = given && readTable(given.content, { ...context, map: given.table.map });
    const groups = new AccountGroups(all?.records ?? [], all?.isWhole);
    return { groups, missing: missingGroups(groups, conditions) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { missing: [] };
  }
}

async function openFile(table: SpreadsheetTable): Promise<Opened> {
  const file = await readSourceFile(table);
  return { sha256: file.sha256, tables: await openTableFile(file) };
}

async function collect(problems: Problem[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ZivsyncError)) throw error;
    problems.push(...error.problems);
  }
}

function nothingFindings(source: string, sieve: Sieve): readonly Finding[] {
  const byFilter = sieve.findings();
  if (byFilter.length > 0) return byFilter;
  const summary =
    "The spreadsheet gives no record at all, so nothing is removed because of it. Look at the file: its export may have failed.";
  return [{ code: "source-empty", severity: "warning", summary, where: { source } }];
}

/** For kinds of which nothing came, beside another: the engine holds back the removals of these. */
function emptyFindings(source: string, read: readonly ReadTable[], sieve: Sieve): readonly Finding[] {
  const empty = read.filter(({ kind }) => sieve.seen(kind) === 0);
  const ofTables = empty.map(({ kind, place }) => ({
    code: "source-empty" as const,
    severity: "info" as const,
    summary: `The table of ${kind} accounts gives no record, so no ${kind} account is removed because of this source.`,
    where: { source, place, kind },
  }));
  return [...sieve.findings(), ...ofTables];
}

/** Of one file its own digest, so that people can check it with any tool. */
function digestOf(files: readonly string[]): string {
  const [only, ...others] = files;
  if (only !== undefined && others.length === 0) return `sha256:${only}`;
  return `sha256:${createHash("sha256").update(files.join("\n")).digest("hex")}`;
}
