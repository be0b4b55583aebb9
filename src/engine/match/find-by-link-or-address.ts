import type { DesiredAccount, LiveAccount } from "../../model/account/account.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { Candidate } from "../desired/desired.ts";
import { isSameName, sharesGivenName } from "../desired/full-names.ts";
import { findRenamedByLink } from "./find-renamed-by-link.ts";
import { about, adopt, type FindContext, type Found, held, NOT_FOUND, named } from "./match-result.ts";
import { findByNearId } from "./near-ids.ts";

const NOBODY: readonly LiveAccount[] = [];
const NO_FINDINGS: readonly Finding[] = [];

/** By link, else by an id that is nearly the same, else by address. A person not found so may go by a former address. */
export function findByLinkOrAddress(candidate: Candidate, context: FindContext): Found {
  const { account } = candidate;
  const { links, live } = context;
  const atAddress = live.byPrimary.get(account.address);
  const anchors = candidate.records.flatMap(({ anchor }) => anchor ?? []);
  const people = candidate.records.flatMap(({ person }) => person ?? []);
  const linked =
    anchors.length === 0
      ? NOBODY
      : [...new Set([...anchors.flatMap((anchor) => links.accountsOf(anchor)), ...people])];
  const isShared = (anchor: string) => links.sharing(anchor) > anchors.filter((one) => one === anchor).length;
  if (anchors.some(isShared)) return bySharedId(candidate, linked, atAddress, context);
  const [only, ...others] = linked;
  if (only !== undefined && others.length > 0) {
    const names = linked.map(({ address }) => address).join(" and ");
    return held(account, linked, "link-twice", `${linkedTo(names)} ${LINK_TWICE}`);
  }
  if (only !== undefined && only.kind !== account.kind) return converted(account, only);
  if (only !== undefined) return findRenamedByLink(candidate, only, atAddress, context);
  const near = findByNearId(candidate, atAddress, context);
  if (near !== undefined) return near;
  const found = atAddress ? byAddress(candidate, atAddress, context) : byPassedOnId(candidate, context);
  const gone = anchors.flatMap((anchor) => links.goneOf(anchor) ?? [])[0];
  if (gone === undefined || !account.active) return found;
  const summary = `${linkedTo(gone.address)} ${LINK_GONE}`;
  return { ...found, notes: [...found.notes, about(account, "link-gone", "warning", summary)] };
}

/** Nothing but an id under which a further source gave somebody of another name until now. */
function byPassedOnId({ account, records }: Candidate, { links }: FindContext): Found {
  const known = records.map((one) => links.knownByOther(account.profile, one));
  const [only, ...others] = new Set(known.flatMap((one) => (one && !one.isRenamed ? [one.live] : [])));
  const isAnother = known.every((one) => one !== undefined && !one.isRenamed) && others.length === 0;
  if (only === undefined || !isAnother || !account.active) return NOT_FOUND;
  const summary = `The source gives this record the id under which it gave ${named(only)} until now, and its name is another. The id may have been passed on, or the name may be wrong, so nothing is created for it, and that account is not its. Correct the source; if it is somebody else, run \`zivsync adopt --relink ${only.address}\`.`;
  return held(account, [only], "link-doubtful", summary);
}

/** An id that several records have says nothing, so the address and the name have to agree. */
function bySharedId(
  candidate: Candidate,
  linked: readonly LiveAccount[],
  atAddress: LiveAccount | undefined,
  context: FindContext,
): Found {
  const { account } = candidate;
  const name = account.fullName?.value ?? "";
  const isIts =
    atAddress?.kind === account.kind &&
    (isSameName(name, atAddress.fullName) ||
      (linked.includes(atAddress) && sharesGivenName(name, atAddress.fullName)));
  const accounts = [...new Set([...linked, ...(atAddress?.kind === account.kind ? [atAddress] : [])])];
  if (!isIts) return held(account, accounts, "anchor-twice", ANCHOR_TWICE);
  const found = byAddress(candidate, atAddress, context);
  if (found.live === undefined) return found;
  return { ...found, notes: [about(account, "anchor-twice", "warning", ANCHOR_SHARED)] };
}

const linkedTo = (names: string) => `The record is linked to ${names} in the state.`;
const ANCHOR_TWICE =
  "More than one record has the id of this one, so its account cannot be found by the id. Nothing is created or renamed for it until the sources give each record an id of its own.";
