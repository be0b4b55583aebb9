import { KINDS } from "../../model/account/kind.ts";
import type { DeclaredAccount, DeclaredConfig } from "../../model/source-config/source-config.ts";
import { parseAddress } from "../../model/values/address.ts";
import type { Problem } from "../../model/values/errors.ts";
import { absoluteSecret } from "../organization/organization.ts";
import { checkShape } from "../schema/check.ts";
import type { WrittenAccounts, WrittenDeclared } from "../schema/types.ts";
import { quote } from "../schema/wording.ts";
import { type ConfigFile, codeOf, readConfigFile } from "../yaml/config-file.ts";
import { fileKey, findFiles } from "../yaml/glob.ts";
import type { Path, YamlDocument } from "../yaml/yaml.ts";
import { buildKindFilters, groupOfAccounts, onlyRecordFields } from "./filter/record-filter.ts";

/** Reads files of the kind Accounts, each once, however many sources name it. */
export type AccountsReader = {
  read(path: string): Promise<readonly DeclaredAccount[]>;
  /** The documents read so far. */
  documents(): readonly YamlDocument[];
};

/** A reader that adds what is wrong with a file to the problems and gives no accounts for it. */
export function createAccountsReader(directory: string, problems: Problem[]): AccountsReader {
  const seen = new Map<string, readonly DeclaredAccount[]>();
  const documents: YamlDocument[] = [];
  const readOnce = async (path: string): Promise<readonly DeclaredAccount[]> => {
    const file = await readConfigFile(directory, path, problems);
    if (file === undefined) return [];
    documents.push(file.document);
    const written = checkShape("Accounts", file.document, problems);
    const accounts = written === undefined ? [] : buildAccounts(written, file);
    problems.push(...checkDuplicates(accounts));
    return accounts;
  };
  return {
    async read(path) {
      const accounts = seen.get(path) ?? (await readOnce(path));
      seen.set(path, accounts);
      return accounts;
    },
    documents: () => documents,
  };
}

/** A declared source with the accounts of all its files, in the order of the patterns and, in each, of the paths. */
export async function buildDeclared(
  written: WrittenDeclared,
  place: { readonly file: ConfigFile; readonly path: Path },
  reader: AccountsReader,
  problems: Problem[],
): Promise<DeclaredConfig> {
  const { document, folder } = place.file;
  const patterns = typeof written.files === "string" ? [written.files] : written.files;
  const paths = new Map<string, string>();
  for (const [index, pattern] of patterns.entries()) {
    const step = typeof written.files === "string" ? [] : [index];
    const where = document.at([...place.path, "files", ...step]);
    const found = await matches(folder, pattern, where, problems);
    for (const path of found) if (!paths.has(fileKey(path))) paths.set(fileKey(path), path);
  }
  const accounts: DeclaredAccount[] = [];
  for (const path of paths.values()) accounts.push(...(await reader.read(path)));
  problems.push(...checkDuplicates(accounts));
  const filters = buildKindFilters(written, RULES, { document, path: place.path }, problems);
  const has = Object.keys(filters).length > 0;
  return { type: "declared", name: written.name, accounts, ...(has ? { filters } : {}) };
}

const RULES = { source: "declared in YAML", own: onlyRecordFields, group: groupOfAccounts };

async function matches(
  folder: string,
  pattern: string,
  where: string,
  problems: Problem[],
): Promise<readonly string[]> {
  const fail = (message: string): readonly string[] => {
    const remedy = "Write a path relative to this file, such as `../accounts/*.yaml`.";
    problems.push({ code: "file-not-found", where, message, remedy });
    return [];
  };
  try {
    const found = await findFiles(folder, pattern);
    return found.length > 0
      ? found
      : fail(`No file matches ${quote(pattern)}, so the source would be empty.`);
  } catch (error) {
    return fail(`The files for ${quote(pattern)} cannot be looked up (${codeOf(error)}).`);
  }
}

/** The accounts of one file of the kind Accounts, with their places. Pure. */
function buildAccounts(written: WrittenAccounts, file: ConfigFile): readonly DeclaredAccount[] {
  return KINDS.flatMap((kind) =>
    (written[kind] ?? []).map((account, index) => {
      const { accountKey, ...fields } = account;
      return {
        kind,
        where: file.document.at([kind, index]),
        ...fields,
        ...(accountKey === undefined ? {} : { accountKey: absoluteSecret(accountKey, file.folder) }),
      };
    }),
  );
}

/** A problem for each account whose address an earlier one has: two entries could say two things. Pure. */
function checkDuplicates(accounts: readonly DeclaredAccount[]): readonly Problem[] {
  const first = new Map<string, DeclaredAccount>();
  const problems: Problem[] = [];
  for (const account of accounts) {
    const address = parseAddress(account.email) ?? account.email;
    const earlier = first.get(address);
    if (earlier === undefined) {
      first.set(address, account);
      continue;
    }
    problems.push({
      code: "config-duplicate",
      where: account.where,
      message: `${quote(address)} is declared at ${earlier.where} already, and only one of the two could count.`,
      remedy: "Unite the two entries, or remove one.",
    });
  }
  return problems;
}
