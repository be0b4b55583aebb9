import type { LiveAccount } from "../../model/account/account.ts";
import type { Finding } from "../../model/plan/finding.ts";
import { type Address, parseAddress } from "../../model/values/address.ts";
import type { Candidate } from "../desired/desired.ts";
import { isSameName, sharesGivenName } from "../desired/full-names.ts";
import type { Lookup } from "../live/live-index.ts";
import { about, type FindContext, type Found, held, NOT_FOUND, named } from "./match-result.ts";

/*
 * An alias of a record can be the former address of its own account (a rename), or the address of somebody else's account:
 * of a leaver whose address went to a successor or a desk, of a colleague by mistake. A live account passes to a record by
 * its alias only where the ids, or else the names, say that it is the same person.
 */

export type FormerContext = FindContext & {
  /** How many candidates in scope claim an address as an alias. */
  readonly claims: Lookup<Address, number>;
  /** Whether something is in doubt about the profile's accounts of that kind. Then nothing is renamed by an alias. */
  readonly isDoubtful: (candidate: Candidate) => boolean;
};

/** The evidence of an alias about the account whose primary address it is. */
type Verdict = "same" | "perhaps" | "somebody-else" | "nothing";

/** The account that goes by an alias of a candidate which has no account under its id or address. */
export function findRenamedByFormerAddress(candidate: Candidate, context: FormerContext): Found {
  const { account } = candidate;
  const holders = holdersOfAliases(candidate, context);
  const of = (wanted: Verdict) => holders.filter((live) => verdict(candidate, live, context) === wanted);
  const same = of("same");
  const perhaps = of("perhaps");
  const [only, ...others] = same;
  if (others.length > 0) {
    const names = same.map((one) => one.address).join(", ");
    const summary = `Several live accounts may be this one under a former address: ${names}. All are left as they are; take the aliases of the others out of the record, or merge them in Zivver.`;
    return held(account, [...same, ...perhaps], "rename-ambiguous", summary);
  }
  // A record that is disabled wants no account; it only names those that it may be.
  if (perhaps.length > 0 && !account.active) return { accounts: [...same, ...perhaps], holds: [], notes: [] };
  if (perhaps.length > 0 && context.isDoubtful(candidate)) {
    const names = perhaps.map(named).join(", ");
    const summary = `An alias of this record is the address of ${names}, and not all that the sources of the profile give could be read, so it is not known whether that account has a record of its own. Nothing is created or renamed, and that account is left as it is, until all can be read.`;
    return held(account, [...same, ...perhaps], "link-doubtful", summary);
  }
  if (perhaps.length > 0) {
    const names = perhaps.map(named).join(", ");
    const isOutside = perhaps.some((one) => context.live.owner.get(one.zivverId) !== account.profile);
    const why = isOutside
      ? "which the profile does not manage"
      : "and neither an id nor the name shows that they are the same person";
    const summary = `An alias of this record (${account.fullName?.value ?? "no name"}) is the address of ${names}, ${why}. Nothing is created, and that account is left as it is. If they are the same, give the account in Zivver this record's address or name by hand; if not, take the alias out of the record until the old account is deleted.`;
    return held(account, [...same, ...perhaps], "address-reused", summary);
  }
  if (only === undefined) return NOT_FOUND;
  return { live: only, by: "alias", accounts: [only], holds: [], notes: [] };
}

/**
 * Accounts that are named by the aliases of a candidate which is another account or none. They are not missing, and the
 * aliases wait. Not among them: the account of a leaver, by its link; that one is suspended.
 */
export function namedByAliases(
  candidate: Candidate,
  own: LiveAccount | undefined,
  context: FormerContext,
): { readonly accounts: readonly LiveAccount[]; readonly notes: readonly Finding[] } {
  const holders = holdersOfAliases(candidate, context);
  if (holders.length === 0) return NOBODY_NAMED;
  const accounts = holders.filter((live) => {
    const says = live === own ? "nothing" : verdict(candidate, live, context);
    return says === "same" || says === "perhaps";
  });
  return { accounts, notes: accounts.map((live) => waits(candidate, live)) };
}

const NO_HOLDERS: readonly LiveAccount[] = [];
const NOBODY_NAMED = { accounts: NO_HOLDERS, notes: [] };

function waits({ account }: Candidate, live: LiveAccount): Finding {
  const summary = `The alias ${live.address} is the address of ${named(live)}, an account without a record of its own. It is left as it is, and the alias waits. Give that account another address in Zivver, without this one as an alias, or take the alias out of the record.`;
  return about(account, "alias-waits", "warning", summary);
}

/** A functional record never speaks for a personal account. */
function holdersOfAliases({ account }: Candidate, { live, wanted }: FormerContext): readonly LiveAccount[] {
  const aliases = account.aliases?.value;
  if (aliases === undefined || aliases.length === 0) return NO_HOLDERS;
  return aliases.flatMap((alias) => {
    const holder = live.byPrimary.get(alias);
    if (holder === undefined || wanted.has(alias)) return [];
    return account.kind === "functional" && holder.kind === "personal" ? [] : [holder];
  });
}

/** Under one address there may be records of several people: each has its own name for its own aliases. */
function namesWith({ account, records, isSeveralPeople }: Candidate, alias: Address): readonly string[] {
  if (!isSeveralPeople) return account.fullName === undefined ? [] : [account.fullName.value];
  return records.flatMap(({ record: { aliases, fullName } }) =>
    fullName && aliases?.value.some((text) => parseAddress(text) === alias) ? [fullName.value] : [],
  );
}

function verdict(candidate: Candidate, holder: LiveAccount, context: FormerContext): Verdict {
  const { account } = candidate;
  const { links, live, claims, isDoubtful } = context;
  const names = namesWith(candidate, holder.address);
  const isSame = names.some((name) => isSameName(name, holder.fullName));
  const isRelated = isSame || names.some((name) => sharesGivenName(name, holder.fullName));
  const link = links.stateOf(holder);
  if (link === "present") return "nothing";
  const isNameUnread = account.held?.has("fullName") === true;
  if (link === "gone" && !isRelated && !isNameUnread && holder.kind === "personal") return "somebody-else";
  const canBeIts = holder.kind === account.kind && live.owner.get(holder.zivverId) === account.profile;
  if (!canBeIts || isDoubtful(candidate) || (claims.get(holder.address) ?? 1) !== 1) return "perhaps";
  if (link === "none") return isRelated || account.kind === "functional" ? "same" : "perhaps";
  return isSame && link !== "unread" ? "same" : "perhaps";
}
