import type { DirectoryConfig, DirectoryTable } from "../../../model/source-config/directory.ts";
import { type Problem, RemoteError } from "../../../model/values/errors.ts";
import type { LdapSession } from "../../ldap/protocol/types.ts";
import type { RootDse } from "./root-dse.ts";

/** Trees of a server that are about the server. */
const OF_THE_SERVER =
  /^\s*(?:cn\s*=\s*(?:config|monitor|changelog|accesslog|deltalog|schema)|o\s*=\s*netscaperoot)\s*$/i;

/** The ports of a global catalogue, which holds the whole forest, but not all of it. */
export function isGlobalCatalogue(url: string): boolean {
  return /:326[89]\/?$/.test(url);
}

/** The base DNs that a directory names itself, read only when they are needed. */
export type NamingContexts = () => Promise<readonly string[]>;

export function namingContexts(
  session: Pick<LdapSession, "url">,
  config: DirectoryConfig,
  root: RootDse,
): NamingContexts {
  return () => readNamingContexts(session, config, root);
}

/** Where the entries of a table are searched. Throws RemoteError when nothing says it. */
export async function basesOf(
  table: Pick<DirectoryTable, "baseDns">,
  contexts: NamingContexts,
): Promise<readonly string[]> {
  return table.baseDns.length > 0 ? table.baseDns : contexts();
}

async function readNamingContexts(
  { url }: Pick<LdapSession, "url">,
  config: DirectoryConfig,
  root: RootDse,
): Promise<readonly string[]> {
  // In a global catalogue the empty base means the whole forest; no domain of it is the root of all others.
  if (config.type === "active-directory" && isGlobalCatalogue(url)) return [""];
  const attribute = config.type === "active-directory" ? "defaultNamingContext" : "namingContexts";
  const named = (await root())(attribute);
  const bases = named.filter((dn) => dn.trim() !== "" && !OF_THE_SERVER.test(dn));
  if (bases.length === 0) throw new RemoteError(withoutBase(config, attribute));
  return bases;
}

function withoutBase(config: DirectoryConfig, attribute: string): Problem {
  return {
    code: "directory-not-found",
    where: config.where,
    message: `The directory does not say where its entries are (${attribute} of its root DSE is empty, or may not be read), so zivsync does not know where to search.`,
    remedy: "Set baseDns to the DN below which the accounts are.",
  };
}
