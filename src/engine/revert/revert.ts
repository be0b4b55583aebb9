import type { DesiredAccount, LiveAccount, Origin } from "../../model/account/account.ts";
import type { FieldName } from "../../model/account/fields.ts";
import type { PlanBody } from "../../model/plan/plan.ts";
import type { OrganizationPolicy, ProfilePolicy } from "../../model/plan/policy.ts";
import type { JournalEntry } from "../../model/ports.ts";
import type { Address } from "../../model/values/address.ts";
import type { Secret } from "../../model/values/secret.ts";
import type { Addresses, Intent } from "../decide/actions/action.ts";
import { referencesByName } from "../decide/references.ts";
import type { Acceptance } from "../guards/guards.ts";
import { indexLive } from "../live/live-index.ts";
import { assemblePlan, sortFindings } from "../plan/assemble.ts";
import { Links } from "../readings/links.ts";
import { Doubts, NOTHING_LOST } from "../readings/statements.ts";
import {
  heldBack,
  homewardAddresses,
  type RevertContext,
  stillAsPlanned,
  valuesBefore,
  withoutKey,
} from "./fields.ts";
import { about, type Found, found } from "./findings.ts";
import { RevertJournal, type Start } from "./journal.ts";
import { formerAliases, formerDelegates } from "./lists.ts";

export type RevertInput = {
  readonly organization: OrganizationPolicy;
  readonly profiles: readonly ProfilePolicy[];
  readonly entries: readonly JournalEntry[];
  readonly live: readonly LiveAccount[];
  readonly liveDigest: string;
  /** Zivver id → the key of the account's own record: Zivver wants it again whenever aliases or delegates are written. */
  readonly accountKeys: ReadonlyMap<string, Secret>;
  readonly accepted: readonly Acceptance[];
  /** Delete what was created, instead of suspending it. */
  readonly deleteCreated: boolean;
  /** The journal, for origins. */
  readonly journal: string;
};

type Undoing = Exclude<Intent, { type: "create" }>;

export type RevertResult = {
  readonly body: PlanBody;
  readonly unusedAcceptances: readonly Acceptance[];
};

/**
 * Journal × live → the plan that undoes what was done, for review like any other. Only fields that the journal's plan
 * touched go back, and only where they still are what it made of them: of lists, what it added and what it removed. What
 * cannot go back is a finding.
 */
export function buildRevert(input: RevertInput): RevertResult {
  const live = indexLive(input.live, input.profiles);
  const journal = new RevertJournal(input.entries, live);
  const context = {
    journal,
    loginMethod: input.organization.loginMethod,
    protectedPatterns: input.organization.protected,
    accountKeys: input.accountKeys,
    live,
  };
  const undoAll = (homeward: RevertContext["homeward"]) => {
    const all = journal.starts.map((start) => undoStart(start, input, { ...context, homeward }));
    return found(
      all.flatMap(({ value }) => value),
      ...all.flatMap(({ findings }) => findings),
    );
  };
  // Delegates are named as they will be called, and who goes back to a former address shows only once all are looked at.
  const homeward = homewardAddresses(undoAll(new Map()).value, live);
  const { value: intents, findings } = undoAll(homeward);
  const {
    body,
    unusedAcceptances,
    findings: ofPlan,
  } = assemblePlan(intents, {
    organization: input.organization,
    liveDigest: input.liveDigest,
    accepted: input.accepted,
    live,
    // A revert goes by the journal alone.
    links: new Links({
      memory: undefined,
      live,
      profiles: new Set(),
      readings: [],
      said: { doubts: new Doubts(), lost: NOTHING_LOST },
    }),
    sources: [],
    planned: new Set(input.profiles.map(({ name }) => name)),
    referencesFor: (carriedOut) => referencesByName(live, carriedOut),
  });
  const all = sortFindings([...findings, ...ofPlan]);
  return { unusedAcceptances, body: { ...body, sources: [], findings: all } };
}

function undoStart(start: Start, input: RevertInput, context: RevertContext): Found<readonly Undoing[]> {
  const { live, journal } = context;
  const account = journal.accountOf(start);
  if (account && !live.owner.has(account.zivverId)) {
    const summary = "No profile, or more than one, manages this account by now, so nothing of it goes back.";
    return found([], about(start, "account-unmanaged", "warning", summary));
  }
  if (account && live.untouchable.has(account.zivverId)) return found([]);
  const { value, findings } = account === undefined ? gone(start) : undo(start, account, input, context);
  const looked = value.map((intent) => ({
    intent,
    held: heldBack(intent, start, input.organization.protected),
  }));
  return found(
    looked.flatMap(({ intent, held }) => (held === undefined ? [intent] : [])),
    ...findings,
    ...looked.flatMap(({ held }) => held ?? []),
  );
}

