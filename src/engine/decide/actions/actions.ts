import type { DesiredAccount, LiveAccount } from "../../../model/account/account.ts";
import type { Finding } from "../../../model/plan/finding.ts";
import type { OrganizationPolicy, ProfilePolicy, SyncPolicy } from "../../../model/plan/policy.ts";
import type { WhyHeldBack } from "../../../model/run/held-back.ts";
import { type Address, domainOf } from "../../../model/values/address.ts";
import { compareText } from "../../../model/values/text.ts";
import type { Candidate } from "../../desired/desired.ts";
import { sameList } from "../../desired/field-values.ts";
import { isProtected, isProtectedAddress, policyOf } from "../../live/ownership.ts";
import { whereOf } from "../../match/conflicts.ts";
import type { Creation, Matching, Pair } from "../../match/match.ts";
import { named } from "../../match/match-result.ts";
import type { Links } from "../../readings/links.ts";
import type { Said } from "../../readings/statements.ts";
import { type Addresses, type Intent, NOTHING, type Outcome } from "./action.ts";
import type { FormerAddresses } from "./former-addresses.ts";
import { heldBack, missingOutcome, type RemovalContext, removal } from "./leavers.ts";
import { type Kept, keepInScope } from "./leaving-scope.ts";

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
  /** Accounts whose removal is due and held back, and why. */
  readonly heldBack: ReadonlyMap<LiveAccount, WhyHeldBack>;
  readonly findings: readonly Finding[];
};

/** Matching → intents. Nothing is removed on the word of an incomplete source, and nothing protected is removed at all. */
export function buildIntents(matching: Matching, context: IntentContext): Intended {
  const intents: Intent[] = [];
  const findings: Finding[] = [];
  const heldBack = new Map<LiveAccount, WhyHeldBack>();
  for (const outcome of outcomesOf(matching, context)) {
    if (outcome.intent) intents.push(outcome.intent);
    for (const finding of outcome.findings ?? []) findings.push(finding);
    if (outcome.heldBack) heldBack.set(outcome.heldBack.live, outcome.heldBack.why);
  }
  return { intents, heldBack, findings };
}

function* outcomesOf(matching: Matching, context: IntentContext): Generator<Outcome> {
  for (const creation of matching.creates) yield createOutcome(creation, context);
  for (const pair of matching.pairs) yield pairOutcome(pair, context);
  for (const missing of matching.missing) yield missingOutcome(missing, context);
}

function syncOf(context: IntentContext, profile: string, kind: LiveAccount["kind"]): SyncPolicy {
  return policyOf(context.policies, profile).sync[kind];
}

function createOutcome({ desired, waiting }: Creation, context: IntentContext): Outcome {
  const why = whyNotCreated(desired, context);
  if (why !== undefined) {
    const { code } = why;
    return code === undefined ? NOTHING : { findings: [{ ...why, code, where: whereOf(desired) }] };
  }
  const aliases = (desired.aliases?.value ?? []).filter((alias) => !waiting.has(alias));
  return { intent: { type: "create", desired, after: { address: desired.address, aliases } } };
}

type WhyNot = Pick<Finding, "severity" | "summary"> & { readonly code?: Finding["code"] };

/** Without a code where a finding about the record says why already. */
function whyNotCreated(desired: DesiredAccount, context: IntentContext): WhyNot | undefined {
  const { held, kind, profile } = desired;
  if (!syncOf(context, profile, kind).create) {
    return {
      code: "policy-held-back",
      severity: "info",
      summary: `The account is not in Zivver, and the profile creates no ${kind} accounts (sync.${kind}.create).`,
    };
  }
  const needsKey = kind === "personal" && context.organization.loginMethod === "sso";
  const unsaid = lostNeeds(desired, needsKey, context);
  if (unsaid !== undefined) return unsaid;
  if (NEEDED.some((field) => held?.has(field)) || (needsKey && desired.accountKey === undefined))
    return { severity: "error", summary: "" };
  if (desired.fullName !== undefined) return undefined;
  return {
    code: "full-name-missing",
    severity: "error",
    summary: "The account is not in Zivver, and no source gives the full name that creating it needs.",
  };
}

