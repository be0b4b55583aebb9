import type { DirectoryConfig } from "../../../model/source-config/directory.ts";
import { firstOf } from "../../../model/values/text.ts";

/** Parts of a forest that hold no accounts; every search of a domain's root is pointed to them. */
const WITHOUT_ACCOUNTS = /^\/(?:dc=domaindnszones|dc=forestdnszones|cn=configuration|cn=schema),/i;
const NAMED = 5;

/** The search references that may stand for accounts, each once, without what they may hold of credentials. */
export function openReferrals(urls: Iterable<string>): readonly string[] {
  const open = new Set<string>();
  for (const url of urls) if (!WITHOUT_ACCOUNTS.test(pathOf(url))) open.add(withoutCredentials(url));
  return [...open].sort();
}

/** A source for the other part is not enough: whoever searches above it is pointed to it all the same. */
const REMEDIES: Readonly<Record<DirectoryConfig["type"], string>> = {
  "active-directory":
    "Set baseDns to the parts of this domain where the accounts are, and add a source for each other domain; or read the global catalogue (port 3269).",
  ldap: "Set baseDns to the parts of the tree that this server holds, and add a source for each other server.",
};

/** The findings of a reading with open references. */
export function referralSummary(type: DirectoryConfig["type"], urls: readonly string[]): string {
  return `The directory says that some entries lie elsewhere, and they were not read: ${firstOf(urls, NAMED)}. ${REMEDIES[type]} Nothing is removed because of this source.`;
}

function pathOf(url: string): string {
  const path = /^[a-z]+:\/\/[^/]*(\/.*)$/i.exec(url)?.[1] ?? "";
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function withoutCredentials(url: string): string {
  return url.replace(/^([a-z]+:\/\/)[^/@]*@/i, "$1");
}
