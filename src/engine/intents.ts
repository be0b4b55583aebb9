import type { DesiredAccount, LiveAccount, Origin } from "../model/account.ts";
import { compareText } from "../model/account.ts";
import { type Address, domainOf } from "../model/address.ts";
import type { Finding } from "../model/plan.ts";
import type { OrganizationPolicy, ProfilePolicy, SyncPolicy } from "../model/policy.ts";
import { sameList } from "./field-values.ts";
import type { FormerAddresses } from "./former-addresses.ts";
import { shortened } from "./inside.ts";
import type { Matching, Pair } from "./match.ts";
import { isProtected, isProtectedAddress } from "./territory.ts";

/** The addresses an account will answer to when its change is done. */
export type Addresses = { readonly address: Address; readonly aliases: readonly Address[] };

/** What is to become of one account, before its delegates are known: those depend on which other intents survive. */
export type Intent =
  | { readonly type: "create"; readonly desired: DesiredAccount; readonly after: Addresses }
  | {
      readonly type: "change";
      readonly desired: DesiredAccount;
      readonly live: LiveAccount;
      readonly after: Addresses;
      readonly reactivates: boolean;
      /** False: only `active` changes, the profile does not update. */
      readonly updates: boolean;
      /** True: the sources may not have said all, so members and aliases are added and none is taken away. */
      readonly addsOnly: boolean;
    }
  | {
      readonly type: "remove";
      readonly action: "suspend" | "delete";
      readonly live: LiveAccount;
      readonly profile: string;
      readonly origin: Origin;
    };

export type IntentContext = {
  readonly organization: OrganizationPolicy;
  readonly policies: ReadonlyMap<string, ProfilePolicy>;
  readonly incomplete: ReadonlySet<string>;
  readonly unseen: ReadonlySet<string>;
  /** Profiles whose accounts are put together from several sources. */
  readonly composed: ReadonlySet<string>;
  readonly former: FormerAddresses;
  readonly findings: Finding[];
};

/** Matching → intents. Nothing is removed on the word of an incomplete source, and nothing protected is removed at all. */
export function buildIntents(matching: Matching, context: IntentContext): Intent[] {
  const heldBack = new Map<string, Address[]>();
  const creates = matching.creates.flatMap((desired) => createIntent(desired, context));
  const changes = matching.pairs.flatMap((pair) => pairIntent(pair, context, heldBack));
  const doubting = { ...context, incomplete: new Set([...context.incomplete, ...matching.doubtful]) };
  const removals = matching.missing.flatMap(({ live, profile }) =>
    missingIntent(live, profile, doubting, heldBack),
  );
  for (const [key, addresses] of heldBack) context.findings.push(heldBackFinding(key, addresses));
  return [...creates, ...changes, ...removals];
}

/** `key`: a profile, or a profile and a kind of which no source shows any. */
function heldBackFinding(key: string, addresses: readonly Address[]): Finding {
  const [profile = "", kind] = key.split("/");
  const why =
    kind === undefined
      ? "not all that the sources of the profile say could be read, so nothing is removed on their word"
      : `the sources of the profile show no ${kind} account at all, which looks the same when none may be read, so none of that kind is removed on their word`;
  const accounts = addresses.length === 1 ? "account" : "accounts";
  return {
    code: "removal-held-back",
    severity: "warning",
    summary: `${addresses.length} ${accounts} would be suspended or deleted, but ${why}: ${shortened([...addresses].sort(compareText))}.`,
    where: { profile },
  };
}

function syncOf(context: IntentContext, profile: string, kind: LiveAccount["kind"]): SyncPolicy | undefined {
  return context.policies.get(profile)?.sync[kind];
}

function createIntent(desired: DesiredAccount, context: IntentContext): Intent[] {
  const where = {
    profile: desired.profile,
    source: desired.addressOrigin.source,
    place: desired.addressOrigin.where,
    kind: desired.kind,
    address: desired.address,
  };
  if (syncOf(context, desired.profile, desired.kind)?.create !== true) {
    context.findings.push({
      code: "policy-held-back",
      severity: "info",
      summary: `The account is not in Zivver, and the profile creates no ${desired.kind} accounts (sync.${desired.kind}.create).`,
      where,
    });
    return [];
  }
  if (desired.fullName === undefined) {
    context.findings.push({
      code: "full-name-missing",
      severity: "error",
      summary: "The account is not in Zivver, and no source gives the full name that creating it needs.",
      where,
    });
    return [];
  }
  return [
    { type: "create", desired, after: { address: desired.address, aliases: desired.aliases?.value ?? [] } },
  ];
}

