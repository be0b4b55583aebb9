import { findProfiles, findSource, loadConfiguration } from "../config/load.ts";
import { buildDesiredState, type Candidate, type ProfileReadings } from "../engine/desired.ts";
import type { SourceRecord } from "../model/account.ts";
import { parseAddress } from "../model/address.ts";
import type { Finding } from "../model/plan.ts";
import { renderFindings } from "../review/problems.ts";
import { renderTable } from "../review/table.ts";
import type { CommandIo, CommonOptions, ExitCode } from "./io.ts";
import { readSources } from "./setup.ts";

export type RecordsOptions = CommonOptions & {
  readonly format: "table" | "json";
  readonly profile?: readonly string[];
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
  const readings = await readSources(profiles, io);
  const desired = buildDesiredState(configuration.policy, readings);
  const tables = readings.flatMap((reading) => tablesOf(reading, desired.candidates, source));
  const all = [
    ...desired.findings,
    ...desired.candidates.flatMap(({ holds, notes }) => [...holds, ...notes]),
  ];
  const findings = all.filter(({ where }) => source === undefined || where.source === source);
  if (options.json || options.format === "json") {
    io.out(`${JSON.stringify({ sources: tables.map(({ title: _, ...table }) => table), findings })}\n`);
    return 0;
  }
  for (const { title, records: list } of tables) {
    io.out(
      `${title}\n${renderTable(
        COLUMNS.map((title) => ({ title })),
        list.map(rowOf),
        { width: io.tableWidth },
      )}\n`,
    );
  }
  io.out(renderFindings(findings, { color: io.color, width: io.width }));
  return 0;
}

type Listed = {
  readonly place: string;
  readonly kind: string;
  readonly email: string;
  readonly fullName: string | null;
  readonly active: boolean | null;
  readonly aliases: readonly string[] | null;
  readonly delegates: readonly string[] | null;
  readonly accountKey: "set" | "none";
  readonly division: string | null;
  readonly phone: string | null;
  readonly id: string | null;
  readonly becomes: string;
};

function tablesOf(
  { policy, readings }: ProfileReadings,
  candidates: readonly Candidate[],
  source: string | undefined,
) {
  const mine = new Map(
    candidates
      .filter(({ account }) => account.profile === policy.name)
      .map((one) => [one.account.address, one]),
  );
  return readings
    .filter((reading) => source === undefined || reading.source === source)
    .map((reading) => ({
      title: `${policy.name} / ${reading.source} (${reading.type}): ${reading.records.length} records${reading.complete ? "" : ", not read whole"}`,
      profile: policy.name,
      source: reading.source,
      type: reading.type,
      complete: reading.complete,
      records: reading.records.map((record) =>
        listed(record, mine.get(parseAddress(record.email?.value ?? "") ?? ("" as never))),
      ),
    }));
}

function listed(record: SourceRecord, candidate: Candidate | undefined): Listed {
  return {
    place: record.where,
    kind: record.kind,
    email: record.email?.value ?? "",
    fullName: record.fullName?.value ?? null,
    active: record.active?.value ?? null,
    aliases: record.aliases?.value ?? null,
    delegates: record.delegates?.value ?? null,
    accountKey: record.accountKey ? "set" : "none",
    division: record.division?.value ?? null,
    phone: record.phone?.value ?? null,
    id: record.id?.value ?? null,
    becomes: becomes(candidate),
  };
}

function becomes(candidate: Candidate | undefined): string {
  if (candidate === undefined) return "nothing by itself";
  const held: Finding | undefined = candidate.holds[0];
  if (held) return `held back: ${held.code}`;
  return candidate.account.active
    ? `${candidate.account.address}, active`
    : `${candidate.account.address}, disabled`;
}

function rowOf(record: Listed): string[] {
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
