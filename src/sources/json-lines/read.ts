import { basename } from "node:path";
import { isInDoubt, type SourceRecord } from "../../model/account/account.ts";
import { KINDS } from "../../model/account/kind.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { Fact, Reading } from "../../model/ports.ts";
import type { RecordsConfig } from "../../model/source-config/records.ts";
import { parseAddress } from "../../model/values/address.ts";
import { InputError } from "../../model/values/errors.ts";
import { AccountGroups, memberConditions, missingGroups } from "../records/account-groups.ts";
import { Sieve } from "../records/filtering.ts";
import { HOLDS_BACK } from "../records/findings.ts";
import { readSourceFile } from "../spreadsheet/table/source-file.ts";
import { LARGEST_BYTES } from "./lines.ts";
import { type ProgramDependencies, type ProgramEnd, runRecordsProgram } from "./program/program.ts";
import { RecordStream, type Streamed, type StreamedRecord } from "./stream.ts";

/** More wrong lines than these are counted, not reported one by one. */
const TOLD_LINES = 20;

/** Reads the records of a file or of a program's output. Throws InputError where there is none to read. */
export async function readRecords(config: RecordsConfig, deps: ProgramDependencies): Promise<Reading> {
  const { source, end } = await readStream(config, deps);
  const filters = config.filters ?? {};
  const groups = new AccountGroups(
    source.records.map(({ record }) => record),
    isWhole(source, end),
  );
  const missing = missingGroups(groups, memberConditions(filters));
  if (missing.length > 0 && isWhole(source, end)) throw new InputError(missing);
  const sieve = new Sieve(config.name, filters);
  const taken = source.records.map((one) => takeRecord(one, config.name, sieve, groups));
  const records = taken.flatMap(({ record }) => (record ? withSilence(record, config.name, source) : []));
  const ofRecords = reported(
    taken.flatMap(({ finding }) => finding ?? []),
    config.name,
  );
  const emptied = KINDS.filter((kind) => sieve.isEmptied(kind));
  const spoken = KINDS.filter((kind) => sieve.takesKind(kind) && source.speaks[kind] !== undefined);
  return {
    source: config.name,
    type: config.type,
    records,
    complete: records.length > 0 && isWhole(source, end) && ofRecords.length === 0,
    digest: `sha256:${source.sha256}`,
    findings: [
      ...incompleteFindings(config.name, source, end),
      ...ofRecords,
      ...(source.records.length === 0 ? [nothingFinding(config.name)] : sieve.findings()),
    ],
    ...sieve.summary(),
    facts: [...factsOf(source, end), ...(sieve.summary().facts ?? [])],
    speaks: Object.fromEntries(spoken.map((kind) => [kind, source.speaks[kind] ?? []])),
    ...(records.length > 0 && emptied.length > 0 ? { incompleteKinds: emptied } : {}),
  };
}

/** A record without delegates does not say "none": beside the list of another source, its own is unknown. */
function withSilence(record: SourceRecord, source: string, { speaks }: Streamed): SourceRecord {
  const isUnreadable = record.problems.some(({ field }) => field === "delegates");
  const isSilent = record.delegates === undefined && !isUnreadable && !record.supplement;
  if (!isSilent || !speaks[record.kind]?.includes("delegates")) return record;
  const delegatesIncomplete = `The source ${source} gives no delegates in this record, and gives them in others; an empty list would mean none.`;
  return { ...record, delegatesIncomplete };
}

type Read = { readonly source: Streamed; readonly end?: ProgramEnd };

async function readStream({ name, input }: RecordsConfig, deps: ProgramDependencies): Promise<Read> {
  if (input.type === "program") {
    const program = basename(input.argv[0] ?? "");
    const stream = new RecordStream(name, (line) => `${program}, line ${line}`);
    const end = await runRecordsProgram(input, stream, deps);
    return { source: stream.close(), end };
  }
  const { shownAs } = input.file;
  const stream = new RecordStream(name, (line) => `${shownAs}:${line}`);
  stream.push((await readSourceFile(input.file, LARGEST_BYTES)).bytes);
  return { source: stream.close() };
}

