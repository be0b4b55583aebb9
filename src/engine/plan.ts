import { compareText, type Kind, type LiveAccount } from "../model/account.ts";
import { type Address, parseAddress } from "../model/address.ts";
import {
  ACTIONS,
  type Action,
  type Change,
  type Finding,
  type PlanBody,
  type PlanSummary,
} from "../model/plan.ts";
import type { OrganizationPolicy, ProfilePolicy, RateLimit } from "../model/policy.ts";
import { buildDesiredState, type ProfileReadings } from "./desired.ts";
import { type Draft, diffIntent } from "./diff.ts";
import { buildDirectory } from "./directory.ts";
import { type Acceptance, checkGuards } from "./guards.ts";
import { buildIntents, type Intent } from "./intents.ts";
import { indexLive, type LiveIndex } from "./live-index.ts";
import { matchAccounts } from "./match.ts";
import { settleMoves } from "./moves.ts";
import { type Ordered, orderDrafts } from "./order.ts";

export type PlanInput = {
  readonly organization: OrganizationPolicy;
  /** Every profile there is: they decide together whose an account is. */
  readonly profiles: readonly ProfilePolicy[];
  /** The profiles to plan, with what their sources gave. */
  readonly readings: readonly ProfileReadings[];
  readonly live: readonly LiveAccount[];
  /** `sha256:…` over the live accounts' fingerprints. */
  readonly liveDigest: string;
  readonly accepted: readonly Acceptance[];
  /** Plan this one account and no other: its primary address or an alias, at the source or live. */
  readonly only?: Address;
};

export type PlanResult = {
  readonly body: PlanBody;
  /** Acceptances that no guard needed, in their own words. */
  readonly unusedAcceptances: readonly Acceptance[];
  /** False when `only` named an address that neither the sources nor Zivver know. */
  readonly onlyFound: boolean;
};

/** Desired × live → plan. Pure: equal input gives an equal plan, in whatever order records and accounts come. */
export function buildPlan(input: PlanInput): PlanResult {
  const live = indexLive(input.live, input.profiles);
  const desired = buildDesiredState(input.organization, input.readings);
  const planned = new Set(input.readings.map(({ policy }) => policy.name));
  const matching = matchAccounts(input.organization, input.profiles, planned, desired.candidates, live);
  const findings: Finding[] = [...desired.findings, ...live.findings, ...matching.findings];
  const policies = new Map(input.profiles.map((profile) => [profile.name, profile]));
  const wanted = buildIntents(matching, {
    organization: input.organization,
    policies,
    incomplete: desired.incomplete,
    composed: new Set(
      input.readings.flatMap(({ policy, readings }) => (readings.length > 1 ? [policy.name] : [])),
    ),
    findings,
  });
  const { only } = input;
  const chosen = only === undefined ? wanted : wanted.filter((intent) => concerns(intent, only));
  const settled = settleMoves(chosen, live);
  for (const finding of settled.findings) findings.push(finding);
  const directory = buildDirectory(live, settled.free);
  const blind = desired.incomplete.size > 0 || planned.size < input.profiles.length || only !== undefined;
  const context = { live, directory, blind, findings };
  const drafts = settled.free.flatMap(
    (intent) => diffIntent(intent, context, input.organization.protected) ?? [],
  );
  const managed = countManaged(live, planned);
  const ordered = orderDrafts(
    drafts,
    (address) => !live.byAddress.has(address) && directory.resolve(address) === undefined,
  );
  const guards = checkGuards({
    limits: input.organization.guards,
    drafts,
    managed,
    accepted: input.accepted,
  });
  const known =
    live.byAddress.has(only ?? ("" as Address)) ||
    desired.candidates.some((candidate) => named(candidate.account, only));
  return {
    unusedAcceptances: guards.unused,
    onlyFound: only === undefined || known,
    body: {
      sources: summariseSources(input.readings, desired.incompleteSources),
      live: { ...countKinds(input.live), digest: input.liveDigest },
      summary: summarise(ordered, managed, input.live.length, input.organization.rateLimit),
      guards: guards.results,
      findings: sortFindings(only === undefined ? findings : findingsAbout(findings, only, wanted)),
      changes: ordered.map(toChange),
      applicable: guards.results.every((result) => result.verdict !== "refused"),
    },
  };
}

