import { loadConfiguration } from "../config/load.ts";
import { indexLive } from "../engine/live-index.ts";
import { describeStanding } from "../engine/territory.ts";
import { compareText, type LiveAccount } from "../model/account.ts";
import { renderCsv, renderTable } from "../review/table.ts";
import type { CommandIo, CommonOptions, ExitCode } from "./io.ts";
import { openTarget } from "./setup.ts";

export type AccountsOptions = CommonOptions & { readonly format: "table" | "json" | "csv" };

/** The columns are those that the spreadsheet source reads. */
const COLUMNS = [
  "Kind",
  "Email",
  "Full name",
  "Active",
  "Aliases",
  "Delegates",
  "Division",
  "Phone",
  "Standing",
  "Rule",
];
const TABLE_COLUMNS = ["Kind", "Email", "Full name", "Active", "Standing", "Rule"];

/** `zivsync accounts`: the live accounts, each managed, unmanaged or protected, and by which rule. */
export async function accounts(options: AccountsOptions, io: CommandIo): Promise<ExitCode> {
  const configuration = await loadConfiguration(options.directory);
  const target = await openTarget(configuration, io);
  const live = await target.read();
  const profiles = configuration.profiles.map(({ policy }) => policy);
  const index = indexLive(live, profiles);
  const named = (account: LiveAccount) =>
    account.kind === "personal"
      ? account.delegates
      : account.members.map((id) => index.byId.get(id)?.address ?? `id:${id}`).sort(compareText);
  const listed = live.map((account) => ({
    account,
    delegates: named(account),
    ...describeStanding(profiles, configuration.policy.protected, account),
  }));
  const format = options.json ? "json" : options.format;
  if (format === "json") {
    io.out(
      `${JSON.stringify(listed.map(({ account: { members: _, fingerprint: __, ...account }, delegates, ...rest }) => ({ ...account, delegates, ...rest })))}\n`,
    );
    return 0;
  }
  const rows = listed.map(({ account, delegates, standing, rule }) => [
    account.kind,
    account.address,
    account.fullName,
    account.active ? "yes" : "no",
    account.aliases.join(";"),
    delegates.join(";"),
    account.division,
    account.phone,
    standing,
    rule,
  ]);
  if (format === "csv") io.out(renderCsv([COLUMNS, ...rows]));
  else {
    const shown = TABLE_COLUMNS.map((column) => COLUMNS.indexOf(column));
    io.out(
      renderTable(
        TABLE_COLUMNS.map((title) => ({ title })),
        rows.map((row) => shown.map((at) => row[at] ?? "")),
        { width: io.tableWidth },
      ),
    );
  }
  return 0;
}
