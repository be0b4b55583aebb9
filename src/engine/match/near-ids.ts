import type { DesiredAccount, LiveAccount } from "../../model/account/account.ts";
import { addTo } from "../../model/values/multimap.ts";
import type { Candidate } from "../desired/desired.ts";
import { isSameName, sharesGivenName } from "../desired/full-names.ts";
import { about, adopt, type FindContext, type Found, held, named } from "./match-result.ts";

/** Ids that a spreadsheet mangled, or a source that was renamed: the name, or the address, has to agree. */
export function findByNearId(
  candidate: Candidate,
  atAddress: LiveAccount | undefined,
  context: FindContext,
): Found | undefined {
  const { account } = candidate;
  const { links, live, wanted } = context;
  if (!links.hasUnanswered) return undefined;
  const former = candidate.records.flatMap(({ record }) => links.formerAccountsOf(account.profile, record));
  const found = candidate.records.flatMap(({ record, source }) =>
    links.nearAccountsOf(account.profile, source, record),
  );
  const near = [...new Set([...found, ...former])].filter(
    (one) => one.kind === account.kind && !hasNamesakeRecord(one, candidate, wanted),
  );
  const [only, ...others] = near;
  if (only === undefined) return undefined;
  const isElsewhere = atAddress !== undefined && atAddress !== only && atAddress.kind === account.kind;
  const isWanted = (wanted.get(only.address) ?? candidate) !== candidate;
  const isDoubtful =
    others.length > 0 || isElsewhere || isWanted || !isPlausible(account, only, former.includes(only));
  if (isDoubtful || live.owner.get(only.zivverId) !== account.profile) {
    const names = near.map(named).join(" and ");
    return held(account, near, "link-doubtful", `${NEAR_ID} ${names}. ${evidenceOf(account, only)}`);
  }
  const summary = `${NEAR_ID} ${named(only)}, and the names agree: it is taken for the same ${account.kind === "personal" ? "person" : "account"}.`;
  return {
    live: only,
    by: "link",
    accounts: [only],
    holds: [],
    notes: [about(account, "link-replaced", "info", summary)],
  };
}

/** The evidence that the record and the account are one. */
function evidenceOf(account: DesiredAccount, live: LiveAccount): string {
  if (live.address === account.address) return adopt(account, true);
  return `If both are the same ${account.kind === "personal" ? "person" : "account"}, give that account the address ${account.address} in Zivver.`;
}

/** An id of another source shows less: under another address, the whole name has to be the same. */
function isPlausible(account: DesiredAccount, live: LiveAccount, isFormer: boolean): boolean {
  const isSameAddress = live.address === account.address;
  if (account.fullName === undefined) return isSameAddress;
  const name = account.fullName.value;
  if (isSameName(name, live.fullName)) return true;
  return (isSameAddress || !isFormer) && sharesGivenName(name, live.fullName);
}

/** Whether another record has the address and the name of an account. Then it is that one's. */
export function hasNamesakeRecord(
  live: LiveAccount,
  candidate: Candidate,
  wanted: FindContext["wanted"],
): boolean {
  const claimant = wanted.get(live.address);
  if (claimant === undefined || claimant === candidate || claimant.account.kind !== live.kind) return false;
  const name = claimant.account.fullName?.value;
  return name !== undefined && isSameName(name, live.fullName);
}

const NEAR_ID =
  "The record's id is not the one that its account is linked to, but nearly (zeros, upper and lower case), or one that it was linked to before, or from a source that was renamed. The account is";

/** Two records that are one account by an id of another source, or nearly by their ids: neither gets it. */
export function holdMatchedTwice(found: Map<Candidate, Found>): void {
  const claims = new Map<LiveAccount, Candidate[]>();
  const people = new Set<LiveAccount>();
  for (const [candidate, { live, by, notes }] of found) {
    if (live === undefined || by !== "link") continue;
    const isByOther = candidate.records.some(({ person }) => person === live);
    if (isByOther) people.add(live);
    if (isByOther || notes.length > 0) addTo(claims, live, candidate);
  }
  if (people.size > 0) addOtherClaims(claims, people, found);
  for (const [live, candidates] of claims) {
    if (candidates.length < 2) continue;
    for (const candidate of candidates) {
      const { account } = candidate;
      found.set(
        candidate,
        held(account, [live], "link-doubtful", `${NEAR_ID} ${named(live)}. ${evidenceOf(account, live)}`),
      );
    }
  }
}

/** An account that a record of another source was found to own by its id. */
function addOtherClaims(
  claims: Map<LiveAccount, Candidate[]>,
  people: ReadonlySet<LiveAccount>,
  found: ReadonlyMap<Candidate, Found>,
): void {
  for (const [candidate, { live }] of found) {
    const known = live && people.has(live) ? (claims.get(live) ?? []) : undefined;
    if (live && known && !known.includes(candidate)) claims.set(live, [...known, candidate]);
  }
}
