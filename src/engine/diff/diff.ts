import type { DesiredAccount, LiveAccount } from "../../model/account/account.ts";
import { isSameText, TEXT_FIELDS, type TextField, textRow } from "../../model/account/fields.ts";
import type { Action, FieldChange } from "../../model/plan/change.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { SuspendedBecause } from "../../model/plan/state.ts";
import type { Address } from "../../model/values/address.ts";
import type { Secret } from "../../model/values/secret.ts";
import type { Addresses, Intent } from "../decide/actions/action.ts";
import { diffDelegates, liveDelegates } from "../decide/delegates.ts";
import { sameList } from "../desired/field-values.ts";
import { isProtected } from "../live/ownership.ts";
import { type MemoryContext, markChanges } from "./drift.ts";

/** One account's change before it has a number, a place in the order and needs. */
export type Draft = {
  readonly action: Action;
  readonly kind: LiveAccount["kind"];
  readonly address: Address;
  readonly profile: string;
  readonly live?: LiveAccount;
  readonly after: Addresses;
  readonly fields: readonly FieldChange[];
  /** The reason why it is suspended. */
  readonly because?: SuspendedBecause;
  readonly accountKey?: Secret;
  /** The key that the sources give, whether or not the change itself sends it. */
  readonly keyAtHand?: Secret;
  /** The delegates that there are now, under the names they will have: a renamed one is not one that is removed. */
  readonly delegatesNow?: readonly string[];
  /** Accounts (by the address they will have) that this change's request names. */
  readonly names: readonly string[];
};

export type DiffContext = MemoryContext & {
  readonly protectedPatterns: readonly string[];
  readonly unknownKeys: "keep" | "send";
};

/** The change of an intent, absent when the account is already as it should be, and what was found on the way. */
export type Diff = { readonly draft?: Draft; readonly findings: readonly Finding[] };

export function diffIntent(intent: Intent, context: DiffContext): Diff {
  if (intent.type === "create") return createDraft(intent, context);
  if (intent.type === "remove") return { draft: removeDraft(intent, context), findings: [] };
  const fields = [...plainFields(intent)];
  const { change: delegates, findings: ofDelegates } = intent.updates
    ? diffDelegates(intent, context)
    : { change: undefined, findings: [] };
  const empties = intent.live.kind === "functional" && isEmpty(delegates?.after) && intent.live.active;
  const isKept = empties && isProtected(context.protectedPatterns, intent.live);
  if (delegates && !isKept) fields.push(delegates);
  const findings = isKept ? [...ofDelegates, membersStay(intent)] : ofDelegates;
  const newKey = keyChange(intent, context);
  if (newKey) fields.push(newKey);
  if (fields.length === 0) return { findings };
  const { live, desired, after } = intent;
  const writesExtension = live.kind === "personal" && fields.some(({ field }) => EXTENSION.includes(field));
  const fills =
    live.kind === "functional" && !live.active && delegates !== undefined && !isEmpty(delegates.after);
  const suspends = empties && fields.some((field) => field.field === "delegates");
  const draft: Draft = {
    action: suspends ? "suspend" : intent.reactivates || fills ? "reactivate" : "update",
    kind: live.kind,
    address: after.address,
    profile: desired.profile,
    live,
    after,
    fields: markChanges(fields, live, context),
    ...keysOf(intent, writesExtension),
    ...(delegates ? { delegatesNow: namesNow(live, context) } : {}),
    // A write of a personal account's extension carries its delegates along as addresses.
    names: namesIn(fields, writesExtension ? namesNow(live, context) : []),
  };
  return { draft, findings };
}

function membersStay({ desired, live }: Extract<Intent, { type: "change" }>): Finding {
  return {
    code: "account-protected",
    severity: "warning",
    summary:
      "All members would be removed, which suspends a functional account, but organization.yaml protects it. Its members are left as they are.",
    where: { profile: desired.profile, kind: "functional", address: live.address },
  };
}

/** A first write that is found to be needed later writes the extension, too. */
function keysOf(
  { desired, live }: Extract<Intent, { type: "change" }>,
  writesExtension: boolean,
): Pick<Draft, "accountKey" | "keyAtHand"> {
  const key = desired.accountKey?.value;
  if (key === undefined || live.kind !== "personal") return {};
  return { keyAtHand: key, ...(writesExtension ? { accountKey: key } : {}) };
}

/** Zivver takes them together. */
const EXTENSION: readonly FieldChange["field"][] = ["aliases", "delegates", "accountKey"];

function createDraft(intent: Extract<Intent, { type: "create" }>, context: MemoryContext): Diff {
  const { desired, after } = intent;
  const { change: delegates, findings } = diffDelegates(intent, context);
  const fields: FieldChange[] = [
    { field: "address", before: null, after: desired.address, origin: desired.addressOrigin },
    ...createdText("fullName", desired),
    ...(desired.aliases && after.aliases.length > 0
      ? [{ field: "aliases" as const, before: null, after: after.aliases, origin: desired.aliases.origin }]
      : []),
    ...(delegates ? [delegates] : []),
    ...LATER_TEXTS.flatMap((field) => createdText(field, desired)),
  ];
  const key = desired.accountKey;
  const draft: Draft = {
    action: "create",
    kind: desired.kind,
    address: desired.address,
    profile: desired.profile,
    after,
    fields,
    ...(key ? { accountKey: key.value } : {}),
    names: namesIn(fields, []),
  };
  return { draft, findings };
}