/** An account is not created while one of these is in doubt. */
const NEEDED = ["email", "fullName", "active", "aliases"] as const;

/** The codes of those that a source can stop giving to anybody. The finding about the source does not name the newcomers. */
const LOST = {
  fullName: { code: "full-name-missing", severity: "error" },
  active: { code: "active-not-given", severity: "warning" },
  accountKey: { code: "account-key-missing", severity: "error" },
} as const;

function lostNeeds(
  { held, kind, profile }: DesiredAccount,
  needsKey: boolean,
  { said }: IntentContext,
): WhyNot | undefined {
  const lost = said.lost.ofAny(profile, kind);
  const field = (["fullName", "active", "accountKey"] as const).find(
    (one) => held?.has(one) && lost.includes(one) && (one !== "accountKey" || needsKey),
  );
  if (field === undefined) return undefined;
  const summary = `The account is not in Zivver, and is not created while a source no longer gives \`${field}\` to anybody.`;
  return { ...LOST[field], summary };
}

function pairOutcome(pair: Pair, context: IntentContext): Outcome {
  const { desired, live } = pair;
  const sync = syncOf(context, desired.profile, desired.kind);
  const isActiveHeld = desired.held?.has("active") === true;
  if (!desired.active && !isActiveHeld) {
    if (sync.disabled === "ignore" || !live.active) return NOTHING;
    return removal("suspend", "disabled", live, desired.profile, desired.activeOrigin, context);
  }
  const isDue = !desired.active && sync.disabled !== "ignore" && live.active;
  const changed = changeOutcome(pair, sync, context);
  if (!isDue || isProtected(context.organization.protected, live)) return changed;
  const waits = heldBack("suspend", live, desired.profile, "active", context);
  return { ...changed, heldBack: { live, why: "active" }, findings: [waits, ...(changed.findings ?? [])] };
}

function changeOutcome(pair: Pair, sync: SyncPolicy, context: IntentContext): Outcome {
  const { desired, live } = pair;
  const reactivates = live.kind === "personal" && !live.active;
  if (reactivates) {
    const why = whyNotReactivated(pair, sync, context);
    if (why !== undefined) return { findings: why };
  }
  if (!reactivates && !sync.update) return NOTHING;
  const addsOnly = isIncomplete(desired, context);
  const { after, findings: ofAddress } = sync.update
    ? addressesAfter(pair, context, addsOnly)
    : { after: { address: live.address, aliases: live.aliases }, findings: NO_FINDINGS };
  const wanted: Change = {
    type: "change",
    desired,
    live,
    after,
    reactivates,
    updates: sync.update,
    addsOnly,
  };
  const inScope = keepInScope(wanted, context);
  const { intent, finding } = keepKey(inScope.intent, context);
  const more = [inScope.finding, finding].flatMap((one) => one ?? []);
  return { intent, findings: more.length === 0 ? ofAddress : [...ofAddress, ...more] };
}

type Change = Extract<Intent, { type: "change" }>;
const NO_FINDINGS: readonly Finding[] = [];

/**
 * Silence reactivates nobody: a record has to say that it is active, or zivsync suspended it because it was missing. Undefined
 * where the account may be reactivated; an empty list where a finding about the record says why already.
 */
function whyNotReactivated(
  { desired, live }: Pair,
  sync: SyncPolicy,
  context: IntentContext,
): readonly Finding[] | undefined {
  const where = { profile: desired.profile, kind: live.kind, address: live.address };
  if (!sync.reactivate) {
    const summary = `The account is suspended in Zivver and active at the source, and the profile reactivates no ${desired.kind} accounts (sync.${desired.kind}.reactivate).`;
    return [{ code: "policy-held-back", severity: "info", summary, where }];
  }
  if (desired.held?.has("active")) return NO_FINDINGS;
  if (!desired.activeNotGiven || context.links.memoryOf(live)?.suspended === "missing") return undefined;
  const summary = `${live.fullName} is suspended in Zivver, and no source says whether this account is active. It stays suspended. Let the source say so (\`active\`), or reactivate the account in Zivver.`;
  return [{ code: "active-not-given", severity: "warning", summary, where }];
}

