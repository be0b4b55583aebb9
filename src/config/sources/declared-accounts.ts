import { KINDS } from "../../model/account/kind.ts";
import type { DeclaredAccount } from "../../model/source-config/source-config.ts";
import { parseAddress } from "../../model/values/address.ts";
import type { Problem } from "../../model/values/errors.ts";
import { absoluteSecret } from "../organization/organization.ts";
import type { WrittenAccounts } from "../schema/types.ts";
import { quote } from "../schema/wording.ts";
import type { ConfigFile } from "../yaml/config-file.ts";

/** The accounts of one file of the kind Accounts, with their places. Pure. */
export function buildAccounts(written: WrittenAccounts, file: ConfigFile): readonly DeclaredAccount[] {
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
export function checkDuplicates(accounts: readonly DeclaredAccount[]): readonly Problem[] {
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
