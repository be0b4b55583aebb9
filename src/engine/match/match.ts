import type { DesiredAccount, LiveAccount } from "../../model/account/account.ts";
import type { Kind } from "../../model/account/kind.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { ProfilePolicy } from "../../model/plan/policy.ts";
import type { AccountMemory } from "../../model/plan/state.ts";
import { type Address, parseAddress } from "../../model/values/address.ts";
import type { Bystander, Candidate, DesiredState } from "../desired/desired.ts";
import { isSameName } from "../desired/full-names.ts";
import { type LiveIndex, whenAsked } from "../live/live-index.ts";
import type { Links } from "../readings/links.ts";
import type { Said } from "../readings/statements.ts";
import { type Conflict, findConflicts, NO_CONFLICT } from "./conflicts.ts";
import { findByLinkOrAddress } from "./find-by-link-or-address.ts";
import {
  type FormerContext,
  findRenamedByFormerAddress,
  namedByAliases,
} from "./find-renamed-by-former-address.ts";
import { type FindContext, type Found, held, named } from "./match-result.ts";
import { holdMatchedTwice } from "./near-ids.ts";
import { outOfScope, outsideScope, withoutOwnRecord } from "./scope.ts";
import { findOutside, findUnidentified, NO_DOUBT, raiseDoubts } from "./unidentified.ts";

/** A desired account and the live one it is; `renamed` when they have different primary addresses. */
export type Pair = {
  readonly desired: DesiredAccount;
  readonly live: LiveAccount;
  readonly renamed: boolean;
  /** Aliases that somebody else claims or holds: they are neither added nor taken away. */
  readonly waiting: ReadonlySet<Address>;
};

export type Creation = { readonly desired: DesiredAccount; readonly waiting: ReadonlySet<Address> };

/** The result for a candidate: an account, a new one, or something that nobody may rely on. */
export type Fate =
  | { readonly type: "live"; readonly live: LiveAccount }
  | { readonly type: "create"; readonly desired: DesiredAccount }
  | { readonly type: "unknown"; readonly accounts: readonly LiveAccount[] };

export type Missing = {
  readonly live: LiveAccount;
  readonly profile: string;
  /** A functional record has its address: the mailbox goes on, and the account is not deleted. */
  readonly isOtherKind: boolean;
};

export type Matching = {
  readonly pairs: readonly Pair[];
  /** Desired, active, and not in Zivver. */
  readonly creates: readonly Creation[];
  /** Managed live accounts that no record names. */
  readonly missing: readonly Missing[];
  readonly fates: ReadonlyMap<Candidate, Fate>;
  readonly namedElsewhere: NamedElsewhere;
  readonly findings: readonly Finding[];
};

/** Live accounts that a record of another profile than their own names, and the addresses of those records. */
export type NamedElsewhere = ReadonlyMap<LiveAccount, ReadonlySet<Address>>;

export type MatchInput = {
  readonly profiles: readonly ProfilePolicy[];
  /** Names of the profiles that are planned. */
  readonly planned: ReadonlySet<string>;
  readonly desired: DesiredState;
  readonly live: LiveIndex;
  readonly links: Links;
  /** Gets the kinds of which a record cannot be matched to an account. */
  readonly said: Pick<Said, "doubts" | "lost">;
};

/**
 * Desired ↔ live: by link, by address, by a former address. Kinds are never converted, and only accounts that the
 * candidate's own profile manages are matched. An account that any record names, in any condition, is not missing.
 */