function removeDraft(intent: Extract<Intent, { type: "remove" }>, context: MemoryContext): Draft {
  const { live, action, origin } = intent;
  const members = liveDelegates(live, context);
  const names = members.map(({ name }) => name);
  const ids = members.map(({ id }) => id);
  const fields: FieldChange[] =
    action === "delete"
      ? [
          { field: "address", before: live.address, after: null, origin },
          { field: "fullName", before: live.fullName, after: null, origin },
          ...(live.aliases.length > 0
            ? [{ field: "aliases" as const, before: live.aliases, after: null, origin }]
            : []),
          ...(members.length > 0
            ? [
                {
                  field: "delegates" as const,
                  before: names,
                  after: null,
                  accounts: { before: ids, after: [] },
                  origin,
                },
              ]
            : []),
        ]
      : live.kind === "personal"
        ? [{ field: "active", before: true, after: false, origin }]
        : [{ field: "delegates", before: names, after: [], accounts: { before: ids, after: [] }, origin }];
  return {
    action,
    kind: live.kind,
    address: live.address,
    profile: intent.profile,
    live,
    after: { address: live.address, aliases: live.aliases },
    fields: markChanges(fields, live, context),
    ...(intent.because ? { because: intent.because } : {}),
    names: [],
  };
}

function namesNow(live: LiveAccount, context: MemoryContext): readonly string[] {
  return liveDelegates(live, context).map(({ name }) => name);
}

/** Every field but the delegates. */
function plainFields(intent: Extract<Intent, { type: "change" }>): readonly FieldChange[] {
  const { desired, live, after, reactivates, updates } = intent;
  const active: FieldChange[] = reactivates
    ? [{ field: "active", before: false, after: true, origin: desired.activeOrigin }]
    : [];
  if (!updates) return active;
  const aliasOrigin = desired.aliases?.origin ?? desired.addressOrigin;
  return [
    ...(live.address === after.address
      ? []
      : [
          {
            field: "address" as const,
            before: live.address,
            after: after.address,
            origin: desired.addressOrigin,
          },
        ]),
    ...changedText("fullName", live, desired),
    ...active,
    ...(sameList(live.aliases, after.aliases)
      ? []
      : [{ field: "aliases" as const, before: live.aliases, after: after.aliases, origin: aliasOrigin }]),
    ...LATER_TEXTS.flatMap((field) => changedText(field, live, desired)),
  ];
}

/** The name comes first in a change, and the other texts after the lists. */
const LATER_TEXTS = TEXT_FIELDS.filter((field) => field !== "fullName");

function changedText(field: TextField, live: LiveAccount, desired: DesiredAccount): readonly FieldChange[] {
  const given = desired[field];
  if (given === undefined || isSameText(field, live[field], given.value)) return [];
  return [{ field, before: live[field], after: given.value, origin: given.origin }];
}

/** A new account needs no change that says it has none of something. */
function createdText(field: TextField, desired: DesiredAccount): readonly FieldChange[] {
  const given = desired[field];
  if (given === undefined || given.value === textRow(field).none) return [];
  return [{ field, before: null, after: given.value, origin: given.origin }];
}

function isEmpty(value: FieldChange["after"] | undefined): boolean {
  return Array.isArray(value) && value.length === 0;
}

function namesIn(fields: readonly FieldChange[], carried: readonly string[]): readonly string[] {
  const after = fields.find((field) => field.field === "delegates")?.after;
  return [...new Set([...(Array.isArray(after) ? after : []), ...carried])];
}

/**
 * Zivver returns no account key, so a change of one shows only against the digest of what was last sent or seen. Where
 * nothing is remembered, the key in Zivver is kept, or sent again, as configured; who comes back is sent the key in any
 * case, since a new id at work mostly means a new key. Its value is in no field.
 */
function keyChange(
  { desired, live, updates, reactivates }: Extract<Intent, { type: "change" }>,
  { memory, links, unknownKeys }: MemoryContext & { readonly unknownKeys: "keep" | "send" },
): FieldChange | undefined {
  const key = desired.accountKey;
  if (memory === undefined || key === undefined || !updates || live.kind !== "personal") return undefined;
  const known = links.memoryOf(live)?.accountKey;
  const after = links.keyDigest(live.zivverId, key.value);
  const keeps = unknownKeys === "keep" && !reactivates;
  const isKnown = known !== undefined && (known.sent || keeps);
  if (isKnown ? known.digest === after : keeps) return undefined;
  return { field: "accountKey", before: isKnown ? known.digest : null, after, origin: key.origin };
}
