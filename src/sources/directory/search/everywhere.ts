import type { DirectoryTable } from "../../../model/source-config/directory.ts";
import { RemoteError } from "../../../model/values/errors.ts";
import { type LdapEntry, LdapFailure } from "../../ldap/protocol/types.ts";
import type { Run } from "../context/context.ts";
import { dnKey } from "./dn.ts";
import type { Sweep } from "./searches.ts";

type Everywhere = Pick<Run, "searches" | "contexts">;
/** Nothing is there, or nothing is shown to the account that reads: noSuchObject, insufficientAccessRights. */
const NOT_FOR_US = new Set([32, 50]);

/**
 * Searches all of a directory: where `baseDns` say where the accounts are, as much of it as the account that reads is let
 * into, since a server can hold trees that are not its business. Gives the bases that were searched. Rejects with
 * LdapFailure.
 */
export async function searchEverywhere(
  { searches, contexts }: Everywhere,
  { baseDns }: Pick<DirectoryTable, "baseDns">,
  sweep: Omit<Sweep, "bases">,
  onEntry: (entry: LdapEntry) => void,
): Promise<readonly string[]> {
  const trees = baseDns.length === 0 ? await contexts() : await treesOrNone(contexts);
  const own = baseDns.filter((base) => !trees.some((tree) => isUnder(base, tree)));
  const searched: string[] = [];
  for (const base of [...trees, ...own]) {
    const mustBeThere = baseDns.length === 0 || baseDns.some((one) => isUnder(one, base));
    try {
      await searches.run({ ...sweep, bases: [base] }, onEntry);
      searched.push(base);
    } catch (error) {
      const code = error instanceof LdapFailure ? error.resultCode : undefined;
      if (mustBeThere || code === undefined || !NOT_FOR_US.has(code)) throw error;
    }
  }
  return searched;
}

/** A server need not say which trees it has. */
async function treesOrNone(contexts: Run["contexts"]): Promise<readonly string[]> {
  try {
    return await contexts();
  } catch (error) {
    if (error instanceof RemoteError) return [];
    throw error;
  }
}

/** Whether the entry of this DN is in the tree, or its root. */
export function isUnder(dn: string, tree: string): boolean {
  const [key, root] = [dnKey(dn), dnKey(tree)];
  return root === "" || key === root || key.endsWith(`,${root}`);
}
