import type { DesiredAccount, LiveAccount, Origin } from "../../../model/account/account.ts";
import { compareText } from "../../../model/account/account.ts";
import type { Finding } from "../../../model/plan/finding.ts";
import type { OrganizationPolicy, ProfilePolicy, SyncPolicy } from "../../../model/plan/policy.ts";
import type { SuspendedBecause } from "../../../model/plan/state.ts";
import { type Address, domainOf } from "../../../model/values/address.ts";
import type { Candidate } from "../../desired/desired.ts";
import { sameList } from "../../desired/field-values.ts";
import { isProtected, isProtectedAddress, policyOf } from "../../live/ownership.ts";
import { whereOf } from "../../match/conflicts.ts";
import type { Creation, Matching, Missing, Pair } from "../../match/match.ts";
import type { Links } from "../../readings/links.ts";
import type { Said } from "../../readings/statements.ts";
import type { Addresses, Intent } from "./action.ts";
import type { FormerAddresses } from "./former-addresses.ts";
import { keepInScope } from "./leaving-scope.ts";
import { heldBack, type RemovalContext } from "./removals.ts";
import { keepKey } from "./without-key.ts";

export type IntentContext = RemovalContext & {
  readonly organization: OrganizationPolicy;
  readonly policies: ReadonlyMap<string, ProfilePolicy>;
  readonly said: Pick<Said, "doubts" | "lost">;
  readonly links: Links;
  /** Profiles whose accounts are put together from several sources. */
  readonly composed: ReadonlySet<string>;
  readonly former: FormerAddresses;
  readonly candidates: readonly Candidate[];
};

export type Intended = {
  readonly intents: readonly Intent[];
  /** Accounts whose removal is due and held back. */
  readonly heldBack: ReadonlySet<LiveAccount>;
  readonly findings: readonly Finding[];
};

/** The context, and what is found on the way. */
type Work = IntentContext & { readonly findings: Finding[]; readonly heldBack: Set<LiveAccount> };

/** Matching → intents. Nothing is removed on the word of an incomplete source, and nothing protected is removed at all. */
export function buildIntents(matching: Matching, given: IntentContext): Intended {
  const context: Work = { ...given, findings: [], heldBack: new Set() };
  const creates = matching.creates.flatMap((creation) => createIntent(creation, context));
  const changes = matching.pairs.flatMap((pair) => pairIntent(pair, context));
  const removals = matching.missing.flatMap((missing) => missingIntent(missing, context));
  const { findings, heldBack } = context;
  return { intents: [...creates, ...changes, ...removals], heldBack, findings };
}

function syncOf(context: Work, profile: string, kind: LiveAccount["kind"]): SyncPolicy {
  return policyOf(context.policies, profile).sync[kind];
}

function createIntent({ desired, waiting }: Creation, context: Work): Intent[] {
  const { held, kind, profile } = desired;
  const notCreated = (finding: Pick<Finding, "code" | "severity" | "summary">) => {
    context.findings.push({ ...finding, where: whereOf(desired) });
    return [];
  };
  if (!syncOf(context, profile, kind).create) {
    return notCreated({
      code: "policy-held-back",
      severity: "info",
      summary: `The account is not in Zivver, and the profile creates no ${kind} accounts (sync.${kind}.create).`,
    });
  }
  const needsKey = kind === "personal" && context.organization.loginMethod === "sso";
  // A finding about the record says why already.
  if (NEEDED.some((field) => held?.has(field)) || (needsKey && desired.accountKey === undefined)) return [];
  if (desired.fullName === undefined) {
    return notCreated({
      code: "full-name-missing",
      severity: "error",
      summary: "The account is not in Zivver, and no source gives the full name that creating it needs.",
    });
  }
  const aliases = (desired.aliases?.value ?? []).filter((alias) => !waiting.has(alias));
  return [{ type: "create", desired, after: { address: desired.address, aliases } }];
}

/** An account is not created while one of these is in doubt. */
const NEEDED = ["email", "fullName", "active", "aliases"] as const;

function pairIntent(pair: Pair, context: Work): Intent[] {
  const { desired, live } = pair;
  const sync = syncOf(context, desired.profile, desired.kind);
  const isActiveHeld = desired.held?.has("active") === true;
  if (!desired.active && !isActiveHeld) {
    if (sync.disabled === "ignore" || !live.active) return [];
    return removal("suspend", "disabled", live, desired.profile, desired.activeOrigin, context);
  }
  const isDue = !desired.active && sync.disabled !== "ignore" && live.active;
  if (isDue && !isProtected(context.organization.protected, live)) {
    context.heldBack.add(live);
    context.findings.push(heldBack("suspend", live, desired.profile, "active", context));
  }
  const reactivates = live.kind === "personal" && !live.active;
  if (reactivates && !mayReactivate(pair, sync, context)) return [];
  if (!reactivates && !sync.update) return [];
  const addsOnly = isIncomplete(desired, context);
  const after = sync.update
    ? addressesAfter(pair, context, addsOnly)
    : { address: live.address, aliases: live.aliases };
  const intent: Intent = {
    type: "change",
    desired,
    live,
    after,
    reactivates,
    updates: sync.update,
    addsOnly,
  };
  return [keepKey(keepInScope(intent, context), context)];
}

