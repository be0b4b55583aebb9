import type { Origin } from "../account/account.ts";
import type { FieldName, FieldValue } from "../account/fields.ts";
import type { Kind } from "../account/kind.ts";
import type { Address } from "../values/address.ts";
import type { Secret } from "../values/secret.ts";

/** Where a field was changed since zivsync last applied it. */
export type ChangedIn = "source" | "zivver" | "both";

/**
 * The Zivver ids behind the names of a list of delegates, name by name. null: an account that this plan creates under
 * that address, or an address that no listing shows (a guest), which Zivver keeps as text.
 */
export type DelegateAccounts = {
  readonly before: readonly (string | null)[];
  readonly after: readonly (string | null)[];
};

export type FieldChange = {
  readonly field: FieldName;
  readonly before: FieldValue;
  readonly after: FieldValue;
  /** Of delegates: the accounts meant. Apply goes by these; the names are for reading. */
  readonly accounts?: DelegateAccounts;
  readonly origin?: Origin;
  /** Absent where it is not remembered what was last applied. */
  readonly changedIn?: ChangedIn;
};

/**
 * A first write that gives addresses up, needed where accounts swap addresses in a circle: the account goes to `address`
 * with `aliases`, so that the others can take what it had, before its own change follows.
 */
export type Release = { readonly address: Address; readonly aliases: readonly Address[] };

type ChangeCommon = {
  /** `c-1`, `c-2` … in the order in which they are carried out. */
  readonly id: string;
  readonly kind: Kind;
  /** The primary address after the change (of a removed account: the one it has). */
  readonly address: Address;
  readonly profile: string;
  /** Changes that must have been applied before this one. */
  readonly needs: readonly string[];
  readonly fields: readonly FieldChange[];
};

type OnLive = { readonly zivverId: string; readonly base: string };
type Releasing = { readonly release?: Release };
/** The account that a change is about, for reading. */
type Named = { readonly fullName?: string };

/** `K`: how the account key is held. `Secret` inside the program, `SealedKey` in a plan file. */
export type CreateChange<K = Secret> = ChangeCommon & { readonly action: "create"; readonly accountKey?: K };
export type UpdateChange<K = Secret> = ChangeCommon &
  OnLive &
  Releasing & { readonly action: "update" | "reactivate"; readonly accountKey?: K };
/** A functional account that is emptied may change otherwise as well, so it too can have to give addresses up first. */
export type SuspendChange = ChangeCommon & OnLive & Releasing & Named & { readonly action: "suspend" };
export type DeleteChange = ChangeCommon & OnLive & { readonly action: "delete" };
export type Change<K = Secret> = CreateChange<K> | UpdateChange<K> | SuspendChange | DeleteChange;

/** The primary address that a change takes from its account; undefined where the account keeps it. */
export function addressBefore(change: Change<unknown>): string | undefined {
  const before = change.fields.find(({ field }) => field === "address")?.before;
  return typeof before === "string" ? before : undefined;
}

/** The first write that a change needs to give addresses up; undefined for one that needs none. */
export function releaseOf(change: Change<unknown>): Release | undefined {
  return "release" in change ? change.release : undefined;
}

/** The account key that a change sends; undefined for one that sends none. */
export function accountKeyOf<K>(change: Change<K>): K | undefined {
  return "accountKey" in change ? change.accountKey : undefined;
}

export type Action = Change["action"];
/** Suspensions and deletions: what takes access away from people, and what a review shows whole. */
export function isRemoval({ action }: { readonly action: Action }): boolean {
  return action === "suspend" || action === "delete";
}

export const ACTIONS: readonly Action[] = ["create", "update", "suspend", "reactivate", "delete"];

/** An account key as a plan file holds it: AES-256-GCM ciphertext (base64) and a keyed digest that names equal keys. */
export type SealedKey = { readonly sealed: string; readonly digest: string };

type Planned = Pick<Change<SealedKey>, "action" | "fields">;

/** The losses that a plan causes, as a verb: accounts, or else the access of delegates; undefined for none. */
export function removalIn(changes: readonly Planned[]): string | undefined {
  if (changes.some(isRemoval)) return "suspends or deletes";
  return changes.some((change) => lostDelegates(change).length > 0) ? "removes delegates" : undefined;
}

/** The delegates that a change takes from an account, also where the account itself is suspended or deleted. */
export function lostDelegates({ fields }: Pick<Planned, "fields">): readonly string[] {
  return fields.flatMap(({ field, before, after }) => {
    if (field !== "delegates" || !Array.isArray(before)) return [];
    const stays = new Set<string>(Array.isArray(after) ? after : []);
    return before.filter((delegate) => !stays.has(delegate));
  });
}
