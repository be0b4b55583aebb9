import type { LiveAccount } from "../../model/account/account.ts";
import type { FieldName } from "../../model/account/fields.ts";
import type { FindingCode } from "../../model/plan/finding.ts";
import type { Remembered, SourceSummary } from "../../model/plan/plan.ts";
import type { StandingUse } from "../../model/plan/standing.ts";
import type {
  AccountMemory,
  AppliedPlan,
  Link,
  Pseudonyms,
  SourceMemory,
  State,
} from "../../model/plan/state.ts";
import type { Address } from "../../model/values/address.ts";
import { canonicalJson } from "../../model/values/canonical-json.ts";
import type { Secret } from "../../model/values/secret.ts";
import { compareText } from "../../model/values/text.ts";
import { appliedValue } from "../desired/field-values.ts";
import type { AnyChange } from "../diff/own-addresses.ts";
import { withoutFields } from "./adopt.ts";
import { settleUse } from "./ledger.ts";
import { settleReleases } from "./released.ts";

/** The additions of an apply, or an adoption, to the state. */
export type News = {
  readonly remember: readonly Remembered[];
  /** The changes of the plan, carried out or not; none of an adoption. */
  readonly changes?: readonly AnyChange[];
  /** Change → the account it is about, of those that were carried out. */
  readonly done: ReadonlyMap<string, string>;
  /** The account keys that Zivver was sent, by Zivver id, whatever became of their changes. */
  readonly keys: ReadonlyMap<string, Secret>;
  /** The accounts whose primary address Zivver did not let be changed. */
  readonly notRenamed?: ReadonlySet<string>;
  /** The live accounts as last read. */
  readonly live: readonly LiveAccount[];
  /** The sources of the plan; the counts of those that were read in full are remembered. */
  readonly sources: readonly SourceSummary[];
  readonly applied?: AppliedPlan;
  /** The result of a plan that standing approval let through; less than was set aside for it. */
  readonly settled?: Pick<StandingUse, "seal" | "counts">;
  /** The time when this is remembered, as a date and time. */
  readonly at: string;
  readonly names: Pseudonyms;
};

/**
 * The state from now on. `base` is what was remembered when the work began, `current` what is by now: somebody
 * else may have applied another plan meanwhile. What both changed in different ways zivsync cannot tell, and it is forgotten:
 * a forgotten link is found again by address, a wrong one would give somebody's account to somebody else.
 */
export function remember(current: State, base: State, news: News): State {
  const then = byId(base);
  const now = byId(current);
  const live = byZivverId(news.live);
  const accounts = new Map(now);
  for (const [id, was] of then) {
    if (!live.has(id) && isEqual(now.get(id), was) && !isAwaited(was, news)) accounts.delete(id);
  }
  const holderOf = holders(news.live);
  for (const entry of [...news.remember, ...keysAlone(news), ...renamesAlone(news, then)]) {
    const id = accountIdOf(entry, news);
    const account = id === undefined ? undefined : live.get(id);
    if (account === undefined) continue;
    const was = then.get(account.zivverId);
    const next = lineOf(entry, account, was, news, holderOf);
    const theirs = now.get(account.zivverId);
    accounts.set(account.zivverId, theirs === undefined ? next : merged(next, theirs, was));
  }
  const { standing: _, released: __, ...rest } = current;
  return {
    ...rest,
    accounts: linkedOnce([...accounts.values()], news).sort((a, b) => compareText(a.zivverId, b.zivverId)),
    sources: mergeSources(current.sources, news.sources),
    applied: mergeApplied(current.applied, news.applied),
    ...ledgerOf(current, news),
    ...releasedOf(current, news),
  };
}

/** The ledger of standing approval, with what the plan came to where it is known. */
function ledgerOf({ standing = [] }: State, { settled, at }: News): Pick<State, "standing"> {
  const ledger = settled === undefined ? standing : settleUse(standing, settled, at);
  return ledger.length === 0 ? {} : { standing: ledger };
}

function releasedOf(
  { released = [] }: State,
  { changes = [], done, live, at }: News,
): Pick<State, "released"> {
  const rows = settleReleases(released, { changes, done, live, at });
  return rows.length === 0 ? {} : { released: rows };
}

/** The record of an account that is gone may be among those that were not read: its address and key are a person's still. */
function isAwaited({ link }: AccountMemory, { sources }: News): boolean {
  return sources.some(
    ({ profile, name, complete }) => !complete && profile === link?.profile && name === link.source,
  );
}

function accountIdOf({ change, zivverId }: Remembered, { done }: News): string | undefined {
  return change === undefined ? zivverId : done.get(change);
}