function isWhole({ wrong, incomplete }: Streamed, end: ProgramEnd | undefined): boolean {
  return wrong.length === 0 && incomplete.length === 0 && end?.failed === undefined;
}

/** The first of them, and how many more there are. */
function reported(findings: readonly Finding[], source: string): readonly Finding[] {
  const more = findings.length - TOLD_LINES;
  if (more <= 0) return findings;
  const summary = `${more} more records have neither an address nor an id. ${HOLDS_BACK}`;
  const rest: Finding = { code: "record-without-address", severity: "error", summary, where: { source } };
  return [...findings.slice(0, TOLD_LINES), rest];
}

type Taken = { readonly record?: SourceRecord; readonly finding?: Finding };

/** A record without an address and without an id names nobody: a finding, and the source is not whole. */
function takeRecord(
  { record, own }: StreamedRecord,
  source: string,
  sieve: Sieve,
  groups: AccountGroups,
): Taken {
  const known = {
    own,
    isMember: (condition: Parameters<AccountGroups["isMember"]>[0]) => groups.isMember(condition, record),
    attributesOf: (field: string) => [field],
  };
  const hasAddress = record.email !== undefined && parseAddress(record.email.value) !== undefined;
  const isNamed = hasAddress || record.id !== undefined;
  if (!isNamed) {
    if (sieve.leavesOut(record, known)) return {};
    const where = { source, place: record.where, kind: record.kind };
    const summary = `The record has neither an address nor an id, so it cannot be matched to an account. ${HOLDS_BACK}`;
    const finding: Finding = { code: "record-without-address", severity: "error", summary, where };
    const sifted = sieve.sift(record, known);
    // An id in doubt may be anybody's: the record goes along, so that nobody with a like id is taken for missing.
    const isIdInDoubt = isInDoubt(record, "id");
    return isIdInDoubt && sifted ? { record: withoutText(sifted), finding } : { finding };
  }
  const sifted = sieve.sift(record, known);
  return sifted === undefined ? {} : { record: hasAddress ? sifted : withoutText(sifted) };
}

/** The record without the text of its `email`, which is not an address. */
function withoutText(record: SourceRecord): SourceRecord {
  const { email, ...rest } = record;
  if (email === undefined) return record;
  const problem = { attribute: "email", message: "It is not an e-mail address.", field: "email" } as const;
  return { ...rest, problems: [...record.problems, problem] };
}

function incompleteFindings(
  source: string,
  { wrong, incomplete }: Streamed,
  end: ProgramEnd | undefined,
): readonly Finding[] {
  const finding = (message: string, place?: string): Finding => ({
    code: "source-incomplete",
    severity: "error",
    summary: `${message} ${HOLDS_BACK}`,
    where: { source, ...(place === undefined ? {} : { place }) },
  });
  const more = wrong.length - TOLD_LINES;
  return [
    ...(end?.failed === undefined ? [] : [finding(end.failed)]),
    // A program that failed has said more about it than the end that it did not write.
    ...(end?.failed === undefined ? incomplete.map((message) => finding(message)) : []),
    ...wrong.slice(0, TOLD_LINES).map(({ message, where }) => finding(message, where)),
    ...(more > 0 ? [finding(`${more} more lines are not records.`)] : []),
  ];
}

function nothingFinding(source: string): Finding {
  const summary = `The source gives no record at all. ${HOLDS_BACK}`;
  return { code: "source-empty", severity: "warning", summary, where: { source } };
}

function factsOf({ lines, bytes, speaks }: Streamed, end: ProgramEnd | undefined): readonly Fact[] {
  const fields = KINDS.flatMap((kind) => {
    const spoken = speaks[kind];
    return spoken === undefined ? [] : [{ label: `${kind} fields`, value: spoken.join(", ") }];
  });
  return [
    { label: "lines", value: `${lines} before the end, ${bytes} bytes` },
    ...fields,
    ...(end === undefined ? [] : [{ label: "program", value: end.ending }]),
  ];
}
