import type { DesiredAccount, LiveAccount } from "../../model/account/account.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { Address } from "../../model/values/address.ts";
import type { Candidate } from "../desired/desired.ts";
import type { LiveIndex, Lookup } from "../live/live-index.ts";
import type { Links } from "../readings/links.ts";
import { whereOf } from "./conflicts.ts";

/** The live account that a candidate is, as far as is known. With `holds`, nobody touches the candidate or `accounts`. */
export type Found = {
  readonly live?: LiveAccount;
  /** The way it was found; undefined when it was not. */
  readonly by?: "link" | "address" | "alias";
  /** Accounts that the candidate may be or speaks about, and that are left as they are. */
  readonly accounts: readonly LiveAccount[];
  readonly holds: readonly Finding[];
  readonly notes: readonly Finding[];
  /** The record may be another person's, who is not active: nothing links it to the account, which it could get later. */
  readonly unlinked?: true;
};

export type FindContext = {
  readonly live: LiveIndex;
  readonly links: Links;
  /** The candidate that claims an address as its primary one, of any profile. */
  readonly wanted: Lookup<Address, Candidate>;
};

export const NOT_FOUND: Found = { accounts: [], holds: [], notes: [] };

/** Only a record with an id can be linked. */
export function adopt({ address }: DesiredAccount, hasAnchor: boolean): string {
  const how = hasAnchor
    ? `run \`zivsync adopt --relink ${address}\``
    : "give the account this record's name in Zivver";
  return `If both are the same person, ${how}.`;
}

/** `Jane Doe <j.doe@example.org>` */
export function named({ fullName, address }: Pick<LiveAccount, "fullName" | "address">): string {
  return `${fullName} <${address}>`;
}

export function held(
  account: DesiredAccount,
  accounts: readonly LiveAccount[],
  code: Finding["code"],
  summary: string,
): Found {
  return { accounts, holds: [about(account, code, "error", summary)], notes: [] };
}

export function about(
  account: DesiredAccount,
  code: Finding["code"],
  severity: Finding["severity"],
  summary: string,
): Finding {
  return { code, severity, summary, where: whereOf(account) };
}
