import { ApplyWorld } from "../../../src/engine/apply/accounts/accounts.ts";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import type { FieldName, FieldValue } from "../../../src/model/account/fields.ts";
import type { Kind } from "../../../src/model/account/kind.ts";
import type {
  Change,
  CreateChange,
  DeleteChange,
  FieldChange,
  Release,
  SuspendChange,
  UpdateChange,
} from "../../../src/model/plan/change.ts";
import type { JournalEntry, Step } from "../../../src/model/ports.ts";
import { Secret } from "../../../src/model/values/secret.ts";
import { at } from "../../support/engine.ts";

/** Changes and journal lines with as little in them as a test is about. */

type Given = {
  readonly id?: string;
  readonly needs?: readonly string[];
  readonly accountKey?: string;
  readonly release?: Release;
};

export function field(name: FieldName, before: FieldValue, after: FieldValue): FieldChange {
  return { field: name, before, after };
}

/** Names of delegates with the ids that they mean. */
export type Named = Readonly<Record<string, string | null>>;

export function access(before: Named, after: Named): FieldChange {
  return {
    field: "delegates",
    before: Object.keys(before),
    after: Object.keys(after),
    accounts: { before: Object.values(before), after: Object.values(after) },
  };
}

export function releasing(address: string, aliases: readonly string[] = []): Release {
  return { address: at(address), aliases: aliases.map(at) };
}

function common({ id = "c-1", needs = [], accountKey, release }: Given) {
  return {
    id,
    profile: "staff",
    needs,
    ...(accountKey === undefined ? {} : { accountKey: new Secret(accountKey) }),
    ...(release === undefined ? {} : { release }),
  };
}

export function creating(
  address: string,
  fields: readonly FieldChange[] = [],
  { kind = "personal", ...given }: Given & { readonly kind?: Kind } = {},
): CreateChange {
  return { ...common(given), action: "create", kind, address: at(address), fields };
}

function onLive(account: LiveAccount, fields: readonly FieldChange[]) {
  const renamed = fields.find((one) => one.field === "address")?.after;
  return {
    kind: account.kind,
    address: typeof renamed === "string" ? at(renamed) : account.address,
    zivverId: account.zivverId,
    base: account.fingerprint,
    fields,
  };
}

export function updating(
  account: LiveAccount,
  fields: readonly FieldChange[],
  given: Given = {},
): UpdateChange {
  return { ...common(given), ...onLive(account, fields), action: "update" };
}

export function suspending(account: LiveAccount, given: Given = {}): SuspendChange {
  return { ...common(given), ...onLive(account, [field("active", true, false)]), action: "suspend" };
}

export function deleting(account: LiveAccount, given: Given = {}): DeleteChange {
  return { ...common(given), ...onLive(account, []), action: "delete" };
}

/** What apply knows once it has read these accounts. */
export function worldOf(changes: readonly Change[], live: readonly LiveAccount[]): ApplyWorld {
  const world = new ApplyWorld(changes);
  world.load(live);
  return world;
}

/** When every line of these journals was written. */
export const WHEN = "2026-11-23T11:59:00.000Z";

export function started(change: Change, before: LiveAccount | null, step: Step = "change"): JournalEntry {
  const { id, action, kind, address, profile, fields } = change;
  return { type: "start", at: WHEN, change: id, step, action, kind, address, profile, fields, before };
}

type Answer = { readonly step?: Step; readonly zivverId?: string | null; readonly shown?: boolean };

export function answered(
  { id }: Pick<Change, "id">,
  { step = "change", zivverId = null, shown }: Answer = {},
): JournalEntry {
  return { type: "done", at: WHEN, change: id, step, zivverId, ...(shown === undefined ? {} : { shown }) };
}

export function failed({ id }: Pick<Change, "id">, uncertain: boolean): JournalEntry {
  return { type: "error", at: WHEN, change: id, step: "change", uncertain, message: "No." };
}