const ANCHOR_SHARED =
  "More than one record has the id of this one. Its account is found by the address, and no link is made from the id. Give each record an id of its own.";
const LINK_TWICE =
  "A record can be one account only. All are left as they are; `zivsync adopt --replace` links them again, by address.";
const LINK_GONE = "Somebody deleted that account in Zivver. The record is taken for a new one.";

function byAddress(candidate: Candidate, existing: LiveAccount, context: FindContext): Found {
  const { account } = candidate;
  if (existing.kind !== account.kind) return otherKind(account, existing);
  const match: Found = {
    live: existing,
    by: "address",
    accounts: [existing],
    holds: NO_FINDINGS,
    notes: NO_FINDINGS,
  };
  const link = context.links.memoryOf(existing)?.link;
  const isIts = (anchor: string) => anchor === link?.anchor || context.links.isRelinked(existing);
  if (candidate.records.some(({ anchor }) => anchor !== undefined && isIts(anchor))) return match;
  return byOtherLink(candidate, match, existing, context);
}

/** The account was never linked, or to a record that is not this one. */
function byOtherLink(candidate: Candidate, match: Found, existing: LiveAccount, context: FindContext): Found {
  const { account } = candidate;
  const hasAnchor = candidate.records.some(({ anchor }) => anchor !== undefined);
  const name = account.fullName?.value;
  const isSame = name !== undefined && isSameName(name, existing.fullName);
  // Without an id, the address is what a record goes by, and the name must not speak against it.
  const isPlausible = !hasAnchor && (isSame || couldBeRenamed(account, existing));
  switch (context.links.stateOf(existing)) {
    case "present":
      return isSame && isMoved(account, existing, context) ? again(account, match, hasAnchor) : NOT_FOUND;
    case "none":
      return mayBeLeavers(account, existing)
        ? reused(account, existing, hasAnchor)
        : firstMatch(account, match, hasAnchor, context);
    case "unread":
      if (!isManagedBy(account, existing, context)) return ofUnreadProfile(account, existing, hasAnchor);
      return isPlausible ? match : doubtfulLink(account, existing, hasAnchor);
    case "retired":
      return isSame ? again(account, match, hasAnchor) : doubtfulLink(account, existing, hasAnchor);
    case "gone":
      if (isSame || isPlausible) return again(account, match, hasAnchor);
      return account.active ? reused(account, existing, hasAnchor) : { ...match, unlinked: true };
  }
}

/** Whether a person has the given name of the account. The first words of two desks say nothing. */
function couldBeRenamed({ kind, fullName }: DesiredAccount, existing: LiveAccount): boolean {
  return kind === "personal" && fullName !== undefined && sharesGivenName(fullName.value, existing.fullName);
}

/** The account of a profile that was not read is not this profile's concern, unless its address may be another person's by now. */
function ofUnreadProfile(account: DesiredAccount, existing: LiveAccount, hasAnchor: boolean): Found {
  const name = account.fullName?.value;
  if (name !== undefined && !isRelated(name, existing)) return doubtfulLink(account, existing, hasAnchor);
  return { accounts: [existing], holds: [], notes: [] };
}

/** Whether the account is linked to a record of another profile, while the record's own profile manages it by now. */
function isMoved({ profile }: DesiredAccount, existing: LiveAccount, { links, live }: FindContext): boolean {
  return links.memoryOf(existing)?.link?.profile !== profile && live.owner.get(existing.zivverId) === profile;
}

function isManagedBy({ profile }: DesiredAccount, { zivverId }: LiveAccount, { live }: FindContext): boolean {
  return live.owner.get(zivverId) === profile || live.untouchable.has(zivverId);
}

/** A suspended account that no record was ever linked to, under another name or under one that cannot be read. */
function mayBeLeavers(account: DesiredAccount, existing: LiveAccount): boolean {
  if (account.kind !== "personal" || !account.active || existing.active) return false;
  if (account.fullName === undefined) return account.held?.has("fullName") === true;
  return !isSameName(account.fullName.value, existing.fullName);
}

