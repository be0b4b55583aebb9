import { findProfiles, findSource, loadConfiguration } from "../../config/load.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { Reading } from "../../model/ports.ts";
import { neutralJson } from "../../review/shared/neutral.ts";
import { renderFindings } from "../../review/text/problems.ts";
import { renderTableLines } from "../../review/text/terminal/table.ts";
import { readSources } from "../shared/connect.ts";
import type { CommandIo, CommonOptions, ExitCode } from "../shared/io.ts";
import { type Fates, followRecords, type ListedRecord } from "./listed-records.ts";

export type RecordsOptions = CommonOptions & {
  readonly format: "table" | "json";
  readonly profile?: readonly string[];
  readonly checkProgram?: boolean;
};

const COLUMNS = [
  "Place",
  "Kind",
  "Email",
  "Full name",
  "Active",
  "Aliases",
  "Delegates",
  "Account key",
  "Becomes",
];

/** `zivsync records [SOURCE]`: what each source gives, and what becomes of it, before any comparison with Zivver. */
export async function records(
  source: string | undefined,
  options: RecordsOptions,
  io: CommandIo,
): Promise<ExitCode> {
  const configuration = await loadConfiguration(options.directory);
  const chosen = findProfiles(configuration, options.profile ?? []);
  if (source !== undefined) findSource(configuration, source);
  const profiles =
    source === undefined
      ? chosen
      : chosen.filter(({ sources }) => sources.some(({ name }) => name === source));
  const readings = await readSources(profiles, configuration, io);
  const { findings: ofSources, ofAccounts, fates } = followRecords(configuration.policy, readings);
  const isAsked = (name: string | undefined) => source === undefined || name === source;
  const findings = [...ofSources, ...ofAccounts].filter(({ where }) => isAsked(where.source));
  const tables = readings.flatMap(({ policy, readings: ofProfile }) =>
    ofProfile
      .filter((reading) => isAsked(reading.source))
      .map((reading) => ({
        profile: policy.name,
        reading,
        records: eachListed(policy.name, reading, fates),
      })),
  );
  const lines =
    options.json || options.format === "json" ? jsonOf(tables, findings) : textOf(tables, findings, io);
  await writeAll(lines, io);
  return 0;
}

/** The records of one source; they are listed again each time that somebody walks over them. */
type Table = {
  readonly profile: string;
  readonly reading: Reading;
  readonly records: Iterable<ListedRecord>;
};

function eachListed(profile: string, { records }: Reading, fates: Fates): Iterable<ListedRecord> {
  return {
    *[Symbol.iterator]() {
      for (const record of records) yield fates.list(profile, record);
    },
  };
}

function* jsonOf(tables: readonly Table[], findings: readonly Finding[]): Generator<string> {
  yield '{"sources":[';
  for (const [index, { profile, reading, records }] of tables.entries()) {
    const { source, type, complete, leftOut } = reading;
    const head = neutralJson(JSON.stringify({ profile, source, type, complete, leftOut }));
    yield `${index === 0 ? "" : ","}${head.slice(0, -1)},"records":[`;
    yield* jsonItems(records);
    yield "]}";
  }
  yield '],"findings":[';
  yield* jsonItems(findings);
  yield "]}\n";
}

function* jsonItems(items: Iterable<unknown>): Generator<string> {
  let separator = "";
  for (const item of items) {
    yield separator + neutralJson(JSON.stringify(item));
    separator = ",";
  }
}

function* textOf(tables: readonly Table[], findings: readonly Finding[], io: CommandIo): Generator<string> {
  const columns = COLUMNS.map((title) => ({ title }));
  for (const { profile, reading, records } of tables) {
    const whole = reading.complete ? "" : ", not read in full";
    yield `${profile} / ${reading.source} (${reading.type}): ${countOf(reading)}${whole}\n`;
    const rows = {
      *[Symbol.iterator]() {
        for (const record of records) yield rowOf(record);
      },
    };
    yield* renderTableLines(columns, rows, { width: io.tableWidth });
    yield "\n";
  }
  yield renderFindings(findings, { color: io.color, width: io.width });
}

function countOf({ records, leftOut }: Reading): string {
  const count = `${records.length} ${records.length === 1 ? "record" : "records"}`;
  return leftOut === undefined ? count : `${count}, ${leftOut} left out by the filter`;
}

const BATCH = 1 << 16;

/** Writes in pieces: the whole text of 100,000 records would take more memory than the records. */
async function writeAll(pieces: Iterable<string>, io: CommandIo): Promise<void> {
  let batch = "";
  for (const piece of pieces) {
    batch += piece;
    if (batch.length < BATCH) continue;
    io.out(batch);
    await io.taken?.();
    batch = "";
  }
  io.out(batch);
}

function rowOf(record: ListedRecord): string[] {
  const active = record.active === null ? "" : record.active ? "yes" : "no";
  return [
    record.place,
    record.kind,
    record.email,
    record.fullName ?? "",
    active,
    (record.aliases ?? []).join(";"),
    (record.delegates ?? []).join(";"),
    record.accountKey,
    record.becomes,
  ];
}
