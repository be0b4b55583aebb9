import { compareText, type LiveAccount } from "../model/account.ts";
import { type Address, parseAddress } from "../model/address.ts";
import type { Finding, PlanBody } from "../model/plan.ts";
import type { OrganizationPolicy, ProfilePolicy } from "../model/policy.ts";
import { assemblePlan, sortFindings } from "./assemble.ts";
import { buildDesiredState, type ProfileReadings } from "./desired.ts";
import { formerAddresses } from "./former-addresses.ts";
import type { Acceptance } from "./guards.ts";
import { buildIntents, type Intent } from "./intents.ts";
import { Links, type Memory } from "./links.ts";
import { indexLive } from "./live-index.ts";
import { matchAccounts } from "./match.ts";
import { buildRemembered } from "./remember-plan.ts";
import { shrinkable } from "./shrink.ts";

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
  /** What is remembered of earlier applies; absent without a state store. */
  readonly memory?: Memory;
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
  const { memory } = input;
  const desired = buildDesiredState(input.organization, input.readings);
  const live = indexLive(input.live, input.profiles);
  const planned = new Set(input.readings.map(({ policy }) => policy.name));
  const links = new Links({
    memory,
    live,
    candidates: desired.candidates,
    sources: sourceNames(input.readings),
    incomplete: desired.incomplete,
  });
  const matching = matchAccounts(
    input.organization,
    input.profiles,
    planned,
    desired.candidates,
    live,
    links,
  );
  const findings: Finding[] = [...desired.findings, ...live.findings, ...matching.findings];
  const policies = new Map(input.profiles.map((profile) => [profile.name, profile]));
  const former = formerAddresses({ ...input, policies, links, candidates: desired.candidates });
  const wanted = buildIntents(matching, {
    organization: input.organization,
    policies,
    incomplete: desired.incomplete,
    unseen: desired.unseen,
    composed: new Set(
      input.readings.flatMap(({ policy, readings }) => (readings.length > 1 ? [policy.name] : [])),
    ),
    former,
    findings,
  });
  const { only } = input;
  const chosen = only === undefined ? wanted : wanted.filter((intent) => concerns(intent, only));
  const blind = desired.incomplete.size > 0 || planned.size < input.profiles.length || only !== undefined;
  const sources = summariseSources(input.readings, desired.incompleteSources);
  const { body, free, unusedAcceptances } = assemblePlan(chosen, {
    organization: input.organization,
    liveDigest: input.liveDigest,
    accepted: input.accepted,
    live,
    links,
    ...(memory ? { memory } : {}),
    sources: only === undefined ? shrinkable(sources, memory) : [],
    planned,
    blind,
    findings,
  });
  const pairs =
    only === undefined
      ? matching.pairs
      : matching.pairs.filter(
          ({ desired: one, live: account }) => named(one, only) || account.address === only,
        );
  const unknownKeys = input.organization.unknownAccountKeys ?? "keep";
  const known =
    live.byAddress.has(only ?? ("" as Address)) ||
    desired.candidates.some((candidate) => named(candidate.account, only));
  return {
    unusedAcceptances,
    onlyFound: only === undefined || known,
    body: {
      ...body,
      sources,
      ...(memory
        ? {
            remember: buildRemembered({
              memory,
              links,
              pairs,
              intents: chosen,
              free,
              changes: body.changes,
              former,
              unknownKeys,
            }),
          }
        : {}),
      findings: sortFindings(only === undefined ? findings : findingsAbout(findings, only, wanted)),
    },
  };
}

function sourceNames(readings: readonly ProfileReadings[]): ReadonlySet<string> {
  return new Set(
    readings.flatMap(({ policy, readings: ofProfile }) =>
      ofProfile.map(({ source }) => `${policy.name}/${source}`),
    ),
  );
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
