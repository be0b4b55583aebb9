import type { Given, LiveAccount, Origin } from "../../model/account/account.ts";
import { type FieldName, TEXT_FIELDS, type TextField } from "../../model/account/fields.ts";
import type { FieldChange } from "../../model/plan/change.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { OrganizationPolicy } from "../../model/plan/policy.ts";
import type { Address } from "../../model/values/address.ts";
import type { Secret } from "../../model/values/secret.ts";
import type { Intent } from "../decide/actions/action.ts";
import { settleMoves } from "../decide/address-moves.ts";
import { hasValue } from "../desired/field-values.ts";
import type { LiveIndex } from "../live/live-index.ts";
import { isProtected } from "../live/ownership.ts";
import { about, type Found, found } from "./findings.ts";
import type { RevertJournal, Start } from "./journal.ts";

export type RevertContext = {
  readonly journal: RevertJournal;
  readonly loginMethod: OrganizationPolicy["loginMethod"];
  readonly protectedPatterns: readonly string[];
  /** Zivver id → the key of the account's own record: Zivver wants it again whenever aliases or delegates are written. */
  readonly accountKeys: ReadonlyMap<string, Secret>;
  readonly live: LiveIndex;
  /** Ids of accounts that this plan changes, with the addresses they will have. */
  readonly homeward: ReadonlyMap<string, Address>;
};

/**
 * Whether a field with one value may go back. One that somebody has changed since is theirs. Where an apply died after it had made
 * an account give its addresses up, the address that it goes by meanwhile is ours.
 */
export function stillAsPlanned(
  field: FieldChange,
  account: LiveAccount,
  start: Start,
  { journal }: RevertContext,
): Found<boolean> {
  if (field.field === "delegates" || field.field === "aliases") return found(false);
  if (field.field === "accountKey")
    return found(false, about(start, "revert-impossible", "warning", KEY_STAYS));
  if (hasValue(account, field.field, field.after)) return found(true);
  if (hasValue(account, field.field, field.before)) return found(false);
  if (field.field === "address" && journal.isParked(start)) return found(true);
  const summary = `The field ${field.field} was changed since the plan was applied, and is left as it is.`;
  return found(false, about(start, "revert-changed-since", "warning", summary));
}

const KEY_STAYS =
  "The account key that the plan sent stays: Zivver shows no keys, so the one before it is not known. If it is wrong, correct it in the source, then plan and apply.";

/** Without its key at hand, a person's aliases and delegates cannot be written: Zivver would forget the key. */
export function withoutKey(
  touched: ReadonlySet<FieldName>,
  account: LiveAccount,
  start: Start,
  { loginMethod, accountKeys }: RevertContext,
): Found<ReadonlySet<FieldName>> {
  const writes = touched.has("aliases") || touched.has("delegates");
  const needsKey = account.kind === "personal" && loginMethod === "sso";
  if (!writes || !needsKey || accountKeys.has(account.zivverId)) return found(touched);
  return found(
    new Set([...touched].filter((field) => !["aliases", "delegates", "address"].includes(field))),
    about(
      start,
      "account-key-missing",
      "error",
      "No source gives the account's key, and without it aliases, delegates and address cannot go back without breaking single sign-on. They stay as they are.",
    ),
  );
}

/** The fields with one value that go back, as a source would give them. */
export function valuesBefore(before: LiveAccount, kept: ReadonlySet<FieldName>, origin: Origin) {
  const given: { [F in TextField]?: Given<string> } = {};
  for (const field of TEXT_FIELDS) if (kept.has(field)) given[field] = { value: before[field], origin };
  return given;
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
