import { createHash } from "node:crypto";
import { InputError, type Problem, ZivsyncError } from "../errors.ts";
import { KINDS, type Kind, type SourceRecord } from "../model/account.ts";
import type { Finding } from "../model/plan.ts";
import type { Reading } from "../model/ports.ts";
import type { SpreadsheetConfig, SpreadsheetTable } from "../model/source-config.ts";
import { readSourceFile } from "./source-file.ts";
import { openTableFile, type TableFile } from "./table-file.ts";
import { readTable } from "./table-records.ts";

type Opened = { readonly sha256: string; readonly tables: TableFile };

/**
 * Reads the tables of a spreadsheet source, each file once; records stand in the order of their rows. Throws InputError
 * with everything that keeps a table from being read.
 */
export async function readSpreadsheet(config: SpreadsheetConfig): Promise<Reading> {
  const problems: Problem[] = [];
  const opened = new Map<string, Opened | undefined>();
  const records: SourceRecord[] = [];
  const findings: Finding[] = [];
  const empty: { readonly kind: Kind; readonly place: string }[] = [];
  const tables = KINDS.flatMap((kind) => {
    const table = config[kind];
    return table === undefined ? [] : [{ kind, table }];
  });
  for (const { kind, table } of tables) {
    await collect(problems, async () => {
      if (!opened.has(table.path)) {
        opened.set(table.path, undefined);
        opened.set(table.path, await openFile(table));
      }
      const read = await opened.get(table.path)?.tables.read(table.sheet);
      if (read === undefined) return;
      const result = readTable(read, { source: config.name, kind, map: table.map });
      for (const record of result.records) records.push(record);
      for (const finding of result.findings) findings.push(finding);
      if (result.records.length === 0) empty.push({ kind, place: read.shownAs });
    });
  }
  if (problems.length > 0) throw new InputError(problems);
  findings.push(...emptyFindings(config.name, records.length === 0, empty));
  return {
    source: config.name,
    type: config.type,
    records,
    complete: findings.length === 0,
    digest: digestOf([...opened.values()].flatMap((file) => file?.sha256 ?? [])),
    findings,
  };
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

function emptyFindings(
  source: string,
  wholly: boolean,
  empty: readonly { readonly kind: Kind; readonly place: string }[],
): Finding[] {
  if (wholly) {
    const summary = "The spreadsheet gives no record at all, so nothing is removed on its word.";
    return [{ code: "source-empty", severity: "warning", summary, where: { source } }];
  }
  return empty.map(({ kind, place }) => ({
    code: "source-empty",
    severity: "warning",
    summary: `The table of ${kind} accounts gives no record, so nothing is removed on this source's word.`,
    where: { source, place, kind },
  }));
}

/** Of one file its own digest, so that people can check it with any tool. */
function digestOf(files: readonly string[]): string {
  const [only, ...others] = files;
  if (only !== undefined && others.length === 0) return `sha256:${only}`;
  return `sha256:${createHash("sha256").update(files.join("\n")).digest("hex")}`;
}