/** The address is what an account without a link is known by; a name that has nothing in common is worth a look. */
function firstMatch(account: DesiredAccount, match: Found, hasAnchor: boolean, context: FindContext): Found {
  const { live } = match;
  const name = account.fullName?.value;
  if (live === undefined || account.kind !== "personal" || name === undefined) return match;
  if (account.held?.has("id") && !isRelated(name, live) && isManagedBy(account, live, context))
    return held(account, [live], "link-doubtful", unreadableId(account, name, live));
  if (account.active && !isRelated(name, live) && context.links.isIncomplete(account.profile, account.kind))
    return held(account, [live], "link-doubtful", unlinkedWhileIncomplete(account, name, live, hasAnchor));
  if (!hasAnchor) return match;
  if (!account.active && !isSameName(name, live.fullName)) return { ...match, unlinked: true };
  if (isRelated(name, live)) return match;
  const summary = `Zivver has this account as ${live.fullName}, and the source as ${name}. It is taken for the same person, since no other record was ever linked to it. If it belongs to somebody else, take the record out and tell the two apart first. \`zivsync adopt\` makes no link for it unless you run \`zivsync adopt --relink ${live.address}\`.`;
  return { ...match, notes: [about(account, "address-reused", "warning", summary)] };
}

/** Anything in common: a word of the name, an initial, or a name that Zivver shows as the address. */
function isRelated(name: string, { fullName, address }: LiveAccount): boolean {
  if (isSameName(name, fullName) || sharesGivenName(name, fullName)) return true;
  const words = (text: string) =>
    text
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean);
  const own = new Set(words(name));
  return (
    fullName.trim() === "" || words(fullName).some((word) => own.has(word)) || fullName.includes(address)
  );
}

function again(account: DesiredAccount, match: Found, hasAnchor: boolean): Found {
  if (!hasAnchor) return match;
  return { ...match, notes: [about(account, "link-replaced", "info", AGAIN)] };
}

const AGAIN =
  "The account was linked to a record with another id, which is gone. This record has the same name and address, and is taken for the same person under a new id.";

function reused(account: DesiredAccount, existing: LiveAccount, hasAnchor: boolean): Found {
  const summary = `Zivver has ${existing.active ? "an" : "a suspended"} account with this address, and it belongs to ${existing.fullName}, while the source gives ${account.fullName?.value ?? "no name"} under another id or name. Whoever gets an account gets the mail in it, so it is not handed over and is left as it is. ${adopt(account, hasAnchor)} Otherwise delete the old account in Zivver, or give it another address there.`;
  return held(account, [existing], "address-reused", summary);
}

function unlinkedWhileIncomplete(
  account: DesiredAccount,
  name: string,
  existing: LiveAccount,
  hasAnchor: boolean,
): string {
  return `Zivver has this account as ${existing.fullName}, and the source as ${name}. No record was ever linked to it, and not all that the sources of the profile give could be read, so the record of ${existing.fullName} may still be there. The account is left as it is until all can be read. ${adopt(account, hasAnchor)}`;
}

function unreadableId(account: DesiredAccount, name: string, existing: LiveAccount): string {
  return `Zivver has this account as ${existing.fullName}, and the source as ${name}, in a record whose id cannot be read. Nothing shows that they are one person, so the account is left as it is, and no ${account.kind} account of the profile is suspended or deleted, since the record may be another person's. Correct the id, or the address and the name.`;
}

function doubtfulLink(account: DesiredAccount, existing: LiveAccount, hasAnchor: boolean): Found {
  const summary = `The account with this address, ${named(existing)}, was linked to another record, and that record may still be there: not all could be read. It is left as it is. ${adopt(account, hasAnchor)}`;
  return held(account, [existing], "link-doubtful", summary);
}

/** A record of a mailbox that turned shared does not keep the personal account: that one is treated as a leaver's. */
function otherKind(account: DesiredAccount, existing: LiveAccount): Found {
  const isLeaving = existing.kind === "personal";
  const summary = `The sources give a ${account.kind} account, and Zivver has a ${existing.kind} one with this address (${existing.fullName}). A kind cannot be changed over the API${isLeaving ? ", and no record gives the personal account any more: it is treated as a leaver's." : ". Both are left as they are."} An administrator can convert it in Zivver; otherwise correct the source.`;
  return held(account, isLeaving ? [] : [existing], "kind-mismatch", summary);
}

/** An administrator converted the linked account in Zivver, and the record does not say so: whose it is now is for people. */
function converted(account: DesiredAccount, linked: LiveAccount): Found {
  const summary = `The sources give a ${account.kind} account, and the account that it is linked to, ${named(linked)}, is a ${linked.kind} one in Zivver by now. Both are left as they are. Let the sources give a ${linked.kind} account in its place, or convert it back in Zivver.`;
  return { ...held(account, [linked], "kind-mismatch", summary), by: "link" };
}
