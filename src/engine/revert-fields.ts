import { compareText, type Given, type LiveAccount, type Origin } from "../model/account.ts";
import type { Address } from "../model/address.ts";
import type { FieldChange, FieldName, Finding } from "../model/plan.ts";
import type { OrganizationPolicy } from "../model/policy.ts";
import type { JournalEntry } from "../model/ports.ts";
import type { Secret } from "../model/secret.ts";
import { hasValue } from "./field-values.ts";
import type { Intent } from "./intents.ts";
import type { LiveIndex } from "./live-index.ts";
import { settleMoves } from "./moves.ts";
import { isProtected, isProtectedAddress } from "./territory.ts";

export type Start = Extract<JournalEntry, { type: "start" }>;

export type RevertContext = {
  readonly entries: readonly JournalEntry[];
  readonly loginMethod: OrganizationPolicy["loginMethod"];
  /** What the sources give, by address: Zivver wants the key again whenever aliases or delegates are written. */
  readonly accountKeys: ReadonlyMap<Address, Secret>;
  readonly live: LiveIndex;
  readonly findings: Finding[];
  /** Ids of accounts that this plan changes, with the addresses they will have. */
  readonly homeward: ReadonlyMap<string, Address>;
};

/**
 * A field that somebody has changed since is theirs. Delegates are compared by nobody: their names may have moved. Where
 * an apply died after it had made an account give its addresses up, those that it goes by meanwhile are ours.
 */
export function stillAsPlanned(
  field: FieldChange,
  account: LiveAccount,
  start: Start,
  { entries, findings }: RevertContext,
): boolean {
  if (field.field === "delegates" || hasValue(account, field.field, field.after)) return true;
  if (hasValue(account, field.field, field.before)) return false;
  if ((field.field === "address" || field.field === "aliases") && isParked(start, entries)) return true;
  findings.push(
    about(
      start,
      "revert-changed-since",
      "warning",
      `The field ${field.field} was changed since the plan was applied, and is left as it is.`,
    ),
  );
  return false;
}

/** The first write of the change was sent, and its own was never answered. */
function isParked({ change, step }: Start, entries: readonly JournalEntry[]): boolean {
  const isDone = (entry: JournalEntry) =>
    entry.type === "done" && entry.change === change && entry.step !== "release";
  return step === "release" && !entries.some(isDone);
}

/** Without its key at hand, a person's aliases and delegates cannot be written: Zivver would forget the key. */
export function withoutKey(
  touched: ReadonlySet<FieldName>,
  account: LiveAccount,
  before: LiveAccount,
  start: Start,
  { loginMethod, accountKeys, findings }: RevertContext,
): ReadonlySet<FieldName> {
  const writes = touched.has("aliases") || touched.has("delegates");
  const needsKey = account.kind === "personal" && loginMethod === "sso";
  if (!writes || !needsKey || keyOf(account, before, accountKeys)) return touched;
  findings.push(
    about(
      start,
      "account-key-missing",
      "error",
      "No source gives the account's key, and without it aliases, delegates and address cannot go back without breaking single sign-on. They stay as they are.",
    ),
  );
  return new Set([...touched].filter((field) => !["aliases", "delegates", "address"].includes(field)));
}

export function keyOf(
  account: LiveAccount,
  before: LiveAccount,
  accountKeys: ReadonlyMap<Address, Secret>,
): Secret | undefined {
  const addresses = [account.address, before.address, ...account.aliases];
  return addresses.map((address) => accountKeys.get(address)).find((key) => key !== undefined);
}

export function fieldsBefore(
  start: Start,
  before: LiveAccount,
  kept: ReadonlySet<FieldName>,
  context: RevertContext,
  origin: Origin,
) {
  const given = <T>(value: T): Given<T> => ({ value, origin });
  return {
    ...(kept.has("fullName") ? { fullName: given(before.fullName) } : {}),
    ...(kept.has("aliases") ? { aliases: given(before.aliases) } : {}),
    ...(kept.has("delegates") ? { delegates: given(formerDelegates(start, before, context)) } : {}),
    ...(kept.has("division") ? { division: given(before.division) } : {}),
    ...(kept.has("phone") ? { phone: given(before.phone) } : {}),
  };
}

/** The former aliases, and those of now that are protected: they are never taken away. */
export function aliasesBefore(
  start: Start,
  account: LiveAccount,
  before: LiveAccount,
  patterns: readonly string[],
  findings: Finding[],
): readonly Address[] {
  const added = account.aliases.filter((alias) => !before.aliases.includes(alias));
  const stay = added.filter((alias) => isProtectedAddress(patterns, alias));
  if (stay.length === 0) return before.aliases;
  const summary = `Aliases that the plan added stay, since organization.yaml protects them: ${stay.join(", ")}.`;
  findings.push(about(start, "account-protected", "info", summary));
  return [...before.aliases, ...stay].sort(compareText);
}

/** Members by id, so that it is the same people under the names that they will have; delegates under those they had. */
function formerDelegates(
  start: Start,
  before: LiveAccount,
  { live, homeward, findings }: RevertContext,
): readonly Address[] {
  if (before.kind === "personal") return before.delegates;
  const lost = before.members.filter((id) => !live.byId.has(id));
  if (lost.length > 0) {
    findings.push(
      about(
        start,
        "revert-impossible",
        "info",
        `${lost.length} former ${lost.length === 1 ? "member is" : "members are"} in no list of Zivver and cannot be named, so they do not come back.`,
      ),
    );
  }
  return before.members.flatMap((id) => homeward.get(id) ?? live.byId.get(id)?.address ?? []);
}

/** Where accounts will be: of the addresses that intents go back to, those that nobody else holds on to. */
export function homewardAddresses(intents: readonly Intent[], live: LiveIndex): ReadonlyMap<string, Address> {
  const { free } = settleMoves(intents, live);
  return new Map(
    free.flatMap((intent) =>
      intent.type === "change" ? [[intent.live.zivverId, intent.after.address] as const] : [],
    ),
  );
}

/** No plan suspends, deletes or renames what organization.yaml protects, a revert as little as any other. */
export function heldBack(
  intent: Exclude<Intent, { type: "create" }>,
  start: Start,
  patterns: readonly string[],
): Finding | undefined {
  const { live } = intent;
  const renames = intent.type === "change" && intent.after.address !== live.address;
  if ((intent.type === "change" && !renames) || !isProtected(patterns, live)) return undefined;
  const what =
    intent.type === "change"
      ? `renamed to ${intent.after.address}`
      : intent.action === "delete"
        ? "deleted"
        : "suspended";
  const summary = `The account would be ${what}, but organization.yaml protects it. It is left as it is.`;
  return about(start, "account-protected", renames ? "warning" : "info", summary);
}

export function about(
  start: Start,
  code: Finding["code"],
  severity: Finding["severity"],
  summary: string,
): Finding {
  return {
    code,
    severity,
    summary,
    where: { profile: start.profile, kind: start.kind, address: start.address },
  };
}
