import type { DesiredAccount, LiveAccount } from "../../model/account/account.ts";
import type { FieldName } from "../../model/account/fields.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { Remembered } from "../../model/plan/plan.ts";
import type { AccountMemory, Link, Pseudonyms, SourceMemory, State } from "../../model/plan/state.ts";
import type { ProfileReadings } from "../../model/ports.ts";
import { addTo } from "../../model/values/multimap.ts";
import { compareText } from "../../model/values/text.ts";
import type { Decision } from "../decide/decide.ts";
import type { LiveIndex } from "../live/live-index.ts";

/**
 * The state lines that a plan would write, without carrying it out: which record each account belongs to. Of those that the plan changes nobody has
 * applied the values yet, and those that it creates are not there. `guessed`: accounts that are left out.
 */
export function adoptable(
  entries: readonly Remembered[],
  guessed: ReadonlySet<string>,
): readonly Remembered[] {
  return entries.flatMap(({ change, zivverId, link, former, fields, accountKey }) => {
    if (zivverId === undefined || guessed.has(zivverId)) return [];
    const seen = { ...(link ? { link } : {}), ...(accountKey === undefined ? {} : { accountKey }) };
    if (change !== undefined) return [{ zivverId, ...seen }];
    return [{ zivverId, ...seen, ...(former ? { former } : {}), ...(fields ? { fields } : {}) }];
  });
}

/**
 * The accounts that a plan takes for a record's by their address alone, under a name that has nothing in common with the record's. The plan
 * shows that for review. `adopt` is not reviewed, so it makes no link, except for those that somebody has `asked` for.
 */
export function guessedAccounts(
  findings: readonly Finding[],
  live: readonly LiveAccount[],
  asked: ReadonlySet<string>,
): ReadonlySet<string> {
  const addresses = new Set(
    findings.flatMap(({ code, severity, where }) =>
      code === "address-reused" && severity === "warning" ? (where.address ?? []) : [],
    ),
  );
  const guessed = live.filter(({ address, zivverId }) => addresses.has(address) && !asked.has(zivverId));
  return new Set(guessed.map(({ zivverId }) => zivverId));
}

/** The same memory without the links of these accounts: they are matched by address again. */
export function forgetLinks(state: State, accounts: ReadonlySet<string>): State {
  if (accounts.size === 0) return state;
  return {
    ...state,
    accounts: state.accounts.map((account) => {
      if (!accounts.has(account.zivverId)) return account;
      const { link: _, ...rest } = account;
      return rest;
    }),
  };
}

/** The same memory without the accounts that no profile manages: plans no longer report that zivsync once managed them. */
export function forgetUnmanaged(state: State, { all, owner, untouchable }: LiveIndex): State {
  const isUnmanaged = ({ zivverId }: LiveAccount) => !owner.has(zivverId) && !untouchable.has(zivverId);
  const unmanaged = new Set(all.filter(isUnmanaged).map(({ zivverId }) => zivverId));
  return { ...state, accounts: state.accounts.filter(({ zivverId }) => !unmanaged.has(zivverId)) };
}

/** The outcome for the accounts that have an ExternalAccountId and had no link. Addresses, sorted. */
export type ByExternalId = {
  readonly linked: readonly string[];
  /** It is the id of no record. */
  readonly unknown: readonly string[];
  /** It is not the id of one account and one record alone. */
  readonly ambiguous: readonly string[];
};

/**
 * The same memory with a link for each account that has none and whose ExternalAccountId is the id of exactly one record of its kind:
 * Zivver's own cloud client is believed to keep a person's object id of Entra ID there, which outlives every rename.
 */
export function linkByExternalIds(
  state: State,
  live: readonly LiveAccount[],
  readings: readonly ProfileReadings[],
  names: Pseudonyms,
): { readonly state: State; readonly byExternalId: ByExternalId } {
  const became = { linked: [] as string[], unknown: [] as string[], ambiguous: [] as string[] };
  const ids = live.flatMap(({ externalAccountId }) => externalAccountId ?? []);
  const known = new Map(state.accounts.map((account) => [account.zivverId, account]));
  const taken = new Set(state.accounts.flatMap(({ link }) => link?.anchor ?? []));
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  const links = linksById(new Set(ids), readings, names);
  for (const { externalAccountId: id, kind, zivverId, address } of live) {
    if (id === undefined || known.get(zivverId)?.link) continue;
    const [link, ...others] = links.get(`${kind} ${id}`) ?? [];
    if (link === undefined) became.unknown.push(address);
    else if (counts.get(id) !== 1 || others.length > 0 || taken.has(link.anchor))
      became.ambiguous.push(address);
    else {
      became.linked.push(address);
      known.set(zivverId, { ...(known.get(zivverId) ?? { zivverId, kind, address }), link });
    }
  }
  for (const addresses of Object.values(became)) addresses.sort(compareText);
  const accounts = [...known.values()].sort((a, b) => compareText(a.zivverId, b.zivverId));
  return { state: became.linked.length === 0 ? state : { ...state, accounts }, byExternalId: became };
}

/** Kind and id → the links of the records that have it. */
function linksById(
  ids: ReadonlySet<string>,
  readings: readonly ProfileReadings[],
  names: Pseudonyms,
): ReadonlyMap<string, readonly Link[]> {
  const links = new Map<string, Link[]>();
  for (const { policy, readings: sources } of readings)
    for (const { source, records } of sources)
      for (const { id, kind, supplement } of records) {
        const text = id?.value.trim() ?? "";
        if (supplement || !ids.has(text.toLowerCase())) continue;
        const key = `${kind} ${text.toLowerCase()}`;
        const link = { profile: policy.name, source, anchor: names.anchor(policy.name, source, kind, text) };
        addTo(links, key, link);
      }
  return links;
}

/**
 * The same memory without the fields that were applied from a source, or given by one, and that no source gives now: Zivver's
 * values stay, and plans no longer report it. `only`: of these accounts; absent: of all accounts and sources.
 */
export function forgetFields(
  state: State,
  { matching, said }: Pick<Decision, "matching" | "said">,
  readings: readonly ProfileReadings[],
  only?: ReadonlySet<string>,
): State {
  const desired = new Map(matching.pairs.map((pair) => [pair.live.zivverId, pair.desired]));
  const accounts = state.accounts.map((account) => {
    const its = desired.get(account.zivverId);
    return its && (only?.has(account.zivverId) ?? true) ? withGiven(account, its) : account;
  });
  if (only !== undefined) return { ...state, accounts };
  const given = new Map(
    readings.flatMap(({ policy, readings: all }) =>
      all.map((reading) => [`${policy.name}/${reading.source}`, said.givenBy(reading)] as const),
    ),
  );
  const profiles = new Set(readings.map(({ policy }) => policy.name));
  const sources = state.sources.map((source) => {
    const now = given.get(`${source.profile}/${source.name}`);
    if (source.fields && now) return { ...source, fields: now };
    return profiles.has(source.profile) && now === undefined ? withoutFields(source) : source;
  });
  return { ...state, accounts, sources };
}

function withGiven(account: AccountMemory, desired: DesiredAccount): AccountMemory {
  if (account.fields === undefined) return account;
  const isGiven = (field: string) =>
    field === "active" || field === "address" || desired[field as "aliases"] !== undefined;
  const kept = Object.entries(account.fields).filter(([field]) => isGiven(field));
  return { ...account, fields: Object.fromEntries(kept) as Partial<Record<FieldName, string>> };
}

/** Of a source that is not configured any more, or not under that name. */
export function withoutFields({ fields: _, ...source }: SourceMemory): SourceMemory {
  return source;
}