export function matchAccounts(input: MatchInput): Matching {
  const { desired, live, links, said, planned } = input;
  const policies = new Map(input.profiles.map((profile) => [profile.name, profile]));
  const wanted = whenAsked(() => new Map(desired.candidates.map((one) => [one.account.address, one])));
  const find = { live, links, wanted };
  const found = new Map(desired.candidates.map((one) => [one, findByLinkOrAddress(one, find)]));
  holdMatchedTwice(found);
  holdAwaitedAddresses(found, desired.bystanders, find);
  const outside = outsideScope(found, policies, live);
  const inScope = desired.candidates.filter((one) => !outside.has(one));
  const conflicts = findConflicts(inScope, desired.candidates);
  const context: FormerContext = {
    ...find,
    claims: whenAsked(() => countAliases(inScope)),
    isDoubtful: ({ account }) => isDoubtful(account, said),
  };
  const matching = new Matcher({ ...input, context, conflicts, outside });
  for (const [candidate, its] of found) matching.take(candidate, its);
  for (const bystander of desired.bystanders) matching.name(bystander);
  const missing = live.all.flatMap((account) => {
    if (matching.named.has(account.zivverId)) return [];
    const profile = live.owner.get(account.zivverId);
    if (profile === undefined || !planned.has(profile)) return [];
    return [
      {
        live: account,
        profile,
        isOtherKind:
          account.kind === "personal" && wanted.get(account.address)?.account.kind === "functional",
      },
    ];
  });
  const { pairs, creates, fates, namedElsewhere, left } = matching;
  const accountsOf = (candidate: Candidate) => {
    const fate = fates.get(candidate);
    return fate?.type === "unknown" ? fate.accounts : [];
  };
  const isOpen = (one: Candidate) => !one.account.active || found.get(one)?.holds.length === 0;
  const isRead = (profile: string, kind: Kind) =>
    planned.has(profile) && said.doubts.of(profile, kind) === undefined;
  const findings = [
    ...matching.findings,
    ...outOfScope(left),
    ...withoutOwnRecord(
      left.filter(isOpen),
      accountsOf,
      new Set(pairs.map((pair) => pair.live)),
      live,
      isRead,
    ),
  ];
  return { pairs, creates, missing, fates, namedElsewhere, findings };
}

function isDoubtful({ profile, kind }: DesiredAccount, { doubts }: Pick<Said, "doubts">): boolean {
  const doubt = doubts.of(profile, kind);
  return doubt !== undefined && doubt !== "unidentified";
}

function countAliases(candidates: readonly Candidate[]): ReadonlyMap<Address, number> {
  const counts = new Map<Address, number>();
  for (const { account } of candidates) {
    for (const alias of account.aliases?.value ?? []) counts.set(alias, (counts.get(alias) ?? 0) + 1);
  }
  return counts;
}

type MatcherInput = MatchInput & {
  readonly context: FormerContext;
  readonly conflicts: ReadonlyMap<Candidate, Conflict>;
  readonly outside: ReadonlySet<Candidate>;
};

const NOTHING_WAITS: ReadonlySet<Address> = new Set();

/** Takes the candidates one by one, and keeps what becomes of them. */
class Matcher {
  readonly pairs: Pair[] = [];
  readonly creates: Creation[] = [];
  readonly fates = new Map<Candidate, Fate>();
  readonly findings: Finding[] = [];
  /** Zivver ids of accounts that some record names, or that are left alone. */
  readonly named: Set<string>;
  readonly namedElsewhere = new Map<LiveAccount, Set<Address>>();
  /** Candidates that lie outside what their profile manages. */
  readonly left: Candidate[] = [];
  readonly #input: MatcherInput;

  constructor(input: MatcherInput) {
    this.#input = input;
    this.named = new Set(input.live.untouchable);
  }

