import type { DesiredAccount, LiveAccount } from "../../model/account/account.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { AccountMemory, Link } from "../../model/plan/state.ts";
import { isSameName, sharesGivenName } from "../desired/full-names.ts";
import type { LiveIndex } from "../live/live-index.ts";
import { type Links, linkOf, type Memory } from "../readings/links.ts";
import { whereOf } from "./conflicts.ts";
import type { Creation, Matching, NamedElsewhere, Pair } from "./match.ts";
import { named } from "./match-result.ts";

/*
 * A key belongs to one person, also when that person's row could not be read today. The state knows the last key of every
 * account by a digest, so a key that an account has not had is compared with the keys of those accounts to which no record
 * gives one now.
 */

type Context = { readonly memory: Memory | undefined; readonly live: LiveIndex; readonly links: Links };

/** About four seconds. Where more would have to be compared, new keys wait while records are unread, and are sent otherwise. */
const MOST_COMPARED = 1_000_000;

/** Takes keys from the records whose key is another account's by the state; these keys are held, with a finding. */
export function holdKeysOfOthers(matching: Matching, context: Context): Matching {
  const { memory, links } = context;
  if (memory === undefined) return matching;
  const isNews = (one: Pair | Creation) => isNewKey(one, links);
  const owners =
    matching.pairs.some(isNews) || matching.creates.some(isNews)
      ? ownersOf(matching, { ...context, memory })
      : [];
  if (owners.length === 0) return matching;
  return holdKeys(holdSecondAccounts(matching, owners, { ...context, memory }), owners, {
    ...context,
    memory,
  });
}

function holdKeys(
  matching: Matching,
  owners: readonly AccountMemory[],
  context: Context & { readonly memory: Memory },
): Matching {
  const { memory, links } = context;
  const settled = [...matching.pairs, ...matching.creates].filter((one) => isNewKey(one, links));
  const ownerOf = finderOf(owners, settled.length, { ...context, memory });
  const held = new Map<Pair | Creation, AccountMemory>();
  for (const one of settled) {
    const owner = ownerOf(one);
    if (owner) held.set(one, owner);
  }
  if (held.size === 0) return matching;
  const without = new Map([...held.keys()].map(({ desired }) => [desired, withoutKey(desired)]));
  const fates = new Map(
    [...matching.fates].map(([candidate, fate]) => {
      const desired = fate.type === "create" ? without.get(fate.desired) : undefined;
      return [candidate, desired ? { type: "create" as const, desired } : fate];
    }),
  );
  const spare = <T extends Pair | Creation>(one: T): T => {
    const desired = without.get(one.desired);
    return desired ? { ...one, desired } : one;
  };
  const found = [...held].map(([{ desired }, owner]) => keyOfAnother(desired, owner, context.live));
  return {
    ...matching,
    pairs: matching.pairs.map(spare),
    creates: matching.creates.map(spare),
    fates,
    findings: [...matching.findings, ...found],
  };
}

/**
 * A person whose own record is not read, as where another profile's source is out of order, and whose key and name a new record
 * has: somebody who moved there, most likely. A second account would have the key of the first.
 */
function holdSecondAccounts(
  matching: Matching,
  owners: readonly AccountMemory[],
  { memory, live, links }: Context & { readonly memory: Memory },
): Matching {
  const unread = owners.flatMap((owner) => {
    const account = live.byId.get(owner.zivverId);
    return account && links.stateOf(account) === "unread" ? [{ owner, account }] : [];
  });
  if (unread.length === 0 || unread.length * matching.creates.length > MOST_COMPARED) return matching;
  const held = new Map<DesiredAccount, LiveAccount>();
  for (const { desired } of matching.creates) {
    const key = desired.accountKey?.value;
    const first = unread.find(
      ({ owner, account }) =>
        key !== undefined &&
        isSameName(desired.fullName?.value ?? "", account.fullName) &&
        owner.accountKey?.digest === memory.names.accountKey(owner.zivverId, key),
    );
    if (first) held.set(desired, first.account);
  }
  if (held.size === 0) return matching;
  const fates = [...matching.fates].map(([candidate, fate]) => {
    const account = fate.type === "create" ? held.get(fate.desired) : undefined;
    return [candidate, account ? { type: "unknown" as const, accounts: [account] } : fate] as const;
  });
  return {
    ...matching,
    creates: matching.creates.filter(({ desired }) => !held.has(desired)),
    fates: new Map(fates),
    missing: matching.missing.filter(({ live: one }) => ![...held.values()].includes(one)),
    namedElsewhere: namedBy(held, matching.namedElsewhere, live),
    findings: [
      ...matching.findings,
      ...[...held].map(([desired, account]) => secondAccount(desired, account)),
    ],
  };
}

