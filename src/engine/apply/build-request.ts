import type { LiveAccount } from "../../model/account/account.ts";
import { type FieldName, isTextField } from "../../model/account/fields.ts";
import { accountKeyOf, type Change, type FieldChange, releaseOf } from "../../model/plan/change.ts";
import type { AccountFields, Write } from "../../model/ports.ts";
import type { Address } from "../../model/values/address.ts";
import { listOf } from "../desired/field-values.ts";
import type { ApplyWorld } from "./accounts/accounts.ts";
import { addressesOf, carriedDelegates, meantBy } from "./accounts/delegates.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export type WriteContext = {
  readonly world: ApplyWorld;
  /** The account before an earlier run of the same plan did anything, where there was one. */
  readonly image?: LiveAccount | undefined;
  /** Limits the request to these fields. */
  readonly only?: readonly FieldName[] | undefined;
};

/**
 * The request that brings an account to what its change says. Delegates that do not exist yet are left out; verification
 * adds them.
 */
export function writeOf(change: Change, account: LiveAccount | undefined, context: WriteContext): Write {
  if (change.action === "delete" && account) return { op: "delete", live: account };
  const fields = fieldsOf(change, account, context);
  if (account === undefined) {
    return {
      op: "create",
      kind: change.kind,
      fields: { ...fields, address: change.address, fullName: fullNameOf(change) },
    };
  }
  const names = Object.keys(fields);
  if (account.kind === "functional" && fields.members?.length === 0 && names.length === 1)
    return { op: "empty", live: account };
  return { op: "update", live: account, fields };
}

/** The first write of a change that gives addresses up, so that others can take them; undefined once it has done so. */
export function releaseWrite(change: Change, account: LiveAccount, context: WriteContext): Write | undefined {
  const release = releaseOf(change);
  if (release === undefined) return undefined;
  const { address, aliases } = release;
  const given =
    account.aliases.length === aliases.length && aliases.every((one) => account.aliases.includes(one));
  if (given && account.address === address) return undefined;
  const accountKey = accountKeyOf(change);
  const key = accountKey ? { accountKey } : {};
  // Aliases go with the account key: where they stay, both are left out.
  if (given) return { op: "update", live: account, fields: { address } };
  return { op: "update", live: account, fields: { address, aliases, ...carried(account, context), ...key } };
}

function fieldsOf(change: Change, account: LiveAccount | undefined, context: WriteContext): AccountFields {
  const { world, only } = context;
  const fields: Mutable<AccountFields> = {};
  const isWritten = (field: FieldName) => only === undefined || only.includes(field);
  for (const field of change.fields) {
    if (isWritten(field.field)) setField(fields, field, change, account, world);
  }
  const personal = change.kind === "personal";
  // A create may have left the account key unfinished, which no reading shows.
  const extension =
    change.action === "create" ||
    fields.aliases !== undefined ||
    fields.delegates !== undefined ||
    change.fields.some(({ field }) => field === "accountKey" && isWritten(field));
  if (personal && account && extension && fields.delegates === undefined)
    Object.assign(fields, carried(account, context));
  const accountKey = accountKeyOf(change);
  if (personal && extension && accountKey) fields.accountKey = accountKey;
  return fields;
}

/** Zivver takes aliases, delegates and key together: delegates that do not change go along. */
function carried(account: LiveAccount, { world, image }: WriteContext): AccountFields {
  return account.kind === "personal" ? { delegates: carriedDelegates(account, image, world) } : {};
}

function setField(
  fields: Mutable<AccountFields>,
  change: FieldChange,
  { kind, address }: Change,
  account: LiveAccount | undefined,
  world: ApplyWorld,
): void {
  const { field, after } = change;
  if (field === "address") fields.address = address;
  if (field === "active" && typeof after === "boolean") fields.active = after;
  if (isTextField(field) && typeof after === "string") fields[field] = after;
  if (field === "aliases") fields.aliases = listOf(after) as readonly Address[];
  if (field !== "delegates") return;
  const meant = meantBy(change, "after", account, world);
  if (kind === "functional") fields.members = meant.ids;
  else fields.delegates = addressesOf(meant, world);
}

function fullNameOf(change: Change): string {
  const name = change.fields.find((field) => field.field === "fullName")?.after;
  return typeof name === "string" ? name : change.address;
}

/** The account as a write leaves it, where Zivver answers without it. */
export function afterWrite(write: Write): LiveAccount | undefined {
  if (write.op === "create" || write.op === "delete") return undefined;
  if (write.op === "empty") return { ...write.live, members: [], active: false };
  const { accountKey: _, password: __, ...fields } = write.fields;
  return { ...write.live, ...fields };
}