/** Keys that were sent to accounts that are not remembered otherwise: a revert's, or of a change that was not carried out whole. */
function keysAlone(news: News): readonly Remembered[] {
  const others = new Set(news.remember.map((entry) => accountIdOf(entry, news)));
  return [...news.keys.keys()].filter((id) => !others.has(id)).map((zivverId) => ({ zivverId }));
}

/** Renames that Zivver does not do: their changes were not carried out, so nothing else is remembered of them. */
function renamesAlone(
  { notRenamed = new Set() }: News,
  then: ReadonlyMap<string, AccountMemory>,
): readonly Remembered[] {
  return [...notRenamed].map((zivverId) => {
    const before = Object.keys(then.get(zivverId)?.heldSince ?? {}) as FindingCode[];
    return { zivverId, held: [...new Set([...before, "rename-not-possible" as const])].sort() };
  });
}

function lineOf(
  entry: Remembered,
  account: LiveAccount,
  was: AccountMemory | undefined,
  { names, keys, at }: News,
  holderOf: (address: string) => string | undefined,
): AccountMemory {
  const { link, former, fields, accountKey, suspended } = entry;
  const sent = keys.get(account.zivverId);
  const key = sent
    ? { digest: names.accountKey(account.zivverId, sent), sent: true }
    : accountKey === undefined
      ? was?.accountKey
      : { digest: accountKey, sent: false };
  const kept = former ?? formerBefore(account, was);
  const digest = (field: FieldName) =>
    names.value(account.zivverId, field, appliedValue(account, field, holderOf));
  const newFields = fields && Object.fromEntries(fields.map((field) => [field, digest(field)]));
  const nextLink = link ? withReplaced(link, was?.link) : was?.link;
  // A field that no source gives any more is remembered until somebody decides about it.
  const nextFields = newFields ? { ...was?.fields, ...newFields } : was?.fields;
  const because = suspended === null ? undefined : (suspended ?? was?.suspended);
  return {
    zivverId: account.zivverId,
    kind: account.kind,
    address: account.address,
    ...(nextLink ? { link: nextLink } : {}),
    ...(kept.length > 0 ? { former: [...kept].sort(compareText) } : {}),
    ...(key ? { accountKey: key } : {}),
    ...(nextFields ? { fields: nextFields } : {}),
    ...daysOf(entry, was, at),
    ...(because === undefined ? {} : { suspended: because }),
    ...suspendedAtOf(entry, account, was, at),
  };
}

/** The former addresses where nothing says which are kept, as after a revert: a rename leaves the remembered one as an alias, too. */
function formerBefore({ address, aliases }: LiveAccount, was: AccountMemory | undefined): readonly Address[] {
  if (was === undefined) return [];
  const known = [...(was.former ?? []), ...(aliases.includes(was.address) ? [was.address] : [])];
  return [...new Set(known)].filter((one) => one !== address);
}

/** A suspension that a change carried out is as old as `at`, whatever was remembered: somebody may have undone an earlier one. */
function suspendedAtOf(
  { change, suspended }: Remembered,
  { kind, active }: LiveAccount,
  was: AccountMemory | undefined,
  at: string,
): Pick<AccountMemory, "suspendedAt"> {
  if (kind !== "personal" || active || suspended === null) return {};
  const since = change !== undefined && suspended !== undefined ? at : was?.suspendedAt;
  return since === undefined ? {} : { suspendedAt: since };
}

const MOST_REPLACED = 3;

/** A link with the anchors that it replaces. */
function withReplaced({ profile, source, anchor, others }: Link, was: Link | undefined): Link {
  const before = was ? [was.anchor, ...(was.replaced ?? [])].filter((one) => one !== anchor) : [];
  const replaced = [...new Set(before)].slice(0, MOST_REPLACED);
  return {
    profile,
    source,
    anchor,
    ...(replaced.length > 0 ? { replaced } : {}),
    ...(others ? { others } : {}),
  };
}

/** Since when its removal is held back, and something else of it is held: `at`, of what was not before. */
function daysOf(
  { removalHeldBack, heldBackBecause, held }: Remembered,
  was: AccountMemory | undefined,
  at: string,
): Pick<AccountMemory, "heldBackSince" | "heldBackBecause" | "heldSince"> {
  const since = was?.heldBackSince ?? (removalHeldBack ? at : undefined);
  const because = heldBackBecause ?? was?.heldBackBecause;
  const codes = held?.map((code) => [code, was?.heldSince?.[code] ?? at] as const);
  const heldSince = codes === undefined ? was?.heldSince : Object.fromEntries(codes);
  return {
    ...(removalHeldBack === false || since === undefined
      ? {}
      : { heldBackSince: since, ...(because === undefined ? {} : { heldBackBecause: because }) }),
    ...(heldSince && Object.keys(heldSince).length > 0 ? { heldSince } : {}),
  };
}

