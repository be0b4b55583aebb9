import { asObject, type JsonObject } from "../../model/json.ts";
import { quoted } from "../ldap/wording.ts";
import { asText } from "./json.ts";
import { readPages } from "./pages.ts";
import type { ExchangeService } from "./service.ts";

/** Who may open a mailbox, by the names that Exchange gives; `gaps`: why some may be missing, in sentences. */
export type FullAccess = {
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
  readonly gaps: readonly string[];
};

const FULL = "fullaccess";

/** Reads the permissions of the mailbox with this address. Throws ExchangeFailure. */
export async function readFullAccess(service: ExchangeService, address: string): Promise<FullAccess> {
  const name = encodeURIComponent(Buffer.from(address, "utf8").toString("base64"));
  const url = `${service.base}/Mailbox('${name}')/MailboxPermission?isEncoded=true`;
  const rows: unknown[] = [];
  const warnings = await readPages(service, { what: `read the permissions of ${address}`, url }, (page) => {
    rows.push(...page);
  });
  const access = fullAccessIn(rows);
  const warned = warnings.map(
    (warning) => `Exchange gave a warning with its permissions: ${quoted(warning)}.`,
  );
  return { ...access, gaps: [...access.gaps, ...warned] };
}

/**
 * Explicit entries of full access count, allowed and denied. Inherited ones are those of administrators, and entries of
 * `NT AUTHORITY` and other built-in identities are nobody's. What cannot be read is a gap, never a "no".
 */
export function fullAccessIn(rows: readonly unknown[]): FullAccess {
  const found: Found = { allowed: new Set(), denied: new Set(), gaps: new Set() };
  for (const row of rows) takeEntry(asObject(row), found);
  return { allowed: [...found.allowed], denied: [...found.denied], gaps: [...found.gaps] };
}

type Found = { readonly allowed: Set<string>; readonly denied: Set<string>; readonly gaps: Set<string> };

function takeEntry(entry: JsonObject | undefined, { allowed, denied, gaps }: Found): void {
  const user = asText(entry?.User);
  if (user !== undefined && isBuiltIn(user)) return;
  const list = entry?.PermissionList;
  const verdicts = Array.isArray(list) ? list.map((one) => judge(asObject(one))) : ["unclear"];
  if (verdicts.includes("unclear")) {
    gaps.add(
      `An entry of its permissions${user === undefined ? "" : ` for ${quoted(user)}`} cannot be read.`,
    );
  }
  const isNamed = verdicts.includes("allow") || verdicts.includes("deny");
  if (user === undefined) {
    if (isNamed) gaps.add("An entry of its permissions does not say whom it is for.");
    return;
  }
  if (verdicts.includes("allow")) allowed.add(user);
  if (verdicts.includes("deny")) denied.add(user);
}

function judge(permission: JsonObject | undefined): "allow" | "deny" | "no" | "unclear" {
  if (permission === undefined) return "unclear";
  const { AccessRights: rights, IsInherited: inherited, Deny: deny } = permission;
  if (!Array.isArray(rights) || !rights.every((right) => typeof right === "string")) return "unclear";
  if (!rights.some((right) => right.trim().toLowerCase() === FULL)) return "no";
  if (inherited === true) return "no";
  if (inherited !== false || typeof deny !== "boolean") return "unclear";
  return deny ? "deny" : "allow";
}

/** `NT AUTHORITY\SELF` and the like, also as their SIDs: S-1-5-10 (SELF), -18 (SYSTEM), -19, -20 (services). */
function isBuiltIn(user: string): boolean {
  return /^NT AUTHORITY\\/i.test(user) || /^S-1-5-(?:10|18|19|20)$/i.test(user);
}
