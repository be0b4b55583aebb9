import { resolve } from "node:path";
import { loadConfiguration } from "../../config/load.ts";
import type { Configuration } from "../../config/organization/configuration.ts";
import { indexLive } from "../../engine/live/live-index.ts";
import { describeStanding, type Standing } from "../../engine/live/ownership.ts";
import type { LiveAccount } from "../../model/account/account.ts";
import { PLAIN_TEXTS, type PlainText, textRow } from "../../model/account/fields.ts";
import { compareText } from "../../model/values/text.ts";
import { jsonLine } from "../../review/shared/neutral.ts";
import { renderCsv, renderTable } from "../../review/text/terminal/table.ts";
import { renderWorkbook } from "../../review/workbook.ts";
import { writeResultFile } from "../../storage/files/result-file.ts";
import { openForReading } from "../shared/connect.ts";
import type { CommandIo, CommonOptions, ExitCode } from "../shared/io.ts";
import { checkOutput } from "../shared/output-file.ts";

export type AccountsOptions = CommonOptions & {
  readonly format: "table" | "json" | "csv" | "xlsx";
  readonly output?: string;
};

type Listed = Standing & { readonly account: LiveAccount; readonly delegates: readonly string[] };

/** The columns are those that the spreadsheet source reads, and two more that it does not look at. */
const COLUMNS = [
  { title: "Kind", width: 11 },
  { title: "Email", width: 34 },
  { title: "Full name", width: 28 },
  { title: "Active", width: 8 },
  { title: "Aliases", width: 34 },
  { title: "Delegates", width: 44 },
  ...PLAIN_TEXTS.map((field) => ({ title: titleOf(field), width: field === "phone" ? 18 : 20 })),
  { title: "Standing", width: 12 },
  { title: "Rule", width: 44 },
];
const TABLE_COLUMNS = ["Kind", "Email", "Full name", "Active", "Standing", "Rule"];
const WORKBOOK = "accounts.xlsx";

/** `zivsync accounts`: the live accounts, each managed, unmanaged or protected, and by which rule. */
export async function accounts(options: AccountsOptions, io: CommandIo): Promise<ExitCode> {
  const format = options.json ? "json" : options.format;
  const output = options.output ?? (format === "xlsx" ? WORKBOOK : undefined);
  const configuration = await loadConfiguration(options.directory);
  if (output !== undefined) await checkOutput(configuration, output);
  const listed = await readListed(configuration, io);
  const content = format === "xlsx" ? await workbookOf(listed) : textOf(listed, format, io);
  if (output !== undefined) await hand(content, output, io);
  else if (typeof content === "string") io.out(content);
  return 0;
}

function textOf(listed: readonly Listed[], format: "table" | "json" | "csv", io: CommandIo): string {
  if (format === "json") return jsonOf(listed);
  return format === "csv" ? csvOf(listed) : tableOf(listed, io);
}

async function hand(content: string | Uint8Array, file: string, io: CommandIo): Promise<void> {
  await writeResultFile(resolve(file), content);
  io.note(`The accounts were written to ${file}.`);
}

async function readListed(configuration: Configuration, io: CommandIo): Promise<readonly Listed[]> {
  const target = await openForReading(configuration, io);
  const live = await target.read();
  const profiles = configuration.profiles.map(({ policy }) => policy);
  const index = indexLive(live, profiles);
  const named = (account: LiveAccount) =>
    account.kind === "personal"
      ? account.delegates
      : account.members.map((id) => index.byId.get(id)?.address ?? `id:${id}`).sort(compareText);
  return live.map((account) => ({
    account,
    delegates: named(account),
    ...describeStanding(profiles, configuration.policy.protected, account),
  }));
}

function titleOf(field: PlainText): string {
  const { label } = textRow(field);
  return `${label.charAt(0).toUpperCase()}${label.slice(1)}`;
}

function jsonOf(listed: readonly Listed[]): string {
  const accounts = listed.map(({ account: { members: _, fingerprint: __, ...account }, ...rest }) => ({
    ...account,
    ...rest,
  }));
  return jsonLine(JSON.stringify(accounts));
}

function rowOf({ account, delegates, standing, rule }: Listed): readonly string[] {
  return [
    account.kind,
    account.address,
    account.fullName,
    account.active ? "yes" : "no",
    account.aliases.join(";"),
    delegates.join(";"),
    ...PLAIN_TEXTS.map((field) => account[field]),
    standing,
    rule,
  ];
}

function csvOf(listed: readonly Listed[]): string {
  return renderCsv([COLUMNS.map(({ title }) => title), ...listed.map(rowOf)]);
}

function tableOf(listed: readonly Listed[], io: CommandIo): string {
  const shown = TABLE_COLUMNS.map((column) => COLUMNS.findIndex(({ title }) => title === column));
  return renderTable(
    TABLE_COLUMNS.map((title) => ({ title })),
    listed.map(rowOf).map((row) => shown.map((at) => row[at] ?? "")),
    { width: io.tableWidth },
  );
}

/** A tab for people, and one for functional accounts; a member that no listing shows has no address to read back. */
function workbookOf(listed: readonly Listed[]): Promise<Uint8Array> {
  const sheet = (name: string, kind: LiveAccount["kind"]) => ({
    name,
    columns: COLUMNS,
    rows: listed
      .filter(({ account }) => account.kind === kind)
      .map((one) =>
        rowOf({ ...one, delegates: one.delegates.filter((address) => !address.startsWith("id:")) }),
      ),
  });
  return renderWorkbook([sheet("Users", "personal"), sheet("Functional accounts", "functional")]);
}