  take(candidate: Candidate, first: Found): void {
    const { context, conflicts } = this.#input;
    const isInScope = !this.#input.outside.has(candidate);
    const conflict = conflicts.get(candidate) ?? NO_CONFLICT;
    let found = first;
    if (found.live === undefined && found.holds.length === 0) {
      const former = findRenamedByFormerAddress(candidate, context);
      // An account outside the profile can still be one of the profile's under its former address.
      if (isInScope || former.accounts.length > 0)
        found = { ...former, notes: [...found.notes, ...former.notes] };
    }
    const named = namedByAliases(candidate, found.live, context);
    this.#nameAll(candidate, found, named.accounts);
    const isTaken = isInScope || found.by === "alias";
    if (!isTaken) {
      this.#leave(candidate, found, named.notes);
      return;
    }
    const ownHolds = [...candidate.holds, ...conflict.holds];
    const holds = ownHolds.length > 0 ? ownHolds : found.holds;
    const { accounts, findings: unidentified } =
      holds.length === 0 ? findUnidentified(candidate, found, this.#input) : NO_DOUBT;
    this.#name(accounts, candidate.account);
    // Where a former address was looked for, the hold speaks of the aliases already.
    const isSaid = found !== first && holds.length > 0 && holds === found.holds;
    const notes = isSaid ? [] : named.notes;
    for (const more of [candidate.notes, conflict.notes, found.notes, notes, holds, unidentified])
      if (more.length > 0) this.findings.push(...more);
    raiseDoubts(candidate, found, this.#input);
    if (holds.length > 0 || unidentified.length > 0 || this.#isUntouchable(found.live)) {
      this.fates.set(candidate, { type: "unknown", accounts: [...found.accounts, ...accounts] });
      return;
    }
    const waiting =
      conflict.aliases.size + named.accounts.length === 0
        ? NOTHING_WAITS
        : new Set([...conflict.aliases, ...named.accounts.map(({ address }) => address)]);
    const account = found.unlinked ? withoutId(candidate.account) : candidate.account;
    const desired = withoutKey(account, conflict);
    this.#settle(desired, found.live, waiting);
    this.fates.set(candidate, fateOf(desired, found));
  }

  #leave(candidate: Candidate, found: Found, ofAliases: readonly Finding[]): void {
    const outside = findOutside(candidate, this.#input);
    this.#name(outside.accounts, candidate.account);
    this.left.push(candidate);
    this.findings.push(...found.holds, ...ofAliases, ...outside.findings);
    this.fates.set(candidate, { type: "unknown", accounts: [...found.accounts, ...outside.accounts] });
  }

  /** A record that makes no candidate names the account under its address, link or alias. */
  name({ profile, kind, records }: Bystander): void {
    const { live, links } = this.#input;
    for (const { record, address, anchor } of records) {
      const by = { profile, address };
      if (anchor !== undefined) this.#name(links.accountsOf(anchor), by);
      const atAddress = live.byPrimary.get(address);
      if (atAddress && !(kind === "functional" && atAddress.kind === "personal")) this.#name([atAddress], by);
      for (const alias of record.aliases?.value ?? []) {
        const parsed = parseAddress(alias);
        const holder = parsed && live.byPrimary.get(parsed);
        if (holder && kind === "personal" && links.stateOf(holder) !== "gone") this.#name([holder], by);
      }
    }
  }

  #name(accounts: readonly LiveAccount[], { profile, address }: Pick<DesiredAccount, "profile" | "address">) {
    for (const account of accounts) {
      this.named.add(account.zivverId);
      const owner = this.#input.live.owner.get(account.zivverId);
      if (owner === undefined || owner === profile) continue;
      const known = this.namedElsewhere.get(account);
      if (known) known.add(address);
      else this.namedElsewhere.set(account, new Set([address]));
    }
  }

  #settle(desired: DesiredAccount, live: LiveAccount | undefined, waiting: ReadonlySet<Address>): void {
    if (live) this.pairs.push({ desired, live, renamed: live.address !== desired.address, waiting });
    else if (desired.active) this.creates.push({ desired, waiting });
  }

