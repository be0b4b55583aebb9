import type { LiveAccount, SourceRecord } from "../model/account.ts";
import { isInOneOf } from "../model/address.ts";
import type { OrganizationPolicy, ProfilePolicy } from "../model/policy.ts";
import { canonicalPhone, isCleanName } from "./desired-fields.ts";
import { sameList } from "./field-values.ts";

/**
 * Can it be seen without building the desired account that one record alone says just what Zivver has of a personal account,
 * and that nothing is wrong or worth telling about it? False means no more than that it has to be looked at in full.
 */
export function isPlainlySo(
  record: SourceRecord,
  live: LiveAccount,
  policy: ProfilePolicy,
  organization: OrganizationPolicy,
): boolean {
  const { fullName, active, phone, delegates } = record;
  const isActive = active === undefined || active.value;
  return (
    record.problems.length === 0 &&
    isActive === live.active &&
    (fullName === undefined || (fullName.value === live.fullName && isCleanName(live.fullName))) &&
    isInOneOf(organization.claimedDomains, live.address) &&
    hasAliases(record, live, policy, organization) &&
    (delegates === undefined || delegates.value.length === 0) &&
    record.delegatesIncomplete === undefined &&
    live.delegates.length === 0 &&
    hasDivision(record, live, policy) &&
    (phone === undefined || canonicalPhone(phone.value) === canonicalPhone(live.phone)) &&
    (organization.loginMethod !== "sso" || !isActive || record.accountKey !== undefined)
  );
}

/** Those that Zivver has are canonical: what reads the same needs no parsing. */
function hasAliases(
  { aliases }: SourceRecord,
  live: LiveAccount,
  policy: ProfilePolicy,
  { claimedDomains }: OrganizationPolicy,
): boolean {
  if (aliases === undefined) return true;
  if (!sameList(aliases.value, live.aliases)) return false;
  for (const alias of live.aliases) {
    if (alias === live.address || !isInOneOf(claimedDomains, alias)) return false;
    if (isInOneOf(policy.aliases.excludeDomains, alias)) return false;
  }
  return true;
}

function hasDivision({ division }: SourceRecord, live: LiveAccount, policy: ProfilePolicy): boolean {
  return division === undefined ? policy.division === undefined : division.value === live.division;
}
