import type { DesiredAccount, LiveAccount, SourceRecord } from "../model/account.ts";
import type { OrganizationPolicy, ProfilePolicy } from "../model/policy.ts";
import type { AccountMemory } from "../model/state.ts";
import { canonicalPhone } from "./desired-fields.ts";
import { sameList } from "./field-values.ts";
import { linkOf, type Memory } from "./links.ts";
import { manages } from "./territory.ts";

/** Has a live account all that the sources say of it? Delegates depend on other accounts: who has some never counts. */
export function isAsWanted(account: DesiredAccount, live: LiveAccount): boolean {
  return (
    account.active === live.active &&
    (account.fullName === undefined || account.fullName.value === live.fullName) &&
    (account.aliases === undefined || sameList(account.aliases.value, live.aliases)) &&
    (account.delegates === undefined || account.delegates.value.length === 0) &&
    live.delegates.length === 0 &&
    (account.division === undefined || account.division.value === live.division) &&
    (account.phone === undefined || account.phone.value === canonicalPhone(live.phone))
  );
}

export function isOwnedBy(name: string, live: LiveAccount, profiles: readonly ProfilePolicy[]): boolean {
  let isOwned = false;
  for (const profile of profiles) {
    const isIts = manages(profile.manages, live);
    if (isIts !== (profile.name === name)) return false;
    isOwned ||= isIts;
  }
  return isOwned;
}

type OneRecord = { readonly profile: string; readonly record: SourceRecord; readonly live: LiveAccount };

/**
 * Is all that there is to remember of an account remembered already, and nothing that lies behind it? For a personal account
 * that is as its one record says.
 */
export function isAsRemembered(
  { profile, record, live }: OneRecord,
  known: AccountMemory,
  names: Memory["names"],
  unknownKeys: OrganizationPolicy["unknownAccountKeys"],
): boolean {
  if (known.kind !== "personal" || known.address !== live.address) return false;
  if (known.fields === undefined || (known.former ?? []).length > 0) return false;
  const { id, accountKey } = record;
  const link = linkOf({ profile, kind: "personal", ...(id ? { id } : {}) }, names);
  if (link?.anchor !== known.link?.anchor) return false;
  if (accountKey === undefined) return true;
  const key = known.accountKey;
  if (key === undefined || (!key.sent && unknownKeys === "send")) return false;
  return key.digest === names.accountKey(known.zivverId, accountKey.value);
}
