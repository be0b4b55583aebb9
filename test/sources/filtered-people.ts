import type { Kind } from "../../src/model/account/kind.ts";
import type { Reading } from "../../src/model/ports.ts";
import type { RecordFilter } from "../../src/model/source-config/filter.ts";
import type { DeclaredConfig, SpreadsheetConfig } from "../../src/model/source-config/source-config.ts";
import { createSource } from "../../src/sources/registry.ts";
import { CLOCK } from "../support/clock.ts";
import { config, dnOf, group, read as readDirectory, table, user } from "./directory/builders.ts";
import { withFiles } from "./reading.ts";
import { row, workbookOf } from "./workbooks.ts";

/** An account as any source can give it; delegates are names of other accounts. */
export type Account = {
  readonly kind: Kind;
  readonly name: string;
  readonly email: string;
  readonly fullName: string;
  readonly aliases: readonly string[];
  readonly delegates: readonly string[];
  readonly division: string;
  readonly phone: string;
  readonly active: boolean;
};

const HEADER = ["Email", "Full name", "Aliases", "Delegates", "Division", "Phone", "Active"];
const deps = {
  readSecret: () => Promise.reject(new Error("no secret is read")),
  clock: CLOCK,
};

function emailsOf(accounts: readonly Account[], names: readonly string[]): readonly string[] {
  return names.flatMap((name) => accounts.find((one) => one.name === name)?.email ?? []);
}

function cellsOf(accounts: readonly Account[], one: Account): readonly string[] {
  const active = one.kind === "functional" ? "" : one.active ? "yes" : "no";
  const { email, fullName, division, phone } = one;
  const delegates = emailsOf(accounts, one.delegates).join(";");
  return [email, fullName, one.aliases.join("; "), delegates, division, phone, active];
}

const rowsOf = (accounts: readonly Account[], kind: Kind) => [
  HEADER,
  ...accounts.filter((one) => one.kind === kind).map((one) => cellsOf(accounts, one)),
];

type Ask = (accounts: readonly Account[], filter: RecordFilter) => Promise<Reading>;

const tables = (directory: string, names: Readonly<Record<Kind, string>>, filter: RecordFilter) => {
  const of = (kind: Kind) => ({
    path: `${directory}/${names[kind].split("#")[0]}`,
    shownAs: names[kind],
    map: {},
    filter,
    ...(names[kind].includes("#") ? { sheet: names[kind].split("#")[1] ?? "" } : {}),
  });
  const built: SpreadsheetConfig = {
    type: "spreadsheet",
    name: "hr",
    personal: of("personal"),
    functional: of("functional"),
  };
  return createSource(built, deps).read();
};

export const asCsv: Ask = (accounts, filter) => {
  const text = (kind: Kind) =>
    rowsOf(accounts, kind)
      .map((cells) => cells.map((cell) => `"${cell}"`).join(","))
      .join("\n");
  const files = { "people.csv": text("personal"), "shared.csv": text("functional") };
  return withFiles(files, (directory) =>
    tables(directory, { personal: "people.csv", functional: "shared.csv" }, filter),
  );
};

export const asWorkbook: Ask = (accounts, filter) => {
  const rows = (kind: Kind) =>
    rowsOf(accounts, kind)
      .map((cells, index) => row(index + 1, ...cells))
      .join("");
  const sheets = [
    { name: "People", rows: rows("personal") },
    { name: "Shared", rows: rows("functional") },
  ];
  return withFiles({ "all.xlsx": workbookOf({ sheets }) }, (directory) =>
    tables(directory, { personal: "all.xlsx#People", functional: "all.xlsx#Shared" }, filter),
  );
};

export const asDeclared: Ask = (accounts, filter) => {
  const built: DeclaredConfig = {
    type: "declared",
    name: "hr",
    accounts: accounts.map((one, index) => ({
      kind: one.kind,
      where: `accounts/all.yaml:${index + 4}:5`,
      email: one.email,
      fullName: one.fullName,
      aliases: one.aliases,
      delegates: emailsOf(accounts, one.delegates),
      ...(one.kind === "personal" ? { active: one.active } : {}),
      ...(one.division === "" ? {} : { division: one.division }),
      ...(one.phone === "" ? {} : { phone: one.phone }),
    })),
    filters: { personal: filter, functional: filter },
  };
  return createSource(built, deps).read();
};

export const directoryOf = (type: "active-directory" | "ldap"): Ask => {
  return (accounts, filter) => {
    const entries = new Map(accounts.map((one) => [one.name, entryOf(one, [])]));
    const dns = (names: readonly string[]) =>
      names.flatMap((name) => {
        const found = entries.get(name);
        return found ? [dnOf(found)] : [];
      });
    const all = accounts.map((one) => entryOf(one, dns(one.delegates)));
    const map = {
      division: { attribute: "division", encoding: "text" },
      phone: { attribute: "mobile", encoding: "text" },
    } as const;
    const of = table({ map, conditions: filter });
    return readDirectory(config({ type, personal: of, functional: of }), { entries: all });
  };
};

function entryOf(one: Account, member: readonly string[]) {
  const attributes = {
    mail: one.email,
    displayName: one.fullName,
    proxyAddresses: [`SMTP:${one.email}`, ...one.aliases.map((alias) => `smtp:${alias}`)],
    division: one.division === "" ? [] : one.division,
    mobile: one.phone === "" ? [] : one.phone,
  };
  if (one.kind === "functional") {
    return group(one.name, member, { ...attributes, objectClass: ["top", "group", "groupOfNames"] });
  }
  return user(one.name, {
    ...attributes,
    userAccountControl: one.active ? "512" : "514",
    nsAccountLock: one.active ? [] : "TRUE",
    entryUUID: one.name,
  });
}