/** Silence reactivates nobody: a record has to say that it is active, or zivsync suspended it because it was missing. */
function mayReactivate({ desired, live }: Pair, sync: SyncPolicy, context: Work): boolean {
  const where = { profile: desired.profile, kind: live.kind, address: live.address };
  if (!sync.reactivate) {
    context.findings.push({
      code: "policy-held-back",
      severity: "info",
      summary: `The account is suspended in Zivver and active at the source, and the profile reactivates no ${desired.kind} accounts (sync.${desired.kind}.reactivate).`,
      where,
    });
    return false;
  }
  if (desired.held?.has("active")) return false;
  if (!desired.activeNotGiven || context.links.memoryOf(live)?.suspended === "missing") return true;
  context.findings.push({
    code: "active-not-given",
    severity: "warning",
    summary: `${live.fullName} is suspended in Zivver, and no source says whether this account is active. It stays suspended. Let the source say so (\`active\`), or reactivate the account in Zivver.`,
    where,
  });
  return false;
}

function isIncomplete({ profile, kind }: DesiredAccount, { said }: Work): boolean {
  return said.doubts.of(profile, kind) === "incomplete";
}

/**
 * Where one source gives all, a record that was read says all of its account's aliases, whatever else is missing; where
 * several do, one that was not read in full may give more. Aliases in excluded domains are not zivsync's, protected ones
 * are never taken away, and former addresses stay: those that are there are kept.
 */
function addressesAfter(pair: Pair, context: Work, addsOnly: boolean): Addresses {
  const { desired, live, waiting } = pair;
  // A list in doubt names accounts, and is not written.
  const given = desired.held?.has("aliases") ? undefined : desired.aliases;
  const address = addressAfter(pair, context);
  // Already as the source says, and sorted: nothing is added, nothing taken away, and former addresses are among them.
  if (live.address === address && sameList(given?.value ?? live.aliases, live.aliases))
    return { address, aliases: live.aliases };
  const { excludeDomains: excluded } = policyOf(context.policies, desired.profile).aliases;
  const unsure = desired.aliasesIncomplete || (addsOnly && context.composed.has(desired.profile));
  const stays = (alias: Address) =>
    given === undefined ||
    unsure ||
    waiting.has(alias) ||
    excluded.includes(domainOf(alias)) ||
    isProtectedAddress(context.organization.protected, alias);
  const added = (given?.value ?? []).filter((alias) => !waiting.has(alias));
  const aliases = new Set([...added, ...live.aliases.filter(stays), ...context.former(pair)]);
  aliases.delete(address);
  return { address, aliases: [...aliases].sort(compareText) };
}

function addressAfter({ desired, live, renamed }: Pair, context: Work): Address {
  if (!renamed || desired.held?.has("email")) return live.address;
  if (!isProtected(context.organization.protected, live)) return desired.address;
  context.findings.push({
    code: "account-protected",
    severity: "warning",
    summary: `The account would be renamed to ${desired.address}, but organization.yaml protects it. It keeps its address.`,
    where: { profile: desired.profile, kind: live.kind, address: live.address },
  });
  return live.address;
}

function missingIntent({ live, profile, isOtherKind }: Missing, context: Work): Intent[] {
  const policy = syncOf(context, profile, live.kind).missing;
  const missing = policy === "delete" && isOtherKind ? "suspend" : policy;
  if (missing === "ignore" || (missing === "suspend" && !live.active)) return [];
  const origin = { source: `profile ${profile}`, where: "in none of its sources", attribute: "missing" };
  return removal(missing, "missing", live, profile, origin, context);
}

function removal(
  action: "suspend" | "delete",
  because: SuspendedBecause,
  live: LiveAccount,
  profile: string,
  origin: Origin,
  context: Work,
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
  const doubt = context.said.doubts.of(profile, live.kind);
  // A record that says that its account is disabled is enough, unless its source could not be read in full.
  if (doubt !== undefined && (because === "missing" || doubt === "incomplete")) {
    context.heldBack.add(live);
    context.findings.push(heldBack(action, live, profile, doubt, context));
    return [];
  }
  return [{ type: "remove", action, because, live, profile, origin }];
}
