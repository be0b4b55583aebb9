import { KINDS, type Kind } from "../../model/account/kind.ts";
import type { Condition, Manages } from "../../model/plan/policy.ts";
import { matchesPattern } from "../../model/values/address.ts";
import { present } from "../../model/values/present.ts";

// Whether two profiles own one account, without a live account to ask. From each condition of one profile an account is
// made up that meets it, a witness; if the other profile owns the witness too, the two overlap. What a condition says of
// divisions and names the witness has word for word. So an overlap that is found is one, and some are not found: two
// conditions on different things (a division here, a domain there) can meet in an account that nobody can foresee.

/** An account that could be: what is absent is unlike anything a condition could ask for. */
type Witness = { readonly address?: string; readonly division?: string; readonly fullName?: string };

export type Overlap = {
  readonly kind: Kind;
  /** The condition of `include`; absent where there is none and all accounts are taken in. */
  readonly condition?: number;
  readonly example: string;
};

const SOMEONE = "zivsync-example";

/** An account of `one` that `other` owns as well, if one is found. Pure. */
export function findOverlap(
  one: Manages,
  other: Manages,
  claimedDomains: readonly string[],
): Overlap | undefined {
  const kind = KINDS.find((candidate) => one.kinds.includes(candidate) && other.kinds.includes(candidate));
  const anyAddress = `${SOMEONE}@${claimedDomains[0]}`;
  if (kind === undefined) return undefined;
  for (const [index, condition] of includes(one).entries()) {
    const witness = witnesses(condition, claimedDomains).find((w) => owns(one, w) && owns(other, w));
    if (witness === undefined) continue;
    return {
      kind,
      ...(one.include.length > 0 ? { condition: index } : {}),
      example: witness.address ?? anyAddress,
    };
  }
  return undefined;
}

/** Whether no account can be the profile's: no kinds, or every condition of `include` met by one of `exclude`. Pure. */
export function ownsNothing(manages: Manages, claimedDomains: readonly string[]): boolean {
  if (manages.kinds.length === 0) return true;
  // All accounts lie in the claimed domains, so no `include` is the same as one condition for each of them.
  const included =
    manages.include.length > 0 ? manages.include : claimedDomains.map((domain): Condition => ({ domain }));
  return included.every((inner) => manages.exclude.some((outer) => covers(outer, inner)));
}

function includes(manages: Manages): readonly Condition[] {
  return manages.include.length > 0 ? manages.include : [{}];
}

function owns(manages: Manages, witness: Witness): boolean {
  return (
    includes(manages).some((condition) => meets(condition, witness)) &&
    !manages.exclude.some((condition) => meets(condition, witness))
  );
}

function meets(condition: Condition, { address, division, fullName }: Witness): boolean {
  return (
    (condition.address === undefined ||
      condition.address === "*" ||
      (address !== undefined && matchesPattern(condition.address, address))) &&
    (condition.domain === undefined || address?.endsWith(`@${condition.domain}`) === true) &&
    (condition.divisionUnder === undefined || isUnder(condition.divisionUnder, division)) &&
    (condition.fullName === undefined || condition.fullName === fullName)
  );
}

function witnesses(condition: Condition, claimedDomains: readonly string[]): readonly Witness[] {
  const { divisionUnder, fullName } = condition;
  const more = present({ division: divisionUnder, fullName });
  return addresses(condition, claimedDomains)
    .map((address): Witness => (address === undefined ? more : { address, ...more }))
    .filter((witness) => meets(condition, witness));
}

/** Addresses that a condition could mean; undefined where it asks for a division or a name, whatever the address. */
function addresses(condition: Condition, claimedDomains: readonly string[]): readonly (string | undefined)[] {
  const { address, domain, divisionUnder, fullName } = condition;
  const domains = domain === undefined ? claimedDomains : [domain];
  const others = domains.map((one) => `${SOMEONE}@${one}`);
  if (address === undefined) {
    return domain === undefined && (divisionUnder ?? fullName) !== undefined ? [undefined] : others;
  }
  const filled = address.replaceAll("*", SOMEONE);
  const at = filled.lastIndexOf("@");
  if (at < 0) return [...domains.map((one) => `${filled}@${one}`), ...others];
  return [filled, ...domains.map((one) => `${filled.slice(0, at)}@${one}`), ...others];
}

/** Whether every account that meets `inner` meets `outer`. False where zivsync cannot tell. */
function covers(outer: Condition, inner: Condition): boolean {
  return (
    (outer.domain === undefined || outer.domain === domainOfCondition(inner)) &&
    (outer.address === undefined || coversAddress(outer.address, inner)) &&
    (outer.divisionUnder === undefined || isUnder(outer.divisionUnder, inner.divisionUnder)) &&
    (outer.fullName === undefined || outer.fullName === inner.fullName)
  );
}

function coversAddress(pattern: string, inner: Condition): boolean {
  const { address } = inner;
  if (pattern === "*" || pattern === address) return true;
  const domain = domainOfCondition(inner);
  if (domain !== undefined && pattern === `*@${domain}`) return true;
  return address !== undefined && !address.includes("*") && matchesPattern(pattern, address);
}

function domainOfCondition({ domain, address }: Condition): string | undefined {
  if (domain !== undefined || address?.includes("@") !== true) return domain;
  const named = address.slice(address.lastIndexOf("@") + 1);
  return named.includes("*") ? undefined : named;
}

function isUnder(division: string, candidate: string | undefined): boolean {
  if (candidate === undefined) return false;
  const top = division.replace(/\/+$/, "");
  return candidate === division || candidate === top || candidate.startsWith(`${top}/`);
}
