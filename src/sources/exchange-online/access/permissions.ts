import { asObject, type JsonObject } from "../../../model/values/json.ts";
import { quoted } from "../../ldap/errors/failure.ts";
import { asText } from "../../microsoft/errors/json.ts";
import { readPages } from "../service/pages.ts";
import type { ExchangeService } from "../service/service.ts";

/**
 * The people who may open a mailbox, by the names that Exchange gives. `gaps`: why some may be missing, in sentences; `doubts`: those
 * of them that may hide a denial.
 */
export type FullAccess = {
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
  readonly gaps: readonly string[];
  readonly doubts: readonly string[];
};

const FULL = "fullaccess";

/** Reads the permissions of the mailbox with this address. Throws ServiceFailure. */
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
  return { ...access, gaps: [...withoutSelf(rows), ...warned, ...access.gaps] };
}

/** Exchange gives every mailbox an entry for itself; a list without it is not the whole list. */
function withoutSelf(rows: readonly unknown[]): readonly string[] {
  if (rows.some((row) => isSelf(asObject(row)))) return [];
  const what = rows.length === 0 ? "Its list of permissions came empty, even" : "Its permissions came";
  return [`${what} without the entry for NT AUTHORITY\\SELF that every mailbox has, so some may be missing.`];
}

/**
 * Explicit entries of full access count, allowed and denied. Inherited ones are those of administrators, and entries of
 * SELF, SYSTEM and services are nobody's. What cannot be read is a gap, never a "no".
 */
export function fullAccessIn(rows: readonly unknown[]): FullAccess {
  const found: Found = { allowed: new Set(), denied: new Set(), gaps: new Set(), doubts: new Set() };
  for (const row of rows) takeEntry(asObject(row), found);
  const { allowed, denied, gaps, doubts } = found;
  return { allowed: [...allowed], denied: [...denied], gaps: [...gaps], doubts: [...doubts] };
}

type Found = { readonly [list in keyof FullAccess]: Set<string> };

function takeEntry(entry: JsonObject | undefined, { allowed, denied, gaps, doubts }: Found): void {
  const user = asText(entry?.User);
  if (isSelf(entry) || (user !== undefined && isBuiltIn(user))) return;
  const list = entry?.PermissionList;
  const verdicts: readonly Verdict[] =
    Array.isArray(list) && list.length > 0 ? list.map((one) => judge(asObject(one))) : ["unclear"];
  const doubt = (sentence: string, mayDeny: boolean) => {
    gaps.add(sentence);
    if (mayDeny) doubts.add(sentence);
  };
  if (verdicts.includes("unclear") || verdicts.includes("unclear allow")) {
    const whom = user === undefined ? "" : ` for ${quoted(user)}`;
    doubt(`An entry of its permissions${whom} cannot be read.`, verdicts.includes("unclear"));
  }
  if (user === undefined) {
    const isDenial = verdicts.includes("deny");
    if (isDenial || verdicts.includes("allow"))
      doubt("An entry of its permissions does not say whom it is for.", isDenial);
    return;
  }
  if (verdicts.includes("allow")) allowed.add(user);
  if (verdicts.includes("deny")) denied.add(user);
}

type Verdict = "allow" | "deny" | "no" | "unclear" | "unclear allow";

function judge(permission: JsonObject | undefined): Verdict {
  if (permission === undefined) return "unclear";
  const { AccessRights: rights, IsInherited: inherited, Deny: deny } = permission;
  const unclear = deny === false ? "unclear allow" : "unclear";
  if (!Array.isArray(rights) || !rights.every((right) => typeof right === "string")) return unclear;
  const each = rights.flatMap((right) => right.split(","));
  if (!each.some((right) => right.trim().toLowerCase() === FULL)) return "no";
  if (inherited === true) return "no";
  if (inherited !== false || typeof deny !== "boolean") return unclear;
  return deny ? "deny" : "allow";
}

/** SELF by its SID, or by its name as English, German and French servers write it. */
function isSelf(entry: JsonObject | undefined): boolean {
  const names = [asText(entry?.User), asText(entry?.UserSid)].map((one) =>
    one?.normalize("NFC").toUpperCase(),
  );
  return names.some((name) => name !== undefined && SELF.has(name));
}

const SELF = new Set(["S-1-5-10", "NT AUTHORITY\\SELF", "NT-AUTORITÄT\\SELBST", "AUTORITE NT\\SELF"]);

/** SYSTEM, LOCAL SERVICE and NETWORK SERVICE. Others of `NT AUTHORITY`, as Authenticated Users, may be people. */
function isBuiltIn(user: string): boolean {
  return (
    /^NT AUTHORITY\\(?:SYSTEM|LOCAL SERVICE|NETWORK SERVICE)$/i.test(user) ||
    /^S-1-5-(?:18|19|20)$/i.test(user)
  );
}