function named(
  account: { readonly address: Address; readonly aliases?: { readonly value: readonly Address[] } },
  only?: Address,
): boolean {
  return only !== undefined && (account.address === only || (account.aliases?.value.includes(only) ?? false));
}

function concerns(intent: Intent, only: Address): boolean {
  const live = intent.type === "create" ? undefined : intent.live;
  if (live && (live.address === only || live.aliases.includes(only))) return true;
  return intent.type !== "remove" && named(intent.desired, only);
}

/** With `--only`, findings about other accounts are left out; those about no account in particular stay. */
function findingsAbout(findings: readonly Finding[], only: Address, wanted: readonly Intent[]): Finding[] {
  const intent = wanted.find((one) => concerns(one, only));
  const own = intent && (intent.type === "remove" ? intent.live.address : intent.desired.address);
  return findings.filter(({ where: { address } }) => {
    if (address === undefined || address === only) return true;
    return own !== undefined && own === parseAddress(address);
  });
}

function toChange({ draft, needs, release }: Ordered, position: number): Change {
  const common = {
    id: idOf(position),
    kind: draft.kind,
    address: draft.address,
    profile: draft.profile,
    needs: needs.map(idOf),
    fields: draft.fields,
  };
  const key = draft.accountKey ? { accountKey: draft.accountKey } : {};
  const { action } = draft;
  if (action === "create" || draft.live === undefined) return { ...common, ...key, action: "create" };
  const onLive = { zivverId: draft.live.zivverId, base: draft.live.fingerprint };
  if (action === "delete") return { ...common, ...onLive, action };
  const first = release ? { release } : {};
  if (action === "suspend") return { ...common, ...onLive, ...first, action };
  return { ...common, ...onLive, ...first, ...key, action };
}

function idOf(position: number): string {
  return `c-${position + 1}`;
}

function countManaged(live: LiveIndex, planned: ReadonlySet<string>): Record<Kind, number> {
  const managed = live.all.filter((account) => planned.has(live.owner.get(account.zivverId) ?? ""));
  return countKinds(managed);
}

function countKinds(accounts: readonly LiveAccount[]): Record<Kind, number> {
  const personal = accounts.filter((account) => account.kind === "personal").length;
  return { personal, functional: accounts.length - personal };
}

function summarise(
  ordered: readonly Ordered[],
  managed: Readonly<Record<Kind, number>>,
  live: number,
  rate: RateLimit,
): PlanSummary {
  const count = (action: Action) => ordered.filter(({ draft }) => draft.action === action).length;
  const counts = Object.fromEntries(ACTIONS.map((action) => [action, count(action)])) as Record<
    Action,
    number
  >;
  const owned = managed.personal + managed.functional;
  const requests = ordered.length === 0 ? 0 : 4 + ordered.reduce((sum, one) => sum + requestsOf(one), 0);
  return {
    ...counts,
    unchanged: owned - (ordered.length - counts.create),
    unmanaged: live - owned,
    requests,
    seconds: Math.round((requests * rate.seconds) / rate.requests),
  };
}

/** One request a change; one more to give addresses up first, or to empty a group that changes otherwise as well. */
function requestsOf({ draft, release }: { readonly draft: Draft; readonly release?: unknown }): number {
  const emptiesAndMore = draft.action === "suspend" && draft.kind === "functional" && draft.fields.length > 1;
  return 1 + (release ? 1 : 0) + (emptiesAndMore ? 1 : 0);
}

function summariseSources(
  readings: readonly ProfileReadings[],
  incomplete: ReadonlySet<string>,
): PlanBody["sources"] {
  return readings
    .flatMap(({ policy, readings: ofProfile }) =>
      ofProfile.map((reading) => ({
        profile: policy.name,
        name: reading.source,
        type: reading.type,
        records: reading.records.length,
        complete: !incomplete.has(`${policy.name}/${reading.source}`),
        digest: reading.digest,
      })),
    )
    .sort((a, b) => compareText(a.profile, b.profile));
}

const SEVERITIES = ["error", "warning", "info"];

function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const key = ({ code, where, summary }: Finding) =>
    [code, where.profile, where.source, where.address, where.place, summary]
      .map((part) => part ?? "")
      .join("\n");
  const keyed = findings.map((finding) => ({
    finding,
    rank: SEVERITIES.indexOf(finding.severity),
    key: key(finding),
  }));
  return keyed.sort((a, b) => a.rank - b.rank || compareText(a.key, b.key)).map(({ finding }) => finding);
}
