import type { LiveAccount } from "../../model/account/account.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { Candidate } from "../desired/desired.ts";
import { isSameName, sharesGivenName } from "../desired/full-names.ts";
import type { Placed } from "../desired/records-by-address.ts";
import type { LiveIndex } from "../live/live-index.ts";
import type { Links } from "../readings/links.ts";
import type { Said } from "../readings/statements.ts";
import { about, type Found, named } from "./match-result.ts";

/*
 * Records that cannot be matched to an account and may be one that seems to be missing. Nothing is created for them, and
 * what they may be is not removed.
 */

type Context = {
  readonly live: LiveIndex;
  readonly links: Links;
  readonly said: Pick<Said, "doubts" | "lost">;
};

/** The accounts that a record may be, and why it is held; no accounts where it may be any of the profile. */
export type Unidentified = {
  readonly accounts: readonly LiveAccount[];
  readonly findings: readonly Finding[];
};

export const NO_DOUBT: Unidentified = { accounts: [], findings: [] };

/** Raises a doubt where a held candidate, or one of several people under one address, may be any missing account. */
export function raiseDoubts(
  candidate: Candidate,
  { live: own, accounts, holds }: Found,
  { links, live, said }: Context,
): void {
  const { account, records, isSeveralPeople } = candidate;
  const raise = () => said.doubts.raise(account.profile, account.kind, "unidentified");
  if (records.some((one) => isUnreadable(one) && !accounts.some((live) => isCertainly(one, live, links))))
    raise();
  if (holds.some(({ code }) => code === "anchor-twice")) raise();
  // It is not the account that has its address, and its id does not say which one it is.
  if (own === undefined && holds.length > 0 && isLostOrHeld(candidate, "id", said)) raise();
  if (!isSeveralPeople) return;
  const existing = own ?? live.byPrimary.get(account.address);
  const isKnown = records.every(({ record, anchor, person }) => {
    if (person !== undefined) return true;
    if (anchor !== undefined && links.accountsOf(anchor).length > 0) return true;
    return existing !== undefined && isSameName(record.fullName?.value ?? "", existing.fullName);
  });
  if (!isKnown) raise();
}

const isUnreadable = ({ record }: Placed) => record.problems.some(({ field }) => field === undefined);

/**
 * Cells of an unreadable record may be in the wrong columns, so one of them says nothing: a colleague's address may stand where
 * its own belongs. Two that agree on an account do.
 */
function isCertainly({ record, address, addressFromLink, anchor }: Placed, live: LiveAccount, links: Links) {
  const evidence = [
    address === live.address && addressFromLink !== true,
    isSameName(record.fullName?.value ?? "", live.fullName),
    anchor !== undefined && links.accountsOf(anchor).includes(live),
  ];
  return evidence.filter(Boolean).length > 1;
}

/** A record without an account, whose id or aliases cannot be relied on, may be an account that seems to be missing. */
export function findUnidentified(candidate: Candidate, found: Found, context: Context): Unidentified {
  const { account, records } = candidate;
  const { said } = context;
  if (found.live !== undefined) return NO_DOUBT;
  const hasAnchor = records.some(({ anchor }) => anchor !== undefined);
  const isIdDoubtful = isLostOrHeld(candidate, "id", said);
  const areAliasesDoubtful =
    !hasAnchor && (account.aliasesIncomplete || isLostOrHeld(candidate, "aliases", said));
  if (!isIdDoubtful && !areAliasesDoubtful) return amongGone(candidate, hasAnchor, context);
  said.doubts.raise(account.profile, account.kind, "unidentified");
  const summary = `No account has this address, and the ${isIdDoubtful ? "id" : "aliases"} of the record cannot be relied on: it may be an account whose address has changed. It is not created, and no ${account.kind} account of the profile is suspended or deleted, until that is corrected.`;
  return { accounts: [], findings: [about(account, "identity-unknown", "error", summary)] };
}

/** Whether a source no longer gives the field to anybody, or the field cannot be read in this record. */
function isLostOrHeld(
  { account, records }: Candidate,
  field: "id" | "aliases",
  { lost }: Context["said"],
): boolean {
  const isLost = records.some(({ source, record }) =>
    lost.of(account.profile, source, record.kind).includes(field),
  );
  return isLost || account.held?.has(field) === true;
}

/**
 * A record outside what its profile manages may be an account of the profile all the same, whose address changed on the day
 * on which its id did: where the id cannot be relied on, or where its name is that of an account whose record is gone.
 */
export function findOutside(candidate: Candidate, context: Context): Unidentified {
  const { account, records } = candidate;
  const { links, live, said } = context;
  const name = account.fullName?.value ?? "";
  const atAddress = live.byPrimary.get(account.address);
  if (atAddress !== undefined && isSameName(name, atAddress.fullName)) return NO_DOUBT;
  if (isLostOrHeld(candidate, "id", said)) {
    said.doubts.raise(account.profile, account.kind, "unidentified");
    return { accounts: [], findings: [about(account, "identity-unknown", "error", OUTSIDE)] };
  }
  const accounts = records
    .flatMap(({ source, record }) => links.unansweredOf(account.profile, source, record.kind))
    .filter((one) => isSameName(name, one.fullName));
  if (accounts.length === 0) return NO_DOUBT;
  const summary = `The address lies outside what the profile manages, but the record has the name of ${accounts.map(named).join(" and ")}, whose own record is gone. They may be one, so that account is left as it is. If they are not, suspend it in Zivver.`;
  return { accounts, findings: [about(account, "identity-unknown", "error", summary)] };
}

const OUTSIDE =
  "The address lies outside what the profile manages, and the id of the record cannot be relied on: it may be an account of the profile whose address has changed. No account of that kind is suspended or deleted until that is corrected.";

/**
 * In a source that gives ids, a record without one may be a renamed account whose id is not there, if the names agree; and a
 * record with an unknown id may be one whose id and address changed together, if it has the whole name.
 */
function amongGone(
  { account, records }: Candidate,
  hasAnchor: boolean,
  { links, live }: Context,
): Unidentified {
  const name = account.fullName?.value;
  if (name === undefined || !account.active) return NO_DOUBT;
  const gone = records.flatMap(({ source, record }) =>
    links.unansweredOf(account.profile, source, record.kind),
  );
  const agrees = hasAnchor ? isSameName : sharesGivenName;
  const accounts = [...new Set(gone)].filter(
    (one) => live.owner.get(one.zivverId) === account.profile && agrees(name, one.fullName),
  );
  if (accounts.length === 0) return NO_DOUBT;
  const [why, how] = hasAnchor
    ? ["its id is a new one, but its name is not", adoptOrRename(account)]
    : ["the record has no id", "Give the record its id."];
  const summary = `No account of its own has this address, and ${why}: it may be ${accounts.map(named).join(" or ")}, whose record is gone. Nothing is created for it, and what it may be is left as it is. ${how}`;
  return { accounts, findings: [about(account, "identity-unknown", "error", summary)] };
}

function adoptOrRename({ address }: Candidate["account"]): string {
  return `If they are one, give that account the address ${address} in Zivver; if not, suspend it there.`;
}