function pairIntent(pair: Pair, context: IntentContext, heldBack: Map<string, Address[]>): Intent[] {
  const { desired, live } = pair;
  const sync = syncOf(context, desired.profile, desired.kind);
  if (sync === undefined) return [];
  if (!desired.active) {
    if (sync.disabled === "ignore" || !live.active) return [];
    return removal("suspend", live, desired.profile, desired.activeOrigin, context, heldBack);
  }
  const reactivates = live.kind === "personal" && !live.active;
  if (reactivates && !sync.reactivate) {
    context.findings.push({
      code: "policy-held-back",
      severity: "info",
      summary: `The account is suspended in Zivver and active at the source, and the profile reactivates no ${desired.kind} accounts (sync.${desired.kind}.reactivate).`,
      where: { profile: desired.profile, kind: live.kind, address: live.address },
    });
    return [];
  }
  if (!reactivates && !sync.update) return [];
  const addsOnly = context.incomplete.has(desired.profile);
  const updates = sync.update;
  const after = updates
    ? addressesAfter(pair, context, addsOnly)
    : { address: live.address, aliases: live.aliases };
  return [{ type: "change", desired, live, after, reactivates, updates, addsOnly }];
}

/**
 * Where one source gives all, a record that was read says all of its account's aliases, whatever else is missing; where
 * several do, one that was not read whole may give more. Aliases in excluded domains are no business of ours, protected ones
 * are never taken away, and former addresses stay: those that are there are kept.
 */
function addressesAfter(pair: Pair, context: IntentContext, addsOnly: boolean): Addresses {
  const { desired, live } = pair;
  const former = context.former(pair);
  const wanted = desired.aliases?.value ?? live.aliases;
  // Already as the source says, and sorted: nothing is added, nothing taken away.
  if (former.length === 0 && live.address === desired.address && sameList(wanted, live.aliases))
    return { address: live.address, aliases: live.aliases };
  const excluded = context.policies.get(desired.profile)?.aliases.excludeDomains ?? [];
  const unsure = addsOnly && context.composed.has(desired.profile);
  const stays = (alias: Address) =>
    desired.aliases === undefined ||
    unsure ||
    excluded.includes(domainOf(alias)) ||
    isProtectedAddress(context.organization.protected, alias);
  const aliases = new Set([...(desired.aliases?.value ?? []), ...live.aliases.filter(stays), ...former]);
  aliases.delete(desired.address);
  return { address: desired.address, aliases: [...aliases].sort(compareText) };
}

function missingIntent(
  live: LiveAccount,
  profile: string,
  context: IntentContext,
  heldBack: Map<string, Address[]>,
): Intent[] {
  const missing = syncOf(context, profile, live.kind)?.missing ?? "ignore";
  if (missing === "ignore" || (missing === "suspend" && !live.active)) return [];
  const origin = { source: `profile ${profile}`, where: "in none of its sources", attribute: "missing" };
  return removal(missing, live, profile, origin, context, heldBack);
}

function removal(
  action: "suspend" | "delete",
  live: LiveAccount,
  profile: string,
  origin: Origin,
  context: IntentContext,
  heldBack: Map<string, Address[]>,
): Intent[] {
  if (isProtected(context.organization.protected, live)) {
    context.findings.push({
      code: "account-protected",
      severity: "info",
      summary: `The account would be ${action === "delete" ? "deleted" : "suspended"}, but organization.yaml protects it. It is left as it is.`,
      where: { profile, kind: live.kind, address: live.address },
    });
    return [];
  }
  const ofKind = `${profile}/${live.kind}`;
  const doubt = context.incomplete.has(profile) ? profile : context.unseen.has(ofKind) ? ofKind : undefined;
  if (doubt !== undefined) {
    const list = heldBack.get(doubt);
    if (list) list.push(live.address);
    else heldBack.set(doubt, [live.address]);
    return [];
  }
  return [{ type: "remove", action, live, profile, origin }];
}