function isIncomplete({ profile, kind }: DesiredAccount, { said }: IntentContext): boolean {
  return said.doubts.of(profile, kind) === "incomplete";
}

/**
 * Where one source gives all, a record that was read says all of its account's aliases, whatever else is missing; where
 * several do, one that was not read in full may give more. Aliases in excluded domains are not zivsync's, protected ones
 * are never taken away, and former addresses stay: those that are there are kept.
 */
function addressesAfter(
  pair: Pair,
  context: IntentContext,
  addsOnly: boolean,
): { readonly after: Addresses; readonly findings: readonly Finding[] } {
  const { desired, live, waiting } = pair;
  // A list in doubt names accounts, and is not written.
  const given = desired.held?.has("aliases") ? undefined : desired.aliases;
  const { address, findings } = addressAfter(pair, context);
  // Already as the source says, and sorted: nothing is added, nothing taken away, and former addresses are among them.
  if (live.address === address && sameList(given?.value ?? live.aliases, live.aliases))
    return { after: { address, aliases: live.aliases }, findings };
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
  return { after: { address, aliases: [...aliases].sort(compareText) }, findings };
}

function addressAfter(
  { desired, live, renamed }: Pair,
  context: IntentContext,
): { readonly address: Address; readonly findings: readonly Finding[] } {
  if (!renamed || desired.held?.has("email")) return { address: live.address, findings: NO_FINDINGS };
  if (context.links.memoryOf(live)?.heldSince?.["rename-not-possible"] !== undefined)
    return { address: live.address, findings: [notRenamed(desired, live)] };
  if (!isProtected(context.organization.protected, live))
    return { address: desired.address, findings: NO_FINDINGS };
  const summary = `The account would be renamed to ${desired.address}, but organization.yaml protects it. It keeps its address.`;
  const where = { profile: desired.profile, kind: live.kind, address: live.address };
  return {
    address: live.address,
    findings: [{ code: "account-protected", severity: "warning", summary, where }],
  };
}

function notRenamed(desired: DesiredAccount, live: LiveAccount): Finding {
  return {
    code: "rename-not-possible",
    severity: "warning",
    summary: `The source calls ${live.fullName} ${desired.address}, and Zivver did not let the address be changed over its API. The account keeps its address. Change it in Zivver's web application.`,
    where: { profile: desired.profile, kind: live.kind, address: live.address },
  };
}

type Context = {
  readonly organization: OrganizationPolicy;
  readonly links: Links;
};

/**
 * Zivver may forget an account key when aliases or delegates are written without it. Where zivsync knows that the account has
 * a key and no source gives it now, or where the key in the record is in doubt, they wait; an account that never had one from here changes as its sources say.
 */
function keepKey(intent: Change, { organization, links }: Context): Kept {
  const { desired, live, after } = intent;
  const isAtRisk =
    organization.loginMethod === "sso" &&
    live.kind === "personal" &&
    desired.accountKey === undefined &&
    (links.memoryOf(live)?.accountKey !== undefined || desired.held?.has("accountKey") === true);
  if (!isAtRisk) return { intent };
  const { delegates: _, ...rest } = desired;
  const staysAsItIs = sameList(after.aliases, live.aliases);
  const kept: Change = {
    ...intent,
    desired: rest,
    after: staysAsItIs ? after : { address: live.address, aliases: live.aliases },
  };
  return staysAsItIs ? { intent: kept } : { intent: kept, finding: addressesWait(intent) };
}

function addressesWait({ desired, live }: Change): Finding {
  return {
    code: "account-key-missing",
    severity: "error",
    summary: `${named(live)} has an account key, and no source gives it now. Aliases are written together with the key, and Zivver may forget a key that is left out, so address and aliases wait until a source gives it again.`,
    where: whereOf(desired),
  };
}