/** The combined content of two lines about one account, each made from the same third; nothing where they contradict each other. */
function merged(ours: AccountMemory, theirs: AccountMemory, was: AccountMemory | undefined): AccountMemory {
  const { zivverId, kind, address } = ours;
  const pick = <F extends Exclude<keyof AccountMemory, "zivverId" | "kind" | "address">>(
    field: F,
  ): Partial<Pick<AccountMemory, F>> => {
    const value = isEqual(theirs[field], was?.[field])
      ? ours[field]
      : isEqual(ours[field], was?.[field]) || isEqual(ours[field], theirs[field])
        ? theirs[field]
        : undefined;
    return value === undefined ? {} : ({ [field]: value } as Partial<Pick<AccountMemory, F>>);
  };
  // A link that was taken away says only that the account is not that former record's.
  const link =
    theirs.link === undefined && ours.link && !isEqual(ours.link, was?.link)
      ? { link: ours.link }
      : pick("link");
  return {
    zivverId,
    kind,
    address,
    ...link,
    ...pick("former"),
    ...pick("accountKey"),
    ...pick("fields"),
    ...pick("heldBackSince"),
    ...pick("heldBackBecause"),
    ...pick("heldSince"),
    ...pick("suspended"),
    ...pick("suspendedAt"),
  };
}

/** A record is one account: where its anchor has come to a new account, the former one loses it. */
function linkedOnce(accounts: readonly AccountMemory[], news: News): AccountMemory[] {
  const newly = new Map<string, string>();
  const newOthers = new Map<string, string>();
  for (const entry of news.remember) {
    const id = accountIdOf(entry, news);
    if (entry.link === undefined || id === undefined) continue;
    newly.set(entry.link.anchor, id);
    for (const { anchor } of entry.link.others ?? []) newOthers.set(anchor, id);
  }
  return accounts.map(({ link, ...account }) => {
    const isAnothers = (anchor: string, holders = newly) =>
      (holders.get(anchor) ?? account.zivverId) !== account.zivverId;
    if (link === undefined || isAnothers(link.anchor)) return account;
    if (link.others === undefined) return { ...account, link };
    const { others: all, ...own } = link;
    const others = all.filter(({ anchor }) => !isAnothers(anchor) && !isAnothers(anchor, newOthers));
    return { ...account, link: others.length === 0 ? own : { ...own, others } };
  });
}

function mergeSources(
  current: readonly SourceMemory[],
  read: readonly SourceSummary[],
): readonly SourceMemory[] {
  const kept = current.map((source) => (isReplaced(source, current, read) ? withoutFields(source) : source));
  const counts = new Map(kept.map((source) => [canonicalJson([source.profile, source.name]), source]));
  for (const { profile, name, records, complete, fields } of read) {
    if (!complete) continue;
    counts.set(canonicalJson([profile, name]), { profile, name, records, ...(fields ? { fields } : {}) });
  }
  return [...counts.values()].sort(
    (a, b) => compareText(a.profile, b.profile) || compareText(a.name, b.name),
  );
}

/** A new source has taken along what this one, which is not configured any more, gave: that is remembered of the new one. */
function isReplaced(
  { profile, name }: SourceMemory,
  current: readonly SourceMemory[],
  read: readonly SourceSummary[],
): boolean {
  const now = read.filter((source) => source.profile === profile);
  const isKnown = (its: string) => current.some((one) => one.profile === profile && one.name === its);
  return (
    now.every((source) => source.complete && source.name !== name) &&
    now.some((source) => source.type !== "declared" && !isKnown(source.name))
  );
}

/**
 * Plans that have expired are refused anyway, so only the last one of them is kept. The commit that was last applied in full
 * goes from one to the next.
 */
function mergeApplied(
  current: readonly AppliedPlan[],
  applied: AppliedPlan | undefined,
): readonly AppliedPlan[] {
  if (applied === undefined || current.some(({ seal }) => seal === applied.seal)) return current;
  const commit = applied.commit ?? current.findLast((plan) => plan.commit !== undefined)?.commit;
  const kept = current.filter(({ expiresAt }) => expiresAt > applied.at);
  return [...kept, { ...applied, ...(commit === undefined ? {} : { commit }) }];
}

function byId(state: State): ReadonlyMap<string, AccountMemory> {
  return byZivverId(state.accounts);
}

function byZivverId<T extends { readonly zivverId: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.zivverId, item]));
}

function holders(live: readonly LiveAccount[]): (address: string) => string | undefined {
  const ids = new Map<string, string>();
  for (const { aliases, zivverId } of live) for (const alias of aliases) ids.set(alias, zivverId);
  for (const { address, zivverId } of live) ids.set(address, zivverId);
  return (address) => ids.get(address);
}

function isEqual(a: unknown, b: unknown): boolean {
  return a === b || (a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b));
}