  #nameAll(candidate: Candidate, found: Found, others: readonly LiveAccount[]): void {
    const { live, links } = this.#input;
    const { account } = candidate;
    this.#name(found.accounts, account);
    this.#name(others, account);
    for (const { anchor, person, record } of candidate.records) {
      if (person !== undefined) this.#name([person], account);
      if (anchor !== undefined) this.#name(links.accountsOf(anchor), account);
      this.#name(links.formerAccountsOf(account.profile, record), account);
    }
    if (found.live?.address === account.address) return;
    const atAddress = live.byPrimary.get(account.address);
    if (atAddress === undefined) return;
    // A record that is another account by its link does not keep a leaver's account active by taking over the address.
    const isLeavers =
      found.by === "link" && links.stateOf(atAddress) === "gone" && !hasNameOf(candidate, atAddress);
    const isOtherKind = atAddress.kind === "personal" && isFunctionalOnly(candidate);
    if (!isLeavers && !isOtherKind) this.#name([atAddress], account);
  }

  #isUntouchable(live: LiveAccount | undefined): boolean {
    return live !== undefined && this.#input.live.untouchable.has(live.zivverId);
  }
}

/** Whether a record under this address, of one of several people it may be, has the account's name. */
function hasNameOf({ records }: Candidate, { fullName }: LiveAccount): boolean {
  return records.some(({ record }) => record.fullName && isSameName(record.fullName.value, fullName));
}

/** Whether readable records give a functional account here, and none a personal one. */
function isFunctionalOnly({ records }: Candidate): boolean {
  return records.every(
    ({ record: { kind, supplement, problems } }) =>
      (kind === "functional" || supplement) && problems.every(({ field }) => field !== undefined),
  );
}

function withoutId({ id: _, otherIds: __, ...account }: DesiredAccount): DesiredAccount {
  return account;
}

function withoutKey(account: DesiredAccount, { accountKey }: Conflict): DesiredAccount {
  if (!accountKey) return account;
  const { accountKey: _, ...rest } = account;
  return { ...rest, held: new Set([...(account.held ?? []), "accountKey" as const]) };
}

function fateOf(account: DesiredAccount, { live, accounts }: Found): Fate {
  if (!account.active) return { type: "unknown", accounts };
  return live ? { type: "live", live } : { type: "create", desired: account };
}

/**
 * Somebody deleted an account in Zivver, and its record is unread or has no readable address: the address is that person's
 * still, and lists of delegates mean them by it. No other record is created under it or renamed to it.
 */
function holdAwaitedAddresses(
  found: Map<Candidate, Found>,
  bystanders: readonly Bystander[],
  { links, live }: FindContext,
): void {
  const { deleted } = links;
  if (deleted.length === 0) return;
  // A person who is disabled beside a shared mailbox wants no account, and leaves the address to it.
  const given = bystanders
    .flatMap(({ records }) => records)
    .filter(({ record: { active }, addressFromLink }) => active?.value === false && !addressFromLink);
  const records = [...[...found.keys()].flatMap((one) => one.records), ...given];
  const placed = records.flatMap(({ anchor }) => anchor ?? []);
  // Of several records with one id, each that has no address may be the one that is meant.
  const isPlaced = (anchor: string) => {
    const count = placed.filter((one) => one === anchor).length;
    return count > 0 && count >= links.sharing(anchor);
  };
  const awaited = new Map(
    deleted
      .filter(({ link, address }) => link && !isPlaced(link.anchor) && !live.byAddress.has(address))
      .map((account) => [account.address, account]),
  );
  for (const [candidate, now] of found) {
    const { address, active } = candidate.account;
    const owner = awaited.get(address);
    if (owner && active && now.holds.length === 0) found.set(candidate, heldFor(owner, candidate, now));
  }
}

function heldFor(owner: AccountMemory, { account }: Candidate, { live }: Found): Found {
  const who = live ? `The account ${named(live)} is left as it is` : "Nothing is created for this record";
  const summary = `${owner.address} was the address of an account that somebody deleted in Zivver, and the record of that account is not read, or its address is not. The address may be that person's still, and lists that name it would let somebody else in. ${who} until that record can be read; if the address is this record's now, correct the other record.`;
  return held(account, live ? [live] : [], "address-reused", summary);
}
