/** Parts of a forest that hold no accounts; every search of a domain's root is pointed to them. */
const WITHOUT_ACCOUNTS = /^\/(?:dc=domaindnszones|dc=forestdnszones|cn=configuration|cn=schema),/i;
const NAMED = 5;

/** The search references that may stand for accounts, each once, without what they may hold of credentials. */
export function openReferrals(urls: Iterable<string>): readonly string[] {
  const open = new Set<string>();
  for (const url of urls) if (!WITHOUT_ACCOUNTS.test(pathOf(url))) open.add(withoutCredentials(url));
  return [...open].sort();
}

/** What a reading with open references has to say. */
export function referralSummary(urls: readonly string[]): string {
  const named = urls.slice(0, NAMED).join(", ");
  const more = urls.length > NAMED ? ` and ${urls.length - NAMED} more` : "";
  return `The directory says that some entries lie elsewhere, and they were not read: ${named}${more}. Add a source for that domain, narrow baseDns, or read the global catalogue (port 3269). Nothing is removed on this source's word.`;
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