/** The records that are held for an account name it. */
function namedBy(
  held: ReadonlyMap<DesiredAccount, LiveAccount>,
  named: NamedElsewhere,
  { owner }: LiveIndex,
): NamedElsewhere {
  const all = new Map(named);
  for (const [{ profile, address }, account] of held) {
    const its = owner.get(account.zivverId);
    if (its !== undefined && its !== profile)
      all.set(account, new Set([...(all.get(account) ?? []), address]));
  }
  return all;
}

/** Whether the record gives a key that its account is not known to have. */
function isNewKey(one: Pair | Creation, links: Links): boolean {
  const { desired } = one;
  const key = desired.accountKey?.value;
  if (key === undefined || !desired.active) return false;
  if (!("live" in one)) return true;
  return links.memoryOf(one.live)?.accountKey?.digest !== links.keyDigest(one.live.zivverId, key);
}

/** The accounts with a key to which no record gives one now. */
function ownersOf(
  { pairs }: Matching,
  { memory, live, links }: Context & { readonly memory: Memory },
): readonly AccountMemory[] {
  const given = new Set(pairs.flatMap((pair) => (pair.desired.accountKey ? [pair.live.zivverId] : [])));
  return memory.state.accounts.filter((account) => {
    if (account.accountKey === undefined || given.has(account.zivverId)) return false;
    return live.byId.has(account.zivverId) || links.isAwaited(account);
  });
}

function finderOf(
  owners: readonly AccountMemory[],
  count: number,
  context: Context & { readonly memory: Memory },
): (one: Pair | Creation) => AccountMemory | undefined {
  const { names } = context.memory;
  const unread = owners.filter((owner) => context.links.isAwaited(owner));
  const compared = [owners, unread].find((some) => some.length * count <= MOST_COMPARED);
  return (one) => {
    const key = one.desired.accountKey?.value;
    if (key === undefined) return undefined;
    return (compared ?? unread).find(
      (owner) =>
        (compared === undefined || owner.accountKey?.digest === names.accountKey(owner.zivverId, key)) &&
        !isSamePerson(one, owner, context),
    );
  };
}

/**
 * The same id; or the same name or a part of it: somebody who came back, married, or whose address and id were wrong before. An
 * account that exists gets no key by its name while the owner's own record is awaited.
 */
function isSamePerson(
  one: Pair | Creation,
  owner: AccountMemory,
  { memory, live, links }: Context & { readonly memory: Memory },
): boolean {
  const own = new Set(anchorsIn(linkOf(one.desired, memory.names)));
  if (anchorsIn(owner.link).some((anchor) => own.has(anchor))) return true;
  const name = one.desired.fullName?.value;
  const account = live.byId.get(owner.zivverId);
  if (name === undefined || account === undefined) return false;
  if ("live" in one && links.isAwaited(owner)) return false;
  return isSameName(name, account.fullName) || sharesGivenName(name, account.fullName);
}

function anchorsIn(link: Link | undefined): readonly string[] {
  return link ? [link.anchor, ...(link.others ?? []).map(({ anchor }) => anchor)] : [];
}

function withoutKey({ accountKey: _, ...rest }: DesiredAccount): DesiredAccount {
  return { ...rest, held: new Set([...(rest.held ?? []), "accountKey" as const]) };
}

function secondAccount(desired: DesiredAccount, first: LiveAccount): Finding {
  return {
    code: "link-doubtful",
    severity: "error",
    summary: `The record has the name and the account key of ${named(first)}, whose own record could not be read: it may be the same person, who has moved. Nothing is created for it until that record can be read. If they are one, give that account the address ${desired.address} in Zivver.`,
    where: whereOf(desired),
  };
}

function keyOfAnother(desired: DesiredAccount, owner: AccountMemory, live: LiveIndex): Finding {
  const account = live.byId.get(owner.zivverId);
  const whose = account ? named(account) : owner.address;
  return {
    code: "account-key-twice",
    severity: "error",
    summary: `The account key of this record may be that of ${whose}, to which no record gives another key now, so one of them would log in as the other. It is not sent. Correct the key at the source, or let all records be read; if that account is not used any more, delete it in Zivver.`,
    where: whereOf(desired),
  };
}