function gone(start: Start): Found<readonly Undoing[]> {
  if (start.action === "create") return found([]);
  const summary =
    "The account is gone from Zivver, and what it held with it. It cannot be brought back; create it again if it is needed.";
  return found([], about(start, "revert-impossible", "error", summary));
}

function undo(
  start: Start,
  account: LiveAccount,
  input: RevertInput,
  context: RevertContext,
): Found<readonly Undoing[]> {
  const origin: Origin = { source: "journal", where: input.journal, attribute: start.change };
  if (start.action === "delete") return found([]);
  if (start.before === null) return found(undoCreate(account, start, input, origin));
  const { before } = start;
  const aliases = formerAliases(start, account, before, context);
  const delegates = formerDelegates(start, account, context);
  const others = start.fields.map((field) => ({
    field: field.field,
    ...stillAsPlanned(field, account, start, context),
  }));
  const said = [aliases, delegates, ...others].flatMap(({ findings }) => findings);
  const touched = new Set<FieldName>([
    ...others.flatMap(({ field, value }) => (value ? [field] : [])),
    ...(aliases.value ? (["aliases"] as const) : []),
    ...(delegates.value ? (["delegates"] as const) : []),
  ]);
  if (touched.has("active") && !before.active) {
    const { value, findings } = undoReactivation(account, start, touched, origin);
    return found(value, ...said, ...findings);
  }
  const { value: kept, findings: ofKey } = withoutKey(touched, account, start, context);
  if (kept.size === 0) return found([], ...said, ...ofKey);
  const change = changeBack(start, { account, before, kept, origin }, input, {
    aliases: aliases.value,
    delegates: delegates.value,
  });
  return found([change], ...said, ...ofKey);
}

type Back = {
  readonly account: LiveAccount;
  readonly before: LiveAccount;
  /** The fields that go back. */
  readonly kept: ReadonlySet<FieldName>;
  readonly origin: Origin;
};

type FormerLists = {
  readonly aliases: readonly Address[] | undefined;
  readonly delegates: readonly Address[] | undefined;
};

function changeBack(
  { profile, kind }: Start,
  { account, before, kept, origin }: Back,
  { accountKeys }: RevertInput,
  { aliases, delegates }: FormerLists,
): Undoing {
  const after = addressesAfter(account, before, kept, aliases);
  const key = accountKeys.get(account.zivverId);
  const desired: DesiredAccount = {
    profile,
    kind,
    address: after.address,
    addressOrigin: origin,
    active: true,
    activeOrigin: origin,
    ...valuesBefore(before, kept, origin),
    ...(kept.has("aliases") ? { aliases: { value: after.aliases, origin } } : {}),
    ...(delegates && kept.has("delegates") ? { delegates: { value: delegates, origin } } : {}),
    ...(key ? { accountKey: { value: key, origin } } : {}),
  };
  const reactivates = kept.has("active") && before.active && !account.active;
  return { type: "change", desired, live: account, after, reactivates, updates: true, addsOnly: false };
}

function addressesAfter(
  account: LiveAccount,
  before: LiveAccount,
  kept: ReadonlySet<FieldName>,
  aliases: readonly Address[] | undefined,
): Addresses {
  const address = kept.has("address") ? before.address : account.address;
  const list = kept.has("aliases") && aliases ? aliases : account.aliases;
  return { address, aliases: list.filter((alias) => alias !== address) };
}

function undoCreate(
  account: LiveAccount,
  { profile }: Start,
  { deleteCreated }: RevertInput,
  origin: Origin,
): readonly Undoing[] {
  if (!deleteCreated && !account.active) return [];
  return [{ type: "remove", action: deleteCreated ? "delete" : "suspend", live: account, profile, origin }];
}

/** Back to being suspended; a suspended account keeps what else was changed, since nobody can use it. */
function undoReactivation(
  account: LiveAccount,
  start: Start,
  touched: ReadonlySet<FieldName>,
  origin: Origin,
): Found<readonly Undoing[]> {
  const suspend: Undoing = {
    type: "remove",
    action: "suspend",
    live: account,
    profile: start.profile,
    origin,
  };
  const others = [...touched].filter((field) => field !== "active");
  if (others.length === 0) return found([suspend]);
  const summary = `The account goes back to being suspended; its ${others.join(", ")} stay as they are.`;
  return found([suspend], about(start, "revert-impossible", "info", summary));
}
